"""Forms: sheets as CSV for spreadsheets, as an XLSX workbook, and as cells of text for paper."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from gateway.report.sheet import Cell, Column, Form, Sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets take the file for the local code page
_NUMBERS: dict[Form, str] = {"share": "0.0%", "minutes": "0.0", "number": "General"}
_SHEET_NAME = 31  # characters a spreadsheet takes
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def to_csv(sheets: Iterable[Sheet], title: str, foot: str) -> str:
    """Return all sheets one below the other, each under its title; every share is a number of percent."""
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    table = csv.writer(file)
    table.writerow([harmless(title)])
    for sheet in sheets:
        table.writerow([])
        table.writerow([harmless(sheet.title)])
        table.writerow([harmless(_headed(column)) for column in sheet.columns])
        for row in sheet.rows:
            cells = zip(row, sheet.columns, strict=True)
            table.writerow([_plain(_percent(cell, column.form)) for cell, column in cells])
    table.writerow([])
    table.writerow([harmless(foot)])
    return file.getvalue()


def to_xlsx(sheets: Iterable[Sheet], title: str, foot: str) -> bytes:
    """Return a workbook with one sheet a table; numbers stay numbers, text is never a formula."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title.translate(_FORBIDDEN)[:_SHEET_NAME])
        page.freeze_panes = "B4"
        for index, column in enumerate(sheet.columns):
            page.column_dimensions[chr(ord("A") + index)].width = 34 if column.form == "text" else 16

        page.append([_bold(page, title)])
        page.append([])
        page.append([_bold(page, column.name) for column in sheet.columns])
        for row in sheet.rows:
            page.append(
                [_cell(page, value, column.form) for value, column in zip(row, sheet.columns, strict=True)]
            )
        page.append([])
        page.append([_cell(page, foot, "text")])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def text_of(cell: Cell, form: Form) -> str:
    """Return a cell as it stands on paper; a dash where there is nothing to say."""
    if cell is None:
        return "–"
    if form == "share" and isinstance(cell, (int, float)):
        return f"{cell * 100:.1f} %"
    if isinstance(cell, float):
        return f"{cell:g}" if abs(cell) < 10 else f"{cell:.1f}"
    return str(cell)


def _headed(column: Column) -> str:
    """Return the head of a column; a share says its unit, once, wherever the name does not."""
    return f"{column.name} (%)" if column.form == "share" and "%" not in column.name else column.name


def _percent(cell: Cell, form: Form) -> Cell:
    return round(cell * 100, 1) if form == "share" and isinstance(cell, (int, float)) else cell


def _plain(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else cell


def _bold(page: Any, text: str) -> Any:
    cell = _cell(page, text, "text")
    cell.font = Font(bold=True)
    return cell


def _cell(page: Any, value: Cell, form: Form) -> Any:
    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = stays a text
    elif form in _NUMBERS:
        cell.number_format = _NUMBERS[form]
    return cell
