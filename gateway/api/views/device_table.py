"""The table of devices: narrowed, searched, ordered and cut into pages before any row is written out. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TypeAlias, get_args

import msgspec

from devices.place import PlaceTree
from devices.registry import Device
from gateway.api.schemas.device_table import DeviceChoice, DeviceTable
from gateway.api.schemas.devices import Word
from gateway.api.views.availability import battery_of, word_of
from gateway.api.views.lens import Lens, both
from gateway.api.views.site import Known, device_view
from gateway.estate.tree import place_of

BATTERY_LOW_PERCENT = 20
Order: TypeAlias = Literal["name", "type", "place", "state", "heard", "battery", "alerts"]
ORDERS: tuple[Order, ...] = get_args(Order)
WORDS: tuple[Word, ...] = get_args(Word)
_DIGITS = re.compile(r"(\d+)")
Key: TypeAlias = Callable[["Row"], object]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the table is narrowed to, and its order; an empty word narrows nothing."""

    q: str = ""
    place: str = ""
    type: str = ""
    state: str = ""
    life: str = ""
    profile: str = ""
    sort: str = ""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A device with what the table asks of it: cheap to make for thousands."""

    device: Device
    word: Word
    battery: float | None
    way: tuple[str, ...]  # ids of the places in which it stands, outermost first

    @property
    def low(self) -> bool:
        """Tell whether its battery should be changed."""
        return self.battery is not None and self.battery < BATTERY_LOW_PERCENT


def rows_of(devices: Iterable[Device], known: Known, tree: PlaceTree) -> list[Row]:
    """Return a row for each device."""
    return [
        Row(
            device=device,
            word=word_of(known.states.get(device.id), known.held.get(device.id)),
            battery=battery_of(known.states.get(device.id)),
            way=_way(tree, device),
        )
        for device in devices
    ]


def _way(tree: PlaceTree, device: Device) -> tuple[str, ...]:
    here = place_of(tree, device)
    if here is not None:
        return tuple(place.id for place in tree.way(here.id))
    return tuple(part for part in (device.building, device.zone) if part)


def device_table(
    rows: Sequence[Row], wanted: Wanted, known: Known, lens: Lens, tree: PlaceTree, *, page: int, limit: int
) -> DeviceTable:
    """Return one page of the devices that fit, and what there is of all of them."""
    fitting = _ordered([row for row in rows if _fits(row, wanted, lens)], wanted.sort, known, lens)
    pages = max(1, -(-len(fitting) // limit))
    at = min(page, pages)
    serving = [row for row in rows if row.device.state == "active"]
    states = Counter[str](row.word for row in serving)
    return DeviceTable(
        items=[device_view(row.device, known, lens) for row in fitting[(at - 1) * limit : at * limit]],
        found=len(fitting), total=len(rows), page=at, pages=pages,
        states={**{word: states[word] for word in WORDS}, "low": sum(row.low for row in serving)},
        lives=dict(Counter(row.device.state for row in rows)),
        places=_places(rows, tree),
        types=_choices(row.device.type for row in rows),
        profiles=_choices(row.device.profile for row in rows),
    )  # fmt: skip


def _fits(row: Row, wanted: Wanted, lens: Lens) -> bool:
    device = row.device
    if wanted.place and wanted.place not in row.way and wanted.place != device.grid:
        return False
    if wanted.state and not (row.low if wanted.state == "low" else row.word == wanted.state):
        return False
    for asked, has in ((wanted.type, device.type), (wanted.life, device.state), (wanted.profile, device.profile)):  # fmt: skip
        if asked and asked != has:
            return False
    return not wanted.q or _says(device, wanted.q, lens)


def _says(device: Device, words: str, lens: Lens) -> bool:
    place = lens.place_of_device(device)
    text = " ".join(
        (device.id, device.ident or "", device.type, device.profile, *device.name.values(), *device.tags,
         place.zh, place.en)
    ).casefold()  # fmt: skip
    return all(word in text for word in words.casefold().split())


def _ordered(rows: list[Row], sort: str, known: Known, lens: Lens) -> list[Row]:
    """Return the rows in an order such as `name` or `-heard`; what has no value stands last either way."""
    name = sort.removeprefix("-")
    if name not in ORDERS:
        return rows
    key = _keys(known, lens)[name]
    having = [row for row in rows if key(row) is not None]
    having.sort(key=key, reverse=sort.startswith("-"))  # type: ignore[arg-type]  # values of one kind, none is None
    return [*having, *(row for row in rows if key(row) is None)]


def _keys(known: Known, lens: Lens) -> Mapping[str, Key]:
    def heard(row: Row) -> object:
        state = known.states.get(row.device.id)
        return state.last_at if state is not None else None

    def trouble(row: Row) -> object:
        found = known.troubles.get(row.device.id)
        return (found.worst, -found.count) if found is not None else None

    return {
        "name": lambda row: _natural(both(row.device.name, row.device.id).zh),
        "type": lambda row: row.device.type,
        "place": lambda row: _natural(lens.place_of_device(row.device).zh),
        "state": lambda row: WORDS.index(row.word),
        "heard": heard,
        "battery": lambda row: row.battery,
        "alerts": trouble,
    }


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Return a key under which 2号楼 stands before 10号楼."""
    parts = [part for part in _DIGITS.split(text.casefold()) if part]
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def _places(rows: Sequence[Row], tree: PlaceTree) -> list[DeviceChoice]:
    counts = Counter(row.way[0] for row in rows if row.way)
    named = [
        DeviceChoice(value=value, name=both(place.name if (place := tree.get(value)) else None, value), devices=count)
        for value, count in counts.items()
    ]  # fmt: skip
    return sorted(named, key=lambda choice: _natural(choice.name.zh))


def _choices(values: Iterable[str]) -> list[DeviceChoice]:
    counts = Counter(value for value in values if value)
    return [
        DeviceChoice(value=value, name=both(None, value), devices=count)
        for value, count in sorted(counts.items())
    ]
