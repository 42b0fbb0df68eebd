"""Tasmota over MQTT with its usual topic order: `cmnd/{device}/…` down, `stat/{device}/RESULT` up.

A pulse and a siren's longest time are set as the relay's PulseTime in the same packet (Backlog): the device ends
by itself also when the network is gone. PulseTime counts tenths of a second up to 111, then whole seconds + 100.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec

from devices.command import Command
from gateway.command.adapter import Order, Out, Packet, Target, adapter, beyond, qos_of, taken
from gateway.command.adapters.shelly import ON, RELAY
from gateway.command.turn import Heard

_TENTHS = 111
_result = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@adapter("tasmota")
class Tasmota:
    """Relays with Tasmota; `channel` counts from 0, the device's POWER from 1."""

    names = {"zh": "Tasmota", "en": "Tasmota"}
    way = "mqtt"
    commands = RELAY
    answers = True

    def problems(self, target: Target) -> list[str]:
        """Return what cannot be said."""
        return beyond(target, sorted(RELAY))

    def topics(self, target: Target) -> tuple[str, ...]:
        """Every change of the relay is said there."""
        return (f"stat/{target.topic}/RESULT",)

    def hear(self, command: Command, target: Target, topic: str, payload: bytes) -> Heard | None:
        """Read the state of the relay; a device with one relay calls it POWER."""
        if topic != f"stat/{target.topic}/RESULT":
            return None
        try:
            said = _result(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        names = {f"POWER{target.channel + 1}"} | ({"POWER"} if target.channel == 0 else set())
        wanted = b'"ON"' if ON[command.name] else b'"OFF"'
        if not any(bytes(said[name]) == wanted for name in names & said.keys()):
            return None
        return Heard(command=command.id, word=taken(command), result="state")

    async def send(self, order: Order, out: Out) -> Heard | None:
        """Publish one packet."""
        command, target = order.command, order.target
        number = target.channel + 1
        power = f"Power{number} {'ON' if ON[command.name] else 'OFF'}"
        span = {"open": target.pulse, "siren_on": target.longest}.get(command.name, timedelta(0))
        line = f"PulseTime{number} {pulse_time(span)}; {power}"
        packet = Packet(topic=f"cmnd/{target.topic}/Backlog", payload=line.encode(), qos=qos_of(command))
        await out.publish(packet, order.left_s)
        return None


def pulse_time(span: timedelta) -> int:
    """Return a length of time as Tasmota's PulseTime; 0: the relay stays as it is switched."""
    tenths = round(span / timedelta(seconds=0.1))
    return tenths if tenths <= _TENTHS else round(span.total_seconds()) + 100
