"""What decoding knows besides the message: the registry, the site, each device's clock and last states."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, tzinfo
from typing import Any

from devices.clock import LARGEST_S, DeviceClock, judge, judge_age
from devices.event import Event, Mode, Quarantine, RawMessage, TimeQuality
from devices.references import References
from devices.registry import Device, Registry
from devices.timestamp import Stamp

IDENT_LENGTH = 200  # characters; longer identities are somebody's joke
_KEY_BYTES = 64  # the longest key the references take as it is
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
        self.references = References(
            site_key if len(site_key) <= _KEY_BYTES else hashlib.sha512(site_key).digest()
        )
        self.accept_unknown = accept_unknown
        self.oldest = oldest
        self.clocks: dict[str, DeviceClock] = {}
        self.last: dict[str, dict[str, tuple[Any, str | None]]] = {}  # device -> state -> value, dedup key
        self.replace_registry(registry)

    def replace_registry(self, registry: Registry) -> None:
        """Use another registry from the next message on."""
        self.registry = registry
        self._senders: dict[tuple[str, str], Device | Quarantine] = {}

    def sender(
        self, profile: str, ident: str, user: str | None, speaks: tuple[str, ...] = ()
    ) -> Device | Quarantine:
        """Return the active device that speaks `profile` (its id) under this identity, or why it is not taken.

        A proven sender (`speaks`) speaks for itself, for what has it as `user`, and for what hangs on it.
        """
        key = (profile, ident)
        senders = self._senders  # of the registry that is asked now: another thread may bring the next one
        found = senders.get(key)
        if found is None:
            found = self._look_up(profile, ident)
            if len(senders) >= _CACHED:
                senders.clear()
            senders[key] = found
        if user and isinstance(found, Device) and found.user and user != found.user:
            reason = f"the message speaks for '{found.id}' but came from user '{user}'"
            return Quarantine(code="identity", reason=reason, device=found.id, profile=profile)
        if speaks and isinstance(found, Device) and not self._speaks_for(found, speaks):
            reason = f"the message speaks for '{found.id}' but came from {', '.join(speaks)}; name its sender as `user` or `parent`"
            return Quarantine(code="identity", reason=reason, device=found.id, profile=profile)
        return found

    def _speaks_for(self, device: Device, speaks: tuple[str, ...]) -> bool:
        if device.user or device.unlisted:
            return device.unlisted or device.user in speaks
        return device.id in speaks or not set(speaks).isdisjoint(self.registry.parents(device.id))

    def _look_up(self, profile: str, ident: str) -> Device | Quarantine:
        if not ident or len(ident) > IDENT_LENGTH:
            return Quarantine(code="identity", reason="the message names no device", profile=profile)
        device = self.registry.resolve(profile, ident)
        if device is None and self.accept_unknown:
            return Device(id=ident, profile=profile, unlisted=True)
        if device is None:
            reason = f"no device of profile '{profile}' is registered as '{ident}'; claim it first"
            return Quarantine(code="unknown_device", reason=reason, device=ident, profile=profile)
        if device.state != "active":
            reason = f"device '{device.id}' is {device.state}, not active"
            return Quarantine(code="unknown_device", reason=reason, device=device.id, profile=profile)
        return device

    def clock(self, device: str) -> DeviceClock:
        """Return what is known of a device's clock."""
        clock = self.clocks.get(device)
        if clock is None:
            clock = self.clocks[device] = DeviceClock()
        return clock

    def when(
        self, clock: DeviceClock, stamp: Stamp | None, message: RawMessage, mode: Mode, learn: bool
    ) -> tuple[datetime, TimeQuality, tuple[str, ...]]:
        """Decide when it happened; with `learn`, live messages that were not queued teach the clock first."""
        live, drained, received_at = mode == "live", message.drained, message.received_at
        if stamp is None:
            return judge(clock, None, received_at, self.zone, live=live, drained=drained, oldest=self.oldest)
        age = (received_at - stamp.instant).total_seconds()  # asked for by both, worked out once
        if learn and live and not drained:
            clock.take(stamp.instant, age, received_at, self.zone)
        if clock.skew is None and 0 < age < LARGEST_S:  # nearly every message: what `judge_age` says first
            return stamp.instant, stamp.quality, ()
        return judge_age(clock, stamp, age, received_at, self.zone, live, drained, self.oldest)

    def unchanged(self, event: Event, state: str) -> bool:
        """Tell whether a state is what it last was, and remember it.

        The message that brought the change may come again: under its dedup key it is still the change.
        """
        held = self.last.setdefault(event.device, {})
        value = event.state.get(state)
        before = held.get(state)
        if before is not None and before[0] == value:
            return event.dedup is None or event.dedup != before[1]
        held[state] = (value, event.dedup)
        return False

    def passed(self, event: Event) -> None:
        """Forget a remembered state that is otherwise by now: the next change to it is one again."""
        held = self.last.get(event.device)
        if held:
            for name in [name for name, (value, _) in held.items() if event.state.get(name, value) != value]:
                del held[name]
