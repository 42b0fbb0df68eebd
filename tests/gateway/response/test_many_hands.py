"""Fifty threads at once on one writer: one condition is one open case, and a case has one owner."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from devices.event import RawMessage
from gateway.clock import EngineClock, Sources, to_us
from gateway.errors import ActionRefused
from gateway.pace import Limits
from gateway.response.model import Action
from gateway.writer import Writer
from tests.gateway.response.estate import T0
from tests.gateway.response.office import Office

THREADS = 50


@contextmanager
def written(folder: Path) -> Iterator[tuple[Office, Writer]]:
    """An office whose pump belongs to a real writer thread."""
    it = Office(folder)
    sources = Sources(
        elapsed_us=lambda: 0, wall_us=lambda: to_us(T0), synchronised=lambda: True, boot=lambda: "b"
    )
    fatal: Future[BaseException] = Future()
    clock = EngineClock(last_us=it.store.last_us, mark=it.store.mark, sources=sources)
    writer = Writer(it.pump, store=it.store, clock=clock, fatal=fatal.set_result, limits=Limits(linger_s=0.0))
    writer.start()
    try:
        yield it, writer
        assert not fatal.done()
    finally:
        writer.stop()
        it.store.close()


def at_once(work: list[threading.Thread]) -> None:
    """Start them all and wait for the last."""
    for each in work:
        each.start()
    for each in work:
        each.join(60)
        assert not each.is_alive()


@pytest.mark.parametrize("commits", ["one batch each", "as they come"])
def test_one_open_case_however_many_report_the_same_door(tmp_path, commits):
    with written(tmp_path) as (it, writer):
        together = threading.Barrier(THREADS)
        stored: list[Future[None]] = []

        def report(number: int) -> None:
            said = {"device": "gate-n1", "kind": "access.forced", "n": str(number)}
            message = RawMessage(topic="door/gate-n1", payload=msgspec.json.encode(said), received_at=T0)
            done: Future[None] = Future()
            together.wait(60)
            stored.append(done)
            writer.put(message, lambda: done.set_result(None))
            if commits == "one batch each":
                done.result(60)

        at_once([threading.Thread(target=report, args=(number,)) for number in range(THREADS)])
        for each in stored:
            each.result(60)
        cases = it.cases()
        assert [case.state for case in cases] == ["pending_verify"]
        assert len(cases[0].alert_keys) == 1
        told = Counter(recipient for _, channel, recipient, _ in it.messages() if channel == "lan")
        assert max(told.values()) <= 2, told
        assert it.store.verify() is None


def test_one_owner_however_many_take_it_at_once(tmp_path):
    with written(tmp_path) as (it, writer):
        done: Future[None] = Future()
        said = {"device": "gate-n1", "kind": "access.forced", "n": "1"}
        writer.put(
            RawMessage(topic="door/gate-n1", payload=msgspec.json.encode(said), received_at=T0),
            lambda: done.set_result(None),
        )
        done.result(60)
        number = it.cases()[0].number
        together = threading.Barrier(THREADS)
        outcomes: list[str] = []

        def take(index: int) -> None:
            by = ("wang", "li", "chen")[index % 3]
            roles = it.view.people[by].roles
            action = Action(name="take", by=by, roles=roles, incident=number, key=f"{by}-{index}")
            together.wait(60)
            try:
                writer.act(action, key=f"{by}-{index}").result(60)
                outcomes.append("took it")
            except ActionRefused as refusal:
                outcomes.append(refusal.code)

        at_once([threading.Thread(target=take, args=(index,)) for index in range(THREADS)])
        counts = Counter(outcomes)
        assert counts["took it"] == 1
        assert set(counts) <= {"took it", "already_taken", "already_yours"}
        case = it.case(number)
        assert case.takers == (case.owner,)
        assert it.store.verify() is None
