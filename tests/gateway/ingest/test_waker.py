"""A wake-up is never lost, whenever it comes."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from typing import cast

import pytest

from gateway.ingest.waker import Waker


@pytest.fixture
def waker() -> Iterator[Waker]:
    one = Waker()
    yield one
    one.close()


def readable(one: Waker) -> bool:
    return bool(select.select([one.inlet], [], [], 0)[0])


def test_any_number_of_calls_is_one_byte(waker: Waker) -> None:
    assert not readable(waker)
    for _ in range(100_000):
        waker.wake()
    assert waker.inlet.recv(4096) == b"!"


def test_it_can_be_woken_again_after_it_was_cleared(waker: Waker) -> None:
    for _ in range(3):
        waker.wake()
        assert readable(waker)
        waker.clear()
        assert not readable(waker)


class Interrupted:
    """A socket on whose reading another thread calls `wake`, before and after the bytes are taken."""

    def __init__(self, waker: Waker, inner: socket.socket) -> None:
        self._waker, self._inner = waker, inner

    def recv(self, size: int) -> bytes:
        self._waker.wake()
        found = self._inner.recv(size)
        self._waker.wake()
        return found


def test_a_call_in_the_middle_of_clearing_does_not_silence_those_after_it(waker: Waker) -> None:
    inner = waker.inlet
    waker.wake()
    waker.inlet = cast("socket.socket", Interrupted(waker, inner))
    waker.clear()
    waker.inlet = inner
    waker.wake()
    assert readable(waker)


def test_waking_what_is_closed_is_harmless(waker: Waker) -> None:
    waker.close()
    waker.wake()
