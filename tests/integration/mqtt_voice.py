"""A device's side of MQTT for tests: publish with QoS 1 and wait for the PUBACK, hear what comes down."""

from __future__ import annotations

import itertools
from typing import Self

import paho.mqtt.client as paho

from tests.integration.servers import wait_until

_names = itertools.count(1)


class Voice:
    """One connection; `heard` holds (topic, payload, retained) of everything that came."""

    def __init__(self, port: int, *listens: str, version: int = 4, name: str = "") -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self._client = paho.Client(
            paho.CallbackAPIVersion.VERSION2,
            client_id=name or f"voice-{next(_names)}-{port}",
            protocol=paho.MQTTv5 if version == 5 else paho.MQTTv311,
        )
        self._client.max_queued_messages_set(0)
        self._client.max_inflight_messages_set(200)
        self._listens = listens
        self._subscribed = not listens
        self._client.on_connect = self._connected
        self._client.on_subscribe = lambda *_: setattr(self, "_subscribed", True)
        self._client.on_message = lambda _c, _u, m: self.heard.append((m.topic, m.payload, m.retain))
        self._client.connect("127.0.0.1", port, keepalive=60)
        self._client.loop_start()
        wait_until(
            lambda: self._client.is_connected() and self._subscribed, seconds=30, what="a connected device"
        )

    def _connected(self, client: paho.Client, *_: object) -> None:
        if self._listens:
            client.subscribe([(topic, 1) for topic in self._listens])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def say(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        """Publish and return after the broker took it."""
        self.send(topic, payload, qos=qos, retain=retain).wait_for_publish(30)

    def send(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> paho.MQTTMessageInfo:
        """Publish and return at once."""
        return self._client.publish(topic, payload, qos=qos, retain=retain)

    def topics(self) -> set[str]:
        """Return the topics heard so far."""
        return {topic for topic, _, _ in list(self.heard)}
