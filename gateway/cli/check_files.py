"""What `gateway check` looks at beside the site: the broker, other systems, and who can read the secret files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devices.document import Document, parse_document
from devices.problem import Problem

if TYPE_CHECKING:
    from gateway.config import Settings
    from gateway.written import Written

_SECRETS = frozenset(
    {"password_file", "users_file", "token_file", "secret_file", "key_file", "tls_key", "key"}
)


def broker_problems(settings: Settings, *, site: str) -> list[str]:
    """Return everything that is wrong with how the broker is reached or started."""
    from gateway.errors import ConfigError
    from gateway.in_chinese import both
    from gateway.wiring import broker_settings, embedded_settings

    found: list[str] = []
    for ask in (
        lambda: embedded_settings(settings) if settings.mqtt.host is None else None,
        lambda: broker_settings(settings, site=site),
    ):
        try:
            ask()
        except ConfigError as error:
            found += [both(each) for each in error.problems]
    return found


def section_mistakes(file: Path, written: Written) -> list[str]:
    """Return everything that is wrong with receivers, inbound systems, panels, pushes and commands, each with its line."""
    from gateway.command.opening import command_problems
    from gateway.in_chinese import spoken
    from gateway.interop.opening import interop_problems
    from gateway.push.opening import push_problems

    document, settings, site = _document(file), written.settings, written.site.view
    found = interop_problems(settings, site=site, profiles=written.profiles)
    found += [*push_problems(settings, site=site), *command_problems(settings, site=site)]
    placed = (each.partition(": ") for each in found)
    return [spoken(document.problem(tuple(path.split(".")), message)) for path, _, message in placed]


def open_secrets(file: Path, written: Written) -> list[Problem]:
    """Return a warning for every secret file that others on this machine can read."""
    from gateway.secret_files import open_to_others

    settings, site = (
        _document(file),
        parse_document(written.documents.get("site", ""), str(written.settings.site)),
    )
    base = written.settings.site.parent
    found: list[tuple[Document, tuple[str | int, ...], Path]] = [
        (settings, path, base / name)
        for path, name in _named(written.settings.model_dump(exclude_none=True), ())
    ]
    entries = site.value.get("channels") if isinstance(site.value, dict) else None
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        given = entry.get("settings") if isinstance(entry, dict) else None
        for key, name in (given if isinstance(given, dict) else {}).items():
            if str(key).endswith("_file") and key not in ("ca_file", "cert_file"):
                found.append((site, ("channels", index, "settings", str(key)), base / str(name)))
    said = ((document, path, open_to_others(name)) for document, path, name in found)
    return [document.problem(path, words) for document, path, words in said if words is not None]


def _named(value: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Path]]:
    for name, each in value.items():
        if isinstance(each, Mapping):
            yield from _named(each, (*path, str(name)))
        elif name in _SECRETS and isinstance(each, Path):
            yield (*path, str(name)), each


def _document(file: Path) -> Document:
    return parse_document(file.read_text("utf-8"), str(file))
