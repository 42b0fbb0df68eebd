"""Shadow: what a device last said of itself, as the fold of its events; nothing else may change it.

`reported` keeps the newest value of every state by the event's own time, so that a late message never
overwrites a newer one. Folding the journal again gives the same shadow.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from devices.event import Event, Scalar

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NOTED = timedelta(minutes=1)
MOST_STATES = 256  # of one device; a device that invents names stops being listened to


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """One state: its value, when it held (to the minute), and the journal number that said so."""

    value: Scalar
    at: datetime
    seq: int


class Shadow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One device's reported states, whether it is online (None: never said), and when it was last heard (`at`)."""

    device: str
    at: datetime = _NEVER
    online: bool | None = None
    reported: dict[str, Reported] = {}

    def values(self) -> dict[str, Any]:
        """Return the states as rules read them (`state.*`), `online` among them."""
        held = {name: state.value for name, state in self.reported.items()}
        if self.online is not None:
            held["online"] = self.online
        return held


def fold(shadow: Shadow | None, event: Event) -> Shadow:
    """Return the shadow after one event of its device; None: nothing was known of it.

    The same object comes back when neither a value nor the availability changed, so that the caller writes
    nothing; `at` alone moves it once a minute at most.
    """
    before = shadow.reported if shadow is not None else {}
    changed: dict[str, Reported] = {}
    for name, value in event.state.items():
        held = before.get(name)
        if name == "online" or (held is not None and not _news(held, value, event)):
            continue
        if held is None and len(before) + len(changed) >= MOST_STATES:
            continue
        changed[name] = Reported(value=value, at=event.at, seq=event.seq)
    online = _online(shadow.online if shadow is not None else None, event)
    if shadow is None:
        return Shadow(device=event.device, at=event.received_at, online=online, reported=changed)
    if not changed and online == shadow.online and event.received_at - shadow.at < _NOTED:
        return shadow
    at = max(shadow.at, event.received_at)
    return Shadow(
        device=shadow.device, at=at, online=online, reported={**before, **changed} if changed else before
    )


def _news(held: Reported, value: Scalar, event: Event) -> bool:
    """Tell whether a state is newer; the same value again is noted once a minute, to know what is older."""
    age = event.at - held.at
    return age >= _NOTED or (age >= timedelta(0) and held.value != value)


def _online(known: bool | None, event: Event) -> bool | None:
    if event.kind.endswith(".offline"):
        return False
    if event.kind.endswith(".online"):
        return True
    said = event.state.get("online")
    if isinstance(said, bool):
        return said
    # A live word from a device that was never announced shows that it is there; a last will is not overruled.
    return True if known is None and event.mode == "live" else known
