"""Cases as a table that spreadsheets open safely: CSV, or a sheet of an XLSX workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.api.views.lens import Lens
from gateway.report.form import BYTE_ORDER_MARK, harmless
from gateway.report.sheet import Column, Sheet
from gateway.response.incident import STATE_NAMES
from gateway.response.model import Incident

_HEADER = (
    "编号 number", "级别 level", "类别 category", "名称 title", "地点 place", "状态 state", "建案 opened",
    "结案 closed", "结果 close code", "负责人 owner", "返工 rework", "演练 drill",
)  # fmt: skip


def case_table(cases: Iterable[Incident], lens: Lens, who: str) -> str:
    """Return the table; its last line says who took it and when."""
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    table = csv.writer(file)
    table.writerow(_HEADER)
    for case in cases:
        table.writerow([harmless(cell) for cell in _row(case, lens)])
    table.writerow([harmless(f"导出 exported: {who}, {at_home(lens.now, lens):%Y-%m-%d %H:%M:%S %Z}")])
    return file.getvalue()


def case_sheet(cases: Iterable[Incident], lens: Lens) -> Sheet:
    """Return the same table as a sheet."""
    columns = tuple(Column(name=name, form="text") for name in _HEADER)
    return Sheet(title="案件 cases", columns=columns, rows=tuple(_row(case, lens) for case in cases))


def at_home(at: datetime, lens: Lens) -> datetime:
    """Return an engine time as the clock on the site's wall shows it: a table is read far from any page."""
    return lens.shown(at).astimezone(ZoneInfo(lens.community.timezone))


def _row(case: Incident, lens: Lens) -> tuple[str, ...]:
    closed = None if case.closed_at is None else at_home(case.closed_at, lens)
    return (
        case.number,
        case.level,
        f"{case.category} {lens.category(case.category).zh}",
        case.title.get("zh", ""),
        lens.place({"building": case.building, **case.place}, case.grid).zh,
        STATE_NAMES[case.state]["zh"],
        f"{at_home(case.opened_at, lens):%Y-%m-%d %H:%M:%S%z}",
        f"{closed:%Y-%m-%d %H:%M:%S%z}" if closed else "",
        case.close_code or "",
        lens.name(case.owner) or "",
        str(case.rework),
        "演练 drill" if case.drill else "",
    )
