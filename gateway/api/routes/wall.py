"""The wall screen: one answer with everything on it, and who reported what where a screen may say so."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, read, services
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.wall import WallReporters, WallView
from gateway.api.views.lens import lens_of
from gateway.api.views.wall import reporters, wall_view
from gateway.screens import NAMES

router = noun("wall")


@router.get("/api/wall", summary="The wall screen", response_model=WallView, responses=errors())
async def wall(request: Request, viewer: Annotated[Viewer, Depends(Require("wall.read"))]) -> Response:
    """Return counters, the five gravest, the plan, 24 hours, who is on duty and the day against the one before.

    No word or name of a resident is in it. A screen asks every three seconds.
    """
    made_with, lens = services(request), lens_of(request)
    health = await asyncio.to_thread(made_with.health)

    def look() -> WallView:
        with made_with.store.read() as connection:
            return wall_view(connection, lens, health, demo=made_with.settings.demo)

    found = await made_with.wall.view(look, lens.now)
    names = NAMES in (viewer.session.only or ())  # a person who looks finds them in the cases
    return answer(found.model_copy(update={"names": names}))


@router.get(
    "/api/wall/reporters",
    summary="Who reported what is open",
    response_model=WallReporters,
    responses=errors(),
)
async def wall_reporters(request: Request, _: Annotated[Viewer, Depends(Require("wall.names"))]) -> Response:
    """Return the names of those who reported what is open; for a screen that was let in with names only."""
    lens = lens_of(request)
    return answer(await read(request, lambda connection: reporters(connection, lens)))
