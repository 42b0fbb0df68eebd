"""Evidence: the bundles of a case, their files by hash, taking them away, keeping them longer. Every look is a row."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from gateway.api.answers import answer, errors, read, services
from gateway.api.errors import ApiError
from gateway.api.permissions import DETAIL_AFTER_CLOSE, Require, Viewer, involved
from gateway.api.routes.incidents import Number, visible_case
from gateway.api.routes.noun import noun
from gateway.api.schemas.evidence import EvidenceList, HoldRequest, TakeRequest
from gateway.api.views.evidence import evidence_list
from gateway.api.views.lens import lens_of
from gateway.evidence.package import package
from gateway.store.bundles import bundles_of, cases_of_part, hold_of, parts_of
from gateway.store.read import Connection
from gateway.store.read_alerts import alerts_by_id
from gateway.store.read_devices import BlobRow, blob
from gateway.store.read_events import events_by_id
from gateway.store.read_incidents import cases_of

router = noun("evidence")
SHOWN = {
    "image/jpeg", "image/png", "image/webp", "video/mp4", "audio/mpeg", "audio/wav", "audio/ogg", "audio/webm", "audio/mp4",
}  # fmt: skip
VEILED = ("image/", "video/")  # what people can be known by
_PIECE = 256 * 1024


@router.get(
    "/api/evidence/{sha256}",
    summary="A piece of evidence",
    response_class=Response,
    responses={
        **errors(404),
        200: {
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            "description": "the file, as its own media type when a page may show it",
        },
    },
)
async def evidence(
    sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("evidence.read"))],
) -> Response:
    """Return a file. What is not a picture, clip or sound is only ever downloaded, never shown.

    A picture or clip is answered with `veiled` (403) until the viewer gave a reason for it (`POST …/reveal`, good for
    eight hours); who sent it in needs none.
    """
    given = services(request)
    now = given.now()
    found, cases = await read(request, lambda connection: visible_file(connection, sha256, viewer, now))
    path = given.store.blob_path(sha256)
    if found is None or not await asyncio.to_thread(path.is_file):
        raise ApiError("not_found", what=sha256)
    veiled = found.by != viewer.id and found.mime.startswith(VEILED)
    if veiled and not given.custody.is_lifted(viewer.id, sha256):
        raise ApiError("veiled", sha256=sha256)
    if found.by != viewer.id:
        await given.custody.viewed(viewer.person, cases, sha256)
        if not cases and given.custody.is_first_look(viewer.person, sha256):  # no case could keep the row
            await given.accounts.audit(viewer.id, "evidence.view", f"evidence {sha256[:12]}", {})
    shown = found.mime in SHOWN
    return FileResponse(
        path,
        media_type=found.mime if shown else "application/octet-stream",
        filename=f"{sha256[:16]}.{found.mime.partition('/')[2]}" if shown else f"{sha256[:16]}.bin",
        content_disposition_type="inline" if shown else "attachment",
        headers={
            # the next one at this machine gives a reason of their own
            "Cache-Control": "no-store" if veiled else "private, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@router.get(
    "/api/incidents/{number}/evidence",
    summary="The evidence of a case",
    response_model=EvidenceList,
    responses=errors(404),
)
async def evidence_of_case(
    number: Number, request: Request, viewer: Annotated[Viewer, Depends(Require("evidence.read"))]
) -> Response:
    """Return the bundles of a case with their parts; references to people are masked. The look is noted in the case."""
    given, lens = services(request), lens_of(request)
    row = await visible_case(request, number, viewer)
    kept_for = timedelta(days=given.keeping().media_days)
    found = await read(
        request,
        lambda connection: evidence_list(
            row.incident,
            bundles_of(connection, number),
            parts_of(connection, number),
            hold_of(connection, number),
            lens,
            whole=viewer.scope != "own",
            kept_for=kept_for,
        ),
    )
    if found.bundles:
        await given.custody.viewed(viewer.person, [number], "bundles")
    return answer(found)


@router.post(
    "/api/incidents/{number}/evidence/package",
    summary="Take the evidence of a case away",
    response_class=Response,
    responses={
        **errors(404),
        200: {
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            "description": "manifests, files, hashes, and how to check them",
            "headers": {
                "Evidence-Pending": {
                    "description": "how many bundles are not sealed yet and therefore not in it",
                    "schema": {"type": "integer"},
                }
            },
        },
    },
)
async def take_evidence(
    number: Number,
    body: TakeRequest,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("evidence.take"))],
) -> Response:
    """Return all sealed bundles of a case, unmasked, as a ZIP. Who, when and why is written into the case first.

    What came late is sealed for it. A bundle whose minute still runs is not in it: `Evidence-Pending` counts those,
    `pending.json` and `VERIFY.txt` name them with the time from which on they can be taken.
    """
    given = services(request)
    await visible_case(request, number, viewer)
    await given.custody.taking(number)
    bundles, parts = await read(request, lambda c: (bundles_of(c, number), parts_of(c, number)))
    closed = [bundle for bundle in bundles if bundle.manifest is not None]
    await given.custody.downloaded(viewer.person, number, body.reason, [bundle.hash for bundle in closed])
    lens, zone = lens_of(request), ZoneInfo(given.community().timezone)
    pack = partial(package, local=lambda at: lens.shown(at).astimezone(zone))
    file = await asyncio.to_thread(pack, bundles, parts, given.store.blob_path, given.store.uploads)
    return StreamingResponse(
        _pieces(file),
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="evidence-{number}.zip"',
            "Cache-Control": "no-store",
            "Evidence-Pending": str(len(bundles) - len(closed)),
        },
    )


@router.post(
    "/api/incidents/{number}/evidence/hold",
    summary="Keep the media of a case",
    response_model=EvidenceList,
    responses=errors(404),
)
async def hold_evidence(
    number: Number,
    body: HoldRequest,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("evidence.hold"))],
) -> Response:
    """Keep pictures and sounds of a case beyond their time, or let them go when it is over."""
    given = services(request)
    await visible_case(request, number, viewer)
    await given.custody.hold(viewer.person, number, body.reason, on=body.held)
    return await evidence_of_case(number, request, viewer)


def visible_file(
    connection: Connection, sha256: str, viewer: Viewer, now: datetime
) -> tuple[BlobRow | None, list[str]]:
    """Return the file's row if the viewer may have it, and the cases it belongs to.

    Whoever sees cases of others learns a hash only from what they may see. Those who see only their own are
    held to it: a picture of their case, or one that came with an event of its alerts. What they sent themselves
    is theirs for a day, as long as they may see the case it went to.
    """
    row = blob(connection, sha256)
    if row is None:
        return None, []
    cases = cases_of_part(connection, sha256)
    if viewer.scope != "own":
        return row, cases
    since = now - DETAIL_AFTER_CLOSE
    mine = [case for case in cases_of(connection, viewer.id, closed_after=since) if involved(case, viewer.id)]
    if (row.by == viewer.id and (row.at >= since or "resident" in viewer.person.roles)) or any(
        photo.sha256 == sha256 for case in mine for photo in case.photos
    ):
        return row, cases
    alerts = alerts_by_id(connection, [alert for case in mine for alert in case.alerts])
    events = events_by_id(connection, [event for alert in alerts for event in alert.change.events])
    seen = any(piece.sha256 == sha256 for event in events for piece in event.evidence)
    return (row if seen else None), cases


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
