"""The desk over a real store: recorded before it leaves, believed by the contact, dead at any point, said in the case."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from devices.command import Command
from devices.event import Event, Source
from gateway.command.adapter import Target
from gateway.command.desk import Desk
from gateway.command.opening import Commanding  # noqa: F401 - it registers the adapters that ship
from gateway.command.orders import Asked, Orders
from gateway.command.turn import Watching
from gateway.errors import ActionRefused
from gateway.ingest.settings import MqttSettings
from gateway.store import commands
from gateway.store.read_incidents import timeline_of
from gateway.store.store import Store
from tests.fakes.hikvision import Hikvision
from tests.fakes.web import running

T0 = datetime(2026, 3, 4, 10, tzinfo=UTC)
CASE = "demo-20260304-001"


class Box:
    """A store, a clock that stands, and desks that come and go with it."""

    def __init__(self, folder: Path, controller: Hikvision) -> None:
        self.store = Store.open(folder, reserve_bytes=4096)
        self.store.seal_with(b"a key of the site")
        self.now = T0
        self.why: str | None = None
        self.prompted: frozenset[str] = frozenset()
        self.turns = 0
        self.said: list[tuple[str, str]] = []
        self.target = Target(
            device="gate-n1", called={"zh": "北门"}, adapter="hikvision", offers=frozenset({"open", "lock"}), site="demo", topic="gate-n1", channel=1,
            watching=Watching(contact="door-1", within=timedelta(seconds=3)), url=f"http://127.0.0.1:{controller.port}",
            user=controller.user, password=controller.password,
        )  # fmt: skip
        self.desk = self.fresh()
        self.orders = Orders(
            {"gate-n1": self.target}, book=self.store, call=self.call, now=lambda: self.now,
            offset=lambda: timedelta(0), recorded=lambda _: None,
        )  # fmt: skip

    def fresh(self) -> Desk:
        desk = Desk(
            {"gate-n1": self.target},
            store=self.store,
            call=self.call,
            now=lambda: self.now,
            offset=lambda: timedelta(0),
            mqtt=MqttSettings(host="127.0.0.1", port=1, client_id="t"),
            why_not=lambda _: self.why,
            prompt=self.prompt,
        )
        desk.told.append(lambda each: self.said.append((each.id, each.state)))
        return desk

    def prompt(self, devices: frozenset[str]) -> None:
        self.prompted, self.turns = devices, self.turns + 1

    async def start(self, desk: Desk) -> asyncio.Task[Any]:
        """Run a desk and return when it has recovered and looked once."""
        before, work = self.turns, asyncio.create_task(desk.run())
        await until(lambda: self.turns >= before + 2, desk)
        return work

    def call(self, job: Callable[[Any], Any]) -> Future[Any]:
        answer: Future[Any] = Future()
        answer.set_running_or_notify_cancel()
        self.store.run([(job, answer)])
        return answer

    def ask(self, name: str = "open", key: str = "k1") -> Command:
        asked = Asked(
            device="gate-n1",
            name=name,
            by="wang",
            role="guard",
            reason="忘带卡",
            key=key,
            incident=CASE,
            confirmed=True,
        )
        return self.orders.ask(asked).result()

    def kept(self, command: Command) -> Command:
        with self.store.read() as connection:
            found = commands.command(connection, command.id)
        assert found is not None
        return found

    def lines(self) -> list[str]:
        with self.store.read() as connection:
            rows = [row for row in timeline_of(connection, CASE) if row.action == "command"]
        return [str((row.body or {})["text"]["zh"]) for row in rows]


class Committed:
    """The fields of a commit that the desk reads."""

    def __init__(self, *events: Event) -> None:
        self.events, self.timeline = list(events), []


def opened(after: float, *, mode: str = "live") -> Event:
    at = T0 + timedelta(seconds=after)
    return Event(
        id="e1", site="demo", device="door-1", kind="contact.opened", mode=mode, at=at, time_quality="zoned",  # type: ignore[arg-type]  # one of the modes
        received_at=at, source=Source(profile="own@1"),
    )  # fmt: skip


@pytest.fixture
async def controller() -> AsyncIterator[Hikvision]:
    async with running(Hikvision()) as one:
        yield one


@pytest.fixture
def box(tmp_path: Path, controller: Hikvision) -> Any:
    one = Box(tmp_path, controller)
    yield one
    assert one.store.verify() is None
    one.store.close()


async def until(condition: Callable[[], object], desk: Desk) -> None:
    """Let the desk turn until something is so."""
    async with asyncio.timeout(20):
        while not condition():
            desk.wake()
            await asyncio.sleep(0.01)


async def test_a_door_is_taken_by_its_controller_and_proven_by_its_contact(
    box: Box, controller: Hikvision
) -> None:
    work = await box.start(box.desk)
    asked = box.ask()
    await until(lambda: box.kept(asked).state == "accepted", box.desk)
    assert box.prompted == {"gate-n1", "door-1"}
    box.now = T0 + timedelta(seconds=1)
    box.desk.committed(Committed(opened(0.8, mode="retained"), opened(0.9)))  # type: ignore[arg-type]  # what it reads of a commit
    await until(lambda: box.kept(asked).state == "done", box.desk)
    assert controller.opened == [1]
    assert [line.partition("：")[2] for line in box.lines()] == [
        "已下令",
        "已发送，等待确认",
        "设备已接收，等待结果：设备自己的回复（OK/ok）",
        "已完成：门磁显示门已打开（OK/ok）",
    ]
    assert [state for _, state in box.said] == ["sent", "accepted", "done"]
    assert box.prompted == frozenset()
    await _end(work)


async def test_killed_between_the_commit_and_the_send_it_never_leaves(
    box: Box, controller: Hikvision
) -> None:
    asked = box.ask()
    await box.desk.look()
    assert box.kept(asked).state == "sent"
    for task in asyncio.all_tasks() - {
        asyncio.current_task()
    }:  # the process ends before the send could begin
        if "_send" in repr(task):
            task.cancel()
    again = box.fresh()
    work = await box.start(again)
    await until(lambda: box.kept(asked).state == "unknown", again)
    assert (controller.opened, box.kept(asked).result) == ([], "restart")
    assert "网关在此期间重新启动" in box.lines()[-1]
    await _end(work)


async def test_a_door_nobody_saw_opening_is_unknown_and_stays_shut(box: Box, controller: Hikvision) -> None:
    work = await box.start(box.desk)
    asked = box.ask()
    await until(lambda: box.kept(asked).state == "accepted", box.desk)
    box.now = T0 + timedelta(seconds=6)
    await until(lambda: box.kept(asked).state == "unknown", box.desk)
    box.now, turns = T0 + timedelta(seconds=60), box.turns
    await until(lambda: box.turns > turns, box.desk)
    assert (controller.opened, box.kept(asked).result) == ([1], "contact_silent")
    await _end(work)


@pytest.mark.parametrize(
    ("says", "password", "result"),
    [("busy", None, "busy"), ("ok", "wrong", "login"), ("gibberish", None, "unreadable")],
)
async def test_what_the_controller_says_is_shown(
    box: Box, controller: Hikvision, says: str, password: str | None, result: str
) -> None:
    controller.says = says
    controller.password = password or controller.password
    work = await box.start(box.desk)
    asked = box.ask()
    await until(lambda: box.kept(asked).result == result, box.desk)
    assert box.kept(asked).state == ("unknown" if result == "unreadable" else "failed")
    await _end(work)


async def test_a_guard_keeps_it_in_the_house_and_the_case_says_why(box: Box, controller: Hikvision) -> None:
    box.why = "drill"
    work = await box.start(box.desk)
    asked = box.ask()
    await until(lambda: box.kept(asked).state == "failed", box.desk)
    assert controller.requests == []
    assert box.lines()[-1] == "北门 开门：未执行：演练模式，不发送"
    await _end(work)


async def test_counters_rise_per_device_also_when_the_store_is_older(box: Box) -> None:
    first = box.ask("lock", "a")
    second = box.ask("lock", "b")
    assert second.counter > first.counter >= int(T0.timestamp())
    assert box.ask("lock", "a") == first


async def test_a_key_belongs_to_one_order(box: Box) -> None:
    first = box.ask("lock", "a")
    with pytest.raises(ActionRefused) as refused:
        box.ask("open", "a")
    assert refused.value.code == "key_reused"
    assert box.kept(first) == first


@pytest.mark.parametrize(("sends", "state"), [(0, "failed"), (1, "sent")])
async def test_only_a_first_send_that_finds_nobody_is_known_not_to_have_been_carried_out(
    box: Box, sends: int, state: str
) -> None:
    asked = box.ask("lock")
    if sends:  # an earlier one left, and nobody answered
        before = msgspec.structs.replace(asked, state="sent", sends=sends, sent_at=T0)
        box.call(lambda connection: commands.save(connection, [before]))
    box.target = msgspec.structs.replace(box.target, url="http://127.0.0.1:1")
    desk, box.now = box.fresh(), T0 + timedelta(seconds=6)
    await desk.look()
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
    await desk.look()
    assert (box.kept(asked).state, box.kept(asked).sends) == (state, sends + 1)


async def _end(work: asyncio.Task[Any]) -> None:
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
