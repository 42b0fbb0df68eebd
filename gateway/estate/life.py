"""Life of a device: seen, claimed, active, suspended, retired; one table says which step leads where and who may take it.

A device that nobody registered is quarantined and at most `seen`; only a person's step makes one `active`, and never
in one step from having been heard.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from devices.registry import Device, DeviceState

Step: TypeAlias = Literal["note", "claim", "activate", "suspend", "resume", "retire", "return"]


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the table. `permission` opens it, `carries` are fields that the device must have by then."""

    source: DeviceState | None  # None: the registry does not know it
    step: Step
    target: DeviceState
    permission: Literal["devices.claim", "devices.edit"]
    carries: tuple[str, ...] = ()
    zh: str
    en: str


TABLE: tuple[Way, ...] = (
    Way(source=None, step="note", target="seen", permission="devices.edit", carries=("profile",), zh="登记待认领", en="note for claiming"),
    Way(source=None, step="claim", target="claimed", permission="devices.claim", carries=("profile", "ident"), zh="认领", en="claim"),
    Way(source="seen", step="claim", target="claimed", permission="devices.claim", carries=("profile",), zh="认领", en="claim"),
    Way(source="claimed", step="activate", target="active", permission="devices.edit", carries=("profile", "name", "place"), zh="启用", en="put into service"),
    Way(source="active", step="suspend", target="suspended", permission="devices.edit", zh="停用", en="suspend"),
    Way(source="suspended", step="resume", target="active", permission="devices.edit", carries=("profile", "name", "place"), zh="恢复", en="resume"),
    Way(source="seen", step="retire", target="retired", permission="devices.edit", zh="退役", en="retire"),
    Way(source="claimed", step="retire", target="retired", permission="devices.edit", zh="退役", en="retire"),
    Way(source="active", step="retire", target="retired", permission="devices.edit", zh="退役", en="retire"),
    Way(source="suspended", step="retire", target="retired", permission="devices.edit", zh="退役", en="retire"),
    Way(source="retired", step="return", target="claimed", permission="devices.edit", carries=("profile",), zh="重新使用", en="bring back"),
)  # fmt: skip
"""Every step there is. Whole lists (`importing.py`) are confirmed by a person and may bring any state."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Why a step cannot be taken: `code` with its facts."""

    code: Literal["no_such_step", "device_lacks"]
    facts: dict[str, str]


def ways(state: DeviceState | None) -> tuple[Way, ...]:
    """Return the steps that lead out of a state."""
    return tuple(way for way in TABLE if way.source == state)


def take(device: Device, state: DeviceState | None, step: str) -> Way | Refused:
    """Return the way that a step takes from a state for a device as it would be, or why it is not taken."""
    way = next((each for each in ways(state) if each.step == step), None)
    if way is None:
        may = ", ".join(each.step for each in ways(state)) or "-"
        return Refused(code="no_such_step", facts={"step": step, "state": state or "unknown", "may": may})
    missing = lacks(device, way)
    if missing:
        return Refused(code="device_lacks", facts={"step": step, "missing": ", ".join(missing)})
    return way


def lacks(device: Device, way: Way) -> list[str]:
    """Return what a device does not have yet of what a step asks for."""
    return [field for field in way.carries if not _has(device, field)]


def _has(device: Device, field: str) -> bool:
    if field == "place":
        return bool(device.building or device.zone or device.grid or device.household)
    return bool(getattr(device, field))
