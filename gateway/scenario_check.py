"""What a story expects at one moment, compared with what there is: alerts, cases, messages, lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gateway.response.model import Incident, Message, TimelineRow
from gateway.response.timers import main_timer
from rules.change import Change

_CLOSING = ("cleared", "late_resolved")


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """All that an expectation may look at; messages and lines are those since the last expectation."""

    cases: list[Incident]
    alerts: dict[str, Change]
    messages: list[Message]
    lines: list[TimelineRow]


def unmet(scene: Scene, wanted: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for everything that is wanted and does not hold."""
    if "alerts" in wanted:
        yield from _alerts(scene, wanted["alerts"])
    if "incidents" in wanted:
        yield from _cases(scene, wanted["incidents"])
    if "incident" in wanted:
        which = int(wanted["incident"].get("which", len(scene.cases)))
        if 0 < which <= len(scene.cases):
            yield from _case(scene.cases[which - 1], wanted["incident"])
        else:
            yield f"there are {len(scene.cases)} incidents"
    if "messages" in wanted:
        yield from _messages(scene, wanted["messages"])
    if "told" in wanted:
        yield from _same("who was told", _told(scene.messages), _sorted(wanted["told"]))
    if "most_each" in wanted:
        yield from _most(scene.messages, int(wanted["most_each"]))
    if "drill" in wanted:
        unlike = [
            f"{m.template} to {m.recipient}" for m in scene.messages if m.drill is not bool(wanted["drill"])
        ]
        yield from _same("messages that are marked otherwise", unlike, [])
    for who in wanted.get("nobody_told", ()):
        found = [message.template for message in scene.messages if message.recipient == who]
        if found:
            yield f"{who} was told: {', '.join(found)}"
    said = [row.action for row in scene.lines]
    for action in wanted.get("lines", ()):
        if action not in said:
            yield f"no line '{action}' in the timeline; there are {', '.join(said) or 'none'}"


def _alerts(scene: Scene, wanted: Any) -> Iterator[str]:
    known = [{**msgspec.structs.asdict(c), "open": c.change not in _CLOSING} for c in scene.alerts.values()]
    if isinstance(wanted, int):
        yield from _same("open alerts", sum(alert["open"] for alert in known), wanted)
        return
    for fields in wanted:
        if not any(all(alert.get(name) == value for name, value in fields.items()) for alert in known):
            there = [{name: alert.get(name) for name in fields} for alert in known]
            yield f"no alert {fields}; there are {there}"


def _cases(scene: Scene, wanted: Any) -> Iterator[str]:
    count = wanted if isinstance(wanted, int) else len(wanted)
    yield from _same("number of incidents", len(scene.cases), count)
    if not isinstance(wanted, int):
        for case, fields in zip(scene.cases, wanted, strict=False):
            yield from _case(case, fields)


def _case(case: Incident, wanted: Mapping[str, Any]) -> Iterator[str]:
    for name, value in wanted.items():
        if name == "which":
            continue
        found: Any = msgspec.to_builtins(
            sorted({main_timer(timer) for timer in case.timers}) if name == "running" else getattr(case, name)
        )
        if isinstance(value, list):
            found, value = sorted(found), sorted(value)  # noqa: PLW2901  # people are listed in any order
        yield from _same(f"{case.number}.{name}", found, value)


def _messages(scene: Scene, wanted: list[dict[str, str]]) -> Iterator[str]:
    sent = ", ".join(f"{m.template} to {m.recipient} by {m.channel}" for m in scene.messages) or "none"
    if not wanted and scene.messages:
        yield f"expected no message; sent: {sent}"
    for message in wanted:
        found = any(
            m.recipient == message.get("to", m.recipient)
            and m.channel == message.get("by", m.channel)
            and m.template == message.get("about", m.template)
            for m in scene.messages
        )
        if not found:
            yield f"no message {message}; sent: {sent}"


def _told(messages: list[Message]) -> dict[str, dict[str, list[str]]]:
    """Return all that was told: who, about what, by which channels (one entry a message)."""
    found: dict[str, dict[str, list[str]]] = {}
    for message in messages:
        found.setdefault(message.recipient, {}).setdefault(message.template, []).append(message.channel)
    return _sorted(found)


def _sorted(told: Mapping[str, Mapping[str, list[str]]]) -> dict[str, dict[str, list[str]]]:
    return {
        who: {about: sorted(channels) for about, channels in sorted(what.items())}
        for who, what in sorted(told.items())
    }


def _most(messages: list[Message], most: int) -> Iterator[str]:
    each = Counter((message.recipient, message.channel) for message in messages)
    for (who, channel), count in sorted(each.items()):
        if count > most:
            yield f"{who} got {count} messages by {channel}, more than {most}"


def _same(what: str, found: object, wanted: object) -> Iterator[str]:
    if found != wanted:
        yield f"{what} is {found!r}, expected {wanted!r}"
