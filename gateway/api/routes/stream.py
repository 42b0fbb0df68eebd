"""The live stream: one connection on which everything that changes arrives."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway.api.answers import errors, services
from gateway.api.connection import cookie_name
from gateway.api.permissions import Require, Viewer, scope_of
from gateway.api.routes.noun import noun
from gateway.stream_rows import Watcher

router = noun("stream")


@router.get(
    "/api/stream",
    summary="Everything that changes, live",
    response_class=StreamingResponse,
    responses={
        **errors(),
        200: {
            "description": "Server-sent events: `snapshot` (Snapshot), `delta` (Delta), `beat` (Beat)",
            "content": {
                "text/event-stream": {
                    "schema": {
                        "oneOf": [
                            {"$ref": f"#/components/schemas/{name}"} for name in ("Snapshot", "Delta", "Beat")
                        ]
                    }
                }
            },
        },
    },
)
async def stream(
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("stream.read"))],
    last_event_id: Annotated[
        str | None,
        Header(alias="Last-Event-ID", max_length=40, description="set by the browser when it reconnects"),
    ] = None,
) -> Response:
    """Send a snapshot, then what changes (at most every 100 ms), and a beat every 5 s.

    With `Last-Event-ID` the stream goes on where it ended, without a snapshot when nothing is missing. An
    open stream counts as use of the session; when the session ends, so does the stream.
    """
    accounts, token = services(request).accounts, request.cookies.get(cookie_name(request), "")

    async def alive() -> bool:
        session = await accounts.session(token)
        return session is not None and session.person == viewer.person  # new roles: connect again

    watcher = Watcher(
        person=viewer.person,
        grids=services(request).community().grids_of(viewer.person),
        scope=scope_of(viewer.person, "incidents.read") or "own",
        devices=scope_of(viewer.person, "devices.read"),
        alive=alive,
    )
    last = (
        int(last_event_id) if last_event_id and last_event_id.isascii() and last_event_id.isdigit() else None
    )
    return StreamingResponse(
        services(request).hub.watch(watcher, last),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
