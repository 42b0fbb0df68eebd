"""MqttIngest: messages in from a broker, acknowledged only when the writer says they are on disk.

One thread owns the connection and is the only one that touches it. It reads whole pieces of the stream,
hands each message with a receipt to `put`, which may block: that stops reading, and the broker keeps the
rest (back-pressure). The writer calls the receipt after its commit, from any thread; acknowledgements
leave together, in the order of receipt. A receipt of an earlier connection does nothing: the broker
delivers that message again, and packet ids of two connections must never be mixed up.

A broker that is down, refuses us or talks nonsense is a state to show (`status`), never the end of this
thread: it tries again for ever, with growing, jittered waits.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from devices.event import RawMessage
from gateway.ingest import packets
from gateway.ingest.backlog import Backlog
from gateway.ingest.link import CONNECT_S, Link
from gateway.ingest.packets import MalformedError, Publish
from gateway.ingest.progress import Progress
from gateway.ingest.raw import Giant, raw_message
from gateway.ingest.reason import refused, unreachable
from gateway.ingest.receipt import IngestStatus, Receipt, no_receipt
from gateway.ingest.settings import MqttSettings
from gateway.ingest.subscription import Ask, Leave, Subscriptions
from gateway.ingest.waker import Waker

STEADY_S = 5.0  # a connection that lasted this long was a good one: the next attempt waits little
OVERRUN = 2
"""Some brokers send beyond the receive maximum (Mosquitto 2.0.11 after a stall: thousands). At so many times of
it unacknowledged we stop reading: the rest stays with the broker, instead of filling the inbox and being shed."""
_chance = random.SystemRandom()


class _RefusedError(Exception):
    """The broker refused or ended the connection with a reason code of MQTT 5."""

    @property
    def code(self) -> int:
        return int(self.args[0])


class MqttIngest:
    """Receives every message of the subscriptions; the module's text says what it promises."""

    def __init__(
        self,
        settings: MqttSettings,
        subscriptions: Iterable[str],
        put: Callable[[RawMessage, Callable[[], None]], None],
        heard: Callable[[float | None], None] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._subscriptions = Subscriptions(subscriptions, share=settings.share)
        self._put = put
        self._pending: deque[Receipt] = deque()
        self._backlog = Backlog()
        self._progress = Progress(heard, time.monotonic())
        self._marker = settings.marker_topic.encode()
        self._five = settings.version == "5"
        self._left = b""  # the beginning of a packet whose end has not come yet
        self._giant: Giant | None = None
        self._packet = 0  # id of our own last packet
        self._waker = Waker()
        self._wanted: list[str] | None = None  # subscriptions that this thread has not taken up yet
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._connected = self._was_connected = self._listens = False  # listens: the first SUBACK came
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
        self._waker.wake()
        if self._thread is not None:
            self._thread.join(wait_s)
        if self._thread is None or not self._thread.is_alive():
            self._waker.close()

    def follow(self, subscriptions: Iterable[str]) -> None:
        """Receive these from now on, leave the others; safe from any thread, without waiting."""
        self._wanted = list(subscriptions)
        self._waker.wake()

    def status(self) -> IngestStatus:
        """Return the state of the connection and its counters; safe from any thread."""
        return IngestStatus(
            connected=self._connected and self._listens,  # before the first SUBACK nothing is heard
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
            try:
                self._connection()
            except _RefusedError as error:
                self._down(refused(error.code, f"reason code {error.code}", self._settings))
            except OSError as error:
                self._down(self._lost(error))
            except Exception as error:  # noqa: BLE001  # task boundary: nothing a broker sends may end reception
                self._down({"zh": f"接收出错：{error!r}", "en": f"reception failed: {error!r}"})
            self._progress.alone(time.monotonic())
            failures = 0 if time.monotonic() - began > STEADY_S else failures + 1
            longest = min(self._settings.retry_most_s, 0.5 * 2 ** min(failures, 10))
            self._stopping.wait(_chance.uniform(0.2 * longest, longest))

    def _connection(self) -> None:
        """Live through one connection, from its opening to its end."""
        settings = self._settings
        began = time.monotonic()
        link = Link(settings, self._waker.inlet)
        try:
            hello = packets.connect_packet(
                client=settings.client_id,
                five=self._five,
                keepalive_s=settings.keepalive_s,
                user=settings.user,
                password=settings.password,
                session_expiry_s=settings.session_expiry_s,
                receive_maximum=settings.receive_maximum,
                packet_limit_bytes=settings.packet_limit_bytes,
            )
            link.say(hello)
            while not self._stopping.is_set():
                data, woken = link.turn(listening=len(self._pending) < settings.receive_maximum * OVERRUN)
                if woken:
                    self._waker.clear()
                    self._take_up(link)
                self._acknowledge(link)
                if data:
                    self._take(link, data)
                now = time.monotonic()
                if not self._connected and now - began > CONNECT_S:
                    raise TimeoutError("no answer to CONNECT")
                self._look(link, now, read=bool(data))
            self._acknowledge(link)
        finally:
            link.close(packets.disconnect_packet())
            self._forget()

    def _take(self, link: Link, data: bytes) -> None:
        """Take what one read brought: any number of packets, the last one perhaps not whole."""
        now = datetime.now(UTC)
        if self._giant is not None:
            data = self._giant.feed(data)
            if not self._giant.complete:
                return
            self._deliver_giant(self._giant, now)
        if self._left:
            data = self._left + data
        if not self._connected and data[0] >> 4 != packets.CONNACK:
            raise MalformedError(f"an answer to CONNECT that is no MQTT: {data[:20]!r}")
        at = 0
        for first, start, end in packets.split(data):
            at = end
            if first >> 4 == packets.PUBLISH:
                self._deliver(packets.read_publish(first, data, start, end, five=self._five), now)
            else:
                self._answer(link, first >> 4, data[start:end])
        self._left = data[at:]
        found = packets.length_at(self._left, 1)
        if found is not None and found[0] > self._settings.packet_limit_bytes:
            if self._left[0] >> 4 != packets.PUBLISH:
                raise MalformedError(f"a packet of {found[0]} bytes that is no message")
            self._giant = Giant(first=self._left[0], size=found[0], five=self._five)
            rest, self._left = self._left[found[1] :], b""
            self._giant.feed(rest)

    def _answer(self, link: Link, kind: int, body: bytes) -> None:
        if kind == packets.CONNACK:
            self._welcome(link, packets.read_connack(body, five=self._five))
        elif kind == packets.SUBACK:
            packet, granted = packets.read_suback(body, five=self._five)
            self._listens = True
            self._subscriptions.answered(*self._asking(link), packet, granted)
        elif kind == packets.DISCONNECT:
            raise _RefusedError(body[0] if body else 128)
        elif kind not in {packets.PINGRESP, packets.PUBACK, packets.UNSUBACK}:
            raise MalformedError(f"a packet of type {kind} that a client never gets")

    def _welcome(self, link: Link, answer: packets.Connack) -> None:
        if answer.code:
            raise _RefusedError(answer.code)
        if answer.keepalive_s is not None:
            link.keep_alive(answer.keepalive_s)
        self._connected = True
        self._connections += 1
        self._since, self._error = datetime.now(UTC), None
        now = time.monotonic()
        self._progress.connected(now, session_present=answer.session_present)
        self._backlog.begin(now, session_present=answer.session_present, token=self._progress.token)
        own = [self._settings.marker_topic] if self._marker else []
        self._subscriptions.begin(*self._asking(link), own=own)

    def _look(self, link: Link, now: float, *, read: bool) -> None:
        """Learn how far behind reception is."""
        progress = self._progress
        progress.look(now, unacknowledged=len(self._pending), read=read)
        if self._listens and progress.wants(now):
            token = progress.sent(now)  # without our own topic it leaves in thought only: silence answers
            if topic := self._settings.marker_topic:
                link.say(packets.publish_packet(self._next(), topic, token, five=self._five))

    def _asking(self, link: Link) -> tuple[Ask, Leave]:
        def leave(names: list[str]) -> None:
            link.say(packets.unsubscribe_packet(self._next(), names, five=self._five))

        return (lambda names: self._ask(link, names)), leave

    def _ask(self, link: Link, names: list[str]) -> int:
        packet = self._next()
        link.say(packets.subscribe_packet(packet, names, five=self._five))
        return packet

    def _take_up(self, link: Link) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._subscriptions.follow(wanted, *self._asking(link), connected=self._connected)

    def _next(self) -> int:
        self._packet = self._packet % 65535 + 1
        return self._packet

    def _deliver(self, message: Publish, now: datetime) -> None:
        waiting = len(self._pending)
        receipt = self._receipt(message)
        if self._marker and message.topic == self._marker:
            self._backlog.marker(message.payload)
            self._progress.marker(message.payload, time.monotonic())
            receipt()
            return
        self._oversized += len(message.payload) > (limit := self._settings.limit_bytes)
        drained = self._drained(message, waiting)
        self._put(raw_message(message, received_at=now, drained=drained, limit_bytes=limit), receipt)

    def _deliver_giant(self, giant: Giant, now: datetime) -> None:
        self._giant = None
        waiting = len(self._pending)
        receipt = self._receipt(giant.message)
        self._oversized += 1
        drained = self._drained(giant.message, waiting)
        most = self._settings.limit_bytes
        self._put(giant.finished(received_at=now, drained=drained, limit_bytes=most), receipt)

    def _receipt(self, message: Publish) -> Callable[[], None]:
        self._received += 1
        self._progress.message()
        if not message.qos:
            return no_receipt
        receipt = Receipt(message.packet, self._waker.wake)
        self._pending.append(receipt)
        return receipt

    def _drained(self, message: Publish, waiting: int) -> bool:
        backlog = self._backlog
        return backlog.draining and backlog.message(
            time.monotonic(), qos=message.qos, retained=message.retained, unacknowledged=waiting
        )

    def _acknowledge(self, link: Link) -> None:
        """Send what is due from the head of the line, so that the order of receipt holds."""
        pending = self._pending
        sent = 0
        while pending and pending[0].done:
            link.say(packets.puback(pending.popleft().packet))
            sent += 1
        self._acknowledged += sent
        if sent and not pending:
            self._backlog.acknowledged(time.monotonic())

    def _down(self, error: dict[str, str] | None) -> None:
        if error is not None:
            self._error = error
        if self._connected:
            self._connected = False
            self._since = datetime.now(UTC)

    def _lost(self, error: OSError) -> dict[str, str]:
        if not self._was_connected:
            return unreachable(error, self._settings)
        where = self._settings.address
        return {"zh": f"与 {where} 的连接断了：{error}", "en": f"the connection to {where} was lost: {error}"}

    def _forget(self) -> None:
        """Drop what belonged to the connection: its receipts point nowhere from now on."""
        self._was_connected, self._listens = self._connected, False
        self._progress.lost(time.monotonic())
        self._down(None)
        self._pending = deque()
        self._left, self._giant = b"", None
        self._backlog.end()
        self._subscriptions.ended()
