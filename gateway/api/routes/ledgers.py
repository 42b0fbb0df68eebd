"""Ledgers (台账): what a day, a week or a month came to, as data, as a spreadsheet, on paper."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.ledger_page import ledger_view, names_of
from gateway.api.ledger_read import asked_period, ledger_read
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.incidents import IncidentDetail
from gateway.api.schemas.ledgers import LedgerView
from gateway.api.views.lens import Lens, lens_of
from gateway.api.work_order import work_order
from gateway.report.form import XLSX, to_csv, to_xlsx
from gateway.report.paper import POLICY, ledger_page
from gateway.report.period import Kind
from gateway.report.sheet import sheets

router = noun("ledgers")
OfKind = Annotated[Kind, Path(description="daily, weekly (Monday to Sunday) or monthly")]
OfDay = Annotated[
    date | None,
    Query(
        ge=date(2000, 1, 1),
        le=date(2200, 1, 1),
        description="any day of the period, in the site's zone; default: today",
        examples=["2026-03-06"],
    ),
]
Reader = Annotated[Viewer, Depends(Require("ledgers.read"))]


@router.get("/api/ledgers/{kind}", summary="A ledger", response_model=LedgerView, responses=errors())
async def ledger(kind: OfKind, request: Request, viewer: Reader, day: OfDay = None) -> Response:
    """Return the figures of a period, within my scope; of a period that still runs: as far as it has come."""
    lens = lens_of(request)
    period = asked_period(kind, day, lens)
    return answer(ledger_view(await ledger_read(request, period, lens, viewer), period, lens))


@router.get(
    "/api/ledgers/{kind}/export",
    summary="A ledger as a file",
    responses={
        **errors(),
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                XLSX: {"schema": {"type": "string", "format": "binary"}},
                "text/html": {"schema": {"type": "string"}},
            },
            "description": "a spreadsheet or a printable page",
        },
    },
    response_class=Response,
)
async def export_ledger(
    kind: OfKind,
    request: Request,
    viewer: Reader,
    *,
    day: OfDay = None,
    format: Annotated[Literal["csv", "xlsx", "print"], Query()] = "xlsx",  # noqa: A002 - the name in the API
    lang: Annotated[Literal["zh", "en"], Query()] = "zh",
) -> Response:
    """Return the ledger for a spreadsheet or the printer; it names no person. Who took it goes into the audit log."""
    lens = lens_of(request)
    period = asked_period(kind, day, lens)
    tables = sheets(await ledger_read(request, period, lens, viewer), names_of(lens, lang), lang)
    title = period.title[lang]
    site = lens.community.name.get(lang) or lens.community.id
    foot = _foot(viewer, lens, lang)
    await services(request).accounts.audit(
        viewer.id, "export", f"ledger:{kind}", {"day": f"{period.first}", "format": format}
    )
    if format == "print":
        html = ledger_page(tables, title, site, foot, lang)
        return _paper(html)
    name = f"ledger-{kind}-{period.first}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    if format == "csv":
        return Response(
            to_csv(tables, f"{site} {title}", foot), media_type="text/csv; charset=utf-8", headers=headers
        )
    return Response(
        await asyncio.to_thread(to_xlsx, tables, f"{site} {title}", foot), media_type=XLSX, headers=headers
    )


@router.get(
    "/api/incidents/{number}/sheet",
    summary="A work order for the printer",
    responses={
        **errors(404),
        200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "a printable page"},
    },
    response_class=Response,
)
async def work_order_page(
    number: Annotated[str, Path(min_length=1, max_length=80)],
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("incidents.read"))],
    lang: Annotated[Literal["zh", "en"], Query()] = "zh",
) -> Response:
    """Return the case on one page: facts, checklist, what was done, pictures, room for signatures. The audit log has who took it."""
    kept = await services(request).pages.page(request, number, viewer)
    lens, custody = lens_of(request), services(request).custody
    html = work_order(
        IncidentDetail.model_validate_json(kept.body),
        lang=lang,
        zone=ZoneInfo(lens.community.timezone),
        foot=_foot(viewer, lens, lang),
        clear=lambda photo: photo.by.id == viewer.id or custody.is_lifted(viewer.id, photo.sha256),
    )
    await services(request).accounts.audit(viewer.id, "export", f"incident:{number}", {"format": "print"})
    return _paper(html)


def _paper(html: str) -> Response:
    """Return a page for the printer, with the content policy that fits it."""
    return Response(
        html,
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"},
    )


def _foot(viewer: Viewer, lens: Lens, lang: str) -> str:
    at = lens.shown(lens.now).astimezone(ZoneInfo(lens.community.timezone))
    if lang == "en":
        return f"Generated from the records of the gateway, {at:%Y-%m-%d %H:%M}, for {viewer.person.name}; nothing was typed."
    return f"由网关记录自动生成，未经手工填写。{at:%Y-%m-%d %H:%M}，{viewer.person.name}"
