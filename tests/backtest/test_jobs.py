"""Backtests in child processes: in turn, cancelled while they run, out of memory, without a data folder."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.backtest import jobs as running
from gateway.backtest.asking import WhyQuestion
from gateway.backtest.child import Answer, Ask
from gateway.backtest.jobs import ENDED, Backtests, Job, QueueFull
from gateway.backtest.prepare import Question
from gateway.backtest.process import Child, ChildFailed, child
from gateway.backtest.span import Asked
from gateway.batch import Document
from rules.load import load_rules
from tests.backtest.house import PLAIN_SITE, House, site_file, write_documents
from tests.rules.playing import UTC_START, event, rule, steps_of

RULE = rule("{count: {of: access.denied, at_least: 2, within: 60s}}", id="door.denied")
QUESTION = Question(texts={"r": RULE}, asked=Asked(last="7d"))


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("history") / "data"
    site = site_file()
    found = load_rules({"r": RULE})
    lines = [{"t": 0}, *[event(100.0 * n + m) for n in range(1, 50) for m in range(2)]]
    House(folder, found, site, batch=20).play(steps_of(found, site.rules, lines))
    write_documents(folder, [Document(name="site", version=1, author="a", at=UTC_START, body=PLAIN_SITE)])
    return folder


def backtests(data: Path) -> Backtests:
    numbers = (str(number) for number in itertools.count())
    return Backtests(data, mint=lambda: next(numbers), now=lambda: UTC_START)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - nothing to wait on: another process ends
            await asyncio.sleep(0.02)


async def ended(*jobs: Job) -> None:
    await until(lambda: all(job.state in ENDED for job in jobs))


async def test_they_run_one_after_the_other(data):
    both = backtests(data)
    first, second = both.submit(QUESTION, by="chen"), both.submit(QUESTION, by="chen")
    await until(lambda: first.state == "running")
    assert second.state == "waiting"
    await ended(first, second)
    assert (first.failed, second.failed) == ("", "")
    assert first.result is not None
    assert first.result.rules[0].fired == 1
    assert both.get(first.id) is first
    assert both.get("nobody") is None
    await both.close()


async def test_the_queue_is_short_and_old_answers_are_forgotten(data, monkeypatch):
    monkeypatch.setattr(running, "MOST_KEPT", 2)
    some = backtests(data)
    jobs = [some.submit(QUESTION, by="chen") for _ in range(3)]
    with pytest.raises(QueueFull):
        some.submit(QUESTION, by="chen")
    for job in jobs:
        some.cancel(job)
    await ended(*jobs)
    some.submit(QUESTION, by="chen")
    assert [some.get(job.id) is None for job in jobs] == [True, True, False]
    await some.close()


async def test_a_running_one_is_cancelled(data):
    some = backtests(data)
    job = some.submit(QUESTION, by="chen")
    await until(lambda: job.state == "running")
    some.cancel(job)
    assert job.state == "cancelled"
    await some.close()
    assert (job.state, job.result, job.failed) == ("cancelled", None, "")


async def test_closing_stops_all(data):
    some = backtests(data)
    jobs = [some.submit(QUESTION, by="chen") for _ in range(3)]
    await until(lambda: jobs[0].state == "running")
    await some.close()
    assert {job.state for job in jobs} == {"cancelled"}


async def test_one_that_takes_too_long_ends(data, monkeypatch):
    monkeypatch.setattr(running, "LONGEST_S", 0.01)
    some = backtests(data)
    job = some.submit(QUESTION, by="chen")
    await ended(job)
    assert job.state == "failed"
    assert "took longer" in job.failed
    await some.close()


async def test_a_folder_without_a_journal_is_a_mistake_in_the_question(tmp_path):
    some = backtests(tmp_path)
    job = some.submit(QUESTION, by="chen")
    await ended(job)
    assert job.state == "refused"
    assert "no journal here" in job.problems[0]
    why = await some.explain(WhyQuestion(rule="a.b"))
    assert why.explained is None
    assert "no journal here" in (why.problems or [""])[0]
    await some.close()


async def test_a_child_that_finds_no_room_ends_with_a_word_and_the_next_one_runs(data):
    async with child() as process:
        with pytest.raises(ChildFailed, match=r"."):
            await _asked(process, Ask(data=str(data), question=QUESTION, memory_bytes=32 << 20))
    async with child() as process:
        found = await _asked(process, Ask(data=str(data), question=QUESTION))
    assert found[-1].result is not None


async def test_a_child_that_is_asked_nonsense_says_so(data):
    async with child() as process:
        with pytest.raises(ChildFailed, match="ValidationError"):
            await _nonsense(process)


async def _nonsense(process: Child) -> None:
    class Odd(Ask, frozen=True, kw_only=True):
        data: int  # type: ignore[assignment]  # what nobody would ask

    await _asked(process, Odd(data=3))


async def _asked(process: Child, ask: Ask) -> list[Answer]:
    return [each async for each in process.answers(ask)]
