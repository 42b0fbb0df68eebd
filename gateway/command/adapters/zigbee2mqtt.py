"""zigbee2mqtt: `zigbee2mqtt/{device}/set` down; the device's state on `zigbee2mqtt/{device}` is the answer.

A siren gets a warning with a duration, so that it ends by itself; it says nothing back, and that is shown.
"""

from __future__ import annotations

from typing import Any

import msgspec

from devices.command import Command
from gateway.command.adapter import Order, Out, Packet, Target, adapter, beyond, qos_of, whole_seconds
from gateway.command.turn import Heard

CAN = frozenset({"open", "lock", "unlock", "siren_on", "siren_off"})
_WORDS = {"lock": ("LOCK", "locked"), "unlock": ("UNLOCK", "unlocked")}


class DeviceState(msgspec.Struct, kw_only=True):
    """What a device's state says about locks and outputs."""

    state: Any = None
    lock_state: Any = None


_state = msgspec.json.Decoder(DeviceState).decode


@adapter("zigbee2mqtt")
class Zigbee2Mqtt:
    """Locks, relays and sirens behind a coordinator."""

    names = {"zh": "Zigbee（zigbee2mqtt）", "en": "Zigbee (zigbee2mqtt)"}
    way = "mqtt"
    commands = CAN
    answers = True

    def problems(self, target: Target) -> list[str]:
        """Return what cannot be said."""
        return beyond(target, sorted(CAN))

    def topics(self, target: Target) -> tuple[str, ...]:
        """Where its state comes."""
        return (f"zigbee2mqtt/{target.topic}",)

    def hear(self, command: Command, target: Target, topic: str, payload: bytes) -> Heard | None:
        """Read the state that a lock or an output reports after the order."""
        if topic != f"zigbee2mqtt/{target.topic}":
            return None
        try:
            said = _state(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        if command.name == "open" and said.state == "ON":
            return Heard(command=command.id, word="accept", result="state")
        word, held = _WORDS.get(command.name, ("", ""))
        # `state` follows the order at once; only `lock_state` is the bolt's own
        if word and said.lock_state == held:
            return Heard(command=command.id, word="finish", result="state")
        if word and said.lock_state is None and said.state == word:
            return Heard(command=command.id, word="accept", result="state")
        return None

    async def send(self, order: Order, out: Out) -> Heard | None:
        """Publish one packet."""
        command, target = order.command, order.target
        packet = Packet(
            topic=f"zigbee2mqtt/{target.topic}/set",
            payload=msgspec.json.encode(_said(command, target)),
            qos=qos_of(command),
        )
        await out.publish(packet, order.left_s)
        return None


def _said(command: Command, target: Target) -> dict[str, Any]:
    if command.name == "open":
        return {"state": "ON", "on_time": whole_seconds(target.pulse), "off_wait_time": 0}
    if command.name == "siren_on":
        duration = whole_seconds(target.longest)
        return {"warning": {"mode": "burglar", "level": "high", "strobe": True, "duration": duration}}
    if command.name == "siren_off":
        return {"warning": {"mode": "stop", "level": "low", "strobe": False, "duration": 1}}
    return {"state": _WORDS[command.name][0]}
