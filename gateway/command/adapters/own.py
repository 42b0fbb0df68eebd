"""Own namespace: `sc1/{site}/{device}/c/{id}` down, signed; `…/r/{id}` up, read like every message of our devices.

The device knows ids and counters, so the packet goes with QoS 1: a second delivery is a repetition to it.
"""

from __future__ import annotations

import msgspec

from devices.command import COMMANDS, Command
from devices.command_seal import SealedCommand, sealed
from gateway.command.adapter import Order, Out, Packet, Target, adapter, whole_seconds
from gateway.command.turn import Heard


@adapter("own")
class Own:
    """Devices that speak our own namespace."""

    names = {"zh": "本系统命名空间", "en": "Own namespace"}
    way = "mqtt"
    commands = frozenset(COMMANDS)
    answers = True

    def problems(self, _target: Target) -> list[str]:
        """Everything can be said to our own devices."""
        return []

    def topics(self, _target: Target) -> tuple[str, ...]:
        """Replies come in as events of the device, its identity proven."""
        return ()

    def hear(self, _command: Command, _target: Target, _topic: str, _payload: bytes) -> Heard | None:
        """Nothing is listened to here."""
        return None

    async def send(self, order: Order, out: Out) -> Heard | None:
        """Publish the signed command."""
        command, target = order.command, order.target
        args = dict(command.arguments)
        if command.name == "open":
            args["pulse_s"] = target.pulse.total_seconds()
        if command.name == "siren_on":
            args["longest_s"] = whole_seconds(target.longest)
        said = SealedCommand(
            id=command.id,
            device=target.topic,
            n=command.counter,
            name=command.name,
            args=args,
            ttl=order.left_s,
            expires=order.expires,
        )
        payload = msgspec.json.encode(sealed(said, site=target.site, key=target.key))
        topic = f"sc1/{target.site}/{target.topic}/c/{command.id}"
        await out.publish(Packet(topic=topic, payload=payload, qos=1), order.left_s)
        return None
