"""Modes: flags of the site and its zones that rules read, such as armed, drill and maintenance."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services, wrong
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.routes.silences import estate
from gateway.api.schemas.silences import ModeList, ModeRequest, ModeView
from gateway.api.views.lens import Lens, lens_of
from gateway.api.views.rules import person_view
from gateway.store.mode_terms import ModeTerm

router = noun("modes")


@router.get("/api/modes", summary="List modes", response_model=ModeList, responses=errors())
async def modes(request: Request, _: Annotated[Viewer, Depends(Require("modes.read"))]) -> Response:
    """Return every flag that was set, for the site and for its zones, with who set it and until when."""
    return answer(await _all(request))


@router.post("/api/modes", summary="Set modes", response_model=ModeList, responses=errors())
async def set_modes(
    asked: ModeRequest, request: Request, viewer: Annotated[Viewer, Depends(Require("modes.edit"))]
) -> Response:
    """Set flags for the site or one zone; with `until` they turn back by themselves. Return all of them."""
    lens = lens_of(request)
    zones = [place.id for place in lens.community.places if place.kind == "zone"]
    if asked.zone is not None and asked.zone not in zones:
        raise wrong("body.zone", f"没有区域“{asked.zone}”", f"unknown zone '{asked.zone}'")
    until = asked.until.astimezone(UTC) - lens.offset if asked.until is not None else None
    if until is not None and until <= lens.now:
        raise wrong("body.until", "应晚于现在", "expected after now")
    setting = estate(request).modes
    await setting.set(dict(asked.flags), zone=asked.zone, until=until, by=viewer.id)
    facts = {
        "flags": dict(asked.flags),
        "until": asked.until.isoformat() if asked.until is not None else None,
    }
    await services(request).accounts.audit(viewer.id, "modes", asked.zone or "site", facts)
    return answer(await _all(request))


async def _all(request: Request) -> ModeList:
    lens, here = lens_of(request), estate(request)
    flags = await asyncio.wrap_future(here.flags())
    return ModeList(items=list(_views(flags, await here.modes.terms(), lens)))


def _views(
    flags: Mapping[str, Mapping[str, bool]], terms: Iterable[ModeTerm], lens: Lens
) -> Iterable[ModeView]:
    known = {(each.zone, each.flag): each for each in terms}
    for zone in sorted(flags):
        for flag, value in sorted(flags[zone].items()):
            term = known.get((zone, flag))
            yield ModeView(
                flag=flag,
                zone=zone or None,
                value=value,
                by=person_view(term.by, lens) if term is not None else None,
                since=lens.maybe(term.since) if term is not None else None,
                until=lens.maybe(term.until) if term is not None else None,
            )
