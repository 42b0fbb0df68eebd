"""Child: one question to the past in a process of its own, asked on standard input, answered line by line on standard output.

A process, not a thread: the engine would hold the interpreter that live events need. It is nice, its memory is
bounded, and when it ends nothing of it is left. `python -m gateway.backtest.child` reads one `Ask` as JSON.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path

import msgspec

from gateway.backtest.answer import Explained
from gateway.backtest.asking import WhyQuestion, answer_why
from gateway.backtest.prepare import Question, prepare
from gateway.backtest.result import Progress, Result
from gateway.backtest.run import Cancelled
from gateway.errors import ConfigError, GatewayError

NICE = 15
MEMORY_BYTES = 1 << 30


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What the child is told: a backtest, or why a rule did or did not fire at a moment."""

    data: str
    question: Question | None = None
    why: WhyQuestion | None = None
    memory_bytes: int = MEMORY_BYTES


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the child: how far it is, or the end: a result, what is wrong with the question, or a failure."""

    progress: Progress | None = None
    result: Result | None = None
    explained: Explained | None = None
    problems: list[str] | None = None
    failed: str | None = None

    @property
    def is_last(self) -> bool:
        """Whether nothing comes after it."""
        ends = (self.result, self.explained, self.problems, self.failed)
        return any(each is not None for each in ends)


def main() -> None:
    """Answer one question."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; it tells us
    ask = msgspec.json.decode(sys.stdin.buffer.read(), type=Ask)
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (ask.memory_bytes, ask.memory_bytes))
    try:
        _tell(_answer(ask, stopped))
    except MemoryError:
        _tell(
            Answer(failed=f"needs more than {ask.memory_bytes >> 20} MiB; test fewer rules or a shorter span")
        )


def _answer(ask: Ask, stopped: list[int]) -> Answer:
    try:
        if ask.why is not None:
            return Answer(explained=answer_why(Path(ask.data), ask.why))
        test = prepare(Path(ask.data), ask.question or Question())
        try:
            return Answer(
                result=test.run(lambda progress: _tell(Answer(progress=progress)), lambda: bool(stopped))
            )
        finally:
            test.history.close()
    except ConfigError as error:
        return Answer(problems=list(error.problems))
    except Cancelled as error:
        return Answer(progress=error.progress, failed="cancelled")
    except GatewayError as error:
        return Answer(failed=str(error))


def _tell(answer: Answer) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
