"""Notices: who is told what by which channel. Writes Messages into a Draft; sends nothing.

Rules kept here: the page on duty hears everything, a person only what concerns them; a group gets least
detail; news never rings a telephone; a demonstration site reaches nothing outside this machine; a discreet
category makes no sound and tells no group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from gateway.response.draft import Draft
from gateway.response.message import NEWS, NOT_AFTER, message_id
from gateway.response.model import Channel, Incident, Message, Person
from gateway.response.world import World
from rules.change import Change

LOCAL_KINDS: frozenset[str] = frozenset({"lan", "console"})  # they end on this machine and its own network
COSTLY_KINDS: frozenset[str] = frozenset({"voice", "sms", "sms_aliyun", "sms_tencent"})
LAN = Channel(name="lan", kind="lan")
LATE_MARK = {"zh": "补报 ", "en": "(reported late) "}
GROUP, SITE = "group", "site"


def usable_channels(world: World) -> dict[str, Channel]:
    """Return the channels that may be chosen at all: always the LAN page, in a demonstration only local ones."""
    found = {LAN.name: LAN, **world.site.channels}
    return {name: c for name, c in found.items() if not world.site.demo or c.kind in LOCAL_KINDS}


def channels_of(
    world: World, person: Person, level: str, template: str, wanted: tuple[str, ...] = ()
) -> tuple[Channel, ...]:
    """Return the channels that reach this person with this message; the LAN page is always among them."""
    found: list[Channel] = []
    for channel in usable_channels(world).values():
        if channel.group or channel.kind == "console":
            continue
        if channel.kind == "lan":
            found.append(channel)
            continue
        reachable = channel.name in person.contacts or channel.kind in person.contacts
        asked = not wanted or channel.name in wanted or channel.kind in wanted
        dear = template in NEWS and channel.kind in COSTLY_KINDS
        if reachable and asked and not dear and level in channel.levels:
            found.append(channel)
    return tuple(found)


def tell(
    draft: Draft, people: Iterable[str], template: str, *, wanted: tuple[str, ...] = (), **params: Any
) -> None:
    """Tell some people about the case, each by every channel that reaches them."""
    for name in dict.fromkeys(people):
        person = draft.world.people.get(name)
        if person is not None:
            for channel in channels_of(draft.world, person, draft.incident.level, template, wanted):
                _put(draft, channel, person.id, template, params)


def tell_site(draft: Draft, template: str, **params: Any) -> None:
    """Tell the page on duty (and the console of a demonstration): never a phone."""
    if draft.category.discreet:
        return
    for channel in usable_channels(draft.world).values():
        if channel.kind in LOCAL_KINDS and not channel.group:
            _put(draft, channel, SITE, template, params)


def tell_groups(draft: Draft, template: str = "case.group") -> None:
    """Tell chat groups that there is a case: its number and level, no name, no room, no picture."""
    if draft.category.discreet:
        return
    for channel in usable_channels(draft.world).values():
        if channel.group and draft.incident.level in channel.levels:
            _put(draft, channel, GROUP, template, None)


def those_in(draft: Draft, *roles: str) -> tuple[str, ...]:
    """Return who is on duty in these roles for this case; when nobody is, everybody who holds one of them."""
    incident, world = draft.incident, draft.world
    present = [p.id for role in roles for p in world.on_duty(incident.grid, role, draft.now)]  # type: ignore[arg-type]  # role names
    return tuple(dict.fromkeys(present or [p.id for p in world.people.values() if set(roles) & set(p.roles)]))


def _put(
    draft: Draft, channel: Channel, recipient: str, template: str, params: Mapping[str, Any] | None
) -> None:
    incident = draft.incident
    message = Message(
        id=message_id(incident.number, draft.seq, template, channel.name, recipient),
        incident=incident.number,
        alert=None,
        channel=channel.name,
        recipient=recipient,
        template=template,
        params={} if params is None else {**about(incident), **params},
        level=incident.level,
        created_at=draft.now,
        not_after=draft.now + NOT_AFTER[incident.level],
        drill=incident.drill,
    )
    draft.messages[message.id] = message


def about(incident: Incident) -> dict[str, Any]:
    """Return what every message to a person says about the case."""
    title = incident.title
    if incident.late:
        title = {language: f"{mark}{title.get(language, '')}" for language, mark in LATE_MARK.items()}
    return {"title": title, "place": place_of(incident), "why": stop(incident.why)}


def stop(sentence: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence ended so that another one can follow it."""
    ends = {"zh": "。", "en": ". "}
    return {
        language: f"{sentence[language]}{end}" if sentence.get(language) else ""
        for language, end in ends.items()
    }


def place_of(incident: Incident) -> dict[str, str]:
    """Return where the case is, in words."""
    return place_words(incident.place)


_PARTS = (("building", "{} 栋", "building {}"), ("unit", "{} 单元", "unit {}"), ("floor", "{} 层", "floor {}"), ("zone", "{}", "{}"), ("text", "{}", "{}"))  # fmt: skip


def place_words(place: Mapping[str, str | None]) -> dict[str, str]:
    """Return a place (`World.place`) in words: the device, then building, unit, floor and zone."""
    zh, en = [], []
    if place.get("device_zh"):
        zh.append(str(place["device_zh"]))
        en.append(str(place["device_en"]))
    for part, zh_word, en_word in _PARTS:
        if place.get(part):
            zh.append(place.get(f"{part}_zh") or zh_word.format(place[part]))
            en.append(place.get(f"{part}_en") or en_word.format(place[part]))
    return {"zh": " ".join(zh) or "位置未知", "en": ", ".join(en) or "place unknown"}


def alert_notices(
    world: World, change: Change, params: Mapping[str, Any], *, now: datetime, seq: int, drill: bool
) -> tuple[Message, ...]:
    """Return the notices of an alert that has no case: the page on duty only, never a phone."""
    if world.category(change.category).discreet:
        return ()
    template = "alert.warning" if change.stage == "warning" else "alert.alarm"
    return tuple(
        Message(
            id=message_id(change.alert, seq, template, channel.name, SITE),
            incident=None,
            alert=change.alert,
            channel=channel.name,
            recipient=SITE,
            template=template,
            params=dict(params),
            level=change.level,
            created_at=now,
            not_after=now + NOT_AFTER[change.level],
            drill=drill,
        )
        for channel in usable_channels(world).values()
        if channel.kind in LOCAL_KINDS and not channel.group
    )
