"""Link: the connection on which commands go out, and on which answers come that no device profile reads.

A connection of its own, with a clean session each time: what was under way when it ended is never sent by a client
that woke up again. With MQTT 5 every packet carries its expiry; towards a broker that speaks only 3.1.1 nothing
can expire on the way, so there everything goes with QoS 0, which no broker keeps for a device that is away.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Callable, Iterable
from typing import NoReturn

import aiomqtt
import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from gateway.command.adapter import Packet
from gateway.errors import NotSent
from gateway.ingest.settings import MqttSettings

Listen = Callable[[str, bytes], None]
LARGEST = 64 * 1024  # bytes of an answer that is looked at
_log = structlog.get_logger("commands")
_chance = random.SystemRandom()


class Link:
    """Stays connected while it runs; belongs to the event loop. `changed` is called when the connection comes or goes."""

    def __init__(
        self, settings: MqttSettings, topics: Iterable[str], *, listen: Listen, changed: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._topics = sorted(set(topics))
        self._listen, self._changed = listen, changed
        self._client: aiomqtt.Client | None = None

    @property
    def is_open(self) -> bool:
        """Whether a packet can go out and its answer would be heard."""
        return self._client is not None

    async def publish(self, packet: Packet, left_s: int) -> None:
        """Publish once, never retained, to live `left_s` seconds at most.

        Raises:
            NotSent: there is no connection.
        """
        client = self._client
        if client is None:
            raise NotSent(f"no connection to {self._settings.address}")
        five = self._settings.version == "5"
        properties = None
        if five:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # the library has no types here
            properties.MessageExpiryInterval = left_s
        try:
            await client.publish(
                packet.topic,
                packet.payload,
                qos=packet.qos if five else 0,
                retain=False,
                properties=properties,
                timeout=float(left_s),
            )
        except aiomqtt.MqttError as error:
            # it may have left all the same: only the answer or the contact can tell now
            _log.warning("a command was not acknowledged by the broker", topic=packet.topic, error=str(error))

    async def run(self) -> NoReturn:
        """Stay connected and listen until cancelled."""
        failures = 0
        while True:
            try:
                async with self._new_client() as client:
                    for topic in self._topics:
                        await client.subscribe(topic, qos=1)
                    failures = 0
                    self._client = client
                    self._changed()
                    async for message in client.messages:
                        if not message.retain and isinstance(message.payload, bytes):
                            self._hear(str(message.topic), message.payload)
            except (aiomqtt.MqttError, OSError) as error:
                failures += 1
                _log.warning("commands wait for the broker", where=self._settings.address, error=str(error))
            finally:
                self._client = None
                self._changed()
            longest = min(self._settings.retry_most_s, 0.5 * 2 ** min(failures, 10))
            await asyncio.sleep(_chance.uniform(0.2 * longest, longest))

    def _hear(self, topic: str, payload: bytes) -> None:
        if len(payload) <= LARGEST:
            self._listen(topic, payload)

    def _new_client(self) -> aiomqtt.Client:
        settings = self._settings
        tls = settings.tls
        return aiomqtt.Client(
            settings.host,
            settings.port,
            username=settings.user,
            password=settings.password,
            identifier=f"{settings.client_id}-commands",
            protocol=aiomqtt.ProtocolVersion.V5 if settings.version == "5" else aiomqtt.ProtocolVersion.V311,
            keepalive=settings.keepalive_s,
            clean_session=None if settings.version == "5" else True,
            tls_params=None
            if tls is None
            else aiomqtt.TLSParameters(
                ca_certs=tls.ca_file or None,
                certfile=tls.cert_file or None,
                keyfile=tls.key_file or None,
                tls_version=ssl.PROTOCOL_TLS_CLIENT,
            ),
        )
