"""Watch: looks at everything every 15 s, says what is news, and never ends because one look failed."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import structlog

import gateway.watch as _probes
from devices.event import RawMessage
from gateway.batch import Committed
from gateway.watch.false_alarms import Tally
from gateway.watch.news import Memory, news
from gateway.watch.parts import counted
from gateway.watch.probe import PROBES, Fact, Reading, Watched

EVERY_S = 15.0
_REGISTERED = _probes.__all__  # importing the package registered every probe
_WAITING = 200  # things to say that the inbox had no room for
_log = structlog.get_logger("watch")
Offer = Callable[[RawMessage, Callable[[], None]], bool]


class Watch:
    """One per gateway. `look` gathers what probes may look at (it may read files and the store)."""

    name = "watch"

    def __init__(
        self,
        offer: Offer,
        *,
        look: Callable[[Counter[tuple[str, str]]], Watched],
        tally: Tally | None = None,
        every_s: float = EVERY_S,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._offer = offer
        self._look = look
        self._tally = tally
        self._every_s = every_s
        self._wall = wall
        self._memory = Memory()
        self._waiting: deque[RawMessage] = deque(maxlen=_WAITING)
        self._quarantined: Counter[tuple[str, str]] = Counter()
        self._one_at_a_time = threading.Lock()

    def say(self, kind: str, **facts: Fact) -> None:
        """Say one thing now, of whatever part; callable from any thread, never blocks, nothing is lost while there is room."""
        self._waiting.append(
            RawMessage(
                topic=kind, payload=msgspec.json.encode(facts), received_at=self._wall(), adapter="self"
            )
        )
        self._hand_in()

    def committed(self, committed: Committed) -> None:
        """Count what could not be read and which cases were nothing; called in the writer's thread."""
        if self._tally is not None:
            self._tally.committed(committed)
        for each in committed.quarantined:
            counted(self._quarantined, each.device, each.code)

    async def run(self) -> None:
        """Look and say until cancelled."""
        while True:
            await asyncio.to_thread(self.turn)
            await asyncio.sleep(self._every_s)

    def turn(self) -> list[Reading]:
        """Look once; return what was said."""
        watched = self._look(self._quarantined)
        found: list[Reading] = []
        for name, probe in PROBES.items():
            try:
                found += probe(watched)
            except Exception as error:  # noqa: BLE001  # task boundary: a sensor that cannot be read must not blind the others
                _log.warning("a probe failed", probe=name, error=f"{type(error).__name__}: {error}")
        said = news(self._memory, found, now=watched.now)
        for reading in said:
            self.say(reading.kind, **reading.facts)
        self._hand_in()
        return said

    def _hand_in(self) -> None:
        with self._one_at_a_time:
            while self._waiting and self._offer(self._waiting[0], _taken):
                self._waiting.popleft()


def _taken() -> None:
    """Nobody waits for an acknowledgement here."""
