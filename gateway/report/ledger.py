"""Ledger (台账): what a day, a week or a month came to, counted from cases and alerts. Pure: records in, figures out.

A case belongs to the period in which it opened. Drills are counted once, by themselves, and nowhere else. Rates are
0–1 and None where there is nothing to divide: "no cases" is not "0 % on time".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from statistics import median

import msgspec

from gateway.report.load import Load, load_of
from gateway.report.period import Period
from gateway.report.record import AlertRecord, CaseRecord
from gateway.report.spot import Spot, spots_of
from gateway.report.spread import Spread, spreads_of
from gateway.report.uptime import Uptime
from gateway.report.verdict_mix import Finding, mix_of

TIMERS = ("take", "arrive", "resolve")
DONE = frozenset({"closed", "rejected", "merged"})
NOISIEST = 20


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of some cases. Times are median seconds from opening."""

    name: str  # a category, a level, a grid; "" is everything
    opened: int
    done: int
    still_open: int
    reported: int
    late: int  # cases in which at least one time ran out
    on_time: float | None  # of those that were resolved: within the time to resolve
    false_alarms: int
    false_rate: float | None  # of those that ended with a finding
    rework: int  # cases that were sent back at least once
    rework_rate: float | None  # of those that were resolved
    reopened: int
    taken_s: float | None
    arrived_s: float | None
    resolved_s: float | None
    rated: int
    satisfied: float | None  # ratings of 4 and 5 among all


class Noisy(msgspec.Struct, frozen=True, kw_only=True):
    """One rule in the league of noise: how often it spoke, what people found, which devices spoke most."""

    rule: str
    alarms: int
    share: float
    cases: int
    false: int
    found: int  # cases that ended with a finding
    devices: tuple[tuple[str, int], ...]


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the paper."""

    period: Period
    whole: Line
    by_category: tuple[Line, ...]
    by_level: tuple[Line, ...]
    by_grid: tuple[Line, ...]
    by_building: tuple[Line, ...]
    spots: tuple[Spot, ...]  # the places with most cases
    by_day: tuple[tuple[str, int, int], ...]  # day, cases opened on it, cases (of any day) closed on it
    drills: int
    carried_in: int  # opened before the period and not done when it began
    noisy: tuple[Noisy, ...]
    load: Load
    times: tuple[Spread, ...]  # how long each step took
    mix: dict[Finding, int]  # what people found
    uptime: Uptime | None = None  # of the devices; None: nobody asked


def ledger_of(
    cases: Iterable[CaseRecord],
    alerts: Iterable[AlertRecord],
    *,
    period: Period,
    day_of: Callable[[datetime], str],
    closed: Iterable[datetime] = (),
    carried_in: int = 0,
    seats: float | None = None,
    since: datetime | None = None,
    uptime: Uptime | None = None,
) -> Ledger:
    """Return the ledger of a period.

    Args:
        cases: those that opened in the period, drills included.
        alerts: alarms of the period, and older ones that stand; those of drills are left out by their case.
        period: the span.
        day_of: the day of the site in which a moment lies.
        closed: when cases (no drills) were closed in the period, also those that had opened before it.
        carried_in: how many older cases were open when the period began.
        seats: guards on duty on average, for the load of one of them.
        since: when the gateway began to listen; hours before that are not counted as quiet ones.
        uptime: of the devices that lie in the scope.
    """
    everything = list(cases)
    drills = {case.number for case in everything if case.drill}
    real = [case for case in everything if not case.drill]
    heard = [alert for alert in alerts if alert.incident not in drills]
    days = Counter(day_of(case.opened_at) for case in real)
    ended = Counter(day_of(at) for at in closed)
    listening = period.begin if since is None else min(max(period.begin, since), period.end)
    return Ledger(
        period=period,
        whole=line_of("", real),
        by_category=_lines(real, lambda case: case.category),
        by_level=_lines(real, lambda case: case.level),
        by_grid=_lines(real, lambda case: case.grid or ""),
        by_building=_lines(real, lambda case: case.building or ""),
        spots=spots_of(real),
        by_day=tuple((day, days[day], ended[day]) for day in sorted({*days, *ended})),
        drills=len(drills),
        carried_in=carried_in,
        noisy=_league(heard, real, period),
        load=load_of(heard, begin=listening, end=period.end, seats=seats),
        times=spreads_of(real),
        mix=mix_of(real),
        uptime=uptime,
    )


def line_of(name: str, cases: Sequence[CaseRecord]) -> Line:
    """Return the figures of these cases."""
    resolved = [case for case in cases if case.resolved_s is not None]
    found = [case for case in cases if case.close_code and case.close_code.startswith(("true_", "false_"))]
    wrong = [case for case in found if case.close_code and case.close_code.startswith("false_")]
    rated = [stars for case in cases for stars in case.ratings]
    done = sum(case.state in DONE for case in cases)
    sent_back = [case for case in resolved if case.rework]
    return Line(
        name=name,
        opened=len(cases),
        done=done,
        still_open=len(cases) - done,
        reported=sum(case.reported for case in cases),
        late=sum(bool(case.late & set(TIMERS)) for case in cases),
        on_time=_rate(sum("resolve" not in case.late for case in resolved), len(resolved)),
        false_alarms=len(wrong),
        false_rate=_rate(len(wrong), len(found)),
        rework=len(sent_back),
        rework_rate=_rate(len(sent_back), len(resolved)),
        reopened=sum(bool(case.reopened) for case in cases),
        taken_s=_middle(case.taken_s for case in cases),
        arrived_s=_middle(case.arrived_s for case in cases),
        resolved_s=_middle(case.resolved_s for case in cases),
        rated=len(rated),
        satisfied=_rate(sum(stars >= 4 for stars in rated), len(rated)),
    )


def _lines(cases: Sequence[CaseRecord], name: Callable[[CaseRecord], str]) -> tuple[Line, ...]:
    groups: dict[str, list[CaseRecord]] = {}
    for case in cases:
        groups.setdefault(name(case), []).append(case)
    return tuple(line_of(key, groups[key]) for key in sorted(groups))


def _league(alerts: Sequence[AlertRecord], cases: Sequence[CaseRecord], period: Period) -> tuple[Noisy, ...]:
    """Return the rules that spoke most; the ones people found wrong come first among equals."""
    heard = [alert for alert in alerts if period.begin <= alert.opened_at < period.end]
    codes = {case.number: case.close_code or "" for case in cases}
    rules: dict[str, list[AlertRecord]] = {}
    for alert in heard:
        rules.setdefault(alert.rule, []).append(alert)
    found = []
    for rule, own in rules.items():
        ended = [codes.get(number, "") for number in {a.incident for a in own if a.incident is not None}]
        devices = Counter(a.device for a in own if a.device is not None)
        found.append(
            Noisy(
                rule=rule,
                alarms=len(own),
                share=round(len(own) / len(heard), 4),
                cases=len(ended),
                false=sum(code.startswith("false_") for code in ended),
                found=sum(code.startswith(("true_", "false_")) for code in ended),
                devices=tuple(sorted(devices.items(), key=lambda pair: (-pair[1], pair[0]))[:3]),
            )
        )
    return tuple(sorted(found, key=lambda each: (-each.alarms, -each.false, each.rule))[:NOISIEST])


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _middle(lengths: Iterable[float | None]) -> float | None:
    known = [length for length in lengths if length is not None]
    return round(median(known), 1) if known else None
