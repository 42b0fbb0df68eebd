"""Duty record (值班记录): every two hours whoever is on duty writes down how it stands. Missed ones are shown, not hidden."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

EVERY = timedelta(hours=2)


class Slot(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """[begin, end) of wall time in which one record belongs."""

    begin: datetime
    end: datetime


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote. `at` is when; the slot is the one in which that lies."""

    id: str
    slot: datetime  # its beginning
    at: datetime
    by: str
    text: str
    normal: bool  # all quiet, as they say


def slot_of(at: datetime, zone: ZoneInfo) -> Slot:
    """Return the slot in which a moment lies; slots begin at the even hours of the site's clock."""
    local = at.astimezone(zone)
    hours = EVERY // timedelta(hours=1)
    begin = local.replace(hour=local.hour // hours * hours, minute=0, second=0, microsecond=0, fold=0)
    after = (begin.replace(tzinfo=None) + EVERY).replace(tzinfo=zone)
    return Slot(begin=begin.astimezone(at.tzinfo), end=after.astimezone(at.tzinfo))


def slots_between(begin: datetime, end: datetime, zone: ZoneInfo) -> list[Slot]:
    """Return the slots that ended in (begin, end], oldest first."""
    found: list[Slot] = []
    slot = slot_of(begin, zone)
    while slot.end <= end:
        if slot.end > begin:
            found.append(slot)
        slot = slot_of(slot.end, zone)
    return found


def missed(records: Iterable[Record], *, begin: datetime, end: datetime, zone: ZoneInfo) -> tuple[Slot, ...]:
    """Return the slots that have ended between the two moments without a record."""
    written = {record.slot for record in records}
    return tuple(slot for slot in slots_between(begin, end, zone) if slot.begin not in written)
