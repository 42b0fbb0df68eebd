"""An alert that only the table knows: it can be ended by a person, and its end is journaled like any other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from devices.event import Event
from rules.action import Action, ClearAlert
from rules.change import Change
from rules.engine import Engine
from tests.rules.playing import event, loaded, rule, steps_of

START = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)


def engine_of(text: str) -> Engine:
    found, site = loaded(text)
    return Engine(found.rules, site=site, inhibits=found.inhibits)


def opened() -> Change:
    text = rule("{event: {of: access.forced}}")
    found, site = loaded(text)
    step = steps_of(found, site, [event(0, "access.forced")])[0]
    assert isinstance(step.what, Event)
    return engine_of(text).step(step.what, now=START)[0]


def test_a_lost_alert_is_ended_from_what_the_table_says() -> None:
    last, forgetful = opened(), engine_of(rule("{event: {of: access.denied}}", id="c.d"))
    now = START + timedelta(minutes=5)
    action = ClearAlert(alert=last.alert, by="chen", last=last)
    replayed = msgspec.convert(msgspec.json.decode(msgspec.json.encode(action)), Action)
    for given in (action, replayed):
        (change,) = forgetful.act(given, now=now, seq=9)
        assert (change.change, change.alert, change.t, change.why) == (
            "cleared",
            last.alert,
            now,
            {"by": "chen"},
        )
        assert not change.notify
        assert not change.respond


def test_without_what_the_table_says_it_is_refused() -> None:
    with pytest.raises(LookupError):
        engine_of(rule("{event: {of: access.denied}}")).act(
            ClearAlert(alert="gone", by="chen"), now=START, seq=1
        )
