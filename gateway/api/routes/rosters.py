"""Duty rosters: the calendar, the plan behind it, swaps with consent, leave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response
from uuid_utils import uuid7

from gateway.api.answers import answer, errors, wrong
from gateway.api.permissions import Require, Viewer
from gateway.api.roster_scope import outside_scope
from gateway.api.routes.noun import noun
from gateway.api.saving import IfMatch, done, save, seen, site_problem, sitebook, versions
from gateway.api.schemas.rosters import (
    Answer,
    Arranged,
    LeaveAsk,
    RequestList,
    RosterPeople,
    RosterPerson,
    RosterPlan,
    RosterView,
    SwapAsk,
)
from gateway.api.schemas.saved import SiteSave, SiteSaved, SiteVersionList
from gateway.api.views.lens import Lens, lens_of
from gateway.api.views.rosters import gap_views, leave_view, roster_view, swap_view
from gateway.errors import ActionRefused
from gateway.response.categories import plain
from gateway.response.roster import ROSTERED, Leave, Swap
from gateway.response.swaps import (
    Estate,
    Requests,
    answer_leave,
    answer_swap,
    ask_leave,
    ask_swap,
    pruned,
    withdraw,
)
from gateway.response.world import SiteView
from gateway.sitebook.layer import Bodies
from gateway.sitebook.trial import Present

router = noun("rosters")
RequestId = Annotated[str, Path(alias="id", min_length=1, max_length=80)]
Reader = Annotated[Viewer, Depends(Require("rosters.read"))]
Planner = Annotated[Viewer, Depends(Require("rosters.edit"))]
Asker = Annotated[Viewer, Depends(Require("rosters.ask"))]
LONGEST_DAYS = 62
AHEAD_DAYS = 7


@router.get("/api/roster", summary="Who is on duty when", response_model=RosterView, responses=errors())
async def roster(
    request: Request,
    _: Reader,
    begin: Annotated[date | None, Query(alias="from", description="first day; today when left out")] = None,
    end: Annotated[
        date | None, Query(alias="to", description="last day, included; six days later when left out")
    ] = None,
    person: Annotated[str | None, Query(max_length=80, description="the calendar of one person")] = None,
) -> Response:
    """Return duty for a day, a week or a month: for everybody, or the calendar of one person; and every gap in it."""
    lens, site = lens_of(request), sitebook(request).view
    first = begin or lens.shown(lens.now).astimezone(site.zone).date()
    try:
        last = end or first + timedelta(days=6)
        if not 0 <= (last - first).days < LONGEST_DAYS:
            raise wrong(
                "query.to", "应不早于 from，最多 62 天", "expected a day not before `from`, 62 days at most"
            )
        span = [datetime.combine(day, time(0), site.zone) for day in (first, last + timedelta(days=1))]
    except OverflowError:
        raise wrong("query.from", "日期超出范围", "the day is out of range") from None
    return answer(await asyncio.to_thread(roster_view, site, lens, span[0], span[1], person=person))


@router.get(
    "/api/roster/people", summary="Who can be on duty", response_model=RosterPeople, responses=errors()
)
async def roster_people(request: Request, _: Reader) -> Response:
    """Return everybody with an open account and a role that the roster fills: whom to plan, whom to ask for a swap."""
    people = sitebook(request).view.people.values()
    return answer(
        RosterPeople(
            items=[
                RosterPerson(id=each.id, name=each.name, roles=list(each.roles), grids=list(each.grids))
                for each in people
                if each.active and ROSTERED & set(each.roles)
            ]
        )
    )


@router.get(
    "/api/roster/plan", summary="The roster as it is edited", response_model=RosterPlan, responses=errors()
)
async def roster_plan(request: Request, _: Reader) -> Response:
    """Return shifts, rotations, overrides and leave as they are written, and what is worth a warning."""
    book = sitebook(request)
    version = book.version("roster")
    warnings = [
        site_problem(each) for each in book.lint if each.file == "roster" or each.path.startswith("roster")
    ]
    return answer(
        RosterPlan(version=version, entry=book.present("roster") or {}, warnings=warnings),
        etag=f'"{version}"',
    )


@router.put(
    "/api/roster/plan", summary="Save the roster", response_model=SiteSaved, responses=errors(403, 409)
)
async def save_roster(
    body: SiteSave, request: Request, viewer: Planner, if_match: IfMatch = None
) -> Response:
    """Save the roster as a whole. Who plans for some grids only may change what belongs to these."""
    book = sitebook(request)
    refused = outside_scope(book.view, viewer, book.present("roster") or {}, body.entry)
    if refused:
        raise ActionRefused("not_your_grid", f"{refused} is of another grid", part=refused)
    expected = seen(body.version, if_match)
    return answer(
        await save(request, "roster", body.entry, viewer=viewer, expected=expected, reason=body.reason)
    )


@router.get(
    "/api/roster/plan/versions",
    summary="Versions of the roster",
    response_model=SiteVersionList,
    responses=errors(),
)
async def roster_versions(request: Request, _: Reader) -> Response:
    """Return who made what of the roster, newest first."""
    return answer(await versions(request, "roster"))


@router.get("/api/roster/requests", summary="Swaps and leave", response_model=RequestList, responses=errors())
async def roster_requests(request: Request, viewer: Asker) -> Response:
    """Return swaps and leave of the last months: one's own; everybody's for who plans the roster."""
    lens, site = lens_of(request), sitebook(request).view
    all_ = _plans(viewer)
    swaps = [each for each in site.roster.swaps if all_ or viewer.id in (each.asker, each.other)]
    leave = [each for each in site.roster.leave if each.id is not None and (all_ or each.person == viewer.id)]
    return answer(
        RequestList(
            swaps=[swap_view(each, lens) for each in swaps], leave=[leave_view(each, lens) for each in leave]
        )
    )


@router.post(
    "/api/roster/swaps", summary="Ask for a swap", response_model=Arranged, responses=errors(403, 404, 409)
)
async def add_swap(body: SwapAsk, request: Request, viewer: Asker) -> Response:
    """Ask another one to stand in for a shift of a day; nothing changes until they agree."""
    if (body.back_shift is None) != (body.back_day is None):
        raise wrong(
            "body.back_day", "back_shift 和 back_day 要一起填写", "back_shift and back_day belong together"
        )
    swap = Swap(
        id=str(uuid7()), asker=viewer.id, other=body.other, shift=body.shift, day=body.day, back_shift=body.back_shift,
        back_day=body.back_day, note=body.note,
    )  # fmt: skip
    return await _arrange(
        request, viewer, swap.id, "swap_asked", lambda estate, now: ask_swap(estate, now, swap), swap
    )


@router.post(
    "/api/roster/swaps/{id}/answer",
    summary="Answer a swap",
    response_model=Arranged,
    responses=errors(403, 404, 409),
)
async def answer_to_swap(name: RequestId, body: Answer, request: Request, viewer: Asker) -> Response:
    """Agree to stand in, or decline; agreed, it is in force at once, and leaders and managers learn of it."""
    return await _arrange(
        request,
        viewer,
        name,
        "swap_agreed" if body.yes else "swap_declined",
        lambda estate, now: answer_swap(estate, now, name, by=viewer.id, agree=body.yes),
    )


@router.post(
    "/api/roster/leave", summary="Ask for leave", response_model=Arranged, responses=errors(403, 404, 409)
)
async def add_leave(body: LeaveAsk, request: Request, viewer: Asker) -> Response:
    """Ask for leave; it counts when a leader or manager grants it."""
    leave = Leave(id=str(uuid7()), person=viewer.id, begin=body.begin, end=body.end, note=body.note)
    return await _arrange(
        request,
        viewer,
        str(leave.id),
        "leave_asked",
        lambda estate, now: ask_leave(estate, now, leave),
        leave,
    )


@router.post(
    "/api/roster/leave/{id}/answer",
    summary="Answer leave",
    response_model=Arranged,
    responses=errors(403, 404, 409),
)
async def answer_to_leave(name: RequestId, body: Answer, request: Request, viewer: Planner) -> Response:
    """Grant leave, or refuse it; the answer names the gaps that the roster then has."""

    def act(estate: Estate, now: Requests) -> Requests:
        person = next((each.person for each in now.leave if each.id == name), None)
        theirs = estate.people.get(person or "")
        if theirs is not None and not any(map(viewer.sees_grid, theirs.grids or (None,))):
            raise ActionRefused("not_your_grid", f"{person} works in another grid", part=person)
        return answer_leave(now, name, by=viewer.id, grant=body.yes, now=estate.now)

    return await _arrange(request, viewer, name, "leave_granted" if body.yes else "leave_refused", act)


@router.post(
    "/api/roster/requests/{id}/withdraw",
    summary="Withdraw a request",
    response_model=Arranged,
    responses=errors(403, 404, 409),
)
async def withdraw_request(name: RequestId, request: Request, viewer: Asker) -> Response:
    """Take back a swap or leave that nobody has answered yet."""
    return await _arrange(
        request,
        viewer,
        name,
        "withdrawn",
        lambda estate, now: withdraw(now, name, by=viewer.id, now=estate.now),
    )


async def _arrange(
    request: Request,
    viewer: Viewer,
    name: str,
    what: str,
    act: Callable[[Estate, Requests], Requests],
    asked: Swap | Leave | None = None,
) -> Response:
    """Change what people arranged, on what is in force in the writer's thread; answer with the gaps of the week."""
    book, lens = sitebook(request), lens_of(request)
    wall = lens.shown(lens.now)

    def make(present: Present) -> Bodies:
        estate = Estate(roster=book.view.roster, people=book.view.people, zone=book.view.zone, now=wall)
        before = msgspec.convert(present("requests") or {}, Requests)
        body: dict[str, Any] = plain(pruned(act(estate, before), wall))
        return {"requests": body}

    roster = book.view.roster
    swap = next((each for each in roster.swaps if each.id == name), None)
    found = asked or swap or next((each for each in roster.leave if each.id == name), None)
    about = {"what": what, "id": name, **_whose(found)}
    await done(lambda: book.amend(make, by=viewer.id, about=about))
    return answer(Arranged(id=name, gaps=await asyncio.to_thread(_week, book.view, lens)))


def _whose(request: Swap | Leave | None) -> dict[str, Any]:
    """Return for the audit log whose swap or leave it is, and of which days."""
    if isinstance(request, Leave):
        return {"person": request.person, "begin": str(request.begin), "end": str(request.end)}
    if isinstance(request, Swap):
        return {
            "person": request.asker,
            "other": request.other,
            "shift": request.shift,
            "day": str(request.day),
        }
    return {}


def _week(site: SiteView, lens: Lens) -> list[Any]:
    start = datetime.combine(lens.shown(lens.now).astimezone(site.zone).date(), time(0), site.zone)
    return gap_views(site, lens, start, AHEAD_DAYS)


def _plans(viewer: Viewer) -> bool:
    return bool({"leader", "manager"} & set(viewer.person.roles))
