"""MqttIngest: messages in from a broker, acknowledged only when the writer says they are on disk.

One thread owns the MQTT client and is the only one that touches it. It hands each message with a receipt
to `put`, which may block: that stops reading, and the broker keeps the rest (back-pressure). The writer
calls the receipt after its commit, from any thread; acknowledgements leave in the order of receipt.
A receipt of an earlier connection does nothing: the broker delivers that message again, and packet ids
of two connections must never be mixed up.

A broker that is down, refuses us or talks nonsense is a state to show (`status`), never the end of this
thread: it tries again for ever, with growing, jittered waits.
"""

from __future__ import annotations

import random
import secrets
import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from devices.event import RawMessage
from gateway.ingest.backlog import Backlog
from gateway.ingest.client import connect, new_client
from gateway.ingest.raw import mqtt_topic, raw_message
from gateway.ingest.reason import refused, unreachable
from gateway.ingest.receipt import IngestStatus, Receipt, no_receipt
from gateway.ingest.settings import MqttSettings
from gateway.ingest.subscription import Subscriptions

READS = 256  # packets read before the other duties of the thread get their turn
STEADY_S = 5.0  # a connection that lasted this long was a good one: the next attempt waits little
_chance = random.SystemRandom()


class MqttIngest:
    """Receives every message of the subscriptions; the module's text says what it promises."""

    def __init__(
        self,
        settings: MqttSettings,
        subscriptions: Iterable[str],
        put: Callable[[RawMessage, Callable[[], None]], None],
    ) -> None:
        self._settings = settings
        self._subscriptions = Subscriptions(subscriptions, share=settings.share)
        self._put = put
        self._pending: deque[Receipt] = deque()
        self._backlog = Backlog()
        self._token = b""
        self._wake_out, self._wake_in = socket.socketpair()
        self._wake_out.setblocking(False)
        self._wake_in.setblocking(False)
        self._woken = False
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._connected = False
        self._since = datetime.now(UTC)
        self._error: dict[str, str] | None = None
        self._connections = self._received = self._acknowledged = self._oversized = 0

    # --- what others call -------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to connect and receive, in a thread of its own; returns at once."""
        self._thread = threading.Thread(target=self._run, name="mqtt-ingest", daemon=True)
        self._thread.start()

    def stop(self, *, wait_s: float = 5.0) -> None:
        """End the connection; what is unacknowledged stays with the broker and comes again."""
        self._stopping.set()
        self._wake()
        if self._thread is not None:
            self._thread.join(wait_s)
        if self._thread is None or not self._thread.is_alive():
            self._wake_out.close()
            self._wake_in.close()

    def status(self) -> IngestStatus:
        """Return the state of the connection and its counters; safe from any thread."""
        return IngestStatus(
            connected=self._connected,
            since=self._since,
            error=self._error,
            reconnects=max(0, self._connections - 1),
            received=self._received,
            acknowledged=self._acknowledged,
            unacknowledged=len(self._pending),
            oversized=self._oversized,
            draining=self._backlog.draining,
            refused_filters=tuple(self._subscriptions.refused),
        )

    # --- the thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            client = self._client()
            try:
                connect(client, self._settings)
                self._receive(client)
            except OSError as error:
                self._down(unreachable(error, self._settings))
            except Exception as error:  # noqa: BLE001  # task boundary: nothing a broker sends may end reception
                self._down({"zh": f"接收出错:{error!r}", "en": f"reception failed: {error!r}"})
            finally:
                self._forget(client)
            failures = 0 if time.monotonic() - began > STEADY_S else failures + 1
            longest = min(self._settings.retry_most_s, 0.5 * 2 ** min(failures, 10))
            self._stopping.wait(_chance.uniform(0.2 * longest, longest))

    def _client(self) -> Client:
        client = new_client(self._settings)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def _receive(self, client: Client) -> None:
        """Move bytes until the connection or the ingest ends."""
        link = client.socket()
        assert link is not None
        number, wake = link.fileno(), self._wake_in.fileno()
        poll = select.poll()
        poll.register(wake, select.POLLIN)
        poll.register(number, select.POLLIN)
        while not self._stopping.is_set():
            poll.modify(number, select.POLLIN | (select.POLLOUT if client.want_write() else 0))
            happened = dict(poll.poll(0 if _decrypted(link) else 1000))
            if wake in happened:
                self._woken = False  # first the flag: a receipt called from here on wakes us again
                self._wake_in.recv(4096)
            self._acknowledge(client)
            if happened.get(number, 0) & ~select.POLLOUT or _decrypted(link):
                self._read(client)
            if client.socket() is not None and client.want_write():
                client.loop_write()
            client.loop_misc()
            if client.socket() is None:
                return
        self._acknowledge(client)
        client.disconnect()
        client.loop_write()

    def _read(self, client: Client) -> None:
        """Read packets while messages keep coming, without asking the kernel in between."""
        for _ in range(READS):
            before = self._received
            client.loop_read()
            if self._received == before or client.socket() is None:
                return

    def _acknowledge(self, client: Client) -> None:
        """Send what is due from the head of the line, so that the order of receipt holds."""
        pending = self._pending
        sent = 0
        while pending and pending[0].done:
            client.ack(pending.popleft().packet, 1)
            sent += 1
        self._acknowledged += sent
        if sent and not pending:
            self._backlog.acknowledged(time.monotonic())

    def _wake(self) -> None:
        if self._woken:
            return
        self._woken = True
        try:
            self._wake_out.send(b"!")
        except OSError:
            return  # full: the thread is being woken anyway; closed: nobody is left to acknowledge to

    def _down(self, error: dict[str, str] | None) -> None:
        if error is not None:
            self._error = error
        if self._connected:
            self._connected = False
            self._since = datetime.now(UTC)

    def _forget(self, client: Client) -> None:
        """Drop what belonged to the connection: its receipts point nowhere from now on."""
        self._down(None)
        self._pending = deque()
        self._backlog.end()
        self._subscriptions.ended()
        link = client.socket()
        if link is not None:
            link.close()

    # --- what the client calls, in the same thread --------------------------------------------------

    def _on_connect(self, client: Client, _: Any, flags: ConnectFlags, code: ReasonCode, __: object) -> None:
        if code.is_failure:
            self._down(refused(code.value, code.getName(), self._settings))
            return
        self._connected = True
        self._connections += 1
        self._since = datetime.now(UTC)
        self._error = None
        self._token = secrets.token_hex(16).encode()
        self._backlog.begin(time.monotonic(), session_present=flags.session_present, token=self._token)
        marker = self._settings.marker_topic
        self._subscriptions.begin(lambda names: self._ask(client, names), own=[marker] if marker else [])

    def _ask(self, client: Client, names: list[str]) -> int | None:
        if self._settings.version == "5":
            # Retained messages only for new subscriptions: a reconnect is no reason to hear them again.
            options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
            shared = SubscribeOptions(qos=1)
            return client.subscribe([(n, shared if n.startswith("$share/") else options) for n in names])[1]
        return client.subscribe([(name, 1) for name in names])[1]

    def _on_subscribe(
        self, client: Client, _: Any, packet: int, codes: list[ReasonCode], __: Properties | None
    ) -> None:
        if self._settings.marker_topic and self._backlog.draining:
            client.publish(self._settings.marker_topic, self._token, qos=1)
        self._subscriptions.answered(
            lambda names: self._ask(client, names), packet, [not code.is_failure for code in codes]
        )

    def _on_disconnect(
        self, _: Client, __: Any, flags: DisconnectFlags, code: ReasonCode, ___: Properties | None
    ) -> None:
        if self._stopping.is_set():
            return
        if flags.is_disconnect_packet_from_server:
            self._down(refused(code.value, code.getName(), self._settings))
        elif self._connected:
            where = self._settings.address
            self._down({"zh": f"与 {where} 的连接断了", "en": f"the connection to {where} was lost"})

    def _is_marker(self, message: MQTTMessage) -> bool:
        marker = self._settings.marker_topic
        return bool(marker) and mqtt_topic(message) == marker

    def _on_message(self, _: Client, __: Any, message: MQTTMessage) -> None:
        self._received += 1
        receipt: Callable[[], None] = no_receipt
        waiting = len(self._pending)
        if message.qos:
            receipt = Receipt(message.mid, self._wake)
            self._pending.append(receipt)
        if self._is_marker(message):
            self._backlog.marker(bytes(message.payload))
            receipt()
            return
        drained = self._backlog.draining and self._backlog.message(
            time.monotonic(), qos=message.qos, retained=message.retain, unacknowledged=waiting
        )
        raw = raw_message(message, drained=drained, limit_bytes=self._settings.limit_bytes)
        self._oversized += bool(raw.headers)
        self._put(raw, receipt)


def _decrypted(link: object) -> bool:
    """Tell whether a TLS connection holds bytes that the kernel no longer knows of."""
    return isinstance(link, ssl.SSLSocket) and link.pending() > 0
