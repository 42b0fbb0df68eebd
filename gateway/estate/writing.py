"""Writing: the estate as a workbook or a CSV, and a table that was sent in with what is wrong written beside each row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

from gateway.estate.cells import guarded, printable
from gateway.estate.columns import COLUMNS, SHEETS, WHATS, Entry, What, row_of
from gateway.estate.table import Sheet

WRONG = "错误 errors"
_BOLD = Font(bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_SENTENCE = 60  # characters wide: what is wrong is read without pulling at the column
_RED = PatternFill("solid", fgColor="FFC7CE")
_TEXT = "@"
_LONGEST = 32_000  # characters of a cell


def workbook(entries: Mapping[What, Sequence[Entry]]) -> bytes:
    """Return a workbook with one sheet for devices, places and homes; every cell is text."""
    book = Workbook(write_only=True)
    for what in WHATS:
        sheet = book.create_sheet(SHEETS[what])
        sheet.freeze_panes = "B2"
        sheet.append([_cell(sheet, column.header, bold=True) for column in COLUMNS[what]])
        for entry in entries.get(what, ()):
            sheet.append([_cell(sheet, text) for text in row_of(what, entry)])
    return _saved(book)


def csv_file(what: What, entries: Iterable[Entry]) -> bytes:
    """Return one list as CSV in UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.header for column in COLUMNS[what]])
    writer.writerows(row_of(what, entry) for entry in entries)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def marked(sheets: Iterable[Sheet], wrong: Mapping[tuple[str, int], Sequence[tuple[str, str]]]) -> bytes:
    """Return the tables as they were sent, what is wrong in a first column: `wrong` by (sheet title, row number)."""
    book = Workbook(write_only=True)
    for each in sheets:
        sheet = book.create_sheet(printable(each.title)[:31] or "1")
        sheet.freeze_panes = "B2"
        sheet.column_dimensions["A"].width = _SENTENCE
        for place, (number, cells) in enumerate(each.rows):
            said = wrong.get((each.title, number), ())
            text = "\n".join(f"{zh} / {en}" for zh, en in said)
            first = _cell(sheet, text if place or text else WRONG, bold=not place, red=bool(said))
            sheet.append([first, *(_cell(sheet, _plain(cell)) for cell in cells)])
    return _saved(book)


def _plain(cell: Any) -> str:
    return "" if cell is None else guarded(printable(str(cell)))


def _cell(sheet: Any, text: str, *, bold: bool = False, red: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=text[:_LONGEST])
    cell.data_type = "s"  # whatever it begins with, it is no formula
    cell.number_format = _TEXT
    if bold:
        cell.font = _BOLD
    if red:
        cell.fill = _RED
        cell.alignment = _WRAPPED
    return cell


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
