"""Whole lists of devices, places and homes: sent in and looked at, confirmed, and taken out again."""

from __future__ import annotations

import asyncio
from pathlib import PurePath
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Depends, File, Path, Query, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from devices.problem import Problem
from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.estate_desk import desk, estate_saved, registrar
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.saving import site_problem
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.estate import EstateSaved
from gateway.api.schemas.imports import ImportChange, ImportConfirm, ImportFinding, ImportView
from gateway.estate.importing import Finding, listed
from gateway.estate.imports import Imports, Preview
from gateway.estate.table import NotATable
from gateway.estate.writing import csv_file, workbook

router = noun("estate")
Editor = Annotated[Viewer, Depends(Require("devices.edit"))]
ImportId = Annotated[str, Path(alias="id", max_length=40)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 500
_FILE: dict[str, Any] = {
    "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}},
    "description": "a workbook",
}

_FILES = {
    "content": {
        **_FILE["content"],
        "text/csv": {"schema": {"type": "string"}},
    },
    "description": "a workbook, or one list as CSV",
}


def imports(request: Request) -> Imports:
    """Return the tables that wait in this gateway."""
    return registrar(request).imports


@router.post(
    "/api/estate/imports",
    summary="Look at a table before it is imported",
    response_model=ImportView,
    responses=errors(),
)
async def preview_import(
    request: Request,
    viewer: Editor,
    file: Annotated[
        UploadFile, File(description="CSV (UTF-8, GBK or UTF-16) or XLSX, at most 10 MB and 30,000 rows")
    ],
) -> Response:
    """Return what a table would make of the estate, with every mistake at its cell. Nothing is saved by it."""
    waiting = imports(request)
    content = await file.read()
    name = PurePath(file.filename or "").name[:120] or "table"
    try:
        found = await asyncio.to_thread(waiting.preview, content, by=viewer.id, name=name, say=_said)
    except NotATable as refused:
        raise ApiError("not_a_table", why={"zh": refused.zh, "en": refused.en}) from None
    return answer(_view(found))


@router.get(
    "/api/estate/imports/{id}/sheet",
    summary="The table with its mistakes",
    response_class=Response,
    responses={**errors(404), 200: _FILE},
)
async def import_sheet(name: ImportId, request: Request, viewer: Editor) -> Response:
    """Return the table as it was sent, with what is wrong in a first column: to be mended and sent again."""
    found = _one(request, name, viewer)
    content = await asyncio.to_thread(found.marked)
    return _file(content, f"{PurePath(found.name).stem}-errors.xlsx", XLSX)


@router.post(
    "/api/estate/imports/{id}/confirm",
    summary="Import the table",
    response_model=EstateSaved,
    responses=errors(404, 409),
)
async def confirm_import(name: ImportId, body: ImportConfirm, request: Request, viewer: Editor) -> Response:
    """Save all that the table changes as one step, in force at once; refused while it has a mistake."""
    found = _one(request, name, viewer)
    waiting = imports(request)
    return answer(
        await estate_saved(desk(request), lambda: waiting.confirm(found, by=viewer.id, reason=body.reason))
    )


@router.get(
    "/api/estate/export",
    summary="Take the estate out as a table",
    response_class=Response,
    responses={**errors(), 200: _FILES},
)
async def export_estate(
    request: Request,
    viewer: Editor,
    form: Annotated[Literal["xlsx", "csv"], Query(alias="format")] = "xlsx",
    what: Annotated[
        Literal["device", "place", "household"], Query(description="for CSV: which list")
    ] = "device",
) -> Response:
    """Return all devices, places and homes (as CSV: one of the lists). Sent in again unchanged it changes nothing."""
    view = desk(request).view

    def made() -> bytes:
        entries = listed(view)
        return workbook(entries) if form == "xlsx" else csv_file(what, entries[what])

    content = await asyncio.to_thread(made)
    await services(request).accounts.audit(viewer.id, "estate.export", form if form == "xlsx" else what, {})
    name = f"{view.id}-{'estate' if form == 'xlsx' else what}.{form}"
    return _file(content, name, XLSX if form == "xlsx" else "text/csv; charset=utf-8")


def _one(request: Request, name: str, viewer: Viewer) -> Preview:
    found = imports(request).get(name, by=viewer.id)
    if found is None:
        raise ApiError("not_found", what=name)
    return found


def _said(problem: Problem) -> tuple[str, str]:
    shown = site_problem(problem)
    return shown.message.zh, shown.message.en


def _view(found: Preview) -> ImportView:
    changes = found.changes
    new = sum(each.new for each in changes)
    missing = sum(found.reading.missing.values())
    zh = f"新增 {new}，修改 {len(changes) - new}，不变 {found.reading.same}，表中没有 {missing}（保留），错误 {len(found.findings)}"
    en = (
        f"{new} new, {len(changes) - new} changed, {found.reading.same} as they are, {missing} not in the table (they stay), "
        f"{len(found.findings)} mistake(s)"
    )
    return ImportView(
        id=found.id, file=found.name, new=new, changed=len(changes) - new, same=found.reading.same,
        missing=found.reading.missing, errors=len(found.findings), ready=bool(changes) and not found.findings,
        findings=[_finding(each) for each in found.findings[:_SHOWN]],
        warnings=[_finding(each) for each in found.warnings[:_SHOWN]],
        changes=[
            ImportChange(document=each.document, row=each.row, new=each.new, fields=list(each.fields))
            for each in changes[:_SHOWN]
        ],
        sentence=Bilingual(zh=zh, en=en),
    )  # fmt: skip


def _finding(each: Finding) -> ImportFinding:
    return ImportFinding(
        sheet=each.sheet, row=each.row, column=each.column, value=each.value,
        message=Bilingual(zh=each.zh, en=each.en),
    )  # fmt: skip


def _file(content: bytes, name: str, media: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media, headers=headers)
