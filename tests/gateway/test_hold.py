"""Deadlines wait while what was said is still being read: no false alarm, no lost one, a bounded delay, the same replay."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.hold import LONGEST
from gateway.store.inputs import HoldInput
from gateway.store.journal import read_from
from rules.action import SetMode
from tests.gateway.pump_parts import HELD_FOR, START, TAKE_WITHIN, Bench

SECOND = timedelta(seconds=1)
AWAY = timedelta(minutes=10)
BACK = START + AWAY


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A gateway that was away for ten minutes, with the door `old` open since before."""
    one = Bench(tmp_path)
    one.say(0, START - HELD_FOR + SECOND, "old", "contact.opened")
    one.pump.commit()
    one.crash()
    one.open(BACK)
    one.pump.restart(BACK, AWAY, waits=True)
    one.pump.commit()
    one.told.clear()
    return one


def opened(bench: Bench) -> list[tuple[str, str]]:
    bench.pump.commit()
    return [(c.rule, str(c.device)) for told in bench.told for _, c in told.changes if c.change == "opened"]


def test_what_the_queue_still_holds_can_cancel_what_fell_due_meanwhile(bench: Bench) -> None:
    bench.say(1, BACK + SECOND, "d1", "contact.opened")
    bench.say(2, BACK + HELD_FOR * 1.5, "d1", "contact.closed")
    bench.say(3, BACK + HELD_FOR * 1.5, "old", "contact.closed")
    bench.pump.heard(None, BACK + HELD_FOR * 1.5)
    bench.pump.advance(BACK + 10 * HELD_FOR)
    assert opened(bench) == []


def test_a_door_that_is_still_open_when_everything_is_read_alarms_then(bench: Bench) -> None:
    bench.say(1, BACK + SECOND, "d1", "contact.opened")
    assert opened(bench) == []
    bench.pump.heard(None, BACK + 2 * SECOND)
    assert opened(bench) == [("held", "old")]
    bench.pump.advance(BACK + 2 * HELD_FOR)
    assert opened(bench) == [("held", "old"), ("held", "d1")]


def test_what_needs_no_deadline_alarms_at_once(bench: Bench) -> None:
    bench.say(1, BACK, "d1", "access.forced")
    assert opened(bench) == [("forced", "d1")]


def test_the_timers_of_cases_do_not_wait(bench: Bench) -> None:
    bench.say(1, BACK, "d1", "access.forced")
    bench.pump.heard(BACK + SECOND, BACK + 2 * SECOND)
    bench.pump.advance(BACK + TAKE_WITHIN + SECOND)
    bench.pump.commit()
    told = [(message.incident, message.recipient) for each in bench.told for message in each.messages]
    assert (told[0][0], "person-1") in told


def test_what_fell_due_before_everything_read_is_served_and_the_rest_waits(bench: Bench) -> None:
    bench.say(1, BACK, "d1", "contact.opened")
    bench.pump.heard(BACK + SECOND, BACK + HELD_FOR + 2 * SECOND)
    assert opened(bench) == [("held", "old")]
    bench.pump.heard(BACK + HELD_FOR + SECOND, BACK + HELD_FOR + 3 * SECOND)
    assert opened(bench) == [("held", "old"), ("held", "d1")]


def test_when_nothing_comes_at_all_nothing_is_waited_for_after_a_minute(bench: Bench) -> None:
    assert bench.pump.next_due == BACK + LONGEST
    bench.pump.advance(BACK + LONGEST + SECOND)
    assert opened(bench) == [("held", "old")]
    assert bench.pump.waits_s(BACK + 2 * LONGEST) == 0
    assert bench.told[-1].at == BACK + LONGEST


def test_no_deadline_waits_longer_than_a_minute_while_more_is_read(bench: Bench) -> None:
    bench.say(1, BACK, "d1", "contact.opened")
    for second in range(1, 120):
        at = BACK + second * SECOND
        bench.say(second + 1, at, "d2", "device.heartbeat")
        if at <= BACK + LONGEST:
            assert opened(bench) == []
    assert opened(bench) == [("held", "old"), ("held", "d1")]
    assert 50 < bench.pump.waits_s(at) <= 60
    late = next(c for told in bench.told for _, c in told.changes if c.device == "d1")
    assert BACK + HELD_FOR <= late.t <= BACK + HELD_FOR + LONGEST


def test_a_hold_that_begins_in_the_middle_serves_first_what_was_due_before(bench: Bench) -> None:
    bench.pump.heard(None, BACK)
    bench.say(1, BACK, "d1", "contact.opened")
    bench.pump.heard(BACK + HELD_FOR + SECOND, BACK + HELD_FOR + SECOND)
    assert opened(bench) == [("held", "old"), ("held", "d1")]


def test_what_changes_nothing_is_not_journaled(bench: Bench) -> None:
    for until in (BACK - SECOND, BACK, None, None):
        bench.pump.heard(until, BACK + SECOND)
    bench.pump.commit()
    with bench.store.read() as connection:
        holds = [each.until for each in read_from(connection, 1) if isinstance(each, HoldInput)]
    assert holds == [None]


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("say"), st.sampled_from(["d1", "d2", "old"]), st.sampled_from(["opened", "closed"])
        ),
        st.tuples(st.just("heard"), st.integers(-5, 5), st.booleans()),
        st.tuples(st.sampled_from(["pass", "crash", "act", "commit"]), st.none(), st.none()),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, gaps=st.lists(st.integers(0, 40), min_size=25, max_size=25))
def test_a_replay_of_any_hold_gives_the_same_state(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, Any, Any]], gaps: list[int]
) -> None:
    bench = Bench(tmp_path_factory.mktemp("hold"))
    bench.pump.restart(START, timedelta(0), waits=True)
    at = START
    for number, ((name, one, two), gap) in enumerate(zip(steps, gaps, strict=False)):
        at += gap * SECOND
        if name == "say":
            bench.say(number, at, one, f"contact.{two}")
        elif name == "heard":
            bench.pump.heard(None if two else at + one * SECOND, at)
        elif name == "act":
            bench.pump.act(SetMode(flags={"armed": True}, by="wang"), at, Future(), by="wang", key=None)
        elif name == "crash":
            bench.pump.commit()
            bench.crash()
            bench.open(at)
            bench.pump.restart(at, timedelta(0), waits=bool(gap % 2))
        else:
            bench.pump.advance(at)
            bench.pump.commit()
    bench.pump.commit()
    live = bench.pump.state.rules
    again = bench.recovery().rules
    assert bench.recovery.report.differences == ()
    assert (again.alarms, again.held) == (live.alarms, live.held)  # type: ignore[attr-defined]  # figures of the plain rules
    bench.crash()
