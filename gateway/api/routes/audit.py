"""The audit log for the auditor: searched, and as a table to take away."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from typing import Annotated

import msgspec
from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import PAGE, Cursor, Limit, answer, cursor_of, errors, place_of, read, services
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import Bilingual, WallTime
from gateway.api.schemas.health import AuditCheck, AuditPage, AuditRow
from gateway.api.views.lens import Lens, lens_of
from gateway.report.form import BYTE_ORDER_MARK, harmless
from gateway.store.chain import read_head
from gateway.store.read_audit import AuditEntry, AuditFilter, list_audit

router = noun("audit")
MOST_ROWS = 10_000
_HEADER = ("号 id", "时间 at", "谁 actor", "做了 action", "对什么 object", "细节 facts", "散列 hash")


def audit_filter(
    request: Request,
    *,
    actor: Annotated[str | None, Query(max_length=80, examples=["chen.gang"])] = None,
    action: Annotated[
        str | None,
        Query(max_length=80, description="one action, or a group like `login*`", examples=["unmask"]),
    ] = None,
    about: Annotated[str | None, Query(alias="object", max_length=200)] = None,
    at_from: Annotated[WallTime | None, Query(alias="from")] = None,
    at_to: Annotated[WallTime | None, Query(alias="to")] = None,
) -> AuditFilter:
    """Return what is asked for, in engine time."""
    offset = services(request).offset()
    return AuditFilter(
        actor=actor,
        action=action,
        about=about,
        at_from=at_from - offset if at_from is not None else None,
        at_to=at_to - offset if at_to is not None else None,
    )


Wanted = Annotated[AuditFilter, Depends(audit_filter)]


@router.get("/api/audit", summary="The audit log", response_model=AuditPage, responses=errors())
async def audit(
    request: Request,
    _: Annotated[Viewer, Depends(Require("audit.read"))],
    wanted: Wanted,
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Response:
    """Return who logged in, was refused, unmasked, changed or exported what; the newest first."""
    lens, place = lens_of(request), place_of(cursor, numbered=True)
    found = await read(request, lambda connection: list_audit(connection, wanted, after=place, limit=limit))
    rows = [_row(each, lens) for each in found.rows]
    return answer(AuditPage(items=rows, next=cursor_of(found.next)))


@router.get(
    "/api/audit/verified", summary="Is the audit log whole", response_model=AuditCheck, responses=errors()
)
async def audit_verified(request: Request, _: Annotated[Viewer, Depends(Require("audit.read"))]) -> Response:
    """Walk the hash chains of case timelines and audit log to their sealed ends; the first row that does not fit is named."""
    lens, began = lens_of(request), time.monotonic()
    bad = await asyncio.to_thread(services(request).store.verify)
    rows = await read(request, lambda connection: read_head(connection, "audit").id)
    fault = None
    if bad is not None:
        table = "审计日志" if bad.table == "audit" else "案件经过"
        fault = Bilingual(
            zh=f"{table}第 {bad.id} 条与写入时不一致", en=f"{bad.table} row {bad.id}: {bad.fault}"
        )
    took = round((time.monotonic() - began) * 1000)
    return answer(
        AuditCheck(whole=bad is None, at=lens.shown(lens.now), rows=rows, took_ms=took, fault=fault)
    )


@router.get(
    "/api/audit.csv",
    summary="The audit log as a table",
    response_class=Response,
    responses={
        **errors(),
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "UTF-8 with a byte order mark"},
    },
)  # fmt: skip
async def audit_table(
    request: Request, viewer: Annotated[Viewer, Depends(Require("audit.export"))], wanted: Wanted
) -> Response:
    """Return at most the 10,000 newest rows asked for; its last line says who took it, and so does the audit log."""
    lens = lens_of(request)
    found = await read(
        request, lambda connection: list_audit(connection, wanted, after=None, limit=MOST_ROWS)
    )
    facts = {"rows": len(found.rows), "complete": found.next is None}
    await services(request).access.audit(viewer.id, "export", "audit", facts)
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    table = csv.writer(file)
    table.writerow(_HEADER)
    for row in found.rows:
        cells = (str(row.id), f"{lens.shown(row.at):%Y-%m-%d %H:%M:%S%z}", row.actor, row.action, row.about)
        plain = msgspec.json.encode(row.facts).decode()
        table.writerow([harmless(each) for each in (*cells, plain, row.hash)])
    more = "" if found.next is None else "（还有更早的 older rows follow）"
    table.writerow(
        [harmless(f"导出 exported: {viewer.id}, {lens.shown(lens.now):%Y-%m-%d %H:%M:%S %Z}{more}")]
    )
    name = f"audit-{lens.shown(lens.now):%Y%m%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(file.getvalue(), media_type="text/csv", headers=headers)


def _row(row: AuditEntry, lens: Lens) -> AuditRow:
    return AuditRow(
        id=row.id,
        at=lens.shown(row.at),
        actor=row.actor,
        action=row.action,
        object=row.about,
        facts=row.facts,
        hash=row.hash,
    )
