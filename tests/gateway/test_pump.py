"""The pump: one verdict a message, effects only after the commit, faults isolated, the cut of batches irrelevant."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from devices.event import RawMessage
from gateway.batch import Document
from gateway.clock import ClockMark, to_us
from gateway.errors import ActionRefused
from gateway.response.model import Action
from gateway.shedding import SHED_ORDER
from gateway.store.journal import read_from
from gateway.store.tables import metadata
from rules.action import Acknowledge, SetMode
from tests.gateway.pump_parts import HELD_FOR, START, Bench, DoorRules, Responding

SECOND = timedelta(seconds=1)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def rows(bench: Bench, *without: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the database, table by table."""
    with bench.store.read() as connection:
        return {
            name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for name, table in metadata.tables.items()
            if name not in without
        }


def act(bench: Bench, action: Any, at: datetime, key: str | None = None) -> Future[dict[str, Any]]:
    answer: Future[dict[str, Any]] = Future()
    bench.pump.act(action, at, answer, by="wang", key=key)
    return answer


def take(number: str, key: str | None = None) -> Action:
    return Action(name="take", by="wang", roles=("worker",), incident=number, key=key)


def test_nothing_leaves_before_the_commit(bench: Bench) -> None:
    bench.say(1, START, "d1", "access.forced")
    assert (bench.acked, bench.told) == ([], [])
    bench.pump.commit()
    assert bench.acked == [1]
    (told,) = bench.told
    assert [change.change for _, change in told.changes] == ["opened"]
    assert [message.recipient for message in told.messages] == ["wang"]
    assert told.incidents[0].alerts == (told.changes[0][1].alert,)


def test_one_input_is_one_number_without_gaps(bench: Bench) -> None:
    bench.pump.restart(START, timedelta(0))
    bench.say(1, START, "d1", "contact.opened")
    bench.say(1, START, "d1", "contact.opened")
    bench.say(2, START + SECOND, "d2", "access.forced")
    bench.pump.advance(START + HELD_FOR + SECOND)
    act(bench, SetMode(flags={"armed": True}, by="wang"), START + 40 * SECOND)
    bench.pump.commit()
    with bench.store.read() as connection:
        inputs = list(read_from(connection, 1))
    assert [each.seq for each in inputs] == [1, 2, 3, 4, 5]
    assert [type(each).__name__ for each in inputs] == [
        "RestartInput", "EventInput", "EventInput", "TickInput", "ActionInput",
    ]  # fmt: skip


def test_a_repetition_is_acknowledged_and_told_but_changes_nothing(bench: Bench) -> None:
    bench.say(1, START, "d1", "access.forced")
    bench.pump.commit()
    before = rows(bench)
    bench.say(1, START + SECOND, "d1", "access.forced")
    bench.pump.commit()
    assert bench.acked == [1, 1]
    assert [event.device for event in bench.told[-1].duplicates] == ["d1"]
    assert rows(bench) == before


def test_same_key_with_another_body_is_a_new_event_with_a_flag(bench: Bench) -> None:
    bench.say(1, START, "d1", "access.forced")
    bench.say(1, START + SECOND, "d1", "access.forced", data={"door": "2"})
    bench.pump.commit()
    assert [event.flags for event in bench.told[0].events] == [(), ("dedup_collision",)]


def test_every_message_gets_one_verdict(bench: Bench) -> None:
    bench.say(1, START, "d1", "contact.opened")
    bench.say(1, START, "d1", "contact.opened")
    for topic, payload in (("a", b"{"), ("b", b""), ("crash", b"x"), ("telemetry", b"1")):
        bench.pump.message(RawMessage(topic=topic, payload=payload, received_at=START), START, lambda: None)
    bench.pump.message(None, START, lambda: None, shed="telemetry")
    bench.pump.under_pressure(1)
    bench.pump.message(RawMessage(topic="telemetry", payload=b"", received_at=START), START, lambda: None)
    bench.pump.commit()
    counts = bench.store.counters()
    assert counts["in"] == 8
    assert {name: counts[name] for name in ("stored", "deduplicated", "quarantined", "ignored", "shed")} == {
        "stored": 2, "deduplicated": 1, "quarantined": 2, "ignored": 1, "shed": 2,
    }  # fmt: skip
    assert (counts["shed.telemetry"], counts["quarantined.codec"], counts["quarantined.malformed"]) == (
        2,
        1,
        1,
    )
    with bench.store.read() as connection:
        kept = connection.execute(sa.text("SELECT topic, code, raw FROM quarantine ORDER BY id")).all()
    assert [tuple(row) for row in kept] == [("a", "malformed", b"{"), ("crash", "codec", b"x")]


def test_pressure_never_sheds_an_alert_capable_kind(bench: Bench) -> None:
    bench.pump.under_pressure(len(SHED_ORDER))
    for number, kind in enumerate(
        ("contact.opened", "camera.motion", "access.granted", "access.forced", "fire.smoke")
    ):
        bench.say(number, START, "d1", kind)
    bench.pump.commit()
    assert [event.kind for event in bench.told[0].events] == ["access.forced", "fire.smoke"]
    assert bench.store.counters()["shed"] == 3


@pytest.mark.parametrize(
    ("kind", "closing"), [("access.forced", "urgent"), ("contact.opened", None), ("device.heartbeat", None)]
)
def test_what_closes_a_batch(bench: Bench, kind: str, closing: str | None) -> None:
    bench.say(1, START, "d1", kind)
    assert bench.pump.batch.closing == closing


def test_a_changed_alert_a_deadline_and_an_action_close_the_batch(bench: Bench) -> None:
    bench.say(1, START, "d1", "contact.opened")
    assert bench.pump.batch.closing is None
    bench.pump.advance(START + HELD_FOR + SECOND)
    assert bench.pump.batch.closing == "deadline"
    bench.pump.commit()
    bench.say(2, START + 31 * SECOND, "d1", "contact.closed")
    assert bench.pump.batch.closing == "alert"
    bench.pump.commit()
    act(bench, SetMode(flags={}, by="wang"), START + 32 * SECOND)
    assert bench.pump.batch.closing == "action"


def test_deadlines_fire_at_their_own_time_before_later_inputs(bench: Bench) -> None:
    bench.say(1, START, "d1", "contact.opened")
    bench.say(2, START + 3 * HELD_FOR, "d1", "contact.closed")
    bench.pump.commit()
    changes = [(change.change, change.t) for _, change in bench.told[0].changes]
    assert changes == [("opened", START + HELD_FOR), ("cleared", START + 3 * HELD_FOR)]


def test_an_action_answers_after_the_commit_and_acknowledges_in_the_same_transaction(bench: Bench) -> None:
    bench.say(1, START, "d1", "access.forced")
    bench.pump.commit()
    number = bench.told[0].incidents[0].number
    answer = act(bench, take(number), START + SECOND)
    assert not answer.done()
    bench.pump.commit()
    assert answer.result(0) == {"state": "taken"}
    assert [change.change for _, change in bench.told[-1].changes] == ["acknowledged"]
    with bench.store.read() as connection:
        alert = connection.execute(sa.text("SELECT acknowledged_by, incident FROM alerts")).one()
        outbox = connection.execute(sa.text("SELECT state FROM outbox")).scalars().all()
    assert tuple(alert) == ("wang", number)
    assert outbox == ["withdrawn"]


def test_a_late_duplicate_of_an_action_gets_the_first_result(bench: Bench) -> None:
    bench.say(1, START, "d1", "access.forced")
    bench.pump.commit()
    number = bench.told[0].incidents[0].number
    answers = [act(bench, take(number), START + SECOND, key="k1") for _ in range(2)]
    bench.pump.commit()
    bench.crash()
    bench.open(START + 2 * SECOND)
    answers.append(act(bench, take(number), START + 3 * SECOND, key="k1"))
    before = bench.store.last_seq
    bench.pump.commit()
    assert [answer.result(0) for answer in answers] == [{"state": "taken"}] * 3
    assert bench.store.last_seq == before


def test_a_refused_action_changes_nothing_but_the_audit_log(bench: Bench) -> None:
    before = rows(bench, "audit", "meta", "counters")
    answer = act(bench, take("sc-20260304-999", "k1"), START)
    with pytest.raises(ActionRefused, match="nothing to take"):
        answer.result(0)
    bench.pump.commit()
    assert rows(bench, "audit", "meta", "counters") == before
    assert bench.store.counters() == {"actions.refused": 1}
    with bench.store.read() as connection:
        assert connection.execute(sa.text("SELECT actor, action FROM audit")).all() == [("wang", "take")]
    assert bench.store.verify() is None


def test_acknowledging_what_is_not_open_is_refused(bench: Bench) -> None:
    answer = act(bench, Acknowledge(alert="nothing", by="wang"), START)
    with pytest.raises(ActionRefused, match="no open alert"):
        answer.result(0)


def test_a_fault_in_response_keeps_the_alert(tmp_path: Path) -> None:
    bench = Bench(tmp_path, respond=Responding("opened"))
    bench.say(1, START, "d1", "access.forced")
    bench.say(2, START, "d2", "contact.opened")
    bench.pump.commit()
    (told,) = bench.told
    assert [change.change for _, change in told.changes] == ["opened"]
    assert told.incidents == []
    assert [(fault.stage, fault.subject) for fault in told.faults] == [("respond", told.changes[0][1].alert)]
    assert bench.store.counters()["faults.respond"] == 1
    assert len(told.events) == 2


def test_two_open_cases_for_one_alert_key_cost_the_second_not_the_process(tmp_path: Path) -> None:
    bench = Bench(tmp_path, respond=Responding("double"))
    for number, (kind, after) in enumerate(
        (("contact.opened", 0), ("contact.closed", 40), ("contact.opened", 41))
    ):
        bench.say(number, START + after * SECOND, "d1", kind)
    bench.pump.advance(START + 3 * HELD_FOR)
    bench.pump.commit()
    (told,) = bench.told
    assert [change.change for _, change in told.changes] == ["opened", "cleared", "opened"]
    assert len(told.incidents) == 1
    assert "would both hold alert key 'held d1'" in told.faults[0].error


def test_a_failing_case_timer_rests_and_does_not_stop_the_others(tmp_path: Path) -> None:
    bench = Bench(tmp_path, respond=Responding("take"))
    bench.say(1, START, "d1", "access.forced")
    bench.say(2, START + 58 * SECOND, "d2", "contact.opened")
    bench.pump.advance(START + 10 * HELD_FOR)
    bench.pump.commit()
    (told,) = bench.told
    assert [change.change for _, change in told.changes] == ["opened", "opened"]
    assert 1 < len(told.faults) < 20


def test_a_fault_in_the_engine_quarantines_that_message_alone(tmp_path: Path) -> None:
    engine: list[DoorRules] = []

    def rules() -> DoorRules:
        engine.append(DoorRules(fails_on="camera.motion"))
        return engine[-1]

    bench = Bench(tmp_path, rules=rules)
    bench.say(1, START, "d1", "contact.opened")
    bench.say(2, START, "d1", "camera.motion")
    bench.say(3, START + SECOND, "d1", "access.forced")
    bench.pump.advance(START + HELD_FOR + SECOND)
    bench.pump.commit()
    assert bench.acked == [1, 2, 3]
    assert [c.change for told in bench.told for _, c in told.changes] == ["opened", "opened"]
    assert [row[1:] for row in bench.told[0].counters.items() if row[0] == "quarantined.fault"] == [(1,)]
    assert engine[-1].alarms["held", "d1"].count == 0  # the half-applied change is gone with the engine
    with bench.store.read() as connection:
        assert [each.seq for each in read_from(connection, 1)] == [1, 2, 3]
    bench.say(2, START + 40 * SECOND, "d1", "camera.motion")  # sent again it is not taken for a repetition
    bench.pump.commit()
    assert bench.store.counters()["quarantined"] == 2


def test_a_failing_deadline_rests_for_a_minute(tmp_path: Path) -> None:
    class Fails(DoorRules):
        def tick(self, now: datetime, *, seq: int) -> list[Any]:
            if now < START + 2 * HELD_FOR:
                raise ZeroDivisionError("a fault in the engine")
            return super().tick(now, seq=seq)

    bench = Bench(tmp_path, rules=Fails)
    bench.say(1, START, "d1", "contact.opened")
    bench.pump.advance(START + 5 * HELD_FOR)
    bench.pump.commit()
    opened = [change.t for told in bench.told for _, change in told.changes]
    assert opened == [START + HELD_FOR + timedelta(seconds=60)]
    assert bench.store.counters()["faults.rules"] == 1


def test_a_listener_that_fails_does_not_stop_the_others(bench: Bench) -> None:
    faults: list[Exception] = []
    bench.pump.on_listener_fault = faults.append
    bench.pump.listeners.insert(0, lambda _: 1 / 0)
    bench.say(1, START, "d1", "access.forced")
    bench.pump.commit()
    assert len(bench.told) == 1
    assert [type(fault) for fault in faults] == [ZeroDivisionError]


def test_an_offset_shifts_events_into_engine_time(bench: Bench) -> None:
    mark = ClockMark(
        boot="b", base_us=0, offset_us=to_us(START + timedelta(hours=8)) - to_us(START), synchronised=True
    )
    bench.pump.offset(mark, START)
    message = RawMessage(
        topic="door/d1",
        payload=b'{"device":"d1","kind":"contact.opened"}',
        received_at=START + timedelta(hours=8),
    )
    bench.pump.message(message, START, lambda: None)
    bench.pump.commit()
    (event,) = bench.told[0].events
    assert (event.at, event.received_at) == (START, START)
    assert bench.told[0].offset_us == 8 * 3600 * 1_000_000


FORCED = Document(name="rule:forced", version=1, author="li", at=START, body="rules: []")


def saved(bench: Bench) -> list[Any]:
    with bench.store.read() as connection:
        return list(connection.execute(sa.text("SELECT name, version, author, body FROM documents")).all())


def test_configuration_is_saved_where_it_comes_into_force(bench: Bench) -> None:
    bench.say(1, START, "d1", "access.forced")
    in_force: list[tuple[int, datetime]] = []
    rules = bench.pump.state.rules
    at = START + SECOND
    bench.pump.configure(lambda _at: [FORCED], at, lambda when: in_force.append((bench.store.last_seq, when)))
    assert in_force == [(1, at)]  # what came before is on disk, the rest comes with it
    assert bench.store.last_seq == 2
    assert bench.pump.state.rules is rules  # nothing was built anew
    assert saved(bench) == [("rule:forced", 1, "li", "rules: []")]


def test_what_cannot_be_put_in_force_leaves_all_as_it_was(bench: Bench) -> None:
    bench.say(1, START, "d1", "access.forced")

    def fails(_at: datetime) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        bench.pump.configure(lambda _at: [FORCED], START + SECOND, fails)
    assert (bench.store.last_seq, saved(bench)) == (1, [])
    assert list(bench.pump.state.rules.open_alerts()) == ["forced-d1-1"]  # type: ignore[attr-defined]  # DoorRules
    bench.say(2, START + 2 * SECOND, "d2", "access.forced")
    bench.pump.commit()
    assert bench.store.last_seq == 2


def test_nothing_to_save_changes_nothing(bench: Bench) -> None:
    bench.pump.configure(
        lambda _at: [], START + SECOND, lambda _at: pytest.fail("there is nothing to switch")
    )
    assert bench.store.last_seq == 0


KINDS = ("access.forced", "contact.opened", "contact.closed", "device.heartbeat", "camera.motion")
steps = st.lists(
    st.tuples(st.integers(0, 70), st.sampled_from(("d1", "d2", "d3")), st.sampled_from((*KINDS, "act"))),
    max_size=25,
)


def run(
    folder: Path, said: list[tuple[int, str, str]], cuts: set[int], *, crash: bool = False
) -> dict[str, Any]:
    """Feed the steps, commit after those in `cuts`; return every row that does not speak of the cut itself."""
    bench = Bench(folder)
    at = START
    for number, (wait, device, kind) in enumerate(said):
        at += wait * SECOND
        if kind == "act":
            act(bench, take(f"sc-20260304-00{number % 3 + 1}"), at)
        else:
            bench.say(number, at, device, kind, state={"open": kind == "contact.opened"})
        if number in cuts:
            bench.pump.commit()
            if crash:
                bench.crash()
                bench.open(at)
    bench.pump.advance(at + timedelta(minutes=10))
    bench.pump.snapshot()
    bench.pump.commit()
    found: dict[str, Any] = rows(bench, "journal", "event_index", "audit", "meta", "counters")
    found["counts"] = bench.store.counters()
    with bench.store.read() as connection:
        found["inputs"] = list(read_from(connection, 1))
        found["events"] = connection.execute(
            sa.text("SELECT seq, device, kind, at_us FROM event_index")
        ).all()
    assert bench.store.verify() is None
    bench.crash()
    return found


@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(said=steps, cuts=st.sets(st.integers(0, 24)))
def test_any_cut_into_batches_gives_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, str, str]], cuts: set[int]
) -> None:
    whole = run(tmp_path_factory.mktemp("whole"), said, set())
    cut = run(tmp_path_factory.mktemp("cut"), said, cuts)
    assert cut == whole


@settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(said=steps, cuts=st.sets(st.integers(0, 24), min_size=1))
def test_a_crash_after_any_commit_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, str, str]], cuts: set[int]
) -> None:
    whole = run(tmp_path_factory.mktemp("whole"), said, set())
    again = run(tmp_path_factory.mktemp("again"), said, cuts, crash=True)
    assert again == whole
