"""What the engine remembers about the site as a whole: clocks, shadows, flags, silences, gaps, faults.

Per-device memory is a row of its own in the snapshot, so that a quiet device costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from devices.event import Event
from rules.operators import LATENESS_US

IDS = 4096  # at least so many newest event ids are known: the same id twice changes nothing the second time
MOST_RECENT = 64
GAPS = 64  # remembered downtimes
FLAGS = {"armed": False, "drill": False, "maintenance": False}
AVAILABILITY = {
    "device.online": True, "camera.online": True, "device.offline": False, "camera.offline": False,
}  # fmt: skip


class DeviceMemory(msgspec.Struct, omit_defaults=True):
    """One device: its newest believed time, when it was last heard, and what it last reported.

    `reported` is `state.*` of expressions; `recent` says which of its values are of the last seconds, so that
    one that comes out of order does not replace a newer one.
    """

    newest: int | None = None
    heard: int | None = None
    online: bool | None = None
    reported: dict[str, Any] = {}
    recent: list[tuple[int, list[str]]] = []


class SilenceState(msgspec.Struct, omit_defaults=True):
    """One silence: matcher, end, author, reason; `l1` when it covers L1 too."""

    where: str
    until: int
    by: str
    reason: str
    l1: bool = False
    start: int = 0
    id: str = ""


class SiteMemory(msgspec.Struct, omit_defaults=True):
    """Everything that is not about one rule and key. Times in microseconds."""

    started: int | None = None  # of this process
    restarted: int | None = None  # of this process, when there was one before it
    now: int = 0
    held: int | None = None  # deadlines at or after this moment wait: what was said since is still being read
    offset: int = 0  # wall − E, for calendars alone
    gaps: list[tuple[int, int]] = []
    flags: dict[str, dict[str, bool]] = {}  # zone ("" = all) -> flags
    silences: list[SilenceState] = []
    shifts: dict[str, int] = {}  # calendar -> its next change
    ids: dict[str, None] = {}  # the newest
    older_ids: dict[str, None] = {}
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
        if event_id in self.ids or event_id in self.older_ids:
            return True
        self.ids[event_id] = None
        if len(self.ids) >= IDS:
            self.older_ids, self.ids = self.ids, {}
        return False

    def set_flags(self, flags: Mapping[str, bool], zone: str | None) -> None:
        """Set flags of one zone, or of the whole site: there the newest word holds in every zone."""
        self.flags.setdefault(zone or "", {}).update(flags)
        if not zone:
            for own in (each for name, each in self.flags.items() if name):
                for name in flags:
                    own.pop(name, None)

    def site(self, site_id: str, zone: str | None) -> dict[str, Any]:
        """Return the flags as rules read them in this zone."""
        own = self.flags.get(zone, {}) if zone else {}
        return {**FLAGS, **self.flags.get("", {}), **own, "id": site_id}


def remember(memory: DeviceMemory, event: Event, at: int, *, believed: bool) -> None:
    """Fold one event into what is known of its device."""
    mode = event.mode
    if mode == "live" or mode == "backfill":  # noqa: PLR1714  # twice as fast as a set, for every event
        if believed and (memory.newest is None or at > memory.newest):
            memory.newest = at
        if mode == "live" and (memory.heard is None or at > memory.heard):
            memory.heard = at
    online = AVAILABILITY.get(event.kind)
    data, state = event.data, event.state
    recent = memory.recent
    if state or online is not None or (recent and at < recent[-1][0]):
        if data or state or online is not None:
            _report_some(memory, {**data, **state}, at, online)
    elif data:
        if recent and recent[0][0] < at - LATENESS_US:
            recent.clear()
        recent.append((at, list(data)))
        memory.reported.update(data)


def _report_some(memory: DeviceMemory, facts: dict[str, Any], at: int, online: bool | None) -> None:
    """Take in what an event says, but for what a later one has said of the same."""
    if online is not None:
        facts["online"] = online
    recent = memory.recent
    if recent and at < recent[-1][0] - LATENESS_US:
        return  # it was true once
    for later, names in recent:
        if later > at:
            for name in names:
                facts.pop(name, None)
    if online is not None and "online" in facts:
        memory.online = online
    memory.reported.update(facts)
    recent.append((at, list(facts)))
    recent.sort(key=lambda each: each[0])
    horizon = recent[-1][0] - LATENESS_US
    memory.recent = [each for each in recent[-MOST_RECENT:] if each[0] >= horizon]
