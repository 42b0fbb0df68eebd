"""Shelly relays over MQTT: generation 2 and later by RPC with an answer, generation 1 by a word on a topic."""

from __future__ import annotations

from typing import Any

import msgspec

from devices.command import Command
from gateway.command.adapter import (
    Order,
    Out,
    Packet,
    Target,
    adapter,
    beyond,
    qos_of,
    taken,
    whole_seconds,
)
from gateway.command.turn import Heard

RELAY = frozenset({"open", "lock", "unlock", "siren_on", "siren_off"})
ON = {"open": True, "lock": True, "unlock": False, "siren_on": True, "siren_off": False}
"""What the output is to be: a lock is held by current, a siren sounds with it."""


class RpcAnswer(msgspec.Struct, kw_only=True):
    """The answer to an RPC request, as far as it is looked at."""

    id: int
    src: str = ""
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


_answer = msgspec.json.Decoder(RpcAnswer).decode


@adapter("shelly2")
class Shelly2:
    """`{device}/rpc` with `Switch.Set`; the device itself ends a pulse or a siren (`toggle_after`)."""

    names = {"zh": "Shelly 二代及以后", "en": "Shelly generation 2 and later"}
    way = "mqtt"
    commands = RELAY
    answers = True

    def problems(self, target: Target) -> list[str]:
        """Return what cannot be said."""
        return beyond(target, sorted(RELAY))

    def topics(self, target: Target) -> tuple[str, ...]:
        """The answer comes to whoever the request names as its source."""
        return (f"{_source(target)}/rpc",)

    def hear(self, command: Command, target: Target, topic: str, payload: bytes) -> Heard | None:
        """Read the answer of this device to this request; its own word is enough for what leaves no trace at a door."""
        try:
            said = _answer(payload)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        if topic != f"{_source(target)}/rpc" or said.id != command.counter or said.src != target.topic:
            return None
        if said.error is not None:
            words = str(said.error.get("message", ""))[:120]
            return Heard(command=command.id, word="fail", result="refused", detail=words)
        return Heard(command=command.id, word=taken(command), result="device")

    async def send(self, order: Order, out: Out) -> Heard | None:
        """Publish one request; its number is the counter of the command."""
        command, target = order.command, order.target
        params: dict[str, Any] = {"id": target.channel, "on": ON[command.name]}
        if command.name == "open":
            params["toggle_after"] = target.pulse.total_seconds()
        if command.name == "siren_on":
            params["toggle_after"] = whole_seconds(target.longest)
        request = {
            "id": command.counter,
            "src": _source(target),
            "method": "Switch.Set",
            "params": params,
        }
        packet = Packet(
            topic=f"{target.topic}/rpc", payload=msgspec.json.encode(request), qos=qos_of(command)
        )
        await out.publish(packet, order.left_s)
        return None


@adapter("shelly1")
class Shelly1:
    """`shellies/{device}/relay/{n}/command`. It takes no length of time: its own auto-off timer must be set."""

    names = {"zh": "Shelly 一代", "en": "Shelly generation 1"}
    way = "mqtt"
    commands = RELAY
    answers = True

    def problems(self, target: Target) -> list[str]:
        """Return what cannot be said, and what only a device that ends by itself may be asked."""
        timed = sorted(target.offers & {"open", "siren_on"})
        found = beyond(target, sorted(RELAY))
        if timed and not target.ends_itself:
            found.append(
                f"ends_itself: {', '.join(timed)} needs the device's own auto-off timer (Settings → Timer); set it, then write ends_itself: true"
            )
        return found

    def topics(self, target: Target) -> tuple[str, ...]:
        """The relay says its state there after each change."""
        return (_relay(target),)

    def hear(self, command: Command, target: Target, topic: str, payload: bytes) -> Heard | None:
        """Read the state of the relay."""
        if topic != _relay(target) or payload != (b"on" if ON[command.name] else b"off"):
            return None
        return Heard(command=command.id, word=taken(command), result="state")

    async def send(self, order: Order, out: Out) -> Heard | None:
        """Publish `on` or `off`."""
        command, target = order.command, order.target
        payload = b"on" if ON[command.name] else b"off"
        packet = Packet(topic=f"{_relay(target)}/command", payload=payload, qos=qos_of(command))
        await out.publish(packet, order.left_s)
        return None


def _source(target: Target) -> str:
    return f"sc1-commands-{target.site}"


def _relay(target: Target) -> str:
    return f"shellies/{target.topic}/relay/{target.channel}"
