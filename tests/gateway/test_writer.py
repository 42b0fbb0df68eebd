"""The writer: when a batch closes, who is answered when, what a full disk and a failing commit do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from devices.event import RawMessage
from gateway.batch import Document
from gateway.clock import EngineClock, Sources
from gateway.degraded import Unsaved
from gateway.errors import ActionRefused, StoreError, StoreFull
from gateway.inbox import Inbox
from gateway.pace import Limits
from gateway.pump import Pump
from gateway.response.model import Action
from gateway.store.recover import Recovery
from gateway.store.store import Store
from gateway.writer import Writer
from rules.action import SetMode
from tests.gateway.pump_parts import HELD_FOR, START, Cases, DoorRules, PlainDecoder, Responding

FOREVER = 600.0


class Gateway:
    """A writer on a data folder. Time stands still until the test moves it."""

    def __init__(self, folder: Path, limits: Limits, **inbox: int) -> None:
        self.store = Store.open(folder, reserve_bytes=1 << 16)
        self.elapsed = 0
        sources = Sources(
            elapsed_us=lambda: self.elapsed,
            wall_us=lambda: 1_772_618_400_000_000 + self.elapsed,
            synchronised=lambda: True,
            boot=lambda: "boot",
        )
        self.clock = EngineClock(last_us=self.store.last_us, mark=self.store.mark, sources=sources)
        ids = iter(range(1_000_000))
        pump = Pump(
            store=self.store, decoder=PlainDecoder(),
            recover=Recovery(self.store, make_rules=DoorRules, make_cases=Cases), respond=Responding(),
            mint=lambda: f"event-{next(ids)}", mark=self.clock.mark(), now=self.clock.now(),
        )  # fmt: skip
        self.fatal: Future[BaseException] = Future()
        self.writer = Writer(
            pump, store=self.store, clock=self.clock, fatal=self.fatal.set_result, limits=limits,
            inbox=Inbox(self.clock.now, **inbox),
        )  # fmt: skip
        self.acked: list[int] = []
        self.told: list[Any] = []
        self.writer.on_commit(self.told.append)

    def passes(self, span: timedelta) -> None:
        self.elapsed += span // timedelta(microseconds=1)

    def say(self, number: int, device: str, kind: str, *, adapter: Any = "mqtt", offer: bool = False) -> bool:
        body = msgspec.json.encode({"device": device, "kind": kind, "n": str(number)})
        return self.send(number, f"door/{device}", body, adapter=adapter, offer=offer)

    def send(
        self, number: int, topic: str, body: bytes, *, adapter: Any = "mqtt", offer: bool = False
    ) -> bool:
        message = RawMessage(topic=topic, payload=body, received_at=self.clock.now(), adapter=adapter)
        if offer:
            return self.writer.offer(message, lambda: self.acked.append(number))
        self.writer.put(message, lambda: self.acked.append(number))
        return True


def until(condition: Callable[[], bool], *, within_s: float = 10.0) -> None:
    """Wait for a condition, with a bound."""
    ends = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < ends, "the condition did not come true in time"
        time.sleep(0.002)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Gateway]]:
    gateways: list[Gateway] = []

    def build(limits: Limits | None = None, **inbox: int) -> Gateway:
        limits = limits or Limits(flush_interval_s=FOREVER, clock_check_s=0.05)
        gateways.append(Gateway(tmp_path, limits, **inbox))
        gateways[-1].writer.start()
        until(lambda: gateways[-1].store.last_seq > 0 or gateways[-1].fatal.done())
        return gateways[-1]

    yield build
    for each in gateways:
        assert each.writer.stop(wait_s=20)
        each.store.close()


def test_an_urgent_kind_is_acknowledged_at_once_and_brings_the_others_along(
    start: Callable[..., Gateway],
) -> None:
    gateway = start()
    gateway.say(1, "d1", "contact.opened")
    gateway.say(2, "d2", "access.forced")
    until(lambda: gateway.acked == [1, 2])


def test_routine_events_wait_for_the_flush_interval(start: Callable[..., Gateway]) -> None:
    gateway = start(Limits(flush_interval_s=0.3))
    began = time.monotonic()
    gateway.say(1, "d1", "contact.opened")
    until(lambda: gateway.acked == [1])
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(
    "limits", [Limits(batch=10, flush_interval_s=FOREVER), Limits(window=20, flush_interval_s=FOREVER)]
)
def test_enough_messages_close_the_batch(start: Callable[..., Gateway], limits: Limits) -> None:
    gateway = start(limits)
    for number in range(10):
        gateway.say(number, "d1", "device.heartbeat")
    until(lambda: len(gateway.acked) == 10)


def test_an_http_push_closes_the_batch(start: Callable[..., Gateway]) -> None:
    gateway = start()
    assert gateway.say(1, "d1", "contact.opened", adapter="http", offer=True)
    until(lambda: gateway.acked == [1])


def test_repetitions_alone_are_acknowledged_without_waiting(start: Callable[..., Gateway]) -> None:
    gateway = start()
    gateway.say(1, "d1", "access.forced")
    until(lambda: gateway.acked == [1])
    gateway.say(1, "d1", "access.forced")
    until(lambda: gateway.acked == [1, 1])
    assert [event.device for event in gateway.told[-1].duplicates] == ["d1"]


def test_a_deadline_fires_without_any_input(start: Callable[..., Gateway]) -> None:
    gateway = start(Limits(flush_interval_s=0.01, clock_check_s=0.05))
    gateway.say(1, "d1", "contact.opened")
    until(lambda: gateway.acked == [1])
    gateway.passes(HELD_FOR + timedelta(seconds=1))
    until(lambda: any(told.changes for told in gateway.told))
    ((_, change),) = gateway.told[-1].changes
    assert change.t == gateway.told[-2].events[0].at + HELD_FOR


def test_actions_jobs_and_configuration_answer_through_futures(start: Callable[..., Gateway]) -> None:
    gateway = start()
    assert gateway.writer.act(SetMode(flags={"armed": True}, by="li")).result(5) == {"alerts": []}
    with pytest.raises(ActionRefused):
        gateway.writer.act(Action(name="take", by="li", roles=("worker",), incident="none")).result(5)
    insert = sa.text("INSERT INTO meta (name, value) VALUES (:name, :value)")
    gateway.writer.call(lambda c: c.execute(insert, {"name": "mine", "value": "1"})).result(5)
    broken = gateway.writer.call(lambda c: c.execute(sa.text("SELECT * FROM nowhere")))
    good = gateway.writer.call(lambda c: c.execute(insert, {"name": "other", "value": "2"}).rowcount)
    with pytest.raises(sa.exc.OperationalError, match="nowhere"):
        broken.result(5)
    assert good.result(5) == 1
    switched = threading.Event()

    def refused(_at: datetime) -> list[Document]:
        raise ActionRefused("unknown_rule", "there is no such rule")

    document = Document(name="site", version=1, author="li", at=gateway.clock.now(), body="{}")
    gateway.writer.configure(lambda _at: [document], lambda _at: switched.set()).result(5)
    with pytest.raises(ActionRefused):
        gateway.writer.configure(refused, lambda _at: None).result(5)
    assert switched.is_set()
    with gateway.store.read() as connection:
        names = connection.execute(sa.text("SELECT name FROM meta")).scalars().all()
    assert {"mine", "other", "modes", "snapshot_seq"} <= set(names)


def test_a_job_that_fails_leaves_nothing_behind(start: Callable[..., Gateway]) -> None:
    gateway = start()

    def half(connection: sa.Connection) -> None:
        connection.execute(sa.text("INSERT INTO meta (name, value) VALUES ('half', '1')"))
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        gateway.writer.call(half).result(5)
    with gateway.store.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM meta WHERE name = 'half'")).scalar() == 0


def test_a_clean_stop_takes_in_what_waits_and_snapshots(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, Limits(flush_interval_s=FOREVER))
    gateway.writer.start()
    for number in range(1000):
        gateway.say(number, "d1", "contact.opened")
    assert gateway.writer.stop(wait_s=20)
    assert len(gateway.acked) == 1000
    gateway.store.close()
    with Store.open(tmp_path, reserve_bytes=4096).read() as connection:
        snapshot = connection.execute(sa.text("SELECT value FROM meta WHERE name = 'snapshot_seq'")).scalar()
        assert snapshot == "1001"
        assert connection.execute(sa.text("SELECT count(*) FROM engine_state")).scalar() == 1


def fail_commits(
    monkeypatch: pytest.MonkeyPatch, store: Store, error: Exception, times: int
) -> list[Exception]:
    """Have the next commits fail; returns the list of those that did."""
    failed: list[Exception] = []
    commit = store.commit

    def failing(*args: Any) -> None:
        if len(failed) < times:
            failed.append(error)
            raise error
        commit(*args)

    monkeypatch.setattr(store, "commit", failing)
    return failed


def test_a_full_disk_gets_the_reserve_and_nobody_notices(
    start: Callable[..., Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = start()
    failed = fail_commits(monkeypatch, gateway.store, StoreFull("disk full"), 1)
    gateway.say(1, "d1", "access.forced")
    until(lambda: gateway.acked == [1])
    assert len(failed) == 1
    assert not gateway.writer.status().degraded
    until(lambda: gateway.writer.status().reserve)  # it is set aside again as soon as there is room


def test_degraded_holds_messages_refuses_people_and_recovers(
    start: Callable[..., Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = start(Limits(flush_interval_s=0.01, retry_s=0.4, clock_check_s=0.05))
    unsaved: list[Unsaved] = []
    gateway.writer.degraded.listeners.append(unsaved.append)
    failed = fail_commits(monkeypatch, gateway.store, StoreFull("disk full"), 3)
    gateway.say(1, "d1", "access.forced")
    until(lambda: len(failed) >= 2)
    gateway.say(2, "d2", "access.forced")
    until(lambda: sum(len(word.changes) for word in unsaved) == 2)
    assert "未存盘" in gateway.writer.status().degraded["zh"]
    with pytest.raises(StoreFull):
        gateway.writer.act(SetMode(flags={"armed": True}, by="li")).result(5)
    with pytest.raises(StoreFull):
        gateway.writer.call(lambda c: c.execute(sa.text("SELECT 1"))).result(5)
    assert gateway.acked == []
    until(lambda: gateway.acked == [1, 2])
    until(lambda: unsaved[-1].over)
    assert gateway.writer.status().degraded == {}
    assert [change.change for told in gateway.told for _, change in told.changes] == ["opened", "opened"]


def test_an_action_that_meets_a_full_disk_is_told_and_its_repetition_gets_the_result(
    start: Callable[..., Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = start(Limits(flush_interval_s=0.01, retry_s=0.05, clock_check_s=0.05))
    gateway.say(1, "d1", "access.forced")
    until(lambda: len(gateway.told) > 1)
    take = Action(
        name="take", by="wang", roles=("worker",), incident=gateway.told[-1].incidents[0].number, key="k"
    )
    fail_commits(monkeypatch, gateway.store, StoreFull("disk full"), 2)
    with pytest.raises(StoreFull):
        gateway.writer.act(take).result(5)
    until(lambda: not gateway.writer.status().degraded)
    assert gateway.writer.act(take).result(5) == {"state": "taken"}


def test_any_other_failure_to_commit_ends_the_process(
    start: Callable[..., Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = start()
    fail_commits(monkeypatch, gateway.store, StoreError("broken"), 1)
    gateway.say(1, "d1", "access.forced")
    assert isinstance(gateway.fatal.result(5), StoreError)
    assert gateway.acked == []
    with pytest.raises(StoreError, match="stopping"):
        gateway.writer.call(lambda c: c.execute(sa.text("SELECT 1"))).result(5)
    with pytest.raises(StoreError, match="stopping"):
        gateway.writer.act(SetMode(flags={}, by="li")).result(5)
    assert not gateway.say(2, "d1", "access.forced", offer=True)


def test_a_full_inbox_sheds_telemetry_first_and_counts_it(
    start: Callable[..., Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = start(Limits(flush_interval_s=0.05, clock_check_s=0.05), messages=50)
    gate = threading.Event()
    began = threading.Event()
    gateway.writer.call(lambda _: (began.set(), gate.wait(10)))
    assert began.wait(5)
    sent = 0
    for number in range(60):
        sent += gateway.send(number, "sc1/sc/meter/t/power", b"1", offer=True)
    for number in range(100, 150):
        sent += gateway.say(number, "d1", "access.forced", offer=True)
    assert not gateway.say(999, "d1", "access.forced", offer=True)
    gate.set()
    until(lambda: len(gateway.acked) == sent)
    counts = gateway.store.counters()
    verdicts = ("stored", "deduplicated", "shed", "quarantined", "ignored")
    until(lambda: gateway.store.counters()["in"] == sent)
    counts = gateway.store.counters()
    assert counts["in"] == sum(counts.get(name, 0) for name in verdicts) == 110
    assert counts["shed.telemetry"] == 60
    assert counts["stored"] == 50


def test_what_was_put_back_comes_first_and_counts_again() -> None:
    at = iter(START + timedelta(seconds=n) for n in range(99))
    inbox = Inbox(lambda: next(at), messages=3)
    message = RawMessage(topic="sc1/sc/d/t/power", payload=b"1", received_at=START)
    for _ in range(3):
        assert inbox.offer(message, lambda: None)
    taken, _ = inbox.take(2, wait_s=0)
    inbox.put_back(taken)
    assert inbox.fill == 1.0
    again, _ = inbox.take(3, wait_s=0)
    assert list(again[:2]) == list(taken)
    assert inbox.fill == 0.0


def test_put_waits_for_room(start: Callable[..., Gateway]) -> None:
    gateway = start(Limits(flush_interval_s=0.01, clock_check_s=0.05), messages=20)
    threads = [
        threading.Thread(
            target=lambda base=base: [gateway.say(base + n, "d1", "contact.opened") for n in range(100)]
        )
        for base in (0, 1000, 2000)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    until(lambda: len(gateway.acked) == 300)
    assert gateway.store.counters()["stored"] == 300


def test_a_step_of_the_wall_clock_is_journaled_once(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, Limits(flush_interval_s=0.01, clock_check_s=0.02))
    wall = [0]
    sources = msgspec.structs.replace(gateway.clock._sources, wall_us=lambda: 1_772_618_400_000_000 + wall[0])
    gateway.clock._sources = sources
    gateway.writer.start()
    until(lambda: gateway.store.last_seq == 1)
    wall[0] = 3_600_000_000
    until(lambda: gateway.store.last_seq == 2)
    gateway.say(1, "d1", "contact.opened")
    until(lambda: gateway.acked == [1])
    assert gateway.store.last_seq == 3
    assert gateway.told[-1].offset_us == 3_600_000_000
    assert gateway.writer.stop()
    gateway.store.close()
