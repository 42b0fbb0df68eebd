"""Frame, Box, Track, Sighting, Look: what the stages of the camera pipeline hand to each other.

Seconds are those of the camera's stream on the worker's monotonic scale: the moment a frame was *taken*
as far as its stream clock tells, not the moment it arrived. Boxes are shares 0–1 of width and height,
so that nothing depends on the size a frame happens to be analysed at.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]  # height × width × 3, blue green red
Mask: TypeAlias = NDArray[np.uint8]  # height × width, 0 or 255
Point: TypeAlias = tuple[float, float]
Polygon: TypeAlias = tuple[Point, ...]
Signal: TypeAlias = Literal["waiting", "ok", "abnormal", "lost"]


class Box(msgspec.Struct, frozen=True):
    """A rectangle in the picture; `x`, `y` is its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def foot(self) -> Point:
        """Where the thing stands: the middle of the lower edge."""
        return (self.x + self.width / 2, self.y + self.height)

    @property
    def centre(self) -> Point:
        return (self.x + self.width / 2, self.y + self.height / 2)

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def diagonal(self) -> float:
        return float(np.hypot(self.width, self.height))

    def overlap(self, other: Box) -> float:
        """Return intersection over union, 0 to 1."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        if across <= 0 or down <= 0:
            return 0.0
        shared = across * down
        return shared / (self.area + other.area - shared)

    def __str__(self) -> str:
        return f"{self.x:.3f},{self.y:.3f},{self.width:.3f},{self.height:.3f}"


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """One picture of one camera: `small` for analysis, `picture()` in full size for evidence."""

    index: int  # count of decoded frames since the source was opened
    seconds: float  # when it was taken (see the module's text)
    at: datetime  # the same moment in UTC
    small: Pixels
    picture: Callable[[], Pixels]


class Track(msgspec.Struct, frozen=True, kw_only=True):
    """One moving thing followed over frames. Confirmed once it was hit often enough and really went somewhere."""

    number: int
    box: Box
    first: float  # seconds
    last: float
    hits: int
    missed: int
    start: Point  # centre at the first hit
    velocity: Point = (0.0, 0.0)  # shares of the picture per second
    travel: float = 0.0  # farthest distance from `start`, in shares of the picture
    path: float = 0.0  # length of the way it took; a leaf goes far and arrives nowhere
    anchor: Point = (0.0, 0.0)  # where it was when it last really moved on
    moved: float = float("-inf")  # and when that was
    confirmed: bool = False

    @property
    def score(self) -> float:
        """How steadily it was seen: hits over frames since the first, 0 to 1."""
        return self.hits / (self.hits + self.missed)


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """Something an analytic found: the worker makes an MQTT event of it, the command line a line."""

    kind: str  # a word of the kind tree, camera.*
    seconds: float
    at: datetime
    data: dict[str, Any] = {}
    track: int | None = None
    box: Box | None = None
    snapshot: bytes | None = None  # JPEG
    snapshot_at: datetime | None = None


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about one moment of one camera; each stage returns it with more filled in.

    `frame` is None when time passed without a picture: only health and the signal analytic care then.
    """

    seconds: float  # now, on the scale of `Frame.seconds`
    at: datetime
    frame: Frame | None
    signal: Signal = "waiting"
    suspended: bool = False  # the whole picture changed: nothing is to be believed for a moment
    moved: Mask | None = None
    boxes: tuple[Box, ...] = ()
    tracks: tuple[Track, ...] = ()
    sightings: tuple[Sighting, ...] = ()
