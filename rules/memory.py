"""What the engine remembers about the site as a whole: clocks, shadows, flags, silences, gaps, faults.

Per-device memory is a row of its own in the snapshot, so that a quiet device costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from devices.event import Event

IDS = 2048  # newest event ids: the same id twice changes nothing the second time
GAPS = 64  # remembered downtimes
FLAGS = {"armed": False, "drill": False, "maintenance": False}


class DeviceMemory(msgspec.Struct, omit_defaults=True):
    """One device: its newest believed time, when it was last heard, and what it last reported."""

    newest: int = 0
    heard: int = 0
    online: bool | None = None
    reported: dict[str, Any] = {}


class SilenceState(msgspec.Struct, omit_defaults=True):
    """One silence: matcher, end, author, reason; `l1` when it covers L1 too."""

    where: str
    until: int
    by: str
    reason: str
    l1: bool = False


class SiteMemory(msgspec.Struct, omit_defaults=True):
    """Everything that is not about one rule and key. Times in microseconds."""

    started: int | None = None  # of this process
    now: int = 0
    gaps: list[tuple[int, int]] = []
    flags: dict[str, dict[str, bool]] = {}  # zone ("" = all) -> flags
    silences: list[SilenceState] = []
    shifts: dict[str, int] = {}  # calendar -> its next change
    ids: dict[str, None] = {}
    faults: dict[str, dict[str, int]] = {}  # rule -> device -> number
    disabled: list[str] = []
    missing_by: dict[str, int] = {}  # rule -> events that lacked a `by` path

    def downtime_since(self, since: int) -> int:
        """Return for how long, since a moment, there was no gateway."""
        return sum(end - max(start, since) for start, end in self.gaps if end > since)

    def seen_before(self, event_id: str) -> bool:
        """Tell whether this event id came already, and remember it."""
        if not event_id:
            return False
        if event_id in self.ids:
            return True
        self.ids[event_id] = None
        if len(self.ids) > IDS:
            del self.ids[next(iter(self.ids))]
        return False

    def site(self, site_id: str, zone: str | None) -> dict[str, Any]:
        """Return the flags as rules read them in this zone."""
        return {
            "id": site_id,
            **FLAGS,
            **self.flags.get("", {}),
            **(self.flags.get(zone, {}) if zone else {}),
        }


class StateView(Mapping[str, Any]):
    """`state.*` of one device: what it reported, plus `online`."""

    __slots__ = ("_memory",)

    def __init__(self, memory: DeviceMemory) -> None:
        self._memory = memory

    def __getitem__(self, name: str) -> Any:
        if name == "online":
            if self._memory.online is None:
                raise KeyError(name)
            return self._memory.online
        return self._memory.reported[name]

    def __iter__(self) -> Any:
        return iter(self._memory.reported)

    def __len__(self) -> int:
        return len(self._memory.reported)


def remember(memory: DeviceMemory, event: Event, at: int, *, believed: bool) -> None:
    """Fold one event into what is known of its device."""
    if event.mode == "live":
        memory.heard = max(memory.heard, at)
        if believed:
            memory.newest = max(memory.newest, at)
    if event.mode == "test" or (at < memory.heard and event.mode == "backfill"):
        return
    if event.kind in ("device.online", "camera.online"):
        memory.online = True
    elif event.kind in ("device.offline", "camera.offline"):
        memory.online = False
    if event.data:
        memory.reported.update(event.data)
    if event.state:
        memory.reported.update(event.state)
