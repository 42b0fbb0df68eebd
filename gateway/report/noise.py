"""Noise: who speaks most (a rule, a device, a place), what does not end, what trembles, the floods, what is silenced often."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from gateway.report.load import CHATTER, STANDING, WINDOW, flood_spans, windows
from gateway.report.record import AlertRecord, CaseRecord

MINUTE = timedelta(minutes=1)
SHORT = timedelta(minutes=2)  # an alarm that ends by itself within this gave nobody time to act
OFTEN = 3  # silences of the same thing in a period: the rule, not the day, is wrong


class Loud(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, device or place. Shares are 0–1."""

    name: str
    alarms: int
    share: float
    false: int  # of its cases, by what people found
    found: int  # of its cases, how many have a finding
    short: int  # ended within two minutes
    chatters: bool
    rule: str  # the rule that spoke most of it
    rule_share: float
    device: str | None  # the device that spoke most of it
    device_share: float


class Trembling(msgspec.Struct, frozen=True, kw_only=True):
    """A rule and key that came thrice within a minute."""

    rule: str
    key: str
    device: str | None
    alarms: int
    worst: int  # within one minute
    last_at: datetime


class Flood(msgspec.Struct, frozen=True, kw_only=True):
    """More than ten alarms in ten minutes, until fewer than five came."""

    begin: datetime
    end: datetime
    alarms: int
    rule: str  # that spoke most in it
    rule_alarms: int


def league(
    alerts: Sequence[AlertRecord], cases: Iterable[CaseRecord], *, by: Callable[[AlertRecord], str | None], most: int = 10
) -> tuple[Loud, ...]:  # fmt: skip
    """Return the loudest by rule, device or place; an alert for which `by` says None belongs to none of them."""
    codes = {case.number: case.close_code or "" for case in cases}
    groups: dict[str, list[AlertRecord]] = {}
    for alert in alerts:
        name = by(alert)
        if name is not None:
            groups.setdefault(name, []).append(alert)
    order = sorted(groups, key=lambda name: (-len(groups[name]), name))[:most]
    return tuple(_loud(name, groups[name], len(alerts), codes) for name in order)


def _loud(name: str, own: Sequence[AlertRecord], everything: int, codes: dict[str, str]) -> Loud:
    ended = [codes.get(number, "") for number in {each.incident for each in own if each.incident is not None}]
    rule, by_rule = _first(Counter(each.rule for each in own))
    devices = Counter(each.device for each in own if each.device is not None)
    device, by_device = _first(devices) if devices else (None, 0)
    return Loud(
        name=name,
        alarms=len(own),
        share=round(len(own) / everything, 4),
        false=sum(code.startswith("false_") for code in ended),
        found=sum(code.startswith(("true_", "false_")) for code in ended),
        short=sum(each.cleared_at is not None and each.cleared_at - each.opened_at <= SHORT for each in own),
        chatters=bool(trembling(own)),
        rule=rule,
        rule_share=round(by_rule / len(own), 4),
        device=device,
        device_share=round(by_device / len(own), 4),
    )


def _first(counts: Counter[str]) -> tuple[str, int]:
    return min(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def trembling(alerts: Iterable[AlertRecord]) -> tuple[Trembling, ...]:
    """Return what came thrice within a minute, the worst first."""
    groups: dict[tuple[str, str], list[AlertRecord]] = {}
    for alert in alerts:
        groups.setdefault((alert.rule, alert.key), []).append(alert)
    found = []
    for (rule, key), own in groups.items():
        ordered = sorted(own, key=lambda each: each.opened_at)
        times = [each.opened_at for each in ordered]
        worst = max(bisect_right(times, first + MINUTE) - place for place, first in enumerate(times))
        if worst >= CHATTER:
            last = ordered[-1]
            found.append(Trembling(rule=rule, key=key, device=last.device, alarms=len(own), worst=worst, last_at=last.opened_at))  # fmt: skip
    return tuple(sorted(found, key=lambda each: (-each.worst, -each.alarms, each.rule, each.key)))


def standing(alerts: Iterable[AlertRecord], *, at: datetime) -> tuple[AlertRecord, ...]:
    """Return the alarms that have stood for over 24 hours, the oldest first."""
    found = [
        each
        for each in alerts
        if each.opened_at < at - STANDING and (each.cleared_at is None or each.cleared_at >= at)
    ]
    return tuple(sorted(found, key=lambda each: (each.opened_at, each.id)))


def floods(alerts: Iterable[AlertRecord], *, begin: datetime, end: datetime) -> tuple[Flood, ...]:
    """Return the record of floods in [begin, end), the newest first."""
    heard = sorted(
        (each for each in alerts if begin <= each.opened_at < end), key=lambda each: each.opened_at
    )
    counts = windows([each.opened_at for each in heard], begin, end)
    found = []
    for first, after in flood_spans(counts):
        span = (begin + first * WINDOW, min(begin + after * WINDOW, end))
        own = [each for each in heard if span[0] <= each.opened_at < span[1]]
        rule, spoken = _first(Counter(each.rule for each in own))
        found.append(Flood(begin=span[0], end=span[1], alarms=len(own), rule=rule, rule_alarms=spoken))
    return tuple(reversed(found))


def silenced_often(silences: Iterable[str], *, least: int = OFTEN) -> tuple[tuple[str, int], ...]:
    """Return what was silenced again and again (a condition each), the most often first."""
    counts = Counter(silences)
    return tuple(sorted(((where, times) for where, times in counts.items() if times >= least), key=lambda pair: (-pair[1], pair[0])))  # fmt: skip
