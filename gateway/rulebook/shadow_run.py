"""One shadow run: a rule that hears the journal beside the real rules, counts what it would do, and tells nobody.

Nothing of it is stored but that it was begun: the journal holds what it heard, so after a restart it hears it again,
from the number at which it began, and comes to the same counts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from gateway.backtest.feeding import Feed
from gateway.backtest.needs import needs_of
from gateway.backtest.reach import Standing, standing_at
from gateway.backtest.reading import Reading, Told
from gateway.backtest.tally import Tally, key_of_text
from gateway.clock import from_us, to_us
from gateway.rulebook.entry import Shadow
from gateway.store.history import History
from gateway.store.inputs import ConfigInput
from rules.action import SetMode
from rules.change import Change
from rules.engine import Engine
from rules.model import Rule
from rules.site import Site

LONGEST = timedelta(days=14)
"""A run counts no longer than this, so that a start never has more than this to hear again."""
MOST_KEYS = 20


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """How a run was begun: by whom, of which rule, at which version of its document."""

    name: str  # of its document
    version: int
    at: datetime
    by: str
    rule: Rule
    draft: bool
    text: str = ""


class ShadowRun:
    """Belongs to the thread of the shadows; `value` may be asked anywhere."""

    def __init__(self, begun: Begun, *, site: Site, history: History, offset: timedelta) -> None:
        self.begun = begun
        self.since = begun.at
        self.anew = False
        self.ended = False
        self.failed = ""
        self.cpu_s = 0.0
        self.heard = 0  # up to this number, when nothing is being heard
        self.heard_at = begun.at
        self._history = history
        self._engine = Engine([begun.rule], (), site)
        self._feed = Feed(self._engine, self._key_of, begun=True)
        self._reading = Reading(history, needs_of([begun.rule], site))
        self._tally = Tally(begun.rule, site.zone, offset)
        self._counting = self._found = False
        self._inputs: Iterator[Told] | None = None
        self._events_before = 0
        self._end = 0  # of what is being heard

    def hear(self, upto: int, *, budget_s: float) -> bool:
        """Hear the journal up to a number, for at most about `budget_s`; tell whether there is more to hear."""
        began = time.thread_time()
        try:
            self._hear(upto, began + budget_s)
        except Exception as error:  # noqa: BLE001  # task boundary: a draft that fails must not stop the others
            self.failed = f"{type(error).__name__}: {error}"
        self.cpu_s += time.thread_time() - began
        return self.heard < upto and not self.over

    def _hear(self, upto: int, until: float) -> None:
        if not self._found:
            self._find_start()
        while self.heard < upto and not self.ended:
            if self._inputs is None:
                self._end, self._inputs = upto, self._reading(self.heard + 1, upto)
            told = next(self._inputs, None)
            if told is None:
                self._inputs, self.heard = None, self._end
                continue
            self._take(told)
            self.heard_at = _at(told)
            if time.thread_time() >= until:
                return

    @property
    def over(self) -> bool:
        """Whether it hears nothing more."""
        return self.ended or bool(self.failed)

    def value(self, now: datetime, newest: int) -> Shadow:
        """Return how it stands, with the journal at the number `newest`."""
        begun, tally = self.begun, self._tally
        until = min(now, self.since + LONGEST)
        return Shadow(
            rule=begun.rule.id, since=self.since, by=begun.by, draft=begun.draft, text=begun.text,
            fired=tally.fired, reopened=tally.reopened, notified=tally.notified, cases=tally.cases,
            by_key=tuple((key_of_text(text), count) for text, count in tally.keys.most_common(MOST_KEYS)),
            by_day=dict(tally.days), newest=tuple(change.t for _, change in list(tally.last) or tally.first),
            events=self._reading.events - self._events_before, behind_s=self._behind(now, newest), anew=self.anew, ended=self.ended,
            failed=self.failed, cpu_s=round(self.cpu_s, 3), said=said(until - self.since, tally.fired),
        )  # fmt: skip

    # --- inside -----------------------------------------------------------------------------------

    def _find_start(self) -> None:
        """Begin where the run was begun, or where the journal begins by now."""
        extent = self._history.extent()
        if extent is None:
            return
        self._found = True
        if extent.first_us > to_us(self.begun.at):
            self.since, self.anew = from_us(extent.first_us), True
            self.heard = extent.first_seq - 1
            self._begin(self.since, Standing(offset_us=extent.offset_us))
        else:
            self.heard = self._history.seq_since(to_us(self.begun.at)) - 1

    def _begin(self, at: datetime, standing: Standing) -> None:
        """Have the engine begin, with what people had set before."""
        engine = self._engine
        engine.set_offset(timedelta(microseconds=standing.offset_us))
        engine.advance_to(at, seq=0)
        for zone, flags in sorted(standing.modes.items(), key=lambda each: each[0] or ""):
            engine.act(SetMode(flags=flags, zone=zone), now=at, seq=0)
        self._counting = True
        self._events_before = self._reading.events

    def _take(self, told: Told) -> None:
        if not self._counting:  # up to the very input that began it
            begun = self.begun
            if isinstance(told, ConfigInput) and (told.name, told.version) == (begun.name, begun.version):
                first = self._history.extent()
                assert first is not None  # this input is in it
                self._begin(told.at, standing_at(self._history, first.first_seq, told.seq, to_us(told.at)))
            return
        if _at(told) >= self.since + LONGEST:
            self.ended = True
            self._count(self._engine.advance_to(self.since + LONGEST, seq=_seq(told)))
            return
        self._count(self._feed(told))

    def _count(self, changes: list[Change]) -> None:
        for change in changes:
            if change.rule == self.begun.rule.id:
                self._tally.take(change)

    def _key_of(self, alert: str) -> tuple[str, dict[str, Any]] | None:
        return self._history.alert_keys([alert]).get(alert)

    def _behind(self, now: datetime, newest: int) -> float:
        if self.over or self.heard >= newest:
            return 0.0
        return round(max((now - self.heard_at).total_seconds(), 0.0), 1)


def said(lasted: timedelta, fired: int) -> dict[str, str]:
    """Say in one sentence what a run has come to."""
    hours = lasted / timedelta(hours=1)
    if hours >= 48:
        zh, en = f"{hours / 24:.0f} 天", f"{hours / 24:.0f} days"
    elif hours >= 1:
        zh, en = f"{hours:.0f} 小时", f"{hours:.0f} h"
    else:
        zh, en = f"{hours * 60:.0f} 分钟", f"{hours * 60:.0f} min"
    times = "once" if fired == 1 else f"{fired} times"
    if fired == 0:
        return {
            "zh": f"影子运行 {zh}：一次也不会触发",
            "en": f"shadow run of {en}: it would not have fired",
        }
    return {
        "zh": f"影子运行 {zh}：会触发 {fired} 次",
        "en": f"shadow run of {en}: it would have fired {times}",
    }


def _seq(told: Told) -> int:
    return told[0].seq if isinstance(told, tuple) else told.seq


def _at(told: Told) -> datetime:
    return told[1] if isinstance(told, tuple) else told.at
