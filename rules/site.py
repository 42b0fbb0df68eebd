"""The site as rules see it: devices and households, zone, calendars and holidays; read from `site.yaml`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec

from devices.document import Document, parse_document
from devices.problem import Problem, nearest
from devices.registry import Device, DeviceState, Household, Registry
from rules.calendar import Calendar
from rules.fields import Fields, Place, Reader, shown
from rules.parse_calendar import parse_calendars, parse_holidays
from rules.workday import Workdays

DEFAULT_ZONE = "Asia/Shanghai"
_Entry = TypeVar("_Entry", Device, Household)


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """One estate. `lint` are things in its file that are allowed but look like a slip."""

    id: str = "site"
    zone: ZoneInfo = ZoneInfo(DEFAULT_ZONE)
    registry: Registry = Registry()
    calendars: dict[str, Calendar] = {}
    holidays: Workdays = Workdays()
    lint: tuple[Problem, ...] = ()


def load_site(
    text: str | bytes, file: str, *, extra_keys: Collection[str] = ()
) -> tuple[Site, list[Problem]]:
    """Read a site file.

    Args:
        text: YAML 1.2 with `site`, `timezone`, `devices`, `households`, `calendars`, `holidays`.
        file: its name, for the problems.
        extra_keys: top-level keys that somebody else reads from the same file.

    Returns:
        The site as far as it could be read, and every mistake in it.
    """
    return read_estate(parse_document(text, file), extra_keys=extra_keys)


def read_estate(document: Document, *, extra_keys: Collection[str] = ()) -> tuple[Site, list[Problem]]:
    """Read a site from a file that was parsed already, or from data put together; as `load_site` does."""
    reader = Reader(document, document.file)
    if document.value is None and document.problems:
        return Site(), list(document.problems)
    fields = Fields(reader, document.value, ())
    if not isinstance(document.value, dict):
        return Site(), [*document.problems, *reader.problems]
    identity = _word(fields, "site")
    if "site" not in fields:
        fields.wrong("site", "the id of the site is missing")
    zone = _zone(fields)
    households = _entries(fields, "households", _household)
    devices = _entries(fields, "devices", _device)
    holidays = parse_holidays(reader, fields.take("holidays"), fields.at("holidays"))
    calendars = parse_calendars(
        reader, fields.take("calendars"), fields.at("calendars"), zone=zone, holidays=holidays
    )
    for key in extra_keys:
        fields.take(key)
    fields.end()
    registry = Registry((d for _, d in devices.values()), (h for _, h in households.values()))
    for index, device in devices.values():
        _check_parent(reader, registry, device, index)
    site = Site(
        id=identity or "site",
        zone=zone,
        registry=registry,
        calendars=calendars,
        holidays=holidays,
        lint=tuple(_lint(reader, devices, households)),
    )
    return site, [*document.problems, *reader.problems]


def _zone(fields: Fields) -> ZoneInfo:
    name = fields.text("timezone") or DEFAULT_ZONE
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = nearest(name, available_timezones()) or f"; expected an IANA zone such as {DEFAULT_ZONE}"
        fields.wrong("timezone", f"unknown time zone '{name}'{hint}")
        return ZoneInfo(DEFAULT_ZONE)


def _entries(fields: Fields, name: str, read: Callable[[Fields], _Entry]) -> dict[str, tuple[int, _Entry]]:
    """Return a list's entries by id, each with its place in the list; an id that is there twice is a mistake."""
    written = fields.take(name)
    found: dict[str, tuple[int, _Entry]] = {}
    if written is not None and not isinstance(written, list):
        fields.wrong(name, f"expected a list, found {shown(written)}")
        written = None
    reader = fields.reader
    for index, item in enumerate(written or []):
        place: Place = (*fields.at(name), index)
        inner = Fields(reader, item, place)
        if not isinstance(item, dict):
            continue
        entry = read(inner)
        inner.end()
        if entry.id in found:
            line = reader.document.line((*fields.at(name), found[entry.id][0]))
            reader.problem((*place, "id"), f"the id '{entry.id}' stands twice, first in line {line}")
        elif entry.id:
            found[entry.id] = (index, entry)
    return found


def _device(fields: Fields) -> Device:
    return Device(
        id=_word(fields, "id", required=True) or "",
        type=_word(fields, "type") or "",
        name=fields.bilingual("name"),
        profile=_word(fields, "profile") or "",
        ident=_word(fields, "ident") or "",
        user=_word(fields, "user") or "",
        parent=_word(fields, "parent"),
        household=_word(fields, "household"),
        tags=_words(fields, "tags"),
        state=fields.word("state", get_args(DeviceState)) or "active",
        x=_share(fields, "x"),
        y=_share(fields, "y"),
        building=_word(fields, "building"),
        unit=_word(fields, "unit"),
        floor=_word(fields, "floor"),
        zone=_word(fields, "zone"),
        grid=_word(fields, "grid"),
    )


def _household(fields: Fields) -> Household:
    return Household(
        id=_word(fields, "id", required=True) or "",
        care=_words(fields, "care"),
        tags=_words(fields, "tags"),
        building=_word(fields, "building"),
        unit=_word(fields, "unit"),
        floor=_word(fields, "floor"),
        grid=_word(fields, "grid"),
    )


def _word(fields: Fields, name: str, *, required: bool = False) -> str | None:
    """Return an id-like text; a number written without quotes is the word it was written as (`floor: 3`, `ident: 24e124`)."""
    found = fields.take(name, required=required)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return fields.written(name) or str(found)
    if found is None or (isinstance(found, str) and found):
        return found
    fields.wrong(name, f"expected text, found {shown(found)}")
    return None


def _words(fields: Fields, name: str) -> tuple[str, ...]:
    found = fields.take(name)
    if found is None:
        return ()
    if isinstance(found, str):
        return (found,)
    if isinstance(found, list) and all(isinstance(word, str) for word in found):
        return tuple(found)
    fields.wrong(name, f"expected a list of words such as [main], found {shown(found)}")
    return ()


def _share(fields: Fields, name: str) -> float | None:
    found = fields.number(name)
    if found is None or 0 <= found <= 1:
        return found
    fields.wrong(name, f"expected a share of the plan between 0 and 1, found {shown(found)}")
    return None


def _check_parent(reader: Reader, registry: Registry, device: Device, index: int) -> None:
    """Note a device that hangs on itself, directly or through others."""
    chain = [device.id, *registry.parents(device.id)]
    last = registry.get(chain[-1])
    if last is not None and last.parent == device.id:
        way = " → ".join([*chain, device.id])
        reader.problem(("devices", index, "parent"), f"'{device.id}' hangs on itself: {way}")


def _lint(
    reader: Reader, devices: dict[str, tuple[int, Device]], households: dict[str, tuple[int, Household]]
) -> list[Problem]:
    found: list[Problem] = []
    for index, device in devices.values():
        for name, value, known, what in (
            ("parent", device.parent, devices, "device"),
            ("household", device.household, households, "household"),
        ):
            if value is not None and value not in known:
                message = f"'{value}' is no {what} of this file{nearest(value, list(known))}"
                found.append(reader.document.problem(("devices", index, name), message))
    return found
