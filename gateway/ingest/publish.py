"""Publisher: what goes out over MQTT after a commit, and only after it.

- **Confirmations** `sc1/{site}/{device}/k/{boot}/{n}` tell a device that its event is on disk. They wait in
  a bounded queue while the broker is away; the oldest are dropped when it is full, because a device that
  gets none simply says its event again, and the duplicate is confirmed.
- **Notices of alerts** on `alerts_topic`, when a site asks for them (see notice.py); they wait in the same queue.
- **Incident state** `sc1o/{site}/incident/{grid}/{number}`: the last state, retained, without personal
  data; an empty retained message takes it away at the close. It can be derived from the store at any
  time, so nothing is queued: after each connect everything current is published anew, and what the broker
  still holds of cases that are over is taken away (retained.py).

`committed` is called in the writer thread and never blocks; the connection lives in the event loop.
"""

from __future__ import annotations

import asyncio
import random
import re
import socket
import ssl
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from datetime import UTC, datetime
from typing import NoReturn

import aiomqtt
import msgspec

from devices.event import Event
from gateway.batch import Committed
from gateway.errors import RetryLater
from gateway.ingest.notice import alert_notices
from gateway.ingest.retained import Shown, states_filter
from gateway.ingest.settings import MqttSettings
from gateway.ingest.under_way import UnderWay
from gateway.response.model import Incident

AT_ONCE = 100  # publications under way together
WAITING = 20_000  # confirmations and notices kept while the broker is away
_SAFE = re.compile(r"[^+#/\x00-\x1f]{1,100}")
_chance = random.SystemRandom()


class PublisherStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the outgoing connection stands; `dropped` counts confirmations that a device has to ask for again, and notices."""

    connected: bool
    since: datetime
    error: dict[str, str] | None
    waiting: int
    published: int
    dropped: int


def confirmation_topic(event: Event) -> str | None:
    """Return where the confirmation of an event goes, or None when its device does not wait for one.

    Only our own namespace confirms: topic `sc1/{site}/{device}/e/{kind}` and dedup key `{boot}|{n}`.
    """
    if event.dedup is None or not event.source.topic.startswith("sc1/"):
        return None
    parts = event.source.topic.split("/")
    boot, _, number = event.dedup.rpartition("|")
    if len(parts) < 5 or parts[3] != "e" or not _SAFE.fullmatch(boot) or not number.isdecimal():
        return None
    return f"sc1/{parts[1]}/{parts[2]}/k/{boot}/{number}"


class Publisher:
    """Publishes after commits.

    `current` returns the cases whose state must be right at the broker: the open ones and those closed
    lately (so that a close during an outage is told too); it is called in a thread.
    """

    name = "publisher"

    def __init__(self, settings: MqttSettings, *, current: Callable[[], Iterable[Incident]]) -> None:
        self._settings = settings
        self._current = current
        self._queue: deque[tuple[str, bytes]] = deque()  # topic and payload of what is said once
        self._states: dict[str, tuple[int, bytes]] = {}  # topic -> version, payload not yet published
        self._shown = Shown()
        self._awake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: aiomqtt.Client | None = None
        self._since = datetime.now(UTC)
        self._error: dict[str, str] | None = None
        self._published = self._dropped = 0

    # --- called in the writer thread ----------------------------------------------------------------

    def committed(self, commit: Committed) -> None:
        """Take what has just become durable; returns at once."""
        for event in (*commit.events, *commit.duplicates):
            topic = confirmation_topic(event)
            if topic is not None:
                self._queue.append((topic, b""))
        if self._settings.alerts_topic and commit.changes:
            self._queue.extend((self._settings.alerts_topic, notice) for notice in alert_notices(commit))
        while len(self._queue) > WAITING:
            self._queue.popleft()
            self._dropped += 1
        if self._client is not None:
            self._states.update(self._shown.states(commit.incidents))
        if self._loop is not None and (self._queue or self._states):
            self._loop.call_soon_threadsafe(self._awake.set)

    # --- called in the event loop --------------------------------------------------------------------

    def status(self) -> PublisherStatus:
        """Return the state of the outgoing connection."""
        return PublisherStatus(
            connected=self._client is not None,
            since=self._since,
            error=self._error,
            waiting=len(self._queue) + len(self._states),
            published=self._published,
            dropped=self._dropped,
        )

    async def publish(self, topic: str, payload: bytes) -> None:
        """Publish one message with QoS 1 and return after the broker's PUBACK.

        Raises:
            RetryLater: there is no connection, or it ended before the PUBACK.
        """
        client = self._client
        if client is None:
            raise RetryLater(f"no connection to {self._settings.address}")
        try:
            await client.publish(topic, payload, qos=1)
        except aiomqtt.MqttError as error:
            raise RetryLater(f"{self._settings.address}: {error}") from error

    async def run(self) -> NoReturn:
        """Stay connected and publish until cancelled."""
        self._loop = asyncio.get_running_loop()
        failures = 0
        while True:
            try:
                async with self._new_client() as client:
                    failures = 0
                    await _first(self._serve(client), self._until_lost(client))
            except (aiomqtt.MqttError, OSError) as error:
                failures += 1
                where = self._settings.address
                self._error = {"zh": f"发布连接 {where}:{error}", "en": f"publishing to {where}: {error}"}
            finally:
                if self._client is not None:
                    self._since = datetime.now(UTC)
                self._client = None
            longest = min(self._settings.retry_most_s, 0.5 * 2 ** min(failures, 10))
            await asyncio.sleep(_chance.uniform(0.2 * longest, longest))

    def _new_client(self) -> aiomqtt.Client:
        settings = self._settings
        tls = settings.tls
        return aiomqtt.Client(
            settings.host,
            settings.port,
            username=settings.user,
            password=settings.password,
            identifier=f"{settings.client_id}-out",
            protocol=aiomqtt.ProtocolVersion.V5 if settings.version == "5" else aiomqtt.ProtocolVersion.V311,
            keepalive=settings.keepalive_s,
            max_inflight_messages=AT_ONCE,
            socket_options=[
                (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ],  # confirmations do not wait for each other
            tls_params=None
            if tls is None
            else aiomqtt.TLSParameters(
                ca_certs=tls.ca_file or None,
                certfile=tls.cert_file or None,
                keyfile=tls.key_file or None,
                tls_version=ssl.PROTOCOL_TLS_CLIENT,
            ),
        )

    async def _serve(self, client: aiomqtt.Client) -> None:
        # First the connection counts as there, then the cases are read: what commits in between comes
        # through `committed` and is newer, so it is not overwritten.
        self._client = client
        self._since = datetime.now(UTC)
        self._error = None
        current = await asyncio.to_thread(lambda: list(self._current()))
        for topic, state in self._shown.states(current).items():
            self._states.setdefault(topic, state)
        if wanted := states_filter(self._settings.marker_topic):
            await client.subscribe(wanted, qos=1)
        client.pending_calls_threshold = 2 * AT_ONCE
        under_way = UnderWay(AT_ONCE, self._awake.set)
        try:
            while True:
                self._awake.clear()
                under_way.check()
                self._start(client, under_way)
                await self._awake.wait()
        finally:
            # What is said once is said again (a second time is taken calmly); states are derived anew.
            self._queue.extendleft(reversed(await under_way.end()))
            self._states.clear()

    def _start(self, client: aiomqtt.Client, under_way: UnderWay) -> None:
        """Let go out what waits, as far as there is room: first what is said once, then states."""
        for _ in range(min(under_way.room, len(self._queue))):
            topic, payload = said = self._queue.popleft()
            under_way.start(self._out(client, topic, payload, retain=False), said)
        for topic in list(self._states)[: under_way.room]:
            _, payload = self._states.pop(topic)
            under_way.start(self._out(client, topic, payload, retain=True))

    async def _until_lost(self, client: aiomqtt.Client) -> None:
        """Read the states that the broker holds; reading is also how this client reports a lost connection."""
        async for message in client.messages:
            topic = str(message.topic)
            if message.retain and message.payload and self._shown.is_stale(topic):
                self._states.setdefault(topic, (0, b""))
                self._awake.set()

    async def _out(self, client: aiomqtt.Client, topic: str, payload: bytes, *, retain: bool) -> None:
        await client.publish(topic, payload, qos=1, retain=retain)
        self._published += 1


async def _first(*works: Coroutine[None, None, None]) -> None:
    """Run works together until one ends, which ends the others; raise what it raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        # A lost connection ends both within a moment; only then has somebody looked at why.
        await asyncio.wait(tasks, timeout=0.1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
