"""Rules as sentences, and why one fires or does not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, read, services, wrong
from gateway.api.errors import ApiError
from gateway.api.past import past_of
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import WallTime
from gateway.api.schemas.site import ExplainLine, RuleExplain, RuleList
from gateway.api.views.lens import both, lens_of
from gateway.api.views.rules import standing_views
from gateway.api.views.site import rule_views
from gateway.store.read_alerts import hits_since
from gateway.store.verdicts import verdicts

router = noun("rules")
_key = msgspec.json.Decoder(dict[str, Any])


@router.get("/api/rules", summary="List rules", response_model=RuleList, responses=errors())
async def rules(request: Request, _: Annotated[Viewer, Depends(Require("rules.read"))]) -> Response:
    """Return every rule as a sentence, with how often it opened an alert in the last seven days."""
    lens = lens_of(request)
    hits = await read(request, lambda connection: hits_since(connection, lens.now - timedelta(days=7)))
    book = services(request).rulebook
    standings = None
    if book is not None:
        standings = standing_views(book.entries(), await read(request, verdicts), lens)
    return answer(RuleList(items=rule_views(lens, hits, standings)))


@router.get(
    "/api/rules/{id}/explain",
    summary="Why a rule fires or not",
    response_model=RuleExplain,
    responses=errors(404),
)
async def explain(
    id: Annotated[str, Path(min_length=1, max_length=80)],  # noqa: A002 - the name in the API
    request: Request,
    _: Annotated[Viewer, Depends(Require("rules.read"))],
    key: Annotated[
        str | None,
        Query(
            max_length=500, description="a JSON object, or a device's id", examples=['{"device":"gate-n3"}']
        ),
    ] = None,
    at: Annotated[WallTime | None, Query(description="a moment of the past; default: now")] = None,
) -> Response:
    """Return each condition of a rule for one key now; with `at`, why it did or did not fire then."""
    lens = lens_of(request)
    if id not in lens.community.rules:
        raise ApiError("not_found", what=id)
    wanted = _parsed(key)
    if at is not None:
        past = await past_of(request, id, wanted, at)
        said = ExplainLine(ok=past.alert is not None, text=past.answer)
        return answer(RuleExplain(rule=id, key=past.key, at=past.at, lines=[said], past=past))
    conditions = await asyncio.wrap_future(lens.community.near_miss(id, wanted))
    return answer(
        RuleExplain(
            rule=id,
            key=wanted or {},
            at=lens.shown(lens.now),
            lines=[
                ExplainLine(ok=each.ok, text=both(each.text, ""), value=each.value) for each in conditions
            ],
        )
    )


def _parsed(key: str | None) -> dict[str, Any] | None:
    if not key:
        return None
    if not key.startswith("{"):
        return {"device": key}
    try:
        return _key.decode(key)
    except msgspec.DecodeError as error:
        raise wrong(
            "query.key", "应为 JSON 对象或设备编号", f"a JSON object or a device's id: {error}"
        ) from None
