"""What decoding knows besides the message: the registry, the site, each device's clock and last states."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

from devices.clock import DeviceClock, Judged, judge
from devices.event import Event, Quarantine, RawMessage
from devices.registry import Device, Registry
from devices.timestamp import Stamp

IDENT_LENGTH = 200  # characters; longer identities are somebody's joke
_CACHED = 20_000  # identities remembered; a flood of made-up names empties the memory instead of filling it


class DecodeContext:
    """The decoder's memory; one per decoder, used by one thread.

    `accept_unknown` makes a device up on first sight (flag `unlisted`): for the decode tool, never live.
    """

    def __init__(
        self,
        *,
        registry: Registry,
        site: str,
        zone: tzinfo,
        site_key: bytes,
        accept_unknown: bool = False,
        oldest: timedelta | None = timedelta(days=7),
    ) -> None:
        self.site = site
        self.zone = zone
        self.site_key = site_key
        self.accept_unknown = accept_unknown
        self.oldest = oldest
        self.clocks: dict[str, DeviceClock] = {}
        self.last: dict[tuple[str, str], tuple[Any, str | None]] = {}  # (device, state) -> value, dedup key
        self.replace_registry(registry)

    def replace_registry(self, registry: Registry) -> None:
        """Use another registry from the next message on."""
        self.registry = registry
        self._found: dict[tuple[str, str], Device | None] = {}

    def device(self, profile: str, ident: str) -> Device | None:
        """Return the device that speaks `profile` (its id) under this identity, if the site knows it."""
        key = (profile, ident)
        if key in self._found:
            return self._found[key]
        if len(self._found) >= _CACHED:
            self._found.clear()
        device = self.registry.resolve(profile, ident)
        if device is None and self.accept_unknown:
            device = Device(id=ident, profile=profile, unlisted=True)
        self._found[key] = device
        return device

    def refusal(self, profile: str, ident: str, device: Device | None, user: str | None) -> Quarantine | None:
        """Say why a message of this identity is not taken; None: it is."""
        if not ident or len(ident) > IDENT_LENGTH:
            return Quarantine(code="identity", reason="the message names no device", profile=profile)
        if device is None:
            reason = f"no device of profile '{profile.partition('@')[0]}' is registered as '{ident}'; claim it first"
            return Quarantine(code="unknown_device", reason=reason, device=ident, profile=profile)
        if device.state != "active":
            reason = f"device '{device.id}' is {device.state}, not active"
            return Quarantine(code="unknown_device", reason=reason, device=device.id, profile=profile)
        if user and device.user and user != device.user:
            reason = f"the message speaks for '{device.id}' but came from user '{user}'"
            return Quarantine(code="identity", reason=reason, device=device.id, profile=profile)
        return None

    def when(self, device: str, stamp: Stamp | None, message: RawMessage, *, live: bool) -> Judged:
        """Decide when it happened. The clock learns elsewhere, once per message."""
        clock = self.clocks.get(device)
        if clock is None:
            clock = self.clocks[device] = DeviceClock()
        return judge(
            clock,
            stamp,
            message.received_at,
            self.zone,
            live=live,
            drained=message.drained,
            oldest=self.oldest,
        )

    def learn(self, device: str, stamp: Stamp, received_at: datetime) -> None:
        """Let the device's clock learn from one live message that was not queued."""
        clock = self.clocks.get(device)
        if clock is None:
            clock = self.clocks[device] = DeviceClock()
        clock.learn(stamp, received_at, self.zone)

    def unchanged(self, event: Event, state: str) -> bool:
        """Tell whether a state is what it last was, and remember it.

        The message that brought the change may come again: under its dedup key it is still the change.
        """
        key = (event.device, state)
        value = event.state.get(state)
        before = self.last.get(key)
        if before is not None and before[0] == value:
            return event.dedup is None or event.dedup != before[1]
        self.last[key] = (value, event.dedup)
        return False
