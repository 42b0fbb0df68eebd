"""Drawing (平面图): the picture of a place from above, and what stands where on it."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec

WHOLE = "site"  # the drawing of the whole estate
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Spot: TypeAlias = tuple[Share, Share]  # from the left and from the top, each as a share of the picture
Side = Annotated[int, msgspec.Meta(ge=1, le=20_000)]
DrawingKind: TypeAlias = Literal["image/jpeg", "image/png", "image/svg+xml"]


class Drawing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place's picture by its hash, its size in pixels (of a vector drawing: in its own units), and the spots on it.

    `id` is the place: `site`, a building or zone, or a part of a building as in `3/2F`. Devices and places that are
    gone from the site stay harmlessly in a drawing until it is saved anew.
    """

    id: str
    picture: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    mime: DrawingKind
    width: Side
    height: Side
    devices: dict[str, Spot] = {}
    places: dict[str, Spot] = {}
