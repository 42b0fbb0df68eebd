"""Backtest: rules over the journal, through the same engine as live, to what they would have raised and told.

The engine starts some time before the span, so that its state is right when the span begins. It hears every input
in its order: events, deadlines, what people did, modes, silences, the wall clock's steps, restarts. Nothing is
written, and nothing is kept but counts and samples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from time import monotonic
from typing import Any, TypeAlias

from devices.event import Event
from gateway.backtest.feeding import Feed
from gateway.backtest.flood import Floods
from gateway.backtest.load import Load
from gateway.backtest.needs import needs_of
from gateway.backtest.parts import Parts
from gateway.backtest.reach import WHOLE_BELOW, reach_us, standing_at
from gateway.backtest.reading import Reading, Told
from gateway.backtest.result import Progress, Result
from gateway.backtest.said import Summary
from gateway.backtest.span import Window
from gateway.backtest.summary import summarise
from gateway.backtest.tally import Tally
from gateway.clock import from_us, to_us
from gateway.errors import GatewayError
from gateway.store.history import Extent, History
from rules.action import SetMode
from rules.change import Change
from rules.engine import Engine

LOOK_EVERY = 4096  # inputs between two looks at the clock and at whether somebody has cancelled
TELL_EVERY_S = 0.5
Tell: TypeAlias = Callable[[Progress], None]
Asked: TypeAlias = Callable[[], bool]


def _nobody(_: Progress) -> None:
    """Nobody wants to know how far it is."""


def _nobody_stops() -> bool:
    return False


class Cancelled(GatewayError):
    """Somebody stopped a backtest; `progress` says how far it had come."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        super().__init__(f"cancelled at {progress.share:.0%}")


class Backtest:
    """Rules over a part of the journal. `run` may be called once."""

    def __init__(self, history: History, extent: Extent, parts: Parts, window: Window) -> None:
        self.history = history
        self.parts = parts
        self.window = window
        self.failed: list[
            tuple[int, str]
        ] = []  # inputs on which the engine failed, as a live one would leave out
        rules = [*parts.tested, *parts.beside]
        site = parts.site.rules
        self._extent = extent
        self.engine = Engine(rules, parts.inhibits, site, parts.versions)
        self._reading = Reading(history, needs_of(rules, site))
        self._offset = timedelta(microseconds=window.offset_us)
        self.tallies = {rule.id: Tally(rule, site.zone, self._offset) for rule in parts.tested}
        self._keys: dict[str, tuple[str, dict[str, Any]] | None] = {}
        self._floods = Floods()
        self._load = Load(parts.site.view, window.shown(window.begin_us), window.shown(window.end_us))
        self.hits = 0
        self.heard: Callable[[Event, datetime], None] | None = None  # hears each event before the engine does
        self.warm_us, self._first_seq = self._warm_up()
        self._at = from_us(self.warm_us)
        self._count_inputs = 0
        self._inputs: Iterator[Told] = self._inputs_from()

    def run(self, tell: Tell = _nobody, cancelled: Asked = _nobody_stops) -> Result:
        """Run it to the end of the span; `tell` hears how far it is, `cancelled` is asked now and then.

        Raises:
            Cancelled: `cancelled` said so.
            StoreError: the journal cannot be read, or a number is missing in it.
        """
        began = monotonic()
        for change in self.changes(tell, cancelled):
            self._count(change)
        return summarise(
            Summary(
                history=self.history,
                parts=self.parts,
                window=self.window,
                tallies=self.tallies,
                load=self._load,
                floods=self._floods,
                warm_us=self.warm_us,
                enough=self.enough(),
                whole=self.whole,
                events=self._reading.events,
                told=self._reading.told,
                seconds=monotonic() - began,
                failed=tuple(self.failed),
            )
        )

    def changes(self, tell: Tell = _nobody, cancelled: Asked = _nobody_stops) -> Iterator[Change]:
        """Yield every change of the tested rules before the end of the span, those of the warm-up too."""
        return self.play(self.window.end_us, tell, cancelled)

    def play(self, until_us: int, tell: Tell = _nobody, cancelled: Asked = _nobody_stops) -> Iterator[Change]:
        """Go on up to an engine time (not included); yield what changed. May be called again with a later time."""
        until, tested, told_at = from_us(until_us), self.tallies, monotonic()
        inputs = self._inputs
        while (told := next(inputs, None)) is not None:
            at = told[1] if isinstance(told, tuple) else told.at
            if at >= until:
                self._inputs = chain((told,), inputs)
                break
            for change in self._feed(told):
                if change.rule in tested:
                    yield change
            self._count_inputs += 1
            if self._count_inputs % LOOK_EVERY == 0:
                self._at = at
                if cancelled():
                    raise Cancelled(self.progress())
                if monotonic() - told_at >= TELL_EVERY_S:
                    told_at = monotonic()
                    tell(self.progress())
        for change in self.engine.advance_to(until, seq=self._extent.last_seq + 1):
            if change.rule in tested:
                yield change

    def _inputs_from(self) -> Iterator[Told]:
        """Yield the inputs; the engine is made ready when the first one is asked for."""
        self._tell = Feed(self.engine, self._key_of, begun=self._stand())
        yield from self._reading(self._first_seq, self._extent.last_seq)

    def _feed(self, told: Told) -> list[Change]:
        if self.heard is not None and isinstance(told, tuple):
            self.heard(*told)
        try:
            return self._tell(told)
        except Exception as error:  # noqa: BLE001  # task boundary: live leaves out an input on which the engine fails
            seq = told[0].seq if isinstance(told, tuple) else told.seq
            self.failed.append((seq, f"{type(error).__name__}: {error}"))
            return []

    def progress(self) -> Progress:
        """Return how far it is."""
        first, last = self._first_seq, max(self._extent.last_seq, self._first_seq + 1)
        share = min(max((self._reading.seq - first) / (last - first), 0.0), 1.0)
        return Progress(
            share=round(share, 4), events=self._reading.events, hits=self.hits, at=self._at + self._offset
        )

    @property
    def whole(self) -> bool:
        """Whether the engine hears everything there is before the span."""
        return self._first_seq <= self._extent.first_seq

    # --- parts of it ------------------------------------------------------------------------------

    def _warm_up(self) -> tuple[int, int]:
        """Return from which engine time, and from which number, the engine hears the past."""
        extent, window = self._extent, self.window
        begin_seq = self.history.seq_since(window.begin_us)
        short = begin_seq - extent.first_seq <= WHOLE_BELOW and window.warm_up_us is None
        if window.whole or short:
            return extent.first_us, extent.first_seq
        back = window.warm_up_us if window.warm_up_us is not None else reach_us(self.parts.tested)
        start = window.begin_us - back
        if start <= extent.first_us:
            return extent.first_us, extent.first_seq
        return start, self.history.seq_since(start)

    def enough(self) -> bool:
        """Tell whether the engine heard as much before the span as the rules' own times ask for."""
        return self.window.begin_us - self.warm_us >= reach_us(self.parts.tested)

    def _stand(self) -> bool:
        """Begin where the warm-up begins, with what people had set before; False: at the very beginning of all."""
        engine, first = self.engine, self._extent.first_seq
        if self._first_seq <= first:
            return False
        begin = from_us(self.warm_us)
        standing = standing_at(self.history, first, self._first_seq, self.warm_us)
        engine.set_offset(timedelta(microseconds=standing.offset_us))
        engine.advance_to(begin, seq=0)
        for zone, flags in sorted(standing.modes.items(), key=lambda each: each[0] or ""):
            engine.act(SetMode(flags=flags, zone=zone), now=begin, seq=0)
        for _, silence in standing.silences:
            engine.act(silence, now=begin, seq=0)
        return True

    def _key_of(self, alert: str) -> tuple[str, dict[str, Any]] | None:
        if alert not in self._keys:
            self._keys[alert] = self.history.alert_keys([alert]).get(alert)
        return self._keys[alert]

    def _count(self, change: Change) -> None:
        tally = self.tallies[change.rule]
        if to_us(change.t) < self.window.begin_us:
            tally.before(change)
            return
        opened = change.change == "opened"
        self.hits += opened
        tally.take(change)
        if opened:
            self._floods.take(change.t + self._offset)
        if opened or change.respond:
            self._load.take(change.t + self._offset, alerts=int(opened), cases=int(change.respond))
