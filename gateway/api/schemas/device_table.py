"""The table of devices: one page of it, and what there is to narrow it by."""

from __future__ import annotations

from pydantic import Field

from gateway.api.schemas.common import Bilingual, View
from gateway.api.schemas.site import DeviceView


class DeviceChoice(View):
    """Something the table can be narrowed by, with how many devices are there."""

    value: str = Field(examples=["b3"])
    name: Bilingual
    devices: int


class DeviceTable(View):
    """One page of the devices that fit, and what there is of all of them."""

    items: list[DeviceView]
    found: int = Field(description="devices that fit")
    total: int = Field(description="devices that I may see")
    page: int = Field(description="the page that is shown; one beyond the end is the last one")
    pages: int
    states: dict[str, int] = Field(
        description="of all devices in service", examples=[{"online": 212, "offline": 2, "low": 1}]
    )
    lives: dict[str, int] = Field(
        description="of all devices by their registration", examples=[{"active": 214}]
    )
    places: list[DeviceChoice] = Field(description="the outermost places in which devices stand")
    types: list[DeviceChoice]
    profiles: list[DeviceChoice]
