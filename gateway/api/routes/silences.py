"""Silences: who is not told of what, until when, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response
from uuid_utils.compat import uuid7

from devices.expression import ExpressionError
from gateway.api.answers import answer, errors, read, services, wrong
from gateway.api.errors import ApiError
from gateway.api.estate import Estate
from gateway.api.permissions import Require, Viewer, forbidden, scope_of
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.silences import SilenceList, SilenceRequest, SilenceView
from gateway.api.views.lens import Lens, lens_of
from gateway.api.views.rules import person_view
from gateway.errors import ActionRefused
from gateway.store.read_alerts import hidden_by
from rules.action import EndSilence, SilenceAlerts
from rules.aloud import aloud
from rules.duration import from_us
from rules.memory import SilenceState
from rules.muting import covers_l1, silence_matcher

router = noun("silences")
LONGEST = timedelta(days=31)


def estate(request: Request) -> Estate:
    """Return what people set on the site; a gateway that is only being described has none."""
    found = services(request).estate
    if found is None:
        raise ApiError("not_ready")
    return found


@router.get("/api/silences", summary="List silences", response_model=SilenceList, responses=errors())
async def silences(request: Request, _: Annotated[Viewer, Depends(Require("silences.read"))]) -> Response:
    """Return every silence that is not over, also those that have not begun."""
    lens = lens_of(request)
    return answer(await _standing(request, lens))


@router.post(
    "/api/silences",
    summary="Silence alerts",
    status_code=201,
    response_model=SilenceView,
    responses=errors(409),
)
async def silence(
    asked: SilenceRequest, request: Request, viewer: Annotated[Viewer, Depends(Require("silences.edit"))]
) -> Response:
    """Mute notices for a time; alerts are recorded all the same, and what still holds is said when it ends."""
    lens = lens_of(request)
    estate(request)
    action = _action(asked, viewer, lens)
    await asyncio.wrap_future(services(request).writer.act(action))
    facts = {"where": action.where, "until": asked.until.isoformat(), "reason": action.reason}
    await services(request).accounts.audit(viewer.id, "silence", action.id, facts)
    found = await asyncio.wrap_future(estate(request).silences())
    made = next((each for each in found if each.id == action.id), None)
    if made is None:
        raise ActionRefused("unknown_silence", f"silence {action.id} is over already")
    return answer(_view(made, lens, {}), status=201)


@router.delete(
    "/api/silences/{id}", summary="End a silence", response_model=SilenceList, responses=errors(404)
)
async def end_silence(
    id: Annotated[str, Path(min_length=1, max_length=80)],  # noqa: A002 - the name in the API
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("silences.edit"))],
) -> Response:
    """End a silence before its time; what it held back and still holds is said now. Return those that are left."""
    lens = lens_of(request)
    try:
        estate(request)
        await asyncio.wrap_future(services(request).writer.act(EndSilence(id=id, by=viewer.id)))
    except ActionRefused:
        raise ActionRefused("unknown_silence", f"no silence {id}", silence=id) from None
    await services(request).accounts.audit(viewer.id, "silence.end", id, {})
    return answer(await _standing(request, lens))


async def _standing(request: Request, lens: Lens) -> SilenceList:
    found = await asyncio.wrap_future(estate(request).silences())
    standing = [each for each in found if from_us(each.until) > lens.now]
    begun = {each.id: from_us(each.start) for each in standing if each.id}
    hidden = await read(request, lambda connection: hidden_by(connection, begun))
    return SilenceList(items=[_view(each, lens, hidden) for each in standing])


def _action(asked: SilenceRequest, viewer: Viewer, lens: Lens) -> SilenceAlerts:
    """Return the action, in engine time; every mistake in its field."""
    try:
        matcher = silence_matcher(asked.where)
    except ExpressionError as error:
        raise wrong("body.where", f"条件看不懂：{error}", f"{error}") from None
    now = lens.now
    until = asked.until.astimezone(UTC) - lens.offset
    start = asked.start.astimezone(UTC) - lens.offset if asked.start is not None else None
    if until <= max(now, start or now):
        raise wrong("body.until", "应晚于开始和现在", "expected after its start, and after now")
    if until > max(now, start or now) + LONGEST:
        raise wrong("body.until", "最长 31 天", "expected at most 31 days")
    if covers_l1(matcher, asked.level) and scope_of(viewer.person, "rules.edit") is None:
        raise forbidden("rules.edit")
    return SilenceAlerts(
        where=asked.where, until=until, by=viewer.id, reason=asked.reason, level=asked.level, start=start, id=f"s-{uuid7()}"
    )  # fmt: skip


def _view(state: SilenceState, lens: Lens, hidden: Mapping[str, int]) -> SilenceView:
    return SilenceView(
        id=state.id or f"{state.until}",
        where=state.where,
        said=Bilingual(zh=aloud(state.where, "zh"), en=aloud(state.where, "en")),
        start=lens.shown(from_us(state.start)),
        until=lens.shown(from_us(state.until)),
        begun=from_us(state.start) <= lens.now,
        by=person_view(state.by, lens),
        reason=state.reason,
        covers_l1=state.l1,
        hidden=hidden.get(state.id, 0),
    )
