"""Events: looking them up, seeing references in full for a reason, and what could not be read."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import PAGE, Cursor, Limit, answer, cursor_of, errors, place_of, read, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import WallTime
from gateway.api.schemas.events import EventPage, EventView, QuarantinePage, Unmask
from gateway.api.views.events import event_view, quarantine_group
from gateway.api.views.lens import lens_of
from gateway.store.read_events import EventFilter, event, search_events, unread

router = noun("events")


@router.get("/api/events", summary="Search events", response_model=EventPage, responses=errors())
async def events(
    request: Request,
    *,
    viewer: Annotated[Viewer, Depends(Require("events.read"))],
    device: Annotated[str | None, Query(max_length=80)] = None,
    kind: Annotated[
        str | None, Query(max_length=80, description="a kind, or a group of kinds", examples=["access.*"])
    ] = None,
    at_from: Annotated[WallTime | None, Query(alias="from")] = None,
    at_to: Annotated[WallTime | None, Query(alias="to")] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Response:
    """Return events, the newest first; references to people are masked."""
    lens, place = lens_of(request), place_of(cursor, numbered=True)
    wanted = EventFilter(
        device=device,
        kind=kind,
        at_from=at_from,
        at_to=at_to,
        devices=None if viewer.scope == "site" else lens.devices_in(viewer),
    )
    found = await read(
        request, lambda connection: search_events(connection, wanted, after=place, limit=limit)
    )
    return answer(
        EventPage(items=[event_view(each, lens) for each in found.rows], next=cursor_of(found.next))
    )


@router.post(
    "/api/events/{seq}/unmask",
    summary="See one event in full",
    response_model=EventView,
    responses=errors(404),
)
async def unmask(
    seq: Annotated[int, Path(ge=1, le=2**53)],
    body: Unmask,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("events.unmask"))],
) -> Response:
    """Return one event with its references in full; who, when and why go into the audit log first."""
    found = await read(request, lambda connection: event(connection, seq))
    if found is None:
        raise ApiError("not_found", what=str(seq))
    await services(request).accounts.audit(viewer.id, "unmask", f"event {seq}", {"reason": body.reason})
    return answer(event_view(found, lens_of(request), mask=False))


@router.get(
    "/api/quarantine", summary="What could not be read", response_model=QuarantinePage, responses=errors()
)
async def quarantine(
    request: Request, _: Annotated[Viewer, Depends(Require("quarantine.read"))], limit: Limit = PAGE
) -> Response:
    """Return unreadable messages grouped by reason and topic, and where all messages went."""
    groups = await read(request, lambda connection: unread(connection, limit=limit))
    return answer(
        QuarantinePage(
            items=[quarantine_group(group) for group in groups], counters=services(request).store.counters()
        )
    )
