"""Who is on duty now, and what would happen if something happened now."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, wrong
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.saving import sitebook
from gateway.api.schemas.common import WallTime
from gateway.api.schemas.duty import WhatIfView
from gateway.api.schemas.site import DutyView
from gateway.api.views.duty import what_if_view
from gateway.api.views.lens import lens_of
from gateway.api.views.site import duty_view
from gateway.response.what_if import Where

router = noun("duty")
Name = Annotated[str | None, Query(min_length=1, max_length=80)]


@router.get("/api/duty", summary="Who is on duty", response_model=DutyView, responses=errors())
async def duty(request: Request, _: Annotated[Viewer, Depends(Require("duty.read"))]) -> Response:
    """Return who is on duty in each grid and until when; a grid with nobody is marked as a gap."""
    return answer(duty_view(lens_of(request)))


@router.get("/api/duty/what-if", summary="If it happened now", response_model=WhatIfView, responses=errors())
async def duty_what_if(
    request: Request,
    _: Annotated[Viewer, Depends(Require("duty.foresee"))],
    category: Annotated[str, Query(min_length=1, max_length=8, examples=["0101"])],
    device: Name = None,
    building: Name = None,
    grid: Name = None,
    at: Annotated[WallTime | None, Query(description="another time than now; with its zone")] = None,
) -> Response:
    """Return the ladder of such a case: who would be told when, by which channels, with which score, and the gaps."""
    book, lens = sitebook(request), lens_of(request)
    site = book.view
    known = {
        "category": (category, site.categories),
        "device": (device, {each.id for each in site.registry}),
        "grid": (grid, site.grids),
    }
    for name, (given, names) in known.items():
        if given is not None and given not in names:
            raise wrong(f"query.{name}", f"没有“{given}”", f"there is no '{given}'")
    when = lens.now if at is None else at - lens.offset
    where = Where(device=device, building=building, grid=grid)
    found = await asyncio.wrap_future(book.foresee(category, where, when))
    return answer(what_if_view(found, lens))
