"""Feeding: one journaled input into an engine that may run other rules than those that ran then.

What a person did to an alert (acknowledged, cleared) is done to the alert that is open for the same rule and key;
when none is, nothing happens. Everything else is told as it was told to the live engine.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias, get_args

import msgspec

from gateway.backtest.reading import Told
from gateway.clock import from_us, to_us
from gateway.store.inputs import (
    Acknowledged,
    ActionInput,
    HoldInput,
    OffsetInput,
    Other,
    RestartInput,
    TickInput,
)
from rules.action import Acknowledge, Action, ClearAlert, EndSilence, SetMode, SilenceAlerts
from rules.change import Change
from rules.engine import Engine

TO_RULES = frozenset(action.__name__ for action in get_args(Action))
KeyOf: TypeAlias = Callable[[str], tuple[str, dict[str, Any]] | None]
"""Which rule and key an alert of the live gateway had, by its id."""


class Feed:
    """Tells one engine the journal, input by input. `begun`: the engine has already been told a time."""

    def __init__(self, engine: Engine, key_of: KeyOf, *, begun: bool = False) -> None:
        self._engine = engine
        self._key_of = key_of
        self._begun = begun

    def __call__(self, told: Told) -> list[Change]:
        """Tell one input; return what it changed, deadlines before it first."""
        begun, self._begun = self._begun, True
        if isinstance(told, tuple):
            return self._engine.step(told[0], now=told[1])
        if isinstance(told, RestartInput):
            return self._restart(told, begun=begun)
        return self._other(told)

    def _other(self, told: Other | Acknowledged) -> list[Change]:
        engine = self._engine
        if isinstance(told, TickInput):
            return engine.tick(told.at, seq=told.seq)
        if isinstance(told, Acknowledged):
            return self._on_alert(Acknowledge(alert=told.alert, by=told.by), told)
        if isinstance(told, ActionInput):
            return self._act(told) if told.what in TO_RULES else []
        if isinstance(told, OffsetInput):
            before = engine.advance_to(told.at, seq=told.seq)
            engine.set_offset(timedelta(microseconds=told.offset_us))
            return before
        if isinstance(told, HoldInput):
            return engine.hold(told.at, until=told.until, seq=told.seq)
        return []  # a saved configuration: the rules and the site of a backtest stay what they are

    def _restart(self, told: RestartInput, *, begun: bool) -> list[Change]:
        """The process was away: until it died, its deadlines were in time; the very first start is none of this."""
        engine, before = self._engine, []
        if begun:
            before = engine.advance_to(from_us(to_us(told.at) - told.down_for_us), seq=told.seq)
        away = timedelta(microseconds=told.down_for_us)
        return before + engine.restart(told.at, down_for=away, seq=told.seq, waits=told.waits)

    def _act(self, told: ActionInput) -> list[Change]:
        action: Action = msgspec.convert(told.body, Action)
        if isinstance(action, (SilenceAlerts, SetMode)):
            return self._engine.act(action, now=told.at, seq=told.seq)
        if isinstance(action, EndSilence):
            return self._tried(action, told)
        return self._on_alert(action, told)

    def _on_alert(self, action: Acknowledge | ClearAlert, told: ActionInput | Acknowledged) -> list[Change]:
        if action.alert is not None:
            named = self._key_of(action.alert)
            if named is None:
                return []
            action = msgspec.structs.replace(action, alert=None, rule=named[0], key=named[1])
        return self._tried(action, told)

    def _tried(self, action: Action, told: ActionInput | Acknowledged) -> list[Change]:
        before = self._engine.advance_to(told.at, seq=told.seq)
        try:
            return before + self._engine.act(action, now=told.at, seq=told.seq)
        except LookupError:
            return before  # no such alert is open under these rules, or the silence is of another time
