"""The channels of a site: what is built in, and what its site file names with its settings.

No kind is treated specially here: a channel's class says what settings it takes and builds itself. A channel of
one's own is one file that registers itself with `@channel`; the built-in ones are imported below for that.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from devices.document import Document, parse_document
from devices.problem import Problem, nearest
from gateway.config import Settings
from gateway.errors import ConfigError
from gateway.in_chinese import spoken
from gateway.notify import (  # noqa: F401  # each registers its channel
    console,
    dingtalk,
    email,
    feishu,
    mqtt,
    ntfy,
    sms_aliyun,
    sms_tencent,
    voice,
    webhook,
    wecom,
)
from gateway.notify.channel import CHANNELS, Channel, Destination, Publish, Surroundings
from gateway.notify.lan import Lan
from gateway.notify.settings import read_settings
from gateway.response.model import Channel as Configured
from gateway.response.model import Message
from gateway.response.world import SiteView
from gateway.written import Written

ESTATE_ONLY = {"zh": "（链接仅园区内可打开）", "en": "(opens on the estate's network only)"}
ALWAYS = ("lan", "console")  # there without being named: they need nothing


def build_channels(written: Written, *, lan: Lan, publish: Publish) -> dict[str, Channel]:
    """Return the channels by the name that messages carry.

    Raises:
        ConfigError: with everything that is wrong in the settings of all of them, each with its place.
    """
    found, problems = read_channels(
        written, around=Surroundings(site=written.site.view.id, publish=publish, lan=lan)
    )
    if problems:
        raise ConfigError([spoken(problem) for problem in problems])
    return found


def read_channels(written: Written, *, around: Surroundings) -> tuple[dict[str, Channel], list[Problem]]:
    """Return the channels that could be built, and everything that is wrong with the others."""
    path = written.settings.site
    document = parse_document(written.documents.get("site", ""), str(path))
    found: dict[str, Channel] = {}
    problems: list[Problem] = []
    for name, configured in written.site.view.channels.items():
        raw = written.site.channel_settings.get(name, {})
        built = _built(
            configured, raw, base=path.parent, around=around, place=_Place(document, name, problems)
        )
        if built is not None:
            found[name] = built
    for kind in ALWAYS:
        found.setdefault(kind, CHANNELS[kind].build(None, around=around))
    return found, problems


class _Place:
    """Where one channel stands in the site file, and where its problems go."""

    def __init__(self, document: Document, name: str, problems: list[Problem]) -> None:
        self._document = document
        self._problems = problems
        entries = document.value.get("channels") if isinstance(document.value, dict) else None
        names = [entry.get("name") for entry in entries or () if isinstance(entry, dict)]
        self._index: int | str = names.index(name) if name in names else name

    def bad(self, message: str, *path: str) -> None:
        """Report a problem at a part of the entry."""
        self._problems.append(self._document.problem(("channels", self._index, *path), message))


def _built(
    configured: Configured, raw: object, *, base: Path, around: Surroundings, place: _Place
) -> Channel | None:
    kind = CHANNELS.get(configured.kind)
    if kind is None:
        known = ", ".join(sorted(CHANNELS))
        place.bad(
            f"unknown kind '{configured.kind}', expected one of {known}{nearest(configured.kind, CHANNELS)}",
            "kind",
        )
        return None
    if kind.for_groups and not configured.group:
        place.bad(f"a {configured.kind} robot writes to a whole group, set group: true", "group")
    settings, mistakes = read_settings(kind.Settings, raw, base=base)
    for field, message in mistakes:
        place.bad(message, "settings", *([field] if field else []))
    if settings is None or (kind.for_groups and not configured.group):
        return None
    return kind.build(settings, around=around)


def destinations(
    site: SiteView, public_url: str | None, *, mode: str = "relay"
) -> Callable[[Message], Destination]:
    """Return where a message goes: the person's address on its channel, and a link that carries no identity.

    In the mode `estate` the link opens on the estate's network only, and every message says so.
    """

    def destination(message: Message) -> Destination:
        person = site.people.get(message.recipient)
        kind = site.channels[message.channel].kind if message.channel in site.channels else message.channel
        contacts = person.contacts if person is not None else {}
        link = f"{public_url.rstrip('/')}/m" if public_url else ""
        return Destination(
            recipient=message.recipient,
            address=contacts.get(message.channel, contacts.get(kind, "")),
            roles=tuple(person.roles) if person is not None else (),
            grids=tuple(person.grids) if person is not None else (),
            link=link,
            link_note=ESTATE_ONLY if mode == "estate" else {},
        )

    return destination


def where_of(site: SiteView, settings: Settings) -> Callable[[Message], Destination]:
    """Return where a message of this box goes."""
    return destinations(site, settings.http.public_url, mode=settings.reach.mode)
