"""The places of the community and its plan."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.site import PlaceTree
from gateway.api.views.lens import lens_of
from gateway.api.views.site import place_tree

router = noun("places")


@router.get("/api/places", summary="Places and plan", response_model=PlaceTree, responses=errors())
async def places(request: Request, _: Annotated[Viewer, Depends(Require("places.read"))]) -> Response:
    """Return the tree of places, the grids, and a plan drawn from them with what stands where."""
    return answer(place_tree(lens_of(request)))
