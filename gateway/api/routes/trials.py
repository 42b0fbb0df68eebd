"""Tests of everything: one marked alarm from a chosen device to the phone and back, with the time of each step."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import IdempotencyKey, answer, errors, own_key, read, services, write, wrong
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.shifts import TrialList, TrialRequest, TrialStep, TrialView
from gateway.api.views.lens import Lens, both, lens_of
from gateway.api.views.rules import person_view
from gateway.response.categories import UNKNOWN, Category
from gateway.response.model import Action
from gateway.shift.ids import id_of
from gateway.shift.trial import STEP_NAMES, Delivery, Trial, allowed_of, heard, steps_of
from gateway.store import shifts
from gateway.store.read import Connection
from gateway.store.read_incidents import incident, timeline_of, told_about

router = noun("trials")
LISTED = 50
CATEGORY = "0201"  # a call for help: everybody on duty hears it
TrialId = Annotated[str, Path(min_length=1, max_length=80)]


@router.post(
    "/api/trials",
    summary="Test everything",
    status_code=201,
    response_model=TrialView,
    responses=errors(404, 409),
)
async def begin_trial(
    body: TrialRequest,
    request: Request,
    key: IdempotencyKey,
    viewer: Annotated[Viewer, Depends(Require("trials.begin"))],
) -> Response:
    """Raise one marked test alarm from a device; it is a drill and never leaves the site. Ask for its steps at `/api/trials/{id}`."""
    lens = lens_of(request)
    device = lens.community.device(body.device)
    if device is None:
        raise wrong("body.device", f"没有设备 {body.device}", f"there is no device {body.device}")
    category = body.category or CATEGORY
    if category not in lens.community.categories:
        raise wrong("body.category", "没有这个类别", "there is no such category")
    place = {part: getattr(device, part) for part in ("building", "unit", "floor", "zone", "grid")}
    fields = {
        "text": f"全链路测试 / test of everything: {device.id}", "category": category, "level": "L1", "device": device.id,
        "drill": True, "place": {part: value for part, value in place.items() if value},
    }  # fmt: skip
    action = Action(
        name="report", by=viewer.id, roles=viewer.person.roles, key=own_key(viewer.id, key), fields=fields
    )
    result = await asyncio.wrap_future(services(request).writer.act(action))
    fresh = Trial(
        id=id_of(own_key(viewer.id, key)),
        at=lens.now,
        by=viewer.id,
        device=device.id,
        incident=str(result["incident"]),
    )

    def job(connection: Connection) -> None:
        if shifts.trial(connection, fresh.id) is None:
            shifts.put_trial(connection, fresh)
            services(request).store.append_audit(
                connection,
                at=lens.now,
                actor=viewer.id,
                action="trial",
                subject=fresh.incident,
                facts={"device": device.id},
            )

    await write(request, job)
    return answer(await _one(request, fresh.id), status=201)


@router.get("/api/trials", summary="Tests of everything", response_model=TrialList, responses=errors())
async def list_trials(request: Request, _: Annotated[Viewer, Depends(Require("trials.read"))]) -> Response:
    """Return the newest tests with their steps."""
    lens, kinds = lens_of(request), _kinds(request)

    def query(connection: Connection) -> TrialList:
        return TrialList(
            items=[
                _view(connection, each, lens, kinds)
                for each in shifts.newest_trials(connection, limit=LISTED)
            ]
        )

    return answer(await read(request, query))


@router.get(
    "/api/trials/{id}", summary="One test of everything", response_model=TrialView, responses=errors(404)
)
async def one_trial(
    id: TrialId,  # noqa: A002 - the name in the API
    request: Request,
    _: Annotated[Viewer, Depends(Require("trials.read"))],
) -> Response:
    """Return a test with the steps that have been seen so far."""
    return answer(await _one(request, id))


@router.post(
    "/api/trials/{id}/sounded",
    summary="This page made the sound",
    response_model=TrialView,
    responses=errors(404),
)
async def sounded(
    id: TrialId,  # noqa: A002 - the name in the API
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("shifts.work"))],
) -> Response:
    """Say that the alarm was heard here; the page on duty does so when its sound has begun."""
    now = services(request).now()

    def job(connection: Connection) -> bool:
        found = shifts.trial(connection, id)
        if found is not None:
            shifts.put_trial(connection, heard(found, by=viewer.id, now=now))
        return found is not None

    if not await write(request, job):
        raise ApiError("not_found", what=id)
    return answer(await _one(request, id))


async def _one(request: Request, trial_id: str) -> TrialView:
    lens, kinds = lens_of(request), _kinds(request)

    def query(connection: Connection) -> TrialView | None:
        found = shifts.trial(connection, trial_id)
        return None if found is None else _view(connection, found, lens, kinds)

    view = await read(request, query)
    if view is None:
        raise ApiError("not_found", what=trial_id)
    return view


def _kinds(request: Request) -> Mapping[str, Category]:
    """Return the kinds of cases with their times; none where the site is only shown."""
    book = services(request).sitebook
    return {} if book is None else book.view.categories


def _view(connection: Connection, found: Trial, lens: Lens, kinds: Mapping[str, Category]) -> TrialView:
    row = incident(connection, found.incident)
    opened = row.incident.opened_at if row is not None else found.at
    moments = [(entry.action, entry.actor, entry.at) for entry in timeline_of(connection, found.incident)]
    deliveries = [
        Delivery(recipient=each.recipient, channel=each.channel, state=each.state, at=each.settled_at)
        for each in told_about(connection, found.incident)
    ]
    code, level = (row.incident.category, row.incident.level) if row is not None else (CATEGORY, "L1")
    kind = kinds.get(code, UNKNOWN)
    seen = steps_of(found, opened, moments, deliveries)
    allowed = allowed_of(seen, level, kind)
    steps = [
        TrialStep(
            step=step.name,
            name=both(STEP_NAMES[step.name], step.name),
            at=lens.maybe(step.at),
            seconds=step.seconds,
            who=lens.name(step.who) if step.who else None,
            allowed_s=allowed.get(step.name),
            in_time=_in_time(step.seconds, allowed.get(step.name)),
        )
        for step in seen
    ]
    return TrialView(
        id=found.id, at=lens.shown(found.at), by=person_view(found.by, lens), device=found.device,
        device_name=lens.device_name(found.device) or both(None, found.device), category=both(lens.community.categories.get(code), code),
        incident=found.incident, complete=all(step.at is not None for step in steps), steps=steps,
    )  # fmt: skip


def _in_time(seconds: float | None, allowed: float | None) -> bool | None:
    return None if seconds is None or allowed is None else seconds <= allowed
