"""What gateway.yaml says about this box; it is changed in the file, by whoever owns the machine."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.settings import SettingsView
from gateway.api.views.lens import lens_of
from gateway.api.views.settings import settings_view

router = noun("settings")


@router.get(
    "/api/settings", summary="How this box is set up", response_model=SettingsView, responses=errors()
)
async def settings(request: Request, _: Annotated[Viewer, Depends(Require("settings.read"))]) -> Response:
    """Return site, retention and integrations as they are in force, with how each fares; never a secret."""
    here = services(request)
    if here.box is None:
        raise ApiError("not_ready")
    health = await asyncio.to_thread(here.health)
    return answer(settings_view(here.box, health, lens_of(request), demo=here.settings.demo))
