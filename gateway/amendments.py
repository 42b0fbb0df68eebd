"""Amendments: changes of the configuration that wait for the writer's thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol, TypeAlias, TypeVar

from gateway.batch import Beside, Document
from gateway.errors import StoreError, StoreFull

T = TypeVar("T")
Prepare: TypeAlias = Callable[[datetime], list[Document]]
"""Return what is to be saved at a time, as of then; nothing: it is as it should be. May refuse (ActionRefused)."""
Switch: TypeAlias = Callable[[datetime], Beside | None]
"""Put it in force in the engine at work and return what is stored with it; undone by the pump when it cannot be stored."""


class Configures(Protocol):
    """The part of the writer that is used by who changes the configuration."""

    def configure(self, prepare: Prepare, switch: Switch) -> Future[None]: ...


class Makes(Protocol):
    """The part of the pump that is used here."""

    def configure(self, prepare: Prepare, at: datetime, switch: Switch) -> None: ...


class Amendments:
    """What was asked for, in order; `ask` may be called from any thread, the rest belongs to the writer's."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Prepare, Switch, Future[None]]] = deque()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def ask(self, prepare: Prepare, switch: Switch) -> Future[None]:
        """Have a change made; the future answers when it is in force and on disk, or says why it is not."""
        future: Future[None] = Future()
        self._waiting.append((prepare, switch, future))
        return future

    def make(self, pump: Makes, at: datetime) -> StoreFull | None:
        """Make what was asked for; return why it cannot go on, if the disk is full.

        Raises:
            StoreError: the store refused for another reason; the process must not go on.
        """
        while self._waiting:
            prepare, switch, future = self._waiting.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                pump.configure(prepare, at, switch)
            except Exception as error:  # task boundary: all is as it was, and who asked is told why
                future.set_exception(error)
                if isinstance(error, StoreFull):
                    return error
                if isinstance(error, StoreError):
                    raise
            else:
                future.set_result(None)
        return None

    def turned_away(self) -> Iterator[Future[None]]:
        """Return the futures of those who still wait: nobody will answer them."""
        while self._waiting:
            yield self._waiting.popleft()[2]


def answered(done: Future[None], answer: Callable[[], T]) -> Future[T]:
    """Return what whoever asked for a change waits for: `answer` once it is on disk, or what kept it from that."""
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()  # nobody takes back what is being written

    def finish(_: Future[None]) -> None:
        try:
            done.result()
            found = answer()
        except Exception as error:  # noqa: BLE001  # task boundary: whoever asked is told what went wrong
            future.set_exception(error)
        else:
            future.set_result(found)

    done.add_done_callback(finish)
    return future
