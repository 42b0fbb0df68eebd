"""Trial: what the rules would say to an event of a device. Nothing is journaled, raised, sent or remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from devices.event import Event
from devices.registry import Device
from rules.change import Change
from rules.engine import Engine
from rules.model import Inhibit, Rule
from rules.runtime import RuleAtWork, key_text
from rules.site import Site

_AHEAD = timedelta(minutes=10)


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that reads events of this kind: what it would do, at once or (`within_s`) if nothing else comes."""

    rule: str
    change: Change | None = None
    within_s: float | None = None
    near: dict[str, Any] | None = None  # what is still missing, when it does nothing yet


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """The event, marked as a test, and every rule that would look at it."""

    event: Event
    rules: tuple[Heard, ...] = ()


def event_of(device: Device, kind: str, data: Mapping[str, Any], *, site: str, now: datetime) -> Event:
    """Return an event as this device would say it now; its mode is `test`, so that wherever it goes it raises nothing."""
    return Event(
        id="trial", site=site, device=device.id, kind=kind, mode="test", at=now, received_at=now, data=dict(data),
        subject={"household": device.household} if device.household else {},
    )  # fmt: skip


def try_event(
    event: Event, rules: Iterable[Rule], inhibits: Iterable[Inhibit], site: Site, *, offset: timedelta
) -> Trial:
    """Return what the rules in force would say to an event that came live, in an engine made for this question alone."""
    wanted = [rule for rule in rules if rule.enabled]
    engine = Engine(wanted, inhibits, site)
    engine.set_offset(offset)
    now = event.received_at
    live = msgspec.structs.replace(event, mode="live", id="trial", seq=1)
    changes = [each for each in engine.step(live, now=now) if each.rule]
    heard = {each.rule: Heard(rule=each.rule, change=each) for each in changes}
    for each in engine.tick(now + _AHEAD, seq=2):
        if each.change == "opened" and each.rule not in heard and _of(event, each):
            within = (each.t - now) / timedelta(seconds=1)
            heard[each.rule] = Heard(rule=each.rule, change=each, within_s=within)
    key = key_text([event.device])
    for rule in wanted:
        if rule.id not in heard and event.kind in RuleAtWork(rule, 1).plans:
            heard[rule.id] = Heard(rule=rule.id, near=engine.near_miss(rule.id, key))
    return Trial(event=event, rules=tuple(heard[name] for name in sorted(heard)))


def _of(event: Event, change: Change) -> bool:
    """Tell whether an alert is of the event's device: others have said nothing to an engine that was just made."""
    return change.device == event.device and event.device in change.key.values()
