"""Ear: listens for some seconds to what comes in on a topic or path, whoever reads it; costs nothing while nobody asks.

What nobody subscribed to is asked for meanwhile. Messages are only looked at: they go their way as every message.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Literal

from devices.address import path_of
from devices.event import RawMessage

MOST = 20  # messages of one listening
LONGEST_S = 25.0


class Ear:
    """`hear` is called by whoever takes messages in, in any thread; `listen` by whoever wants to see some.

    Who listens waits in the event loop: threads are few, and other requests need them meanwhile. `changed` is told when
    other topics are listened to than before.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[_Listener, ...] = ()
        self.changed: Callable[[], None] = lambda: None

    def hear(self, message: RawMessage) -> None:
        """Let everybody who listens have a message."""
        for each in self._listeners:
            each.take(message)

    def filters(self) -> list[str]:
        """Return the MQTT filters that are listened to now."""
        return [each.where for each in self._listeners if each.adapter == "mqtt"]

    async def listen(
        self, adapter: Literal["mqtt", "http"], where: str, *, seconds: float, most: int = MOST
    ) -> list[RawMessage]:
        """Return what comes in on a topic filter or path within some seconds; earlier when there is enough of it."""
        full = asyncio.Event()
        tell = partial(asyncio.get_running_loop().call_soon_threadsafe, full.set)
        listener = _Listener(adapter, where, min(most, MOST), full=tell)
        self._change(lambda now: (*now, listener))
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(seconds, LONGEST_S)):
                    await full.wait()
        finally:
            self._change(lambda now: tuple(each for each in now if each is not listener))
        return listener.heard()

    def _change(self, make: Callable[[tuple[_Listener, ...]], tuple[_Listener, ...]]) -> None:
        with self._lock:
            self._listeners = make(self._listeners)
        self.changed()


class _Listener:
    def __init__(self, adapter: str, where: str, most: int, *, full: Callable[[], object]) -> None:
        self.adapter, self.where, self._most, self._full = adapter, where, most, full
        self._heard: list[RawMessage] = []

    def take(self, message: RawMessage) -> None:
        fits = (
            fits_filter(self.where, message.topic)
            if self.adapter == "mqtt"
            else path_of(message.topic) == self.where
        )
        if message.adapter != self.adapter or not fits or len(self._heard) >= self._most:
            return
        self._heard.append(message)
        if len(self._heard) >= self._most:
            with suppress(RuntimeError):  # the loop has ended, and with it whoever listened
                self._full()

    def heard(self) -> list[RawMessage]:
        return list(self._heard)


def fits_filter(wanted: str, topic: str) -> bool:
    """Tell whether a topic is one that an MQTT filter asks for."""
    asked, levels = wanted.split("/"), topic.split("/")
    if topic.startswith("$") and asked[0] in ("+", "#"):
        return False
    for place, word in enumerate(asked):
        if word == "#":
            return True
        if place >= len(levels) or word not in ("+", levels[place]):
            return False
    return len(asked) == len(levels)


def filter_problem(wanted: str) -> tuple[str, str] | None:
    """Return what is wrong with an MQTT filter, in Chinese and English; None: nothing."""
    levels = wanted.split("/")
    if "#" in levels[:-1] or any(sign in level and level != sign for level in levels for sign in "+#"):
        return (
            "通配符 + 要单独占一级，# 只能放在最后",
            "+ stands for one whole level, # for all that follow, at the end",
        )
    return None
