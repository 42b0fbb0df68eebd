"""Spots: the places with most cases of a period, a building or a zone of the estate each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from gateway.report.record import CaseRecord

MOST = 3  # more are not read


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """One place with its cases; `share` is 0–1 of all cases, those of no known place too."""

    building: str | None
    zone: str | None
    cases: int
    share: float


def spots_of(cases: Iterable[CaseRecord], *, most: int = MOST) -> tuple[Spot, ...]:
    """Return the places with most cases, the first one with most; a case of a building counts for that building alone."""
    everything = list(cases)
    counts = Counter(
        (case.building, None if case.building else case.zone)
        for case in everything
        if case.building or case.zone
    )
    order = sorted(counts, key=lambda place: (-counts[place], place[0] or "", place[1] or ""))
    return tuple(
        Spot(
            building=building,
            zone=zone,
            cases=counts[building, zone],
            share=round(counts[building, zone] / len(everything), 4),
        )
        for building, zone in order[:most]
    )
