"""Who is on duty now."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.site import DutyView
from gateway.api.views.lens import lens_of
from gateway.api.views.site import duty_view

router = noun("duty")


@router.get("/api/duty", summary="Who is on duty", response_model=DutyView, responses=errors())
async def duty(request: Request, _: Annotated[Viewer, Depends(Require("duty.read"))]) -> Response:
    """Return who is on duty in each grid and until when; a grid with nobody is marked as a gap."""
    return answer(duty_view(lens_of(request)))
