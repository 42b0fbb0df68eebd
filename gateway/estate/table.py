"""Table: the rows of a CSV or XLSX file as texts, whoever wrote it: UTF-8, GBK or UTF-16, any of the usual separators.

A file that is no table, too large, or made to harm whoever opens it is refused with a sentence.
"""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import msgspec
import openpyxl

from gateway.estate.columns import COLUMNS, SHEETS, What, column_of

MOST_BYTES = 10 << 20
MOST_UNPACKED = 40 << 20
MOST_ROWS = 30_000  # of all sheets together
_MOST_COLUMNS = 60
_LONGEST_FIELD = 4000  # characters


class NotATable(Exception):
    """A file that is not taken; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one sheet; `rows` are (row number in the file, cells), the header first."""

    what: What
    title: str
    rows: list[tuple[int, list[Any]]]


def read_table(content: bytes) -> list[Sheet]:
    """Read a file of either kind.

    Raises:
        NotATable: it cannot be read, is too large, or holds none of our columns.
    """
    if len(content) > MOST_BYTES:
        raise NotATable("文件太大，最多 10 MB", "the file is too large; at most 10 MB")
    if not content.strip():
        raise NotATable("文件是空的", "the file is empty")
    if content[:4] == b"PK\x03\x04":
        return _read_xlsx(content)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise NotATable(
            "旧的 .xls 格式不能读，请另存为 .xlsx", "the old .xls cannot be read; save it as .xlsx"
        )
    return [_read_csv(_text(content))]


def _text(content: bytes) -> str:
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    codings = ["utf-16"] if wide else ["utf-8-sig", "gb18030"]
    for coding in codings:
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise NotATable(
        "读不出文字：请另存为 UTF-8 的 CSV 或 .xlsx",
        "not readable as text; save it as CSV in UTF-8 or as .xlsx",
    )


def _read_csv(text: str) -> Sheet:
    head = text[:4000].splitlines()[0] if text.strip() else ""
    separator = max(",\t;", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[tuple[int, list[Any]]] = []
    try:
        for cells in reader:
            if len(rows) > MOST_ROWS or len(cells) > _MOST_COLUMNS:
                raise _too_many()
            if any(len(cell) > _LONGEST_FIELD for cell in cells):
                raise NotATable(
                    f"第 {reader.line_num} 行有一格太长", f"line {reader.line_num}: a cell is too long"
                )
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, list(cells)))
    except csv.Error as error:
        raise NotATable(
            f"第 {reader.line_num} 行读不出：{error}", f"line {reader.line_num}: {error}"
        ) from None
    return Sheet(what=_what_of(rows), title="CSV", rows=rows)


def _too_many() -> NotATable:
    return NotATable(
        f"太多行或列：最多 {MOST_ROWS} 行", f"too many rows or columns; at most {MOST_ROWS} rows"
    )


def _what_of(rows: list[tuple[int, list[Any]]], title: str = "") -> What:
    """Return what a table lists: by its title, or by the header that fits best."""
    for what, name in SHEETS.items():
        if title and (title == name or title in name.split() or title.casefold() == what):
            return what
    headers = [str(cell) for cell in rows[0][1] if cell is not None] if rows else []
    fits = {what: sum(column_of(what, header) is not None for header in headers) for what in COLUMNS}
    best = max(fits, key=lambda what: fits[what])
    if fits[best] == 0 or not any(
        (c := column_of(best, header)) is not None and c.field == "id" for header in headers
    ):
        raise NotATable(
            "第一行没有我们认识的表头，至少要有“编号 id”", "the first row is no header of ours; it needs at least 'id'"
        )  # fmt: skip
    return best


def _read_xlsx(content: bytes) -> list[Sheet]:
    _harmless(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            found = _sheets_of(book)
        finally:
            book.close()
    except NotATable:
        raise
    except Exception as error:  # noqa: BLE001  # task boundary: a damaged or foreign workbook, whatever the library says
        raise NotATable("不是能读的 .xlsx 文件", f"not a readable .xlsx: {type(error).__name__}") from None
    if not found:
        raise NotATable("表格是空的", "the workbook is empty")
    return found


def _sheets_of(book: openpyxl.Workbook) -> list[Sheet]:
    found: list[Sheet] = []
    total = 0
    for sheet in book.worksheets:
        rows: list[tuple[int, list[Any]]] = []
        for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True), start=1):
            if any(cell not in (None, "") for cell in cells):
                total += 1
                rows.append((number, list(cells)))
            if total > MOST_ROWS or number > 10 * MOST_ROWS:
                raise _too_many()
        if rows and not (found and _foreign(rows, sheet.title)):
            found.append(Sheet(what=_what_of(rows, sheet.title), title=sheet.title, rows=rows))
    return found


def _foreign(rows: list[tuple[int, list[Any]]], title: str) -> bool:
    """Tell whether a further sheet is none of ours: notes that somebody keeps beside the tables."""
    try:
        _what_of(rows, title)
    except NotATable:
        return True
    return False


def _harmless(content: bytes) -> None:
    """Refuse what would unpack without end, or carries a document type of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > 2000 or sum(each.file_size for each in entries) > MOST_UNPACKED:
                raise NotATable("文件解开后太大", "the file unpacks to too much")
            for each in entries:
                if each.filename.endswith((".xml", ".rels")):
                    with archive.open(each) as part:
                        if b"<!DOCTYPE" in part.read(4096).upper():
                            raise NotATable("文件带有 DTD，不接受", "the file carries a DTD and is not taken")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise NotATable("不是能读的 .xlsx 文件", f"not a readable .xlsx: {error}") from None
