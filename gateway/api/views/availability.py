"""How a device is: heard or not, since when and why, its battery and how far its clock may be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from devices.clock import DeviceClock
from devices.command import Command
from devices.shadow import Shadow
from gateway.api.schemas.devices import (
    Availability,
    ClockView,
    HeldValue,
    Quality,
    Reason,
    WantedValue,
    Word,
)
from gateway.api.views.lens import Lens
from gateway.clock_keeper import is_wrong
from gateway.command.desired import desired
from gateway.store.clocks import KeptClock
from gateway.store.read_availability import Held
from gateway.store.read_devices import DeviceState


def availability(
    device: str,
    parents: Sequence[str],
    states: Mapping[str, DeviceState],
    held: Mapping[str, Held],
    lens: Lens,
) -> Availability:
    """Return how a device is; `parents`, nearest first: one of them that is gone explains it."""
    state, said = states.get(device), held.get(device)
    dead = next((parent for parent in parents if _gone(parent, states, held)), None)
    reason = Reason(rule=said.rule, alert=said.alert) if said is not None else None
    return Availability(
        state=word_of(state, said),
        since=lens.shown(said.since) if said is not None else None,
        heard_at=lens.shown(state.last_at) if state is not None else None,
        why=reason,
        behind=dead,
        battery=battery_of(state),
    )


def word_of(state: DeviceState | None, said: Held | None) -> Word:
    """Return how a device is, in the word of the API."""
    if said is not None:
        return "unstable" if said.unstable else "offline"
    if state is None:
        return "never"
    return "offline" if state.online is False else "online"


def _gone(device: str, states: Mapping[str, DeviceState], held: Mapping[str, Held]) -> bool:
    return word_of(states.get(device), held.get(device)) == "offline"


def battery_of(state: DeviceState | None) -> float | None:
    """Return the battery in %, as it was last told; None: never."""
    value = state.reported.get("battery") if state is not None else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def clock_view(kept: KeptClock, lens: Lens) -> ClockView:
    """Return what was learned of a device's clock."""
    clock = kept.clock
    assert clock.skew is not None
    return ClockView(
        skew_s=round(clock.skew, 1),
        quality=_quality(clock),
        wrong=is_wrong(clock),
        learned_at=lens.shown(kept.at),
    )


def _quality(clock: DeviceClock) -> Quality:
    if clock.usable:
        return "zone" if clock.zone_s else "corrected"
    return "zone_watched" if clock.zone_s else "unusable"


def wanted_values(commands: Sequence[Command], shadow: Shadow | None, lens: Lens) -> list[WantedValue]:
    """Return what commands, newest first, want a device to hold."""
    reported = shadow.reported if shadow is not None else {}
    return [
        WantedValue(
            name=each.name, value=each.value, at=lens.shown(each.at), command=each.command, state=each.state,
            reached=each.reached,
        )
        for each in desired(commands, reported, now=lens.now)
    ]  # fmt: skip


def held_values(shadow: Shadow, lens: Lens) -> list[HeldValue]:
    """Return what a device last said of itself, each value with its time and the event that said so."""
    return [
        HeldValue(name=name, value=state.value, at=lens.shown(state.at), seq=state.seq)
        for name, state in sorted(shadow.reported.items())
    ]
