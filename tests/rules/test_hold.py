"""Deadlines wait while what was said during a downtime is still being read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from devices.event import Event
from rules.change import Change
from rules.engine import Engine
from rules.load import load_rules
from rules.site import Site

T0 = datetime(2026, 3, 6, 14, tzinfo=UTC)
DOOR = """
- id: door.open
  name: 门未关
  detect: {missing: {first: contact.opened, then: contact.closed, within: 60s}}
  stages: [{stage: warning, level: L3}]
"""


def _engine() -> Engine:
    found = load_rules({"door.yaml": DOOR})
    assert not found.problems
    return Engine(found.rules, (), Site())


def _at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def _said(kind: str, at: float) -> Event:
    return Event(id=f"{kind}@{at}", device="d1", kind=kind, at=_at(at), received_at=_at(at))


def _down(engine: Engine, *, closed: bool) -> list[Change]:
    """Ten minutes away; the door's opening, and perhaps its closing, lie in the queue."""
    engine.tick(T0, seq=1)
    found = engine.restart(_at(600), down_for=timedelta(minutes=10), seq=2, waits=True)
    found += engine.step(_said("contact.opened", 10), now=_at(601))
    assert engine.next_due() is None
    found += engine.tick(_at(602), seq=4)
    if closed:
        found += engine.step(_said("contact.closed", 30), now=_at(602))
    return found


def test_what_was_answered_in_the_queue_is_not_missing() -> None:
    engine = _engine()
    assert _down(engine, closed=True) == []
    assert engine.hold(_at(603), until=None, seq=6) == []
    assert engine.tick(_at(900), seq=7) == []


def test_what_was_not_answered_is_told_once_when_all_has_been_read() -> None:
    engine = _engine()
    assert _down(engine, closed=False) == []
    [change] = engine.hold(_at(603), until=None, seq=6)
    assert (change.change, change.t, change.delayed) == ("opened", _at(603), True)


def test_what_fell_due_before_the_held_moment_does_not_wait_longer() -> None:
    engine = _engine()
    engine.tick(T0, seq=1)
    engine.step(_said("contact.opened", 10), now=_at(10))
    assert engine.restart(_at(600), down_for=timedelta(seconds=585), seq=2, waits=True) == []
    assert engine.hold(_at(601), until=_at(50), seq=3) == []
    [change] = engine.hold(_at(602), until=_at(590), seq=4)
    assert (change.change, change.t) == ("opened", _at(602))


def test_an_engine_that_holds_is_the_same_after_a_snapshot() -> None:
    engine = _engine()
    _down(engine, closed=False)
    again = _engine()
    again.load({name: row for name, row in engine.dump_changed().items() if row is not None})
    assert again.next_due() is None
    assert again.tick(_at(603), seq=5) == engine.tick(_at(603), seq=5) == []
    assert again.hold(_at(604), until=None, seq=6) == engine.hold(_at(604), until=None, seq=6) != []
    assert again.next_due() == engine.next_due()


def test_to_hold_what_is_not_held_serves_nothing() -> None:
    engine = _engine()
    engine.tick(T0, seq=1)
    engine.step(_said("contact.opened", 10), now=_at(10))
    assert engine.hold(_at(20), until=_at(20), seq=3) == []
    assert engine.tick(_at(200), seq=4) == []
    assert [change.change for change in engine.hold(_at(200), until=None, seq=5)] == ["opened"]


def test_a_first_start_can_wait_too() -> None:
    engine = _engine()
    assert engine.restart(T0, down_for=timedelta(0), seq=1, waits=True) == []
    assert engine.next_due() is None
    assert engine.hold(T0, until=None, seq=2) == []
