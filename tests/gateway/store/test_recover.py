"""Recovery: the state after a crash is the state before it; the table wins where replay disagrees."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.clock import ClockMark, to_us
from gateway.store.recover import Recovery, Report
from gateway.store.tables import incidents
from rules.action import SetMode
from tests.gateway.pump_parts import HELD_FOR, START, Bench, Cases, DoorRules
from tests.gateway.test_pump import act, take

SECOND = timedelta(seconds=1)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def rules_of(bench: Bench) -> DoorRules:
    rules = bench.pump.state.rules
    assert isinstance(rules, DoorRules)
    return rules


def test_a_snapshot_shortens_the_replay_and_changes_nothing(bench: Bench) -> None:
    bench.say(1, START, "d1", "contact.opened", state={"door": "open"})
    bench.pump.snapshot()
    bench.pump.commit()
    bench.say(2, START + SECOND, "d2", "access.forced", state={"door": "forced"})
    bench.pump.advance(START + HELD_FOR + SECOND)
    bench.pump.commit()
    alarms, shadows = dict(rules_of(bench).alarms), dict(bench.pump.state.shadows)
    bench.crash()
    bench.open()
    assert bench.recovery.report == Report(snapshot_seq=1, last_seq=3, replayed=2)
    assert rules_of(bench).alarms == alarms
    assert bench.pump.state.shadows == shadows


def test_cases_timers_numbers_and_flags_come_back(bench: Bench) -> None:
    bench.say(1, START, "d1", "access.forced")
    act(bench, SetMode(flags={"drill": True}, zone="b2", by="li"), START + SECOND)
    act(bench, SetMode(flags={"armed": True}, by="li"), START + SECOND)
    bench.pump.commit()
    bench.crash()
    seen: list[object] = []
    bench.open(START + 2 * SECOND)
    Recovery(
        bench.store, make_rules=DoorRules, make_cases=lambda *given: seen.extend(given) or Cases(*given[:2])
    )()
    opened, numbers, flags = seen
    assert [each.number for each in opened] == ["sc-20260304-001"]  # type: ignore[attr-defined]  # a list of incidents
    assert (numbers, flags) == ({"20260304": 1}, {"b2": {"drill": True}, None: {"armed": True}})
    assert rules_of(bench).armed
    bench.pump.advance(START + timedelta(seconds=61))
    bench.pump.commit()
    assert bench.told[-1].incidents[0].step == 1


def test_what_a_decision_acknowledged_is_replayed(bench: Bench) -> None:
    bench.say(1, START, "d1", "access.forced")
    act(bench, take("sc-20260304-001"), START + SECOND)
    bench.pump.commit()
    bench.crash()
    bench.open(START + 2 * SECOND)
    assert bench.recovery.report.differences == ()
    assert rules_of(bench).alarms["forced", "d1"].acknowledged


def test_the_offset_comes_back_before_the_replay(bench: Bench) -> None:
    bench.say(1, START, "d1", "access.forced")
    mark = ClockMark(boot="b", base_us=to_us(START), offset_us=3_600_000_000, synchronised=True)
    bench.pump.offset(mark, START + SECOND)
    bench.pump.commit()
    bench.crash()
    bench.open(START + 2 * SECOND)
    assert bench.store.mark == mark
    assert rules_of(bench).offset == timedelta(hours=1)


@pytest.mark.parametrize(
    ("change", "fault", "is_open", "acknowledged"),
    [
        ("UPDATE alerts SET open = 0", "closed in the table", False, False),
        ("UPDATE alerts SET acknowledged_by = 'wang'", "acknowledged in the table", True, True),
    ],
)
def test_where_replay_and_table_differ_the_table_stands(
    bench: Bench, change: str, fault: str, is_open: bool, acknowledged: bool
) -> None:
    bench.say(1, START, "d1", "access.forced")
    bench.pump.commit()
    with bench.store.database.write.begin() as connection:
        connection.execute(sa.text(change))
    bench.crash()
    bench.open(START + SECOND)
    (difference,) = bench.recovery.report.differences
    assert fault in difference.fault
    alarm = rules_of(bench).alarms["forced", "d1"]
    assert (alarm.open, alarm.acknowledged) == (is_open, acknowledged)


def test_an_alert_that_the_rules_do_not_know_is_kept_and_reported(bench: Bench) -> None:
    bench.say(1, START, "d1", "access.forced")
    bench.pump.commit()
    with bench.store.database.write.begin() as connection:
        connection.execute(sa.text("UPDATE alerts SET id = 'stranger'"))
    bench.crash()
    bench.open(START + SECOND)
    assert {each.alert for each in bench.recovery.report.differences} == {"stranger", "forced-d1-1"}
    with bench.store.read() as connection:
        assert connection.execute(sa.text("SELECT id FROM alerts WHERE open")).scalars().all() == ["stranger"]


def test_an_input_on_which_the_engine_fails_does_not_keep_the_gateway_from_starting(tmp_path: Path) -> None:
    engines: list[str] = [""]
    bench = Bench(tmp_path, rules=lambda: DoorRules(fails_on=engines[-1]))
    bench.say(1, START, "d1", "contact.opened")
    bench.say(2, START, "d2", "access.forced")
    bench.pump.commit()
    bench.crash()
    engines.append("contact.opened")  # a new version of the rules has a fault
    bench.open(START + SECOND)
    assert bench.recovery.report.skipped == ((1, "ZeroDivisionError: a fault in the engine"),)
    assert rules_of(bench).alarms["forced", "d2"].open


def test_closed_cases_without_timers_stay_in_the_store(bench: Bench) -> None:
    bench.say(1, START, "d1", "access.forced")
    bench.pump.commit()
    with bench.store.database.write.begin() as connection:
        connection.execute(incidents.update().values(open=False, due_us=None))
    bench.crash()
    bench.open(START + SECOND)
    cases = bench.pump.state.cases
    assert cases.incidents == {}
    bench.say(2, START + 2 * SECOND, "d2", "access.forced")
    bench.pump.commit()
    assert bench.told[-1].incidents[0].number == "sc-20260304-002"
