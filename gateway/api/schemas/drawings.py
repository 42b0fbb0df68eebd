"""Floor plans: pictures of places from above, and what stands where on them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.api.schemas.common import Bilingual, Request, Sha256, View
from gateway.api.schemas.saved import Version
from gateway.response.drawing import DrawingKind

Share = Annotated[float, Field(ge=0, le=1)]
Spot = tuple[Share, Share]
Key = Annotated[str, Field(min_length=1, max_length=120)]
Spots = Annotated[
    dict[Key, Spot],
    Field(max_length=5000, description="from the left and the top, as shares of the picture", examples=[{"cam-1": [0.2, 0.6]}]),
]  # fmt: skip
PlaceKey = Annotated[
    str, Field(min_length=1, max_length=120, description="`site` is the whole estate", examples=["3/2F"])
]


class DrawingPicture(View):
    """A picture that was taken in: made anew, named by its hash."""

    sha256: Sha256
    mime: DrawingKind
    width: int
    height: int


class DrawingSave(Request):
    """A place's drawing as it shall be: its picture, uploaded before, and where things stand on it."""

    place: PlaceKey
    picture: Sha256
    width: int = Field(ge=1, le=20_000)
    height: int = Field(ge=1, le=20_000)
    devices: Spots = {}
    places: Spots = {}
    version: Version = None
    reason: str = Field(default="", max_length=400)


class DrawingDrop(Request):
    """Taking a place's drawing away; the plan is drawn from the places again."""

    place: PlaceKey
    version: Version = None
    reason: str = Field(default="", max_length=400)


class DrawnSpot(View):
    """Where a device or a place stands on a drawing, each 0–1 from the left and the top."""

    id: str
    x: float
    y: float


class DrawingView(View):
    """One drawing in force. What is gone from the site is left out."""

    place: str
    name: Bilingual
    picture: Sha256
    mime: DrawingKind
    width: int
    height: int
    version: int
    devices: list[DrawnSpot]
    places: list[DrawnSpot]


class DrawingList(View):
    """Every drawing of the site."""

    items: list[DrawingView]
