"""Jobs: the backtests that pages ask for: one runs at a time, a few wait, the newest answers are kept for a while.

Each runs in a nice child process (`child.py`), so that it costs the live gateway nothing but idle time. Belongs to
the event loop.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from gateway.backtest.asking import WhyQuestion
from gateway.backtest.child import Answer, Ask
from gateway.backtest.prepare import Question
from gateway.backtest.process import Child, ChildFailed, child
from gateway.backtest.result import Progress, Result
from gateway.errors import GatewayError

State: TypeAlias = Literal["waiting", "running", "done", "refused", "failed", "cancelled"]
ENDED = frozenset({"done", "refused", "failed", "cancelled"})
MOST_WAITING = 3
MOST_KEPT = 10
LONGEST_S = 30 * 60.0
LONGEST_ANSWER_S = 120.0


class QueueFull(GatewayError):
    """As many backtests wait as may."""


class Job(msgspec.Struct, kw_only=True):
    """One backtest that somebody asked for. `problems` say what is wrong with the question, `failed` what went wrong."""

    id: str
    by: str
    at: datetime
    question: Question
    state: State = "waiting"
    progress: Progress | None = None
    result: Result | None = None
    problems: list[str] = []
    failed: str = ""


class Backtests:
    """The backtests of one gateway; `data` is its data folder, `mint` gives ids, `now` the time."""

    def __init__(self, data: Path, *, mint: Callable[[], str], now: Callable[[], datetime]) -> None:
        self._data, self._mint, self._now = data, mint, now
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._child: Child | None = None
        self._one = asyncio.Semaphore(1)
        self._asking = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def data(self) -> Path:
        """The data folder whose journal is read."""
        return self._data

    def submit(self, question: Question, *, by: str) -> Job:
        """Take in a question.

        Raises:
            QueueFull: too many wait already.
        """
        waiting = [job for job in self._jobs.values() if job.state == "waiting"]
        if len(waiting) >= MOST_WAITING:
            raise QueueFull(f"{MOST_WAITING} backtests wait already")
        job = Job(id=self._mint(), by=by, at=self._now(), question=question)
        self._jobs[job.id] = job
        self._forget()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work(), name="backtests")
        return job

    def get(self, job_id: str) -> Job | None:
        """Return a job, None when it is unknown or was too long ago."""
        return self._jobs.get(job_id)

    def cancel(self, job: Job) -> None:
        """Stop a job, or take it out of the queue; one that has ended stays as it is."""
        if job.state == "waiting":
            job.state = "cancelled"
        elif job.state == "running":
            job.state = "cancelled"
            if self._child is not None:
                self._child.stop()

    async def close(self) -> None:
        """Stop everything and wait until the child is gone."""
        for job in self._jobs.values():
            self.cancel(job)
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    # --- the work ---------------------------------------------------------------------------------

    async def explain(self, why: WhyQuestion) -> Answer:
        """Return the answer to one question about the past: `explained`, or `problems`; one at a time.

        Raises:
            ChildFailed: it took too long, or the child ended without an answer.
            QueueFull: too many wait already.
        """
        if self._asking >= MOST_WAITING:
            raise QueueFull(f"{MOST_WAITING} questions wait already")
        self._asking += 1
        try:
            async with self._one, asyncio.timeout(LONGEST_ANSWER_S), child() as process:
                found = [each async for each in process.answers(Ask(data=str(self._data), why=why))]
        except TimeoutError:
            raise ChildFailed(f"took longer than {LONGEST_ANSWER_S:.0f} s") from None
        finally:
            self._asking -= 1
        return found[-1]

    # --- the work ---------------------------------------------------------------------------------

    async def _work(self) -> None:
        while (job := self._next()) is not None:
            job.state = "running"
            try:
                async with asyncio.timeout(LONGEST_S), child() as process:
                    self._child = process
                    await self._run(job, process)
            except TimeoutError:
                _end(job, f"took longer than {LONGEST_S / 60:.0f} minutes; test a shorter span")
            except GatewayError as error:
                _end(job, str(error))
            finally:
                self._child = None

    async def _run(self, job: Job, process: Child) -> None:
        if job.state != "running":  # cancelled while the child was starting
            return
        async for answer in process.answers(Ask(data=str(self._data), question=job.question)):
            _take(job, answer)

    def _next(self) -> Job | None:
        return next((job for job in self._jobs.values() if job.state == "waiting"), None)

    def _forget(self) -> None:
        ended = [key for key, job in self._jobs.items() if job.state in ENDED]
        for key in ended[: max(0, len(self._jobs) - MOST_KEPT)]:
            del self._jobs[key]


def _take(job: Job, answer: Answer) -> None:
    if answer.progress is not None:
        job.progress = answer.progress
    if job.state != "running":
        return
    if answer.result is not None:
        job.result, job.state = answer.result, "done"
    elif answer.problems is not None:
        job.problems, job.state = answer.problems, "refused"
    elif answer.failed is not None:
        _end(job, answer.failed)


def _end(job: Job, words: str) -> None:
    if job.state == "running":
        job.state, job.failed = "failed", words
