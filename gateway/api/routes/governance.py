"""Alarm governance (告警治理): the figures of ISA-18.2 beside their norms, and the load of the shift (本班负荷)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated, Literal

import msgspec
from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, read, services
from gateway.api.governing import governance_view, heard_between, span_of
from gateway.api.ledger_read import asked_period, seats_in
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.figures import GovernanceView, ShiftLoad, WindowView
from gateway.api.shift_now import since_handover
from gateway.api.views.figures import forms_of, words
from gateway.api.views.lens import Lens, lens_of
from gateway.clock import from_us
from gateway.report.gauge import NORMS, stands
from gateway.report.governed import shift_load
from gateway.report.load import WINDOW, load_of, windows
from gateway.store.read import Connection

router = noun("governance")
GOAL = next(norm for norm in NORMS if norm.name == "per_hour_and_seat")


@router.get(
    "/api/governance", summary="How alarms are governed", response_model=GovernanceView, responses=errors()
)
async def governance(
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("governance.read"))],
    days: Annotated[Literal["1", "7", "30"], Query(description="how far back, up to now")] = "7",
) -> Response:
    """Return each figure with target and limit, who speaks most with a proposal, what stands, trembles and floods."""
    lens, count = lens_of(request), int(days)
    begin, end = span_of(count, lens)
    whole = msgspec.structs.replace(asked_period("daily", None, lens), begin=begin, end=end)
    seats = await seats_in(request, whole, lens)
    silenced = await _silenced(request, lens)
    form = forms_of(services(request).rulebook)

    def run(connection: Connection) -> GovernanceView:
        heard = heard_between(connection, begin, end, lens, viewer)
        return governance_view(heard, lens, form, seats=seats, silenced=silenced, days=count)

    return answer(await read(request, run))


@router.get("/api/load", summary="The load of the shift", response_model=ShiftLoad, responses=errors())
async def load(request: Request, viewer: Annotated[Viewer, Depends(Require("load.read"))]) -> Response:
    """Return how many alarms the shift has faced since it took over, against what one guard manages."""
    lens = lens_of(request)
    guards = _guards(lens)

    def run(connection: Connection) -> ShiftLoad:
        now = lens.shown(lens.now)
        begin = min(since_handover(connection, lens, now), now - timedelta(minutes=1))
        heard = heard_between(connection, begin, now, lens, viewer)
        found = load_of(heard.alerts, begin=begin, end=now, seats=guards or None)
        times = sorted(each.opened_at for each in heard.alerts if begin <= each.opened_at < now)
        return ShiftLoad(
            since=begin, at=now, alarms=found.alarms, per_hour=found.per_hour, per_hour_and_seat=found.per_hour_and_seat,
            seats=guards, worst_window=found.worst_window, calm_share=found.calm_share, goal=GOAL.target,
            stands=stands(GOAL, found.per_hour_and_seat),
            text=words(shift_load(found, seats=guards, goal=GOAL.target)),
            windows=[
                WindowView(at=begin + place * WINDOW, alarms=count) for place, count in enumerate(windows(times, begin, now))
            ],
        )  # fmt: skip

    return answer(await read(request, run))


async def _silenced(request: Request, lens: Lens) -> int | None:
    estate = services(request).estate
    if estate is None:
        return None
    found = await asyncio.wrap_future(estate.silences())
    return sum(from_us(each.start) <= lens.now < from_us(each.until) for each in found)


def _guards(lens: Lens) -> int:
    """Return how many guards are on duty now."""
    people = lens.community.people
    on_duty = {duty.person for duty in lens.community.on_duty(lens.now)}
    return sum("guard" in people[person].roles for person in on_duty if person in people)
