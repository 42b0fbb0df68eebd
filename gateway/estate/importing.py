"""Importing: what a table would make of the estate, row by row, with every mistake at its cell. Pure; nothing is saved.

A row is the entry of its id: cells that are empty take a value away, columns that the table does not have leave it as
it is. What is not listed stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from devices.gateway_voice import GATEWAY
from devices.place import Place
from devices.problem import Problem
from devices.registry import Device, Household
from gateway.estate.cells import text_of
from gateway.estate.columns import (
    COLUMNS,
    WHATS,
    Column,
    Entry,
    Said,
    What,
    column_of,
    entry_of,
    hint,
)
from gateway.estate.table import Sheet
from gateway.in_chinese import hint_in_chinese
from gateway.response.categories import plain
from gateway.response.world import SiteView

Present: TypeAlias = Callable[[str], Entry | None]
_KINDS: dict[What, type[Any]] = {"device": Device, "place": Place, "household": Household}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake at its cell; `row` 0: of the site as a whole."""

    sheet: str
    row: int
    column: str
    value: str
    zh: str
    en: str


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """One row that changes something: which fields."""

    document: str
    row: int
    new: bool
    fields: tuple[str, ...] = ()


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a table says: the documents that change, what changes in them, and all that is wrong."""

    bodies: dict[str, Entry] = {}
    changes: tuple[Changed, ...] = ()
    findings: tuple[Finding, ...] = ()
    rows: dict[str, tuple[str, int]] = {}  # document -> (sheet, row)
    same: int = 0
    missing: dict[str, int] = {}  # entries of the site that the table does not list, by what they are


def listed(view: SiteView) -> dict[What, list[Entry]]:
    """Return all devices, places and homes of a site as entries, by id; what `read_rows` takes back."""
    devices = [
        {**plain(each), "state": each.state}
        for each in sorted(view.registry, key=lambda each: each.id)
        if each.id != GATEWAY.id
    ]
    places = [plain(each) for each in view.places]
    homes = [plain(each) for each in sorted(view.registry.households.values(), key=lambda each: each.id)]
    return {"device": devices, "place": places, "household": homes}


def read_rows(sheets: Sequence[Sheet], view: SiteView, present: Present) -> Reading:
    """Return what tables would change in a site; `present` is what the site says under a document's name."""
    reader = _Rows(view, present)
    for sheet in sheets:
        reader.sheet(sheet)
    known: dict[What, set[str]] = {
        "device": {each.id for each in view.registry} - {GATEWAY.id},
        "place": {each.id for each in view.places},
        "household": set(view.registry.households),
    }
    told = {what for sheet in sheets for what in [sheet.what]}
    missing: dict[str, int] = {
        what: len([name for name in known[what] if f"{what}:{name}" not in reader.rows])
        for what in WHATS
        if what in told
    }
    return Reading(
        bodies=reader.bodies, changes=tuple(reader.changes), findings=tuple(reader.findings), rows=reader.rows,
        same=reader.same, missing=missing,
    )  # fmt: skip


class _Rows:
    """Collects what the rows of all sheets say."""

    def __init__(self, view: SiteView, present: Present) -> None:
        self._view, self._present = view, present
        self.bodies: dict[str, Entry] = {}
        self.changes: list[Changed] = []
        self.findings: list[Finding] = []
        self.rows: dict[str, tuple[str, int]] = {}
        self.same = 0

    def sheet(self, sheet: Sheet) -> None:
        """Read one sheet."""
        if not sheet.rows:
            return
        (head_row, head), *rows = sheet.rows
        columns = [self._column(sheet, head_row, head, place) for place in range(len(head))]
        names = [each.key for each in columns if each is not None]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._find(sheet, head_row, name, name, ("这一列有两次", "this column is there twice"))
        for number, cells in rows:
            self._row(sheet, number, columns, cells)

    def _column(self, sheet: Sheet, row: int, head: Sequence[Any], place: int) -> Column | None:
        text = str(head[place] or "").strip()
        if not text or text.startswith(("错误", "errors")):
            return None
        found = column_of(sheet.what, text)
        if found is None:
            near = hint(sheet.what, text)
            self._find(
                sheet,
                row,
                text,
                text,
                (f"没有这一列{hint_in_chinese(near)}", f"there is no such column{near}"),
            )
        return found

    def _row(self, sheet: Sheet, number: int, columns: Sequence[Column | None], cells: Sequence[Any]) -> None:
        before = len(self.findings)
        texts: list[tuple[Column, str]] = []
        for place, column in enumerate(columns):
            if column is None:
                continue
            text, spoiled = text_of(cells[place] if place < len(cells) else None)
            if spoiled is None and text.startswith("=") and str(cells[place]).startswith("="):
                spoiled = ("这是公式，请粘贴为数值", "this is a formula; paste the value")
            if spoiled is not None:
                self._find(sheet, number, column.key, text, spoiled)
            texts.append((column, text))
        entry = entry_of(
            sheet.what, texts, lambda column, text, said: self._find(sheet, number, column.key, text, said)
        )
        identity = entry.get("id")
        if not identity:
            return
        name = f"{sheet.what}:{identity}"
        if name in self.rows:
            other = f"{self.rows[name][0]} {self.rows[name][1]}"
            said = (
                f"编号“{identity}”出现两次，另一处在 {other}",
                f"'{identity}' is there twice, also at {other}",
            )
            self._find(sheet, number, "id", str(identity), said)
            return
        self.rows[name] = (sheet.title, number)
        if len(self.findings) == before:
            self._take(sheet, number, name, entry, {column.field for column, _ in texts})

    def _take(self, sheet: Sheet, number: int, name: str, entry: Entry, columns: set[str]) -> None:
        was = self._present(name)
        known = was if was is not None else self._known(sheet.what, str(entry["id"]))
        kept = {key: value for key, value in (known or {}).items() if key not in columns}
        whole = {**kept, **entry}
        if sheet.what == "device" and "state" not in entry and known is not None:
            whole["state"] = known.get("state", "active")
        old, new = _as_kept(sheet.what, known or {}), _as_kept(sheet.what, whole)
        if known is not None and old == new:
            self.same += 1
            return
        fields = tuple(sorted(key for key in {*old, *new} if old.get(key) != new.get(key)))
        self.bodies[name] = whole
        self.changes.append(Changed(document=name, row=number, new=known is None, fields=fields))

    def _known(self, what: What, name: str) -> Entry | None:
        if what == "place":
            place = self._view.places.get(name)
            return None if place is None else plain(place)
        return None

    def _find(self, sheet: Sheet, row: int, column: str, value: str, said: Said) -> None:
        self.findings.append(
            Finding(sheet=sheet.title, row=row, column=column, value=value[:200], zh=said[0], en=said[1])
        )


def _as_kept(what: What, entry: Mapping[str, Any]) -> Entry:
    """Return an entry as it is understood: names in both languages, lists as lists, nothing that is the default."""
    found = {key: value for key, value in entry.items() if value not in (None, "", [], {}, ())}
    if isinstance(found.get("name"), str):
        found["name"] = {"zh": found["name"], "en": found["name"]}
    for key in ("tags", "care", "aliases"):
        if isinstance(found.get(key), str):
            found[key] = [found[key]]
    fields = {column.field for column in COLUMNS[what]}
    try:
        known = msgspec.convert({k: v for k, v in found.items() if k in fields}, _KINDS[what], strict=False)
    except msgspec.ValidationError:
        return found
    return {**{k: v for k, v in found.items() if k not in fields}, **plain(known)}


def located(
    problems: Sequence[Problem], reading: Reading, say: Callable[[Problem], tuple[str, str]]
) -> tuple[Finding, ...]:
    """Return mistakes of the site as it would be, each at the row that causes it."""
    found = []
    for each in problems:
        sheet, row = reading.rows.get(each.file, ("", 0))
        zh, en = say(each)
        column = each.path.partition(".")[0].partition("[")[0]
        where = "" if row else f"{each.file.rpartition('/')[2]}: {each.path}: "
        found.append(
            Finding(sheet=sheet, row=row, column=column, value="", zh=f"{where}{zh}", en=f"{where}{en}")
        )
    return tuple(found)
