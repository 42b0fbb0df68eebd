"""What people wrote: settings, site, profiles and rules, read together, every mistake at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

import msgspec

from devices.document import parse_document
from devices.form import Profile
from devices.problem import Problem, nearest
from devices.profile import load_profiles
from gateway.batch import Document
from gateway.builtin import builtin_packs, builtin_profiles, folder_texts
from gateway.config import Settings
from gateway.errors import ConfigError
from gateway.in_chinese import spoken
from gateway.rulebook.standing import Files
from gateway.site import SiteFile, load_site_file
from gateway.sitebook.entry import Body
from gateway.store.beside import documents_beside
from rules.load import Loaded, load_rules

_body = msgspec.json.Decoder(Body)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a gateway is told at its start; `documents` are texts that become versions, beside the rules."""

    settings: Settings
    site: SiteFile
    profiles: tuple[Profile, ...]
    files: Files
    documents: dict[str, str]

    @property
    def rules(self) -> Loaded:
        """What the rule files hold; which version of a rule is in force the store knows."""
        return self.files.loaded


def load_written(settings: Settings, *, today: date) -> Written:
    """Read everything the settings point at.

    Raises:
        ConfigError: with every mistake in all of it, each as `FILE:LINE: PATH: message`.
    """
    written, problems = read_written(settings, today=today)
    if problems:
        raise ConfigError([each if isinstance(each, str) else spoken(each) for each in problems])
    return written


def read_written(settings: Settings, *, today: date) -> tuple[Written, list[Problem | str]]:
    """Read everything the settings point at as far as it goes, and every mistake in it."""
    problems: list[Problem | str] = []
    text = _site_text(settings.site, problems)
    site, found = load_site_file(text, str(settings.site), today=today)
    problems += found if not problems else []
    profiles, found = load_profiles({**builtin_profiles(), **folder_texts(settings.profiles)})
    problems += found
    problems += _unknown_profiles(text, str(settings.site), site, profiles, settings.data)
    _check_packs(settings, problems)
    files = read_rule_files(settings, site)
    problems += files.loaded.problems
    view = msgspec.structs.replace(site.view, rules={rule.id: rule for rule in files.loaded.rules})
    site = msgspec.structs.replace(site, view=view)
    written = Written(
        settings=settings, site=site, profiles=tuple(profiles), files=files, documents={"site": text}
    )
    return written, problems


def read_rule_files(settings: Settings, site: SiteFile) -> Files:
    """Read the packs that are wanted and the folder of the site; mistakes are in what is returned."""
    packs = _packs(settings)
    texts, problems = dict(packs), []
    try:
        texts |= folder_texts(settings.rules)
    except (OSError, UnicodeDecodeError) as error:
        said = f"cannot be read: {error}"
        problems.append(Problem(file=str(settings.rules), line=1, path="rules", message=said))
    loaded = load_rules(texts, zone=site.rules.zone, calendars=site.rules.calendars)
    loaded = msgspec.structs.replace(loaded, problems=(*problems, *loaded.problems))
    return Files(texts=texts, loaded=loaded, packs=frozenset(packs))


def _site_text(path: Path, problems: list[Problem | str]) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        problems.append(f"{path}: not found; `gateway init {path.parent}` writes a new one")
    except UnicodeDecodeError:
        problems.append(f"{path}: is not text; save it as UTF-8 / 不是文字，请存成 UTF-8")
    except OSError as error:
        problems.append(f"{path}: cannot be read: {error.strerror}")
    return "site: unread\n"


def _unknown_profiles(
    text: str, file: str, site: SiteFile, profiles: Iterable[Profile], data: Path
) -> list[Problem]:
    """Name the devices whose profile does not exist, nor was saved on the pages: they would never be heard."""
    names = sorted({profile.id for profile in profiles})
    named = {device.profile.partition("@")[0] for device in site.rules.registry if device.profile}
    if not named <= set(names):
        names = sorted({*names, *saved_profiles(data)})
    document = parse_document(text, file)
    return [
        Problem(
            file=file,
            line=document.line(("devices", index, "profile")),
            path=f"devices[{index}].profile",
            message=f"unknown device profile '{device.profile}'{nearest(device.profile, names)}",
        )
        for index, device in enumerate(site.rules.registry)
        if device.profile and device.profile.partition("@")[0] not in names
    ]


def saved_profiles(data: Path) -> list[str]:
    """Return the ids of the device profiles that were saved on the pages and not taken away."""
    saved = documents_beside(data, "profile:")
    return [
        name.removeprefix("profile:") for name, body in saved.items() if _body.decode(body).value is not None
    ]


def _packs(settings: Settings) -> dict[str, str]:
    texts = builtin_packs()
    wanted = settings.packs
    return {file: text for file, text in texts.items() if wanted is None or Path(file).stem in wanted}


def _check_packs(settings: Settings, problems: list[Problem | str]) -> None:
    names = sorted(Path(file).stem for file in builtin_packs())
    problems += [
        f"packs: unknown pack '{name}', expected some of {', '.join(names)}"
        for name in settings.packs or ()
        if name not in names
    ]


def new_versions(
    documents: Mapping[str, str], known: Mapping[str, tuple[int, str]], *, author: str, at: datetime
) -> list[Document]:
    """Return a new version of each document whose text differs from its newest one."""
    found = []
    for name, body in documents.items():
        version, digest = known.get(name, (0, ""))
        if digest != hashlib.sha256(body.encode()).hexdigest():
            found.append(Document(name=name, version=version + 1, author=author, at=at, body=body))
    return found
