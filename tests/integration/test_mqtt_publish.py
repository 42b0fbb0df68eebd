"""Publisher against a real broker: confirmations, retained incident state, outages."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import paho.mqtt.client as paho
import pytest

from devices.event import Event, Source
from gateway.errors import RetryLater
from gateway.guarded import Guarded
from gateway.ingest.broker import BrokerSettings, EmbeddedBroker
from gateway.ingest.publish import Publisher, confirmation_topic
from gateway.ingest.retained import Shown, incident_state, incident_topic, states_filter
from gateway.ingest.settings import MqttSettings
from gateway.response.model import Incident
from tests.integration.servers import free_port, mosquitto, wait_until

pytestmark = pytest.mark.integration
NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


class Commit:
    """The fields of Committed that the publisher reads."""

    def __init__(
        self,
        events: Sequence[Event] = (),
        incidents: Sequence[Incident] = (),
        duplicates: Sequence[Event] = (),
    ) -> None:
        self.events, self.incidents, self.duplicates = events, incidents, duplicates


def event(number: int, dedup: str | None = None, topic: str = "sc1/sc/gate-1/e/access.denied") -> Event:
    return Event(
        device="gate-1",
        kind="access.denied",
        at=NOW,
        received_at=NOW,
        dedup=dedup or f"b7|{number}",
        source=Source(topic=topic),
    )


def incident(number: str = "sc-20260304-001", state: str = "accepted", version: int = 1) -> Incident:
    return Incident(
        number=number,
        site="sc",
        state=state,  # type: ignore[arg-type]  # a state of the parameters
        version=version,
        category="SEC-01",
        level="L1",
        title={"zh": "强行开门", "en": "door forced"},
        opened_at=NOW,
        grid="g1",
        owner="wang",
    )


class Listener:
    """A device or panel that hears everything."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda c, *_: c.subscribe([("sc1/#", 1), ("sc1o/#", 1)])
        self.ready = False
        self._client.on_subscribe = lambda *_: setattr(self, "ready", True)
        self._client.on_message = lambda _c, _u, m: self.heard.append((m.topic, m.payload, m.retain))
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        wait_until(lambda: self.ready, what="subscribed")

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        del self._client  # its callbacks hold us: without this its sockets would wait for the cycle collector


@contextlib.asynccontextmanager
async def publishing(
    port: int, current: Callable[[], list[Incident]] = list, version: Literal["5", "3.1.1"] = "5"
) -> AsyncIterator[Publisher]:
    settings = MqttSettings(
        port=port, client_id="pub", retry_most_s=0.2, version=version, marker_topic="sc1o/sc/ingest/pub"
    )
    publisher = Publisher(settings, current=current)
    task = asyncio.create_task(publisher.run())
    try:
        yield publisher
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], object]) -> None:
    await asyncio.to_thread(wait_until, condition)


async def test_an_event_is_confirmed_and_so_is_its_duplicate(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as server:
        listener = await asyncio.to_thread(Listener, server.port)
        async with publishing(server.port) as publisher:
            await until(lambda: publisher.status().connected)
            await asyncio.to_thread(
                publisher.committed, Commit([event(1), event(2, topic="zigbee2mqtt/x")], [], [event(3)])
            )
            await until(lambda: len(listener.heard) == 2)
        listener.close()
    topics = sorted(topic for topic, _, _ in listener.heard)
    assert topics == ["sc1/sc/gate-1/k/b7/1", "sc1/sc/gate-1/k/b7/3"]


async def test_a_case_is_retained_and_taken_away_at_its_close(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as server:
        async with publishing(server.port) as publisher:
            await until(lambda: publisher.status().connected)
            publisher.committed(Commit(incidents=[incident()]))
            await until(lambda: publisher.status().published == 1)
            late = await asyncio.to_thread(Listener, server.port)
            await until(lambda: len(late.heard) == 1)
            topic, payload, retained = late.heard[0]
            assert (topic, retained) == ("sc1o/sc/incident/g1/sc-20260304-001", True)
            assert json.loads(payload)["level"] == "L1"
            assert b"wang" not in payload
            publisher.committed(Commit(incidents=[incident(state="closed", version=2)]))
            await until(lambda: late.heard[-1][1] == b"")
            late.close()
            later = await asyncio.to_thread(Listener, server.port)
            await publisher.publish("sc1o/sc/notice/wang", b"{}")
            await until(lambda: later.heard)
            assert [t for t, _, _ in later.heard] == ["sc1o/sc/notice/wang"]
            later.close()


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_what_the_broker_holds_of_cases_that_are_over_is_taken_away(
    tmp_path: Path, version: Literal["5", "3.1.1"]
) -> None:
    with mosquitto(tmp_path) as server:
        left = paho.Client(paho.CallbackAPIVersion.VERSION2)
        left.connect("127.0.0.1", server.port)
        left.loop_start()
        for grid, number in (("g1", "sc-20250101-001"), ("g1", "sc-20260304-001"), ("g2", "sc-20260304-001")):
            left.publish(f"sc1o/sc/incident/{grid}/{number}", b"{}", 1, retain=True).wait_for_publish(5)
        left.publish("sc1o/other/incident/g1/other-1", b"{}", 1, retain=True).wait_for_publish(5)
        left.disconnect()
        left.loop_stop()
        async with publishing(server.port, lambda: [incident()], version) as publisher:
            await until(lambda: publisher.status().published >= 3)
            listener = await asyncio.to_thread(Listener, server.port)
            await until(lambda: len(listener.heard) >= 2)
            assert sorted(t for t, _, _ in listener.heard) == [
                "sc1o/other/incident/g1/other-1", "sc1o/sc/incident/g1/sc-20260304-001",
            ]  # fmt: skip
            listener.close()


async def test_the_embedded_broker_retains_and_forgets_the_same_way() -> None:
    broker = EmbeddedBroker(BrokerSettings(port=free_port(), port_5=free_port()))
    await asyncio.to_thread(broker.start)
    try:
        async with publishing(broker.port_5) as publisher:
            await until(lambda: publisher.status().connected)
            publisher.committed(Commit(incidents=[incident(), incident("sc-20260304-002")]))
            await until(lambda: publisher.status().published == 2)
        async with publishing(
            broker.port_5, lambda: [incident()]
        ) as publisher:  # the second was closed meanwhile
            await until(lambda: publisher.status().published >= 2)
            listener = await asyncio.to_thread(Listener, broker.port)
            await until(lambda: listener.heard)
            assert [t for t, _, _ in listener.heard] == ["sc1o/sc/incident/g1/sc-20260304-001"]
            await asyncio.to_thread(listener.close)
    finally:
        await asyncio.to_thread(broker.stop)


def test_a_case_that_changes_its_grid_leaves_nothing_under_the_old_one() -> None:
    import msgspec

    shown, moved = Shown(), msgspec.structs.replace(incident(version=2), grid="g2")
    shown.states([incident()])
    assert shown.states([moved]) == {
        "sc1o/sc/incident/g1/sc-20260304-001": (2, b""),
        "sc1o/sc/incident/g2/sc-20260304-001": (2, incident_state(moved)),
    }
    assert shown.is_stale("sc1o/sc/incident/g1/sc-20260304-001")
    assert not shown.is_stale("sc1o/sc/incident/g2/sc-20260304-001")
    shown.states([incident(state="closed", version=3)])
    assert shown.is_stale("sc1o/sc/incident/g2/sc-20260304-001")
    assert states_filter("sc1o/sc/ingest/gw") == "sc1o/sc/incident/#"
    assert states_filter("") == ""


async def test_after_an_outage_states_are_derived_anew_and_confirmations_sent(tmp_path: Path) -> None:
    port = free_port()
    cases = [incident()]
    async with publishing(port, lambda: list(cases)) as publisher:
        await until(lambda: publisher.status().error is not None)
        assert "127.0.0.1" in (publisher.status().error or {})["zh"]
        publisher.committed(Commit([event(1)], [incident()]))
        with pytest.raises(RetryLater):
            await publisher.publish("sc1o/sc/notice/wang", b"{}")
        with mosquitto(tmp_path, port=port) as server:
            await until(lambda: publisher.status().published == 2)
            server.kill()
            await until(lambda: not publisher.status().connected)
            cases[:] = [incident(state="closed", version=2), incident("sc-20260304-002")]
            publisher.committed(Commit(incidents=cases))
            server.start()
            await until(lambda: publisher.status().published >= 4)
            listener = await asyncio.to_thread(Listener, port)
            await until(lambda: listener.heard)
            assert [t for t, _, _ in listener.heard] == ["sc1o/sc/incident/g1/sc-20260304-002"]
            listener.close()


async def test_a_publisher_that_cannot_read_the_cases_connects_again_and_tells_them(tmp_path: Path) -> None:
    asked: list[str] = []

    def current() -> list[Incident]:
        asked.append("cases")
        if len(asked) == 1:
            raise KeyError("a row nobody thought of")
        return [incident()]

    async def rests(_: float) -> None:
        assert part.trouble is not None
        assert part.trouble.text["zh"].startswith("MQTT 发布停下了：程序错误 KeyError")
        assert not publisher.status().connected

    with mosquitto(tmp_path) as server:
        settings = MqttSettings(port=server.port, client_id="pub", marker_topic="sc1o/sc/ingest/pub")
        publisher = Publisher(settings, current=current)
        part = Guarded(publisher, say=lambda kind, **facts: None, rest=rests)
        task = asyncio.create_task(part.run())
        await until(lambda: publisher.status().published == 1)
        listener = await asyncio.to_thread(Listener, server.port)
        await until(lambda: listener.heard)
        listener.close()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert [topic for topic, _, _ in listener.heard] == ["sc1o/sc/incident/g1/sc-20260304-001"]


async def test_a_full_queue_drops_the_oldest_confirmations_and_counts_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.ingest.publish.WAITING", 10)
    publisher = Publisher(MqttSettings(port=free_port()), current=list)
    publisher.committed(Commit([event(n) for n in range(15)]))
    assert (publisher.status().waiting, publisher.status().dropped) == (10, 5)


@pytest.mark.parametrize(
    ("dedup", "topic", "expected"),
    [
        ("b7|12", "sc1/sc/gate-1/e/access.denied", "sc1/sc/gate-1/k/b7/12"),
        ("a|b|12", "sc1/sc/gate-1/e/access.denied", "sc1/sc/gate-1/k/a|b/12"),
        ("b/7|12", "sc1/sc/gate-1/e/access.denied", None),
        ("#|12", "sc1/sc/gate-1/e/access.denied", None),
        ("|12", "sc1/sc/gate-1/e/access.denied", None),
        ("b7|x", "sc1/sc/gate-1/e/access.denied", None),
        ("b7|12", "sc1/sc/gate-1/s/door", None),
        ("b7|12", "zigbee2mqtt/gate-1", None),
    ],
)
def test_only_our_own_namespace_is_confirmed(dedup: str, topic: str, expected: str | None) -> None:
    assert confirmation_topic(event(0, dedup, topic)) == expected


def test_a_case_without_a_grid_has_a_topic_and_a_closed_one_no_state() -> None:
    import msgspec

    alone = msgspec.structs.replace(incident(), grid=None)
    assert incident_topic(alone) == "sc1o/sc/incident/-/sc-20260304-001"
    assert incident_state(msgspec.structs.replace(alone, state="merged")) == b""
