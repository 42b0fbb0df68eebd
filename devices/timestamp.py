"""Reading a device's own time: every form seen in the field becomes one UTC instant, or nothing.

ISO 8601 with or without a zone, compact ISO, `2026/3/4 8:05:02`, epoch seconds (integer, float or text),
milliseconds, microseconds, nanoseconds; `20260304181502` and `20260304T1815020000` when the profile says `compact`. Whether the clock behind it is right is `devices.clock`'s question.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal, TypeAlias

import msgspec

TimeForm: TypeAlias = Literal["auto", "iso", "compact", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns"]

_MILLI = 1_000
_MICRO = 1_000_000
_NEAR = (
    4_000_000_000  # seconds, the year 2096: until then a float holds milliseconds exactly to the microsecond
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PER_SECOND: dict[str, int] = {
    "epoch_s": 1,
    "epoch_ms": 1_000,
    "epoch_us": 1_000_000,
    "epoch_ns": 1_000_000_000,
}
_LOOSE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6}))?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)[ T]?(\d\d)(\d\d)(\d\d)(\d{1,6})?(Z)?")
_ZONE = re.compile(r"([+-])(\d{2}):?(\d{2})")
_LONGEST = 64  # characters; no honest timestamp is longer
_DATE_ONLY = 10  # characters; a day is not a time
_WRITTEN = frozenset({"auto", "iso"})


class Stamp(msgspec.Struct, frozen=True, gc=False):
    """A device's own time as an instant (UTC), and how sure its zone is.

    One is made for each message, so its fields may be given by place: that costs a quarter of a named tuple.
    """

    instant: datetime
    quality: Literal["zoned", "epoch", "naive"]


def parse_stamp(
    value: object, zone: tzinfo, form: TimeForm = "auto", trust_zone: bool = True
) -> Stamp | None:
    """Return the instant a device wrote, or None when it wrote none that can be read.

    Text without a zone is taken in `zone`. Zero and negative epochs mean "no time yet". With
    `trust_zone=False` a written zone is ignored (devices that stamp local time and append `Z`).
    """
    if type(value) is str and value[4:5] == "-" and form in _WRITTEN and _DATE_ONLY < len(value) <= _LONGEST:
        try:  # the form nearly every text has, without a step more than it needs
            moment = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            if moment.tzinfo is UTC and trust_zone:
                return Stamp(moment, "zoned")
            return _in_zone(moment, zone, trust_zone=trust_zone)
    if form == "compact":
        return _from_compact(value, zone)
    if type(value) is int and form != "iso":
        return _from_whole(value, form)
    if isinstance(value, str):
        text = value.strip()
        if not text or len(text) > _LONGEST:
            return None
        if form != "iso" and text[4:5] != "-" and _is_number(text):
            # Kept as an exact integer where it is one: nanoseconds do not fit a float.
            return _from_epoch(int(text) if text.isdigit() else float(text), form)
        return _from_text(text, zone, trust_zone=trust_zone) if form in ("auto", "iso") else None
    if isinstance(value, bool) or form == "iso" or not isinstance(value, int | float):
        return None
    return _from_epoch(value, form)


def parse_zone(text: str) -> tzinfo | None:
    """Return the fixed zone a profile names (`utc`, `+08:00`), or None when it is not one."""
    if text.lower() == "utc":
        return UTC
    found = _ZONE.fullmatch(text)
    if found is None or int(found[2]) > 14 or int(found[3]) > 59:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(offset if found[1] == "+" else -offset)


def _is_number(text: str) -> bool:
    whole, _, fraction = text.partition(".")
    return (
        whole.isascii() and whole.isdigit() and (not fraction or (fraction.isascii() and fraction.isdigit()))
    )


def _from_text(text: str, zone: tzinfo, *, trust_zone: bool) -> Stamp | None:
    if len(text) <= _DATE_ONLY:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        loose = _loose(text)
        if loose is None:
            return None
        moment = loose
    return _in_zone(moment, zone, trust_zone=trust_zone)


def _in_zone(moment: datetime, zone: tzinfo, *, trust_zone: bool) -> Stamp | None:
    try:
        if moment.tzinfo is not None and trust_zone:
            return Stamp(moment.astimezone(UTC), "zoned")
        return Stamp(moment.replace(tzinfo=zone).astimezone(UTC), "naive")
    except (OverflowError, ValueError):  # the years 1 and 9999 have no neighbours
        return None


def _from_compact(value: object, zone: tzinfo) -> Stamp | None:
    """Read digits without signs between them; what follows the seconds is their fraction."""
    found = _COMPACT.fullmatch(str(value).strip()) if isinstance(value, str | int) else None
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    microsecond = int((found[7] or "0").ljust(6, "0"))
    try:
        moment = datetime(year, month, day, hour, minute, second, microsecond, UTC if found[8] else zone)
        return Stamp(moment.astimezone(UTC), "zoned" if found[8] else "naive")
    except (OverflowError, ValueError):
        return None


def _loose(text: str) -> datetime | None:
    found = _LOOSE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    microsecond = int((found[7] or "0").ljust(6, "0"))
    try:
        return datetime(year, month, day, hour, minute, second, microsecond)  # noqa: DTZ001  the caller adds the zone
    except ValueError:
        return None


def _from_whole(value: int, form: TimeForm) -> Stamp | None:
    if value <= 0:
        return None
    per_second = _guess(value) if form == "auto" else _PER_SECOND[form]
    if per_second <= _MILLI and value < _NEAR * per_second:
        return Stamp(datetime.fromtimestamp(value / per_second, UTC), "epoch")
    try:
        return Stamp(_EPOCH + timedelta(0, 0, value * _MICRO // per_second), "epoch")
    except OverflowError:
        return None


def _from_epoch(value: float, form: TimeForm) -> Stamp | None:
    if type(value) is int:
        return _from_whole(value, form)
    if not value > 0:  # also refuses NaN
        return None
    try:
        return Stamp(
            _EPOCH + timedelta(seconds=value / (_guess(value) if form == "auto" else _PER_SECOND[form])),
            "epoch",
        )
    except (OverflowError, ValueError):
        return None


def _guess(value: float) -> int:
    # Seconds stay below 1e11 until the year 5138, milliseconds above it since 1973, and so on.
    if value < 1e11:
        return 1
    if value < 1e14:
        return 1_000
    return 1_000_000 if value < 1e17 else 1_000_000_000
