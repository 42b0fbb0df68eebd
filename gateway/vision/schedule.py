"""Schedule: at which hours of the week an analytic of a camera is awake.

A span from 22:00 to 06:00 belongs to the day it starts; from = to is the whole day; no spans: always.
Anything finer (holidays, armed or not) is a rule's business: rules read every camera event.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from gateway.vision.fields import Fields

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Some days of the week, from one time of day to another, the end excluded."""

    days: tuple[str, ...]
    begin: time
    end: time


def read_schedule(fields: Fields, name: str = "schedule") -> tuple[Span, ...]:
    """Read a list of `{days: [mon, …], from: "22:00", to: "06:00"}`."""
    spans: list[Span] = []
    for item in fields.items(name):
        spans.append(
            Span(days=item.words("days", DAYS) or DAYS, begin=item.clock("from"), end=item.clock("to"))
        )
        item.done()
    return tuple(spans)


def awake(spans: tuple[Span, ...], at: datetime, zone: ZoneInfo) -> bool:
    """Return whether any span holds at this moment (aware), by the clock of `zone`."""
    if not spans:
        return True
    local = at.astimezone(zone)
    today, yesterday = DAYS[local.weekday()], DAYS[(local - timedelta(days=1)).weekday()]
    now = local.time()
    for span in spans:
        if span.begin < span.end:
            if today in span.days and span.begin <= now < span.end:
                return True
        elif (today in span.days and now >= span.begin) or (yesterday in span.days and now < span.end):
            return True
    return False
