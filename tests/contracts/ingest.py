"""The contract of every way in for MQTT: what was not acknowledged comes again, what was does not.

A test module derives a class named `Test…` and gives it a fixture `door`: a broker on 127.0.0.1 with the
protocol version to use and the largest number of messages it leaves unacknowledged. The ingest talks to
the broker through a proxy, so that its connection can be cut without a goodbye.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import paho.mqtt.client as paho

from devices.event import RawMessage
from gateway.ingest.mqtt import MqttIngest
from gateway.ingest.settings import MqttSettings
from tests.integration.servers import Proxy, wait_until


@dataclass
class Door:
    """A running broker: the ports on which a device and the ingest reach it, and its window."""

    port: int  # MQTT 3.1.1, for devices
    ingest_port: int
    version: str
    window: int


@dataclass
class Taken:
    """A writer that commits nothing by itself: it keeps messages and their receipts in order."""

    messages: list[RawMessage] = field(default_factory=list)
    receipts: list[Callable[[], None]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def put(self, message: RawMessage, receipt: Callable[[], None]) -> None:
        self.gate.wait()
        self.messages.append(message)
        self.receipts.append(receipt)

    def texts(self) -> list[str]:
        return [bytes(m.payload).decode() for m in self.messages]

    def clear(self) -> None:
        self.messages.clear()
        self.receipts.clear()


class Device:
    """A plain 3.1.1 publisher that waits for the broker's PUBACK."""

    def __init__(self, port: int) -> None:
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def say(self, topic: str, *payloads: bytes | str, qos: int = 1, retain: bool = False) -> None:
        for sent in [self._client.publish(topic, payload, qos, retain) for payload in payloads]:
            sent.wait_for_publish(10)
            assert sent.is_published()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@contextmanager
def device(port: int) -> Iterator[Device]:
    one = Device(port)
    try:
        yield one
    finally:
        one.close()


@contextmanager
def running(settings: MqttSettings, taken: Taken, *filters: str) -> Iterator[MqttIngest]:
    """Run an ingest until the block ends; it is connected and subscribed when the block begins."""
    ingest = MqttIngest(settings, filters or ("c/#",), taken.put)
    ingest.start()
    try:
        yield ingest
    finally:
        taken.gate.set()
        ingest.stop()


class IngestContract:
    """Derive and give a fixture `door`."""

    def settings(self, door: Door, port: int | None = None, **more: object) -> MqttSettings:
        base: dict[str, object] = {"client_id": uuid.uuid4().hex, "marker_topic": "", "retry_most_s": 0.2}
        return MqttSettings(port=port or door.ingest_port, version=door.version, **(base | more))  # type: ignore[arg-type]  # the fields are named by the test

    def ready(self, door: Door, ingest: MqttIngest, taken: Taken, topic: str = "c/ready") -> None:
        """Wait until a message goes all the way through, then forget and acknowledge it."""
        wait_until(lambda: ingest.status().connected, what="connected")
        with device(door.port) as gate:

            def arrived() -> bool:
                gate.say(topic, b"ready")
                return bool(taken.messages)

            wait_until(arrived, what="subscription")
            gate.say(topic, b"last")  # behind every other word of this method
            wait_until(lambda: "last" in taken.texts(), what="the last word")
        self.settle(ingest, taken)

    def settle(self, ingest: MqttIngest, taken: Taken) -> None:
        """Acknowledge everything that came until nothing is owed, then forget it."""

        def settled() -> bool:
            for receipt in list(taken.receipts):
                receipt()
            status = ingest.status()
            return status.unacknowledged == 0 and status.received == status.acknowledged

        wait_until(settled, what="everything acknowledged")
        taken.clear()

    def again(self, proxy: Proxy, ingest: MqttIngest) -> None:
        """Cut the connection and wait for the next one."""
        before = ingest.status().reconnects
        proxy.cut()
        wait_until(
            lambda: ingest.status().reconnects > before and ingest.status().connected, what="reconnected"
        )

    def test_what_was_not_acknowledged_comes_again_after_a_cut(self, door: Door) -> None:
        taken = Taken()
        with Proxy(door.ingest_port) as proxy, running(self.settings(door, proxy.port), taken) as ingest:
            self.ready(door, ingest, taken)
            with device(door.port) as gate:
                gate.say("c/1", *[f"{n}" for n in range(10)])
            wait_until(lambda: len(taken.messages) == 10, what="ten messages")
            assert ingest.status().unacknowledged == 10
            for receipt in taken.receipts[:4]:
                receipt()
            wait_until(lambda: ingest.status().unacknowledged == 6, what="four acknowledged")
            self.roundtrip(door, ingest, taken)
            taken.clear()
            self.again(proxy, ingest)
            wait_until(lambda: len(taken.messages) >= 6, what="the rest again")
            assert taken.texts()[:6] == ["4", "5", "6", "7", "8", "9"]

    def roundtrip(self, door: Door, ingest: MqttIngest, taken: Taken) -> None:
        """Let one more message through: what was sent to the broker before it has been read by then."""
        before = len(taken.messages)
        with device(door.port) as gate:
            gate.say("c/roundtrip", b"roundtrip")
        wait_until(lambda: len(taken.messages) > before, what="round trip")

    def test_an_acknowledgement_out_of_turn_waits_for_those_before_it(self, door: Door) -> None:
        taken = Taken()
        with Proxy(door.ingest_port) as proxy, running(self.settings(door, proxy.port), taken) as ingest:
            self.ready(door, ingest, taken)
            with device(door.port) as gate:
                gate.say("c/1", "a", "b", "c")
            wait_until(lambda: len(taken.messages) == 3, what="three messages")
            taken.receipts[2]()
            taken.receipts[1]()
            self.roundtrip(door, ingest, taken)
            assert ingest.status().unacknowledged == 4
            taken.receipts[0]()
            wait_until(lambda: ingest.status().unacknowledged == 1, what="a, b and c acknowledged at once")

    def test_a_receipt_of_an_earlier_connection_acknowledges_nothing(self, door: Door) -> None:
        taken = Taken()
        with Proxy(door.ingest_port) as proxy, running(self.settings(door, proxy.port), taken) as ingest:
            self.ready(door, ingest, taken)
            with device(door.port) as gate:
                gate.say("c/1", "once")
            wait_until(lambda: taken.texts() == ["once"], what="the message")
            stale = taken.receipts[0]
            self.again(proxy, ingest)
            wait_until(lambda: taken.texts() == ["once", "once"], what="the message again")
            acknowledged = ingest.status().acknowledged
            stale()
            self.roundtrip(door, ingest, taken)
            assert ingest.status().acknowledged == acknowledged
            taken.clear()
            self.again(proxy, ingest)
            wait_until(lambda: "once" in taken.texts(), what="the message a third time")

    def test_the_broker_keeps_what_exceeds_the_window(self, door: Door) -> None:
        taken = Taken()
        count = door.window + 150
        settings = self.settings(door, receive_maximum=door.window)
        with running(settings, taken) as ingest:
            self.ready(door, ingest, taken)
            with device(door.port) as gate:
                gate.say("c/1", *[f"{n}" for n in range(count)])
                wait_until(lambda: len(taken.messages) >= door.window, what="a full window")
                assert ingest.status().unacknowledged == door.window
            # From here on the bound is ours (a blocked `put`): Mosquitto 2.0.11 forgets the window after
            # the first acknowledgement and sends all it has, with 3.1.1 and with MQTT 5.
            self.acknowledge_until(taken, count)
            assert taken.texts() == [f"{n}" for n in range(count)]

    def acknowledge_until(self, taken: Taken, count: int) -> None:
        def all_here() -> bool:
            for receipt in list(taken.receipts):
                receipt()
            return len(taken.messages) == count

        wait_until(all_here, what=f"{count} messages")

    def test_a_blocked_writer_stops_reading_and_loses_nothing(self, door: Door) -> None:
        taken = Taken()
        with running(self.settings(door), taken) as ingest:
            self.ready(door, ingest, taken)
            taken.gate.clear()
            before = ingest.status().received
            with device(door.port) as gate:
                gate.say("c/1", *[f"{n}" for n in range(30)])
            wait_until(lambda: ingest.status().received == before + 1, what="one message at the gate")
            assert taken.messages == []
            taken.gate.set()
            wait_until(lambda: len(taken.messages) == 30, what="all thirty")
            assert taken.texts() == [f"{n}" for n in range(30)]

    def test_the_backlog_of_a_kept_session_is_drained_and_the_rest_is_live(self, door: Door) -> None:
        taken = Taken()
        settings = self.settings(door, marker_topic=f"c/marker/{uuid.uuid4().hex}")
        with running(settings, taken) as ingest:
            self.ready(door, ingest, taken)
        with device(door.port) as gate:
            gate.say("c/1", *[f"{n}" for n in range(40)])
        with running(settings, taken) as ingest:
            wait_until(lambda: len(taken.messages) == 40, what="the backlog")
            assert taken.texts() == [f"{n}" for n in range(40)]
            assert all(m.drained for m in taken.messages)
            self.settle_all(ingest, taken)
            wait_until(lambda: not ingest.status().draining, what="the end of the backlog")
            with device(door.port) as gate:
                gate.say("c/1", "live")
            wait_until(lambda: "live" in taken.texts(), what="a live message")
            assert not taken.messages[-1].drained

    def settle_all(self, ingest: MqttIngest, taken: Taken) -> None:
        for receipt in taken.receipts:
            receipt()
        wait_until(lambda: ingest.status().unacknowledged == 0, what="acknowledged")

    def test_a_message_above_the_limit_is_kept_as_head_and_hash(self, door: Door) -> None:
        taken = Taken()
        with running(self.settings(door, limit_bytes=10_000), taken) as ingest:
            self.ready(door, ingest, taken)
            with device(door.port) as gate:
                gate.say("c/big", b"x" * 10_001)
                gate.say("c/fits", b"y" * 10_000)
            wait_until(lambda: len(taken.messages) == 2, what="both messages")
            big, fits = taken.messages
            assert (len(big.payload), big.headers["oversize"], big.headers["limit"]) == (
                4096,
                "10001",
                "10000",
            )
            assert len(big.headers["sha256"]) == 64
            assert (len(fits.payload), fits.headers) == (10_000, {})
            assert ingest.status().oversized == 1

    def test_topics_with_a_leading_slash_arrive(self, door: Door) -> None:
        taken = Taken()
        with running(self.settings(door), taken, "c/#", "/sys/+/thing/#") as ingest:
            self.ready(door, ingest, taken)
            with device(door.port) as gate:
                gate.say("/sys/a/thing/b", "slash")
            wait_until(lambda: taken.texts() == ["slash"], what="the message")

    def test_a_silent_death_is_noticed_within_a_keep_alive_and_a_half(self, door: Door) -> None:
        taken = Taken()
        with (
            Proxy(door.ingest_port) as proxy,
            running(self.settings(door, proxy.port, keepalive_s=2), taken) as ingest,
        ):
            self.ready(door, ingest, taken)
            proxy.hold(True)
            start = time.monotonic()
            wait_until(lambda: not ingest.status().connected, what="the loss noticed")
            assert time.monotonic() - start < 1.5 * 2 + 1.0  # the loop looks once a second
            error = ingest.status().error
            assert error is not None
            assert "no sign of life" in error["en"]
            proxy.cut()
            proxy.hold(False)
            wait_until(lambda: ingest.status().connected, what="connected again")

    def test_a_quiet_connection_is_kept_alive(self, door: Door) -> None:
        taken = Taken()
        with running(self.settings(door, keepalive_s=1), taken) as ingest:
            self.ready(door, ingest, taken)
            since = ingest.status().since
            end = time.monotonic() + 2.6
            wait_until(lambda: time.monotonic() > end or not ingest.status().connected, what="time")
            assert (ingest.status().connected, ingest.status().since) == (True, since)
