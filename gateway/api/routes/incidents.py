"""Incidents: lists, one case, acting on it, whom to send, pictures as proof."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import Depends, File, Form, Path, Query, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import (
    PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    answer,
    cursor_of,
    errors,
    own_key,
    place_of,
    read,
    services,
    unchanged,
)
from gateway.api.errors import ApiError
from gateway.api.fields import action_fields
from gateway.api.permissions import DETAIL_AFTER_CLOSE, Require, Viewer, involved
from gateway.api.photos import MAX_UPLOAD, store_photo
from gateway.api.routes.noun import Direct, noun
from gateway.api.schemas.common import WallTime
from gateway.api.schemas.incidents import (
    ActionRequest,
    ActionResult,
    Candidate,
    IncidentDetail,
    IncidentPage,
    PhotoStored,
)
from gateway.api.searching import words_of
from gateway.api.views.incidents import view_for
from gateway.api.views.lens import both, lens_of
from gateway.response.model import Action, Incident, State
from gateway.store.read import Connection
from gateway.store.read_incidents import IncidentFilter, IncidentRow, incident, list_incidents

router = noun("incidents")
Number = Annotated[str, Path(min_length=1, max_length=80, examples=["lijing-20260301-007"])]
InState = Annotated[State | Literal["open", "done"] | None, Query(description="a state, or `open` or `done`")]
Mine = Annotated[bool, Query(description="only those that I was sent to, took, was told about or reported")]
Words = Annotated[
    str | None,
    Query(max_length=80, description="words: number, category, building, grid or person; all must fit"),
]
CategoryCode = Annotated[
    str | None, Query(pattern=r"^[0-9]{2,8}$", description="a code, or the two digits of a group")
]
Named = Annotated[str | None, Query(max_length=80, description="somebody the record names, by login")]
Verdict = Annotated[
    Literal["true", "false", "other"] | None,
    Query(description="what came of it: real, a false alarm, neither"),
]


@router.get("/api/incidents", summary="List incidents", response_model=IncidentPage, responses=errors())
async def incidents(
    request: Request,
    *,
    viewer: Annotated[Viewer, Depends(Require("incidents.read"))],
    state: InState = None,
    level: Annotated[Literal["L1", "L2", "L3", "L4"] | None, Query()] = None,
    mine: Mine = False,
    q: Words = None,
    category: CategoryCode = None,
    building: Annotated[str | None, Query(max_length=80)] = None,
    person: Named = None,
    verdict: Verdict = None,
    opened_from: Annotated[WallTime | None, Query()] = None,
    opened_to: Annotated[WallTime | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Response:
    """Return cases, the newest first, as far as they lie in my scope."""
    lens, place = lens_of(request), place_of(cursor)
    narrow = mine or viewer.scope == "own"
    wanted = IncidentFilter(
        open={"open": True, "done": False}.get(state or ""),
        states=(state,) if state not in {None, "open", "done"} else None,
        level=level,
        words=words_of(q, lens.community),
        opened_from=opened_from - lens.offset if opened_from else None,
        opened_to=opened_to - lens.offset if opened_to else None,
        category=category,
        building=building,
        person=person,
        verdict=verdict,
        grids=viewer.grids if viewer.scope == "grid" and not mine else None,
        involves=viewer.id if narrow or viewer.scope == "grid" else None,
        closed_after=lens.now - DETAIL_AFTER_CLOSE if viewer.scope == "own" else None,
    )

    def kept(case: Incident) -> bool:
        return involved(case, viewer.id) if narrow else viewer.sees(case, lens.now)

    def query(connection: Connection) -> IncidentPage:
        found = list_incidents(connection, wanted, after=place, limit=limit, keep=kept)
        items = [view_for(row, lens, viewer.person) for row in found.rows]
        return IncidentPage(items=items, next=cursor_of(found.next))

    return answer(await read(request, query))


async def one_incident(
    number: Number, request: Request, viewer: Annotated[Viewer, Depends(Require("incidents.read"))]
) -> Response:
    """Return a case with what I may do, its alerts with reasons, timeline, evidence, plan, and who was told."""
    page = await services(request).pages.page(request, number, viewer)
    return unchanged(request, page.etag) or page.response()


router.add_api_route(  # the page that everybody opens most
    "/api/incidents/{number}",
    one_incident,
    summary="One incident",
    response_model=IncidentDetail,
    responses=errors(404),
    route_class_override=Direct,
)


@router.post(
    "/api/incidents/{number}/actions",
    summary="Act on an incident",
    response_model=ActionResult,
    responses=errors(404, 409),
)
async def act(
    number: Number,
    body: ActionRequest,
    request: Request,
    key: IdempotencyKey,
    viewer: Annotated[Viewer, Depends(Require("incidents.act"))],
) -> Response:
    """Do one action of the transition table. A repeat with the same key gets the first answer.

    409 `stale`: somebody decided something after the version I saw; the facts say what and who.
    409 `not_allowed`: the state of the case does not permit it; the facts list what it permits.
    """
    before = await visible_case(request, number, viewer)
    action = Action(
        name=body.action,
        by=viewer.id,
        roles=viewer.person.roles,
        incident=number,
        version=body.version,
        key=own_key(viewer.id, key),
        fields=action_fields(body.fields, before.incident, offset=services(request).offset()),
    )
    result = await asyncio.wrap_future(services(request).writer.act(action))
    services(request).pages.touched([number])  # whoever acts sees it at once, whenever the stream hears of it
    after = await read(request, lambda connection: incident(connection, number))
    view = view_for(after or before, lens_of(request), viewer.person)
    return answer(ActionResult(incident=view, result=result))


@router.get(
    "/api/incidents/{number}/candidates",
    summary="Whom to send",
    response_model=list[Candidate],
    responses=errors(404),
)
async def candidates(
    number: Number, request: Request, viewer: Annotated[Viewer, Depends(Require("incidents.candidates"))]
) -> list[Candidate]:
    """Return who could be sent, the best first, each with the reason."""
    row, lens = await visible_case(request, number, viewer), lens_of(request)
    suggested = await asyncio.wrap_future(lens.community.candidates(row.incident, lens.now))
    return [
        Candidate(
            person=each.person,
            name=lens.name(each.person) or each.person,
            on_duty=each.on_duty,
            score=each.score,
            reason=both(each.reason, ""),
        )
        for each in suggested
    ]


@router.post(
    "/api/incidents/{number}/photos",
    summary="Add a picture as proof",
    response_model=PhotoStored,
    responses=errors(404, 409, 413, 429),
    status_code=201,
)
async def add_photo(
    number: Number,
    request: Request,
    *,
    key: IdempotencyKey,
    viewer: Annotated[Viewer, Depends(Require("photos.add"))],
    file: Annotated[UploadFile, File(description=f"JPEG, PNG or WebP, at most {MAX_UPLOAD} bytes")],
    captured_at: Annotated[WallTime | None, Form(description="when it was taken, as the phone knows")] = None,
) -> Response:
    """Keep a picture (re-encoded, hashed) and put it on the case. A repeat with the same key adds nothing."""
    await visible_case(request, number, viewer)
    photo, stored = await store_photo(request, file, captured_at, by=viewer.id)
    action = Action(
        name="note",
        by=viewer.id,
        roles=viewer.person.roles,
        incident=number,
        key=own_key(viewer.id, key),
        fields={"photos": (photo,)},
    )
    await asyncio.wrap_future(services(request).writer.act(action))
    services(request).pages.touched([number])
    return answer(stored, status=201)


async def visible_case(request: Request, number: str, viewer: Viewer) -> IncidentRow:
    """Return the case if it exists and lies in the viewer's scope.

    Raises:
        ApiError: `not_found`, the same for both.
    """
    row = await read(request, lambda connection: incident(connection, number))
    if row is None or not viewer.sees(row.incident, services(request).now()):
        raise ApiError("not_found", what=number)
    return row
