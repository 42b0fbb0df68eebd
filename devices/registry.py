"""The registry as a value: which devices exist, where they stand, whose grid they are in.

Rules read it as `device.*`, dispatch reads it for grids, the decoder for identity. It is built from the
site's files or tables at the edge and is replaced as a whole when the site is edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

DeviceState = Literal["seen", "claimed", "active", "suspended", "retired"]


AVAILABILITY = ("mains", "hourly", "daily", "battery", "weekly")
"""How often a device lets itself be heard; the rules of the devices pack say after what time each is missed."""


class Device(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One device: what it is, how it speaks (profile, ident), where it stands, what it hangs on."""

    id: str
    type: str = ""
    name: dict[str, str] = {}  # {"zh": …, "en": …}
    profile: str = ""
    ident: str = ""  # the identity it uses on the wire, if not `id`
    user: str = ""  # the MQTT user it logs in with, when it has its own
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    zone: str | None = None
    grid: str | None = None
    parent: str | None = None  # the switch, recorder or power supply it hangs on
    household: str | None = None
    tags: tuple[str, ...] = ()
    availability: str | None = None  # by its profile, unless its tags say
    state: DeviceState = "active"
    unlisted: bool = False  # made up on first sight (rules run), never by a live gateway
    x: float | None = None  # position on the plan, 0–1
    y: float | None = None


class Household(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A home. `care` holds the consented care reasons ("alone", "child", "disabled"); no names here."""

    id: str
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    grid: str | None = None
    care: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Registry:
    """Look-up over devices and households; immutable after construction."""

    def __init__(self, devices: Iterable[Device] = (), households: Iterable[Household] = ()) -> None:
        self._devices = {d.id: d for d in devices}
        self._households = {h.id: h for h in households}
        self._by_ident: dict[tuple[str, str], Device] = {}
        for d in self._devices.values():
            key = (d.profile.partition("@")[0], d.ident)
            if d.ident and (key not in self._by_ident or d.state == "active"):  # not the one it replaced
                self._by_ident[key] = d

    def __iter__(self) -> Iterator[Device]:
        return iter(self._devices.values())

    def __len__(self) -> int:
        return len(self._devices)

    @property
    def households(self) -> dict[str, Household]:
        return self._households

    def get(self, device_id: str) -> Device | None:
        """Return the device with this id, or None."""
        return self._devices.get(device_id)

    def resolve(self, profile: str, ident: str) -> Device | None:
        """Return the device that speaks `profile` (revision ignored) under this wire identity, or None."""
        found = self._by_ident.get((profile.partition("@")[0], ident))
        if found is not None:
            return found
        by_id = self._devices.get(ident)
        if by_id is None or by_id.ident not in ("", ident):
            return None
        return by_id

    def parents(self, device_id: str) -> tuple[str, ...]:
        """Return the ids of what this device hangs on, nearest first; a loop in the data ends the walk."""
        chain: list[str] = []
        device = self._devices.get(device_id)
        while (
            device is not None and device.parent and device.parent not in chain and device.parent != device_id
        ):
            chain.append(device.parent)
            device = self._devices.get(device.parent)
        return tuple(chain)
