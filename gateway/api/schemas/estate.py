"""The estate as people edit it: places and their generator, homes, devices and the steps of their life."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, PersonName, Request, View
from gateway.api.schemas.saved import Entry, SiteProblem, Version

Id = Annotated[str, Field(min_length=1, max_length=80)]
Names = Annotated[str, Field(max_length=200)]
DeviceStateName = Literal["seen", "claimed", "active", "suspended", "retired"]


class PlaceView(View):
    """One place with what it lies in; `entry` is it as a site file would have it."""

    id: str = Field(examples=["b3-u1"])
    kind: Literal["site", "building", "unit", "floor", "home", "area"]
    name: Bilingual
    aliases: list[str] = Field(examples=[["东门", "大门"]])
    parent: str | None
    way: list[Bilingual] = Field(description="names from the outermost place to this one")
    inside: int = Field(description="places directly in it")
    parts: dict[str, str] = Field(
        description="what a device that stands here says", examples=[{"building": "b3", "unit": "u1"}]
    )
    version: int
    entry: Entry


class PlaceList(View):
    """Places, and names that several of them have: whoever says one of these is not understood."""

    items: list[PlaceView]
    total: int = Field(description="places of the whole site")
    shared: dict[str, list[str]] = Field(examples=[{"东门": ["a-east", "b7-u1"]}])


class LayoutRequest(Request):
    """A line that says how buildings are built."""

    line: Annotated[str, Field(min_length=1, max_length=400, examples=["1–30 栋，3 单元，18 层，每层 4 户"])]
    households: bool = Field(False, description="make a home in the registry for each flat, too")
    reason: str = Field("", max_length=400)


class LayoutMistake(View):
    """A part of the line that is not understood."""

    part: str
    message: Bilingual


class LayoutView(View):
    """What a line would make. Nothing is saved by asking for it."""

    mistakes: list[LayoutMistake]
    counts: dict[str, int] = Field(examples=[{"building": 30, "unit": 90, "floor": 1620, "home": 6480}])
    added: int
    there: int = Field(description="places that are there already and stay as they are")
    clashing: list[str] = Field(description="ids that are something else already; with one, nothing is saved")
    households: int
    sample: list[PlaceView] = Field(description="the way to the last place, from the outermost one")
    sentence: Bilingual


class EstateSaved(View):
    """What a save of several things came to; `step` takes it back."""

    saved: int
    unchanged: bool
    step: str | None = Field(description="give this to `/api/estate/undo`; null when nothing was saved")
    warnings: list[SiteProblem]


class HouseholdView(View):
    """One home; nobody's name is in it."""

    id: str
    place: Bilingual = Field(description="where it is, as people say it")
    grid_name: Bilingual | None
    building: str | None
    unit: str | None
    floor: str | None
    grid: str | None
    care: list[str]
    tags: list[str]
    devices: list[str]
    version: int
    entry: Entry


class HouseholdList(View):
    """Homes of the site."""

    items: list[HouseholdView]
    total: int


class StepView(View):
    """A step that may be taken from the state a device is in."""

    step: str = Field(examples=["activate"])
    name: Bilingual
    target: DeviceStateName
    missing: list[str] = Field(description="what the device still lacks for it", examples=[["place"]])


class RegisteredDevice(View):
    """A device as it is registered, with the steps of its life that may follow."""

    id: str
    state: DeviceStateName
    entry: Entry
    version: int
    way: list[Bilingual]
    parents: list[str] = Field(description="what it hangs on, nearest first")
    children: list[str] = Field(description="what hangs on it")
    steps: list[StepView]
    code: str = Field(description="the code of its label", examples=["7K3F-9QXM-2D"])


class DeviceStep(Request):
    """A step of a device's life; `fields` are changed with it."""

    step: Annotated[str, Field(min_length=1, max_length=20, examples=["activate"])]
    fields: Entry = Field({}, description="such as name, building, unit, type")
    place: str | None = Field(
        None, max_length=200, description="a place by its id or by what people call it, instead of its parts"
    )
    version: Version = None
    reason: str = Field("", max_length=400)


class EstateStepView(View):
    """Everything that was saved at one time."""

    step: str = Field(examples=["1772518400000000"])
    at: datetime
    author: PersonName
    count: int
    reason: str


class EstateStepList(View):
    """The newest steps, newest first; the first one can be taken back."""

    items: list[EstateStepView]


class Undo(Request):
    """Which step is taken back: the newest one, as the person saw it."""

    step: Annotated[str, Field(pattern=r"^\d{1,18}$", examples=["1772518400000000"])]
