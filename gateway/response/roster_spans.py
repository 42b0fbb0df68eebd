"""Spans of a roster: who is on duty over a stretch of time, from when to when; the same as `duties` at each instant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from gateway.response.model import Role
from gateway.response.roster import Override, Roster, away, people_of, span_of


class Stint(msgspec.Struct, frozen=True, kw_only=True):
    """One person on duty from `begin` to `end` (UTC)."""

    person: str
    role: Role
    grid: str | None  # None: their own
    shift: str
    begin: datetime
    end: datetime


def stints(roster: Roster, begin: datetime, end: datetime, zone: ZoneInfo) -> tuple[Stint, ...]:
    """Return all duty within [begin, end), cut to it, by begin, shift and person."""
    first = begin.astimezone(zone).date() - timedelta(days=1)
    found: list[Stint] = []
    for offset in range((end.astimezone(zone).date() - first).days + 1):
        day = first + timedelta(days=offset)
        for shift in roster.shifts:
            span = span_of(shift, day, zone, roster.workdays)
            if span is None or span[1] <= begin or span[0] >= end:
                continue
            found += [
                Stint(
                    person=person, role=shift.role, grid=shift.grid, shift=shift.id,
                    begin=max(span[0], begin), end=min(span[1], end),
                )
                for person in people_of(shift, day)
                if not away(roster, person, day)
            ]  # fmt: skip
    for override in roster.overrides:
        if override.begin < end and override.end > begin:
            found = _changed(found, override, begin, end)
    return tuple(sorted(found, key=lambda each: (each.begin, each.shift, each.person, each.grid or "")))


def _changed(found: Iterable[Stint], override: Override, begin: datetime, end: datetime) -> list[Stint]:
    kept: list[Stint] = []
    for each in found:
        meant = (
            each.person in override.remove
            and each.role == override.role
            and (
                each.shift == override.shift
                if override.shift is not None
                else override.grid in (None, each.grid)
            )
        )
        if not meant or each.end <= override.begin or each.begin >= override.end:
            kept.append(each)
            continue
        if each.begin < override.begin:
            kept.append(msgspec.structs.replace(each, end=override.begin))
        if each.end > override.end:
            kept.append(msgspec.structs.replace(each, begin=override.end))
    kept += [
        Stint(
            person=person, role=override.role, grid=override.grid, shift=override.shift or "override",
            begin=max(override.begin, begin), end=min(override.end, end),
        )
        for person in override.add
    ]  # fmt: skip
    return kept


def joined(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return spans in order, those that overlap or meet made one."""
    found: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif begin < end:
            found.append((begin, end))
    return found
