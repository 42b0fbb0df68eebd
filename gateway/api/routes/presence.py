"""Presence: who has a case open, so that two people do not do the same thing."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.permissions import Require, Viewer, people_of
from gateway.api.routes.incidents import visible_case
from gateway.api.routes.noun import noun
from gateway.api.schemas.shifts import PresenceList, PresenceRequest, PresentView
from gateway.api.views.lens import lens_of
from gateway.api.views.rules import person_view
from gateway.response.model import Incident
from gateway.stream_rows import Watcher

router = noun("presence")
Number = Annotated[str, Path(min_length=1, max_length=80)]


@router.post(
    "/api/incidents/{number}/presence",
    summary="Say that I have a case open",
    response_model=PresenceList,
    responses=errors(404),
)
async def present(
    number: Number,
    body: PresenceRequest,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("incidents.act"))],
) -> Response:
    """Say it every fifteen seconds while the case is open; it lasts for thirty. Return who else has it open.

    Open pages hear of a change as the event `presence` of the stream. Nothing is stored.
    """
    row = await visible_case(request, number, viewer)
    presence, lens = services(request).presence, lens_of(request)
    changed = (
        presence.left(number, viewer.id)
        if body.left
        else presence.seen(number, viewer.id, working=body.working, now=lens.now)
    )
    items = [
        PresentView(person=person_view(each.person, lens), working=each.working, since=lens.shown(each.since))
        for each in presence.at(number, lens.now)
    ]
    found = PresenceList(items=items)
    if changed:
        data = msgspec.json.encode({"incident": number, **found.model_dump(mode="json")})
        services(request).hub.say(
            b"event: presence\ndata: " + data + b"\n\n", lambda watcher: _concerns(row.incident, watcher)
        )
    return answer(found)


def _concerns(case: Incident, watcher: Watcher) -> bool:
    """Tell whether a page shows this case."""
    if watcher.scope == "site" or watcher.person.id in people_of(case):
        return True
    return watcher.scope == "grid" and (case.grid is None or case.grid in watcher.grids)
