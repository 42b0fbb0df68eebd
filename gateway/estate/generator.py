"""Generator: a line such as “1–30 栋, 3 单元, 18 层, 每层 4 户” becomes the places of a whole estate. Pure.

Nothing is guessed: what a line does not say is not made, and every part of it that is not understood is named.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

from devices.place import Place

MOST = 20_000  # places of one line
_RANGE = re.compile(r"([a-z]|\d{1,3})(?:[-~至到]([a-z]|\d{1,3}))?")
_WHAT = {
    "building": ("栋", "幢", "号楼", "座", "楼栋", "buildings", "building", "blocks", "block"),
    "unit": ("单元", "units", "unit"),
    "floor": ("层", "楼层", "floors", "floor", "storeys", "storey"),
    "home": ("户", "套", "homes", "home", "flats", "flat", "households", "household"),
}
_WORDS = sorted(
    ((word, what) for what, words in _WHAT.items() for word in words), key=lambda each: -len(each[0])
)
_EXCEPT = re.compile(r"(?:没有|不含|除|except|without|no)\s*([\d、,和\s-]+?)\s*(?:层|楼|floors?)")
_NAMES = {
    "building": ("{}号楼", "Building {}"), "lettered": ("{}座", "Building {}"), "unit": ("{}单元", "Unit {}"), "floor": ("{}层", "Floor {}"), "home": ("{}室", "Flat {}"),
}  # fmt: skip


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How the buildings of one line are built; 0 units, floors or homes: they have none."""

    buildings: tuple[str, ...]
    units: int = 0
    floors: int = 0
    homes: int = 0  # on each floor of each unit
    without: frozenset[int] = frozenset()  # floors that are left out in the counting: 4, 13, 14


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """What of a line is not understood or cannot be, in both languages."""

    part: str
    zh: str
    en: str


def read_layout(line: str) -> tuple[Layout | None, tuple[Mistake, ...]]:
    """Read a line; None with every mistake in it."""
    text = unicodedata.normalize("NFKC", line).lower().replace("–", "-").replace("—", "-")
    wrong: list[Mistake] = []
    without, text = _without(text)
    found: dict[str, str] = {}
    for part in _parts(text):
        _read_part(part, found, wrong)
    buildings = _numbers(found.get("building", ""))
    if not found.get("building"):
        wrong.append(Mistake(part=line.strip(), zh="没有说是哪几栋，例如“1–30 栋”", en="say which buildings, such as '1-30 buildings'"))  # fmt: skip
    elif not buildings:
        wrong.append(Mistake(part=found["building"], zh="栋号应像 1–30 或 A–F", en="buildings look like 1-30 or A-F"))  # fmt: skip
    counts = {what: _count(what, found, wrong) for what in ("unit", "floor", "home")}
    if counts["home"] and not counts["floor"]:
        wrong.append(Mistake(part=found["home"], zh="有户数，但没有说几层", en="homes without floors: say how many floors"))  # fmt: skip
    if wrong:
        return None, tuple(wrong)
    layout = Layout(
        buildings=buildings, units=counts["unit"], floors=counts["floor"], homes=counts["home"], without=without
    )  # fmt: skip
    if size_of(layout) > MOST:
        said = f"{size_of(layout)}"
        return None, (Mistake(part=line.strip(), zh=f"会有 {said} 个地点，一次最多 {MOST} 个，请分几次", en=f"{said} places; at most {MOST} at a time, do it in parts"),)  # fmt: skip
    return layout, ()


def _parts(text: str) -> list[str]:
    """Split a line; numbers that stand alone belong to what follows: `1,3,5-7 buildings` is one part."""
    found: list[str] = []
    held = ""
    for each in re.split(r"[,;、。\n]+", text):
        part = each.strip()
        if _RANGE.fullmatch(re.sub(r"\s+", "", part)):
            held += f"{part},"
        elif part:
            found.append(held + part)
            held = ""
    return [*found, held.rstrip(",")] if held else found


def _without(text: str) -> tuple[frozenset[int], str]:
    found = _EXCEPT.search(text)
    if found is None:
        return frozenset(), text
    numbers = _numbers(re.sub(r"[、和\s]+", ",", found[1]))
    rest = text[: found.start()].rstrip(" ,;、(") + text[found.end() :].lstrip(" )")
    return frozenset(int(each) for each in numbers if each.isdigit()), rest


_LEADS = ("每栋", "每幢", "每单元", "每楼层", "每层", "每", "各", "共", "有")  # what a number stands behind


def _read_part(part: str, found: dict[str, str], wrong: list[Mistake]) -> None:
    """Note what one part says: `3单元`, `每层4户`, `buildings 1-30`."""
    if not part:
        return
    bare = re.sub(rf"^(?:{'|'.join(_LEADS)})\s*", "", part)
    bare = re.sub(r"\s*(per|a|each|on each|on every|in each)\s+(building|unit|floor)s?$", "", bare).strip()
    for word, what in _WORDS:
        if bare.endswith(word) or bare.startswith(f"{word} "):
            number = bare.removesuffix(word) if bare.endswith(word) else bare.removeprefix(word)
            number = re.sub(r"\s+", "", number)
            if number and re.fullmatch(r"[a-z\d,~至到-]+", number) and what not in found:
                found[what] = number
                return
            break
    wrong.append(Mistake(part=part, zh=f"看不懂“{part}”，应像“3 单元”“18 层”“每层 4 户”", en=f"'{part}' is not understood; write '3 units', '18 floors', '4 homes'"))  # fmt: skip


def _numbers(text: str) -> tuple[str, ...]:
    """Return what `1-3,5` or `a-c` names, in order; nothing when it is not understood."""
    names: list[str] = []
    for part in filter(None, text.split(",")):
        pair = _RANGE.fullmatch(part)
        if pair is None:
            return ()
        first, last = pair[1], pair[2] or pair[1]
        if first.isdigit() != last.isdigit():
            return ()
        if first.isdigit():
            names += [str(number) for number in range(int(first), int(last) + 1)]
        else:
            names += [chr(number).upper() for number in range(ord(first), ord(last) + 1)]
    return tuple(dict.fromkeys(names))


def _count(what: str, found: dict[str, str], wrong: list[Mistake]) -> int:
    text = found.get(what)
    if text is None:
        return 0
    most = {"unit": 20, "floor": 120, "home": 60}[what]
    if text.isdigit() and 1 <= int(text) <= most:
        return int(text)
    wrong.append(Mistake(part=text, zh=f"应是 1 到 {most} 之间的一个数", en=f"expected one number between 1 and {most}"))  # fmt: skip
    return 0


def floors_of(layout: Layout) -> tuple[int, ...]:
    """Return the numbers of the floors, in order; those that are left out are not counted."""
    numbers: list[int] = []
    number = 0
    while len(numbers) < layout.floors:
        number += 1
        if number not in layout.without:
            numbers.append(number)
    return tuple(numbers)


def size_of(layout: Layout) -> int:
    """Return how many places a layout makes."""
    floors = layout.floors * (1 + layout.homes)
    return len(layout.buildings) * (1 + (layout.units or 1) * floors + layout.units)


def places_of(layout: Layout) -> list[Place]:
    """Return the places of a layout, each after what it lies in; ids are made of what they lie in (`b3-u1-5-502`)."""
    found: list[Place] = []
    for building in layout.buildings:
        key = f"b{building.lower()}"
        found.append(_place(key, "building" if building.isdigit() else "lettered", building, None, key))
        for unit in range(1, layout.units + 1):
            found.append(_place(f"{key}-u{unit}", "unit", str(unit), key, f"u{unit}"))
            _floors(layout, f"{key}-u{unit}", found)
        if not layout.units:
            _floors(layout, key, found)
    return found


def _floors(layout: Layout, within: str, found: list[Place]) -> None:
    for floor in floors_of(layout):
        key = f"{within}-{floor}"
        found.append(_place(key, "floor", str(floor), within, str(floor)))
        for home in range(1, layout.homes + 1):
            door = f"{floor}{home:02}"
            found.append(_place(f"{key}-{door}", "home", door, key, door))


def _place(key: str, named: str, number: str, parent: str | None, part: str) -> Place:
    zh, en = _NAMES[named]
    kind = "building" if named == "lettered" else named
    return msgspec.convert(
        {"id": key, "kind": kind, "name": {"zh": zh.format(number), "en": en.format(number)}, "parent": parent, "part": "" if part == key else part},
        Place,
    )  # fmt: skip
