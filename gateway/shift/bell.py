"""Bell: reminds the desk of the two-hourly record and of rounds that were missed, once each.

Only a site that keeps the book is reminded of it: one that has never written a record is left in peace.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from gateway.shift.patrol import Walk
from gateway.shift.record import Record, slot_of

BEFORE_END = timedelta(minutes=30)  # of a slot without a record
KEPT_WITHIN = timedelta(days=7)  # a record in this time means that the book is kept
MISSED_WITHIN = timedelta(hours=2)  # an older missed round is in the day's list and rings no more


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """One reminder. `id` is the same however often it is computed: it rings once."""

    id: str
    title: dict[str, str]
    text: dict[str, str]


def rings_of(
    records: Iterable[Record], walks: Iterable[tuple[Walk, dict[str, str]]], *, now: datetime, zone: ZoneInfo
) -> tuple[Ring, ...]:
    """Return what is to be reminded of now; `records` are those of the last days, each walk comes with its name."""
    found: list[Ring] = []
    written = {record.slot for record in records}
    slot = slot_of(now, zone)
    kept = any(now - KEPT_WITHIN <= begin <= now for begin in written)
    if kept and slot.begin not in written and slot.end - now <= BEFORE_END:
        end = f"{slot.end.astimezone(zone):%H:%M}"
        found.append(
            Ring(
                id=f"record-{slot.begin.isoformat()}",
                title={"zh": "请写值班记录", "en": "Write the duty record"},
                text={"zh": f"本时段（到 {end}）还没有值班记录。", "en": f"Nobody has written the record of the two hours that end at {end}."},
            )
        )  # fmt: skip
    for walk, name in walks:
        left = [stop.point for stop in walk.stops if stop.standing == "missed"]
        if left and walk.end <= now < walk.end + MISSED_WITHIN:
            found.append(
                Ring(
                    id=f"walk-{walk.round}-{walk.begin.isoformat()}",
                    title={"zh": "巡查有漏点", "en": "Points of a round were missed"},
                    text={
                        "zh": f"{name.get('zh', walk.round)}：{len(left)} 处没有巡查。",
                        "en": f"{name.get('en', walk.round)}: {len(left)} point(s) were not seen.",
                    },
                )
            )
    return tuple(found)
