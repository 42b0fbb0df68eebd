"""OwnDoor: a door controller and its contact in our own namespace, as a careful maker would build it.

It checks every command as `devices.command_seal` says, stores its counter before it moves, answers a repetition
without moving twice, and keeps its session at the broker, so that what waits for it while it is away can be seen.
"""

from __future__ import annotations

import itertools
import json
from typing import Any, Self

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from devices.command_seal import SealedCommand, refusal
from tests.integration.servers import wait_until

SITE = "sc"
_SESSION_S = 3600
_beats = itertools.count(1)


class OwnDoor:
    """One connection. `moved` are the ids carried out; `came` every packet; `mode` what it does with an order.

    `obeys`: moves, says accepted and done, and the contact opens · `silent`: moves, says nothing, no contact ·
    `jammed`: says accepted, the door stays shut · `refuses`: says failed.
    """

    def __init__(
        self, port: int, key: bytes, *, device: str = "door-ctl", contact: str = "door-1", mode: str = "obeys"
    ) -> None:
        self.device, self.contact, self.mode, self.key = device, contact, mode, key
        self.last = 0  # the counter that is stored before anything moves
        self.moved: list[str] = []
        self.refused: list[str] = []
        self.came: list[SealedCommand] = []
        self.expiries: list[int | None] = []
        self.retained: list[bool] = []
        self._done: set[str] = set()
        self._port = port
        self._client: paho.Client | None = None

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def connect(self) -> None:
        """Connect with the session that is kept."""
        kept = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # the library has no types here
        kept.SessionExpiryInterval = _SESSION_S
        ready: list[int] = []
        client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, client_id=f"own-{self.device}", protocol=paho.MQTTv5
        )
        client.on_message = lambda _c, _u, message: self._take(message)
        client.on_connect = lambda them, *_: them.subscribe(f"sc1/{SITE}/{self.device}/c/+", qos=1)
        client.on_subscribe = lambda *_: ready.append(1)
        self._client = client  # a fresh one each time; the session is the broker's
        client.connect("127.0.0.1", self._port, keepalive=30, clean_start=False, properties=kept)
        client.loop_start()
        wait_until(lambda: ready, seconds=30, what="a connected door")

    def leave(self) -> None:
        """Go away; the broker keeps the session."""
        assert self._client is not None
        self._client.disconnect()
        self._client.loop_stop()

    def _take(self, message: paho.MQTTMessage) -> None:
        command = msgspec.json.decode(message.payload, type=SealedCommand)
        self.came.append(command)
        self.retained.append(message.retain)
        self.expiries.append(getattr(message.properties, "MessageExpiryInterval", None))
        if command.id in self._done:
            self._reply(command.id, "done")
            return
        why = refusal(command, site=SITE, device=self.device, key=self.key, last=self.last, now_s=None)
        if why is not None or self.mode == "refuses":
            self.refused.append(why or "told to")
            self._reply(command.id, "failed", why or "told to")
            return
        self.last = command.n
        self.moved.append(command.id)
        self._done.add(command.id)
        if self.mode == "silent":
            return
        self._reply(command.id, "accepted")
        if self.mode == "obeys":
            self._say(self.contact, "e/contact.opened", {"n": next(_beats), "boot": "b1"})

    def _reply(self, command: str, state: str, reason: str = "") -> None:
        self._say(self.device, f"r/{command}", {"state": state, **({"reason": reason} if reason else {})})

    def _say(self, device: str, what: str, body: dict[str, Any]) -> None:
        assert self._client is not None
        self._client.publish(f"sc1/{SITE}/{device}/{what}", json.dumps(body), qos=1)
