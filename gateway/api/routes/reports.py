"""Reports of residents and staff, pictures for them, and cases that leave the gateway as a table."""

from __future__ import annotations

import asyncio
from datetime import UTC
from typing import Annotated

from fastapi import Depends, File, Form, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import IdempotencyKey, answer, errors, own_key, read, services, wrong
from gateway.api.case_table import at_home, case_sheet, case_table
from gateway.api.permissions import Require, Viewer
from gateway.api.photos import store_photo
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import Bilingual, WallTime
from gateway.api.schemas.incidents import ExportRequest, PhotoStored, Place, ReportRequest, ReportStored
from gateway.api.searching import words_of
from gateway.api.views.lens import lens_of
from gateway.report.form import XLSX, to_xlsx
from gateway.response.model import Action, Photo
from gateway.store.read import Connection
from gateway.store.read_devices import blob
from gateway.store.read_incidents import IncidentFilter, list_incidents

router = noun("reports")
MOST_EXPORTED = 20_000
THANKS = Bilingual(
    zh="已收到，谢谢。处理结果会告诉您。", en="Received, thank you. You will hear what came of it."
)


@router.post(
    "/api/photos",
    summary="Keep a picture for a report",
    response_model=PhotoStored,
    responses=errors(413, 429),
    status_code=201,
)
async def keep_photo(
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("reports.add"))],
    file: Annotated[UploadFile, File(description="JPEG, PNG or WebP, at most 10 MB")],
    captured_at: Annotated[WallTime | None, Form()] = None,
) -> Response:
    """Keep a picture (re-encoded, hashed); name its hash in the report."""
    _, stored = await store_photo(request, file, captured_at, by=viewer.id)
    return answer(stored, status=201)


@router.post(
    "/api/reports",
    summary="Report something",
    response_model=ReportStored,
    responses=errors(404, 409),
    status_code=201,
)
async def report(
    body: ReportRequest,
    request: Request,
    key: IdempotencyKey,
    viewer: Annotated[Viewer, Depends(Require("reports.add"))],
) -> Response:
    """Take down what somebody saw. A repeat with the same key gets the first answer."""
    lens = lens_of(request)
    if body.category is not None and body.category not in lens.community.categories:
        raise wrong("body.category", "没有这个类别", "there is no such category")
    photos = await read(request, lambda connection: _photos(connection, body, viewer, request))
    fields = {
        "text": body.text,
        "place": _place(body.place),
        "photos": photos,
    }
    if body.category is not None:
        fields["category"] = body.category
    action = Action(
        name="report", by=viewer.id, roles=viewer.person.roles, key=own_key(viewer.id, key), fields=fields
    )
    result = await asyncio.wrap_future(services(request).writer.act(action))
    return answer(ReportStored(incident=result.get("incident"), message=THANKS), status=201)


@router.post(
    "/api/incidents/export",
    summary="Export cases as a spreadsheet",
    responses={
        **errors(),
        200: {
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                XLSX: {"schema": {"type": "string", "format": "binary"}},
            },
            "description": "a table with a header row",
        },
    },
    response_class=Response,
)
async def export(
    body: ExportRequest, request: Request, viewer: Annotated[Viewer, Depends(Require("incidents.export"))]
) -> Response:
    """Return cases as a table for a spreadsheet; who, when, why and how many go into the audit log."""
    lens = lens_of(request)
    wanted = IncidentFilter(
        states=(body.state,) if body.state else None,
        opened_from=body.opened_from - lens.offset if body.opened_from else None,
        opened_to=body.opened_to - lens.offset if body.opened_to else None,
        level=body.level,
        category=body.category,
        building=body.building,
        verdict=body.verdict,
        words=words_of(body.q, lens.community),
    )
    found = await read(
        request, lambda connection: list_incidents(connection, wanted, after=None, limit=MOST_EXPORTED)
    )
    cases, xlsx = [row.incident for row in found.rows], body.format == "xlsx"
    table: str | bytes
    if xlsx:
        foot = f"{viewer.person.name}, {at_home(lens.now, lens):%Y-%m-%d %H:%M}"
        table = await asyncio.to_thread(to_xlsx, [case_sheet(cases, lens)], "案件 cases", foot)
    else:
        table = await asyncio.to_thread(case_table, cases, lens, viewer.person.name)
    await services(request).accounts.audit(
        viewer.id, "export", "incidents", {"reason": body.reason, "count": len(found.rows)}
    )
    return Response(
        table,
        media_type=XLSX if xlsx else "text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="incidents-{at_home(lens.now, lens):%Y%m%d-%H%M}.{body.format}"',
            "Cache-Control": "no-store",
        },
    )


def _place(place: Place) -> dict[str, str]:
    """Return the parts that were given; the core calls the free words `text`."""
    parts = {name: value for name, value in place.model_dump().items() if value}
    if "note" in parts:
        parts["text"] = parts.pop("note")
    return parts


def _photos(
    connection: Connection, body: ReportRequest, viewer: Viewer, request: Request
) -> tuple[Photo, ...]:
    kept = {photo.sha256: blob(connection, photo.sha256) for photo in body.photos}
    if None in kept.values():
        raise wrong("body.photos", "先用 /api/photos 上传照片", "upload the pictures to /api/photos first")
    now = services(request).now()
    return tuple(
        Photo(
            sha256=photo.sha256,
            mime=row.mime,
            size=row.size,
            captured_at=photo.captured_at.astimezone(UTC) if photo.captured_at else None,
            received_at=now,
            by=viewer.id,
        )
        for photo in body.photos
        if (row := kept[photo.sha256]) is not None
    )
