"""Interop: a case in the words of other systems."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import errors, read, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.incidents import Number, visible_case
from gateway.api.routes.noun import noun
from gateway.errors import Rejected
from gateway.interop.cap import cap_alert
from gateway.interop.case_event import WORDS
from gateway.store.case_feed import steps_of

router = noun("interop")


@router.get(
    "/api/incidents/{number}/cap",
    summary="A case as CAP 1.2",
    response_class=Response,
    responses={
        **errors(404, 409),
        200: {
            "content": {"application/cap+xml": {"schema": {"type": "string"}}},
            "description": "the message of the newest step; scope Restricted, never Public",
        },
    },
)
async def cap(
    number: Number, request: Request, viewer: Annotated[Viewer, Depends(Require("incidents.export"))]
) -> Response:
    """Return the newest message of a case in CAP 1.2, to be given to a named partner; who took it is recorded."""
    row = await visible_case(request, number, viewer)
    steps = await read(request, lambda connection: steps_of(connection, number, WORDS))
    interop = services(request).interop
    if interop is None:
        raise ApiError("not_ready")
    try:
        text = cap_alert(row.incident, steps, sender=interop.sender())
    except Rejected as error:
        raise ApiError("cap_refused", why=str(error)) from error
    await services(request).accounts.audit(viewer.id, "export", number, {"format": "cap"})
    return Response(text, media_type="application/cap+xml", headers={"Cache-Control": "no-store"})
