"""Uptime: for which share of a period devices could be heard, from the spans in which the rules held them for gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

WORST = 10


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """A device was gone from `begin` on; `end` is None while it still is."""

    device: str
    begin: datetime
    end: datetime | None


class DeviceUptime(msgspec.Struct, frozen=True, kw_only=True):
    """One device that was gone in the period."""

    device: str
    share: float
    outages: int
    gone_s: float


class TypeUptime(msgspec.Struct, frozen=True, kw_only=True):
    """All devices of one type."""

    type: str
    devices: int
    share: float | None
    outages: int


class Uptime(msgspec.Struct, frozen=True, kw_only=True):
    """The period. `share` is 0–1, None with no devices or no time."""

    devices: int
    share: float | None
    by_type: tuple[TypeUptime, ...]
    worst: tuple[DeviceUptime, ...]  # those that were gone longest


def uptime_of(
    types: Mapping[str, str], outages: Iterable[Outage], *, begin: datetime, end: datetime
) -> Uptime:
    """Return the uptime of the devices in `types` (device → type) over [begin, end).

    Spans of one device that overlap count once: two rules may hold it for gone at the same time.
    """
    whole = max((end - begin).total_seconds(), 0.0)
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for each in outages:
        cut = (max(each.begin, begin), min(each.end or end, end))
        if each.device in types and cut[0] < cut[1]:
            spans.setdefault(each.device, []).append(cut)
    lost = {device: together(each) for device, each in spans.items()}
    gone = {
        device: sum((b - a for a, b in each), timedelta()).total_seconds() for device, each in lost.items()
    }
    by_type = []
    for kind in sorted(set(types.values())):
        own = [device for device, each in types.items() if each == kind]
        by_type.append(
            TypeUptime(
                type=kind,
                devices=len(own),
                share=_share(sum(gone.get(each, 0.0) for each in own), whole * len(own)),
                outages=sum(len(lost.get(each, ())) for each in own),
            )
        )
    worst = sorted(gone, key=lambda device: (-gone[device], device))[:WORST]
    return Uptime(
        devices=len(types),
        share=_share(sum(gone.values()), whole * len(types)),
        by_type=tuple(by_type),
        worst=tuple(
            DeviceUptime(
                device=each,
                share=_share(gone[each], whole) or 0.0,
                outages=len(lost[each]),
                gone_s=gone[each],
            )
            for each in worst
        ),
    )


def together(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return spans in order with those that touch or overlap made one."""
    found: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def _share(lost: float, whole: float) -> float | None:
    return round(1 - lost / whole, 6) if whole else None
