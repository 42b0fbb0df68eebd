"""Shift work, pure: handovers signed by two, the two-hourly book, patrol rounds, presence, the steps of a test."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.response.categories import Category
from gateway.response.model import Span
from gateway.shift.handover import (
    Handover,
    HandoverRefused,
    OpenCase,
    Snapshot,
    accept,
    confirm,
    extended,
    withdraw,
)
from gateway.shift.patrol import Round, Visit, problems, walks_of
from gateway.shift.presence import Presence
from gateway.shift.record import EVERY, Record, missed, slot_of, slots_between
from gateway.shift.trial import ORDER, Delivery, Trial, allowed_of, heard, steps_of

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
T0 = datetime(2026, 3, 6, 0, 0, tzinfo=UTC)  # eight in the morning on the estate


def minutes(count: float) -> datetime:
    return T0 + timedelta(minutes=count)


# --- handover --------------------------------------------------------------------------------------------


def handover(*levels: str) -> Handover:
    cases = tuple(
        OpenCase(
            number=f"c{index}", level=level, state="taken", title={}, place={}, owner=None, due_at=None, drill=False
        )
        for index, level in enumerate(levels)
    )  # fmt: skip
    snapshot = Snapshot(
        since=T0, at=T0, open_cases=cases, unseen=0, silenced=(), offline=(), drills=(), opened=0, done=0, alarms=0,
        worst_window=0, records_missed=0,
    )  # fmt: skip
    return Handover(id="h1", state="offered", outgoing="wang", offered_at=T0, notes="", snapshot=snapshot)


def test_the_next_shift_signs_after_it_has_seen_every_grave_case():
    given_over = handover("L1", "L3", "L2")
    assert given_over.to_confirm == ("c0", "c2")
    with pytest.raises(HandoverRefused, match="handover_unconfirmed") as refused:
        accept(given_over, by="li", remark="", now=minutes(1))
    assert refused.value.facts == {"numbers": ["c0", "c2"]}
    seen = confirm(
        confirm(given_over, ("c0",), by="li", now=minutes(1)), ("c2", "c1"), by="li", now=minutes(2)
    )
    done = accept(seen, by="li", remark="好", now=minutes(3))
    assert (done.state, done.incoming, done.accepted_at, done.confirmed["c0"]) == ("accepted", "li", minutes(3), minutes(1))  # fmt: skip


def test_what_opens_between_offer_and_signature_is_seen_too():
    given_over, later = handover("L3"), handover("L3", "L1").snapshot.open_cases
    grown = extended(given_over, later)
    assert grown.to_confirm == ("c1",)
    assert extended(given_over, given_over.snapshot.open_cases) is given_over
    done = accept(confirm(grown, ("c1",), by="li", now=T0), by="li", remark="", now=T0)
    assert extended(done, handover("L1", "L1", "L1").snapshot.open_cases) is done


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda h: accept(h, by="wang", remark="", now=T0), "handover_own"),
        (lambda h: confirm(h, ("c0",), by="wang", now=T0), "handover_own"),
        (lambda h: confirm(h, ("c9",), by="li", now=T0), "handover_case"),
        (
            lambda h: confirm(confirm(h, ("c0",), by="li", now=T0), ("c0",), by="zhao", now=T0),
            "handover_taken",
        ),
        (lambda h: withdraw(h, by="li"), "handover_not_yours"),
        (lambda h: accept(withdraw(h, by="wang"), by="li", remark="", now=T0), "handover_over"),
        (lambda h: withdraw(withdraw(h, by="wang"), by="wang"), "handover_over"),
    ],
)
def test_what_may_not_be_done_says_why(act, code):
    with pytest.raises(HandoverRefused) as refused:
        act(handover("L1"))
    assert refused.value.code == code


# --- duty record -----------------------------------------------------------------------------------------


def record(begin: datetime) -> Record:
    return Record(id=f"{begin}", slot=begin, at=begin, by="wang", text="ok", normal=True)


def test_slots_begin_at_even_hours_of_the_site():
    slot = slot_of(minutes(61), SHANGHAI)
    assert (slot.begin, slot.end) == (T0, T0 + EVERY)
    assert slot_of(slot.end, SHANGHAI).begin == slot.end


def test_a_slot_that_is_over_and_empty_is_missed_the_running_one_is_not():
    written = [record(T0), record(minutes(240))]
    gone = missed(written, begin=T0, end=minutes(500), zone=SHANGHAI)
    assert [slot.begin for slot in gone] == [minutes(120), minutes(360)]
    assert missed([], begin=T0, end=minutes(119), zone=SHANGHAI) == ()


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), st.integers(0, 5000), st.sampled_from([SHANGHAI, BERLIN]))  # fmt: skip
def test_slots_follow_each_other_over_clock_changes(start, length, zone):
    begin = start.replace(tzinfo=UTC)
    slots = slots_between(begin, begin + timedelta(minutes=length), zone)
    assert all(left.end == right.begin for left, right in itertools.pairwise(slots))
    assert all(timedelta(hours=1) <= slot.end - slot.begin <= timedelta(hours=3) for slot in slots)
    assert len(slots) <= length / 60 + 1


# --- patrol ----------------------------------------------------------------------------------------------

ROUND = Round(
    id="night", name={}, points=("zone:cellar", "zone:roof"), starts=(time(8), time(22)), minutes=60
)


def visit(point: str, at: datetime, by: str = "wang") -> Visit:
    return Visit(id=f"{point}{at}", point=point, at=at, received_at=at, by=by, proven=True)


def standing(now: datetime, *visits: Visit) -> list[list[str]]:
    walks = walks_of([ROUND], visits, day=date(2026, 3, 6), zone=SHANGHAI, now=now)
    return [[stop.standing for stop in walk.stops] for walk in walks]


def test_points_are_done_late_missed_open_or_ahead():
    assert standing(minutes(-1)) == [["ahead", "ahead"], ["ahead", "ahead"]]
    assert standing(minutes(30), visit("zone:cellar", minutes(10))) == [["done", "open"], ["ahead", "ahead"]]
    late = [visit("zone:roof", minutes(70)), visit("zone:cellar", minutes(121))]
    assert standing(minutes(130), *late) == [["missed", "late"], ["ahead", "ahead"]]


def test_a_visit_of_another_time_or_place_proves_nothing():
    assert standing(minutes(30), visit("zone:cellar", minutes(-1)), visit("zone:gate", minutes(5)))[0] == ["open", "open"]  # fmt: skip


def test_a_plan_that_cannot_be_walked_says_everything_that_is_wrong():
    bad = Round(id="x", name={}, points=("zone:cellar", "zone:moon", "zone:cellar"), starts=(time(8), time(8, 30)), minutes=60)  # fmt: skip
    assert [field for field, _ in problems(bad, ["zone:cellar"])] == ["points.1", "points.2", "starts"]
    midnight = Round(id="x", name={}, points=("zone:cellar",), starts=(time(0, 10), time(23, 40)), minutes=60)
    assert [field for field, _ in problems(midnight, ["zone:cellar"])] == ["starts"]
    assert problems(ROUND, ROUND.points) == []


# --- presence --------------------------------------------------------------------------------------------


def test_presence_lasts_half_a_minute_and_tells_only_changes():
    presence = Presence()
    assert presence.seen("c1", "wang", working=False, now=T0)
    assert not presence.seen("c1", "wang", working=False, now=minutes(0.25))
    assert presence.seen("c1", "wang", working=True, now=minutes(0.5))
    assert presence.seen("c1", "li", working=False, now=minutes(0.6))
    assert [(p.person, p.working, p.since) for p in presence.at("c1", minutes(0.7))] == [
        ("wang", True, T0), ("li", False, minutes(0.6)),
    ]  # fmt: skip
    assert [p.person for p in presence.at("c1", minutes(1.05))] == ["li"]
    assert presence.left("c1", "li")
    assert not presence.left("c1", "li")
    assert presence.at("c1", minutes(1.06)) == ()
    assert presence.seen("c1", "wang", working=True, now=minutes(9))  # back after a while: since anew
    assert presence.at("c1", minutes(9))[0].since == minutes(9)


# --- test of everything ----------------------------------------------------------------------------------

TRIAL = Trial(id="t", at=T0, by="chen", device="gate-n1", incident="c1")


def test_a_step_that_was_not_seen_is_missing():
    steps = steps_of(heard(heard(TRIAL, by="wang", now=minutes(0.05)), by="wang", now=minutes(3)), T0, [], [])
    assert [step.name for step in steps] == list(ORDER)
    assert [(step.name, step.seconds) for step in steps if step.at is not None] == [("opened", 0.0), ("sounded", 3.0)]  # fmt: skip


def test_each_step_has_its_first_time_and_who():
    moments = [("sent", "system", minutes(0.1)), ("take", "zhao", minutes(1)), ("take", "sun", minutes(2)), ("close", "chen", minutes(9))]  # fmt: skip
    deliveries = [
        Delivery(
            recipient="site", channel="lan", state="delivered", at=minutes(0.01)
        ),  # the desk, not a phone
        Delivery(recipient="sun", channel="lan", state="delivered", at=minutes(0.4)),
        Delivery(recipient="zhao", channel="lan", state="delivered", at=minutes(0.2)),
        Delivery(recipient="li", channel="wecom", state="failed", at=minutes(0.1)),
    ]
    steps = {step.name: step for step in steps_of(TRIAL, T0, moments, deliveries)}
    assert (steps["delivered"].seconds, steps["delivered"].who) == (12.0, "zhao")
    assert (steps["taken"].seconds, steps["taken"].who) == (60.0, "zhao")
    assert (steps["arrived"].at, steps["closed"].seconds) == (None, 540.0)


def test_a_drill_is_scored_by_the_times_of_a_real_case():
    fire = Category(code="0101", name={}, level="L1")
    before = steps_of(TRIAL, T0, [], [])
    assert allowed_of(before, "L1", fire) == {"sent": 120.0}, "what follows counts from the sending"
    sent = steps_of(TRIAL, T0, [("sent", "system", minutes(1))], [])
    assert allowed_of(sent, "L1", fire) == {
        "sent": 120.0,
        "taken": 120.0,
        "arrived": 360.0,
        "resolved": 1860.0,
    }
    own = Category(code="0399", name={}, level="L1", take=Span(600, work=True), no_arrive=True)
    assert allowed_of(sent, "L1", own) == {"resolved": 1860.0}, "working hours promise no seconds"
