"""The estate as a whole: what was saved of it lately, and one step back."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors
from gateway.api.estate_desk import desk, estate_saved
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import PersonName
from gateway.api.schemas.estate import EstateSaved, EstateStepList, EstateStepView, Undo
from gateway.api.views.lens import lens_of
from gateway.sitebook.entry import Body

router = noun("estate")
Editor = Annotated[Viewer, Depends(Require("devices.edit"))]


@router.get(
    "/api/estate/steps",
    summary="What was saved of the estate lately",
    response_model=EstateStepList,
    responses=errors(),
)
async def estate_steps(request: Request, _: Editor) -> Response:
    """Return the newest saves of devices, homes and places, each with who made it and how many things it changed."""
    lens = lens_of(request)
    found = await asyncio.to_thread(desk(request).steps)
    return answer(
        EstateStepList(
            items=[
                EstateStepView(
                    step=str(each.at_us), at=lens.shown(each.at), count=each.count,
                    author=PersonName(id=each.author, name=lens.name(each.author) or each.author),
                    reason=msgspec.json.decode(each.sample, type=Body).reason,
                )
                for each in found
            ]
        )
    )  # fmt: skip


@router.post(
    "/api/estate/undo", summary="Take the newest step back", response_model=EstateSaved, responses=errors(409)
)
async def undo_estate(body: Undo, request: Request, viewer: Editor) -> Response:
    """Put devices, homes and places back to how they were before the newest step, as a new version of each."""
    at = desk(request)
    return answer(await estate_saved(at, lambda: at.undo(body.step, by=viewer.id)))
