"""From a site file to calendars: named spans and the site's own holidays, every mistake with its place."""

from __future__ import annotations

import re
from datetime import date, time, tzinfo
from typing import Any

from devices.problem import nearest
from rules.calendar import DAY_WORDS, Calendar, Span
from rules.fields import Fields, Place, Reader, shown
from rules.workday import Workdays

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_DAY_KINDS = {"workday": True, "restday": False}


def parse_holidays(reader: Reader, value: Any, place: Place) -> Workdays:
    """Read `{"2026-05-12": restday | workday}`."""
    table: dict[date, bool] = {}
    if value is not None and not isinstance(value, dict):
        reader.problem(place, f'expected a mapping such as {{"2026-05-12": restday}}, found {shown(value)}')
        value = None
    for written, word in (value or {}).items():
        day = _day(written)
        if day is None:
            reader.problem(
                (*place, written), f"'{written}' is no date; expected YYYY-MM-DD such as 2026-05-12"
            )
        elif word not in _DAY_KINDS:
            hint = nearest(str(word), _DAY_KINDS)
            reader.problem((*place, written), f"expected restday or workday, found {shown(word)}{hint}")
        else:
            table[day] = _DAY_KINDS[word]
    return Workdays(table)


def parse_calendars(
    reader: Reader, value: Any, place: Place, *, zone: tzinfo, holidays: Workdays
) -> dict[str, Calendar]:
    """Read `{name: [{days: [mon … sun, workday, restday], from: "22:00", to: "06:00"}]}`."""
    calendars: dict[str, Calendar] = {}
    if value is not None and not isinstance(value, dict):
        reader.problem(place, f"expected a mapping from names to lists of spans, found {shown(value)}")
        value = None
    for name, spans in (value or {}).items():
        inner: Place = (*place, name)
        if not isinstance(spans, list) or not spans:
            found = "an empty list" if spans == [] else shown(spans)
            reader.problem(inner, f'expected a list such as [{{from: "22:00", to: "06:00"}}], found {found}')
            continue
        read = [_span(reader, item, (*inner, index)) for index, item in enumerate(spans)]
        calendars[name] = Calendar(name, tuple(span for span in read if span is not None), zone, holidays)
    return calendars


def _span(reader: Reader, value: Any, place: Place) -> Span | None:
    fields = Fields(reader, value, place)
    if not isinstance(value, dict):
        return None
    days = _days(fields)
    start = _clock(fields, "from")
    end = _clock(fields, "to")
    fields.end()
    if start is None or end is None:
        return None
    return Span(start=start, end=end, days=days)


def _days(fields: Fields) -> tuple[str, ...]:
    written = fields.take("days")
    if written is None:
        return ()
    if isinstance(written, str):
        written = [written]
    if not isinstance(written, list) or not written:
        fields.wrong("days", f"expected a list of {', '.join(DAY_WORDS)}, found {shown(written)}")
        return ()
    for index, word in enumerate(written):
        if word not in DAY_WORDS:
            hint = nearest(str(word), DAY_WORDS) or f"; expected one of {', '.join(DAY_WORDS)}"
            fields.reader.problem((*fields.at("days"), index), f"unknown day {shown(word)}{hint}")
    return tuple(word for word in written if word in DAY_WORDS)


def _clock(fields: Fields, name: str) -> time | None:
    written = fields.take(name, required=True)
    if written is None:
        return None
    found = _CLOCK.fullmatch(written) if isinstance(written, str) else None
    if found is not None:
        hour, minute, second = (int(part or 0) for part in found.groups())
        if (hour, minute, second) == (24, 0, 0) and name == "to":
            return time(0)  # the end of the day is the start of the next
        if hour < 24 and minute < 60 and second < 60:
            return time(hour, minute, second)
    fields.wrong(name, f"expected a time of day such as 22:00, found {shown(written)}")
    return None


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if len(written) == len("2026-05-12") else None
    except ValueError:
        return None
