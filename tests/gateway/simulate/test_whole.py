"""The large estate: its day by the table, every class of fault at its share, the same for the same seed."""

from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

import msgspec
import pytest
from PIL import Image

from gateway.simulate.clocks import CLOCKED, DOORS, wrong_clocks
from gateway.simulate.estate import draw_up
from gateway.simulate.faults import Mix, Sent
from gateway.simulate.life import HOURS, ordinary
from gateway.simulate.mishaps import absences, restarts
from gateway.simulate.oracle import expectations
from gateway.simulate.picture import EVIDENCE_BYTES, evidence
from gateway.simulate.switchboard import last_wills
from gateway.simulate.timeline import Options, messages, usual_per_second
from gateway.simulate.whole import whole_run

ESTATE = draw_up("estate")
BEGIN = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)  # midnight at the site
USUAL = usual_per_second(ESTATE)
# Messages a day, of the whole estate: the table that the estate is built from.
DAY = {
    "access": 50_000, "contact": 60_000, "vehicle.plate": 4_000, "vehicle.barrier": 8_000, "parcel": 8_000,
    "object": 180_000, "uplinks": 30_000,
}  # fmt: skip


def stream_of(kind: str) -> str:
    if kind in {"camera.object", "object.seen", "object.gone"}:
        return "object"
    if kind in {"device.heartbeat", "env.level", "env.temperature"}:
        return "uplinks"
    return kind if kind.startswith("vehicle.") else kind.split(".", maxsplit=1)[0]


@cache
def hours() -> tuple[Counter[str], Counter[int]]:
    """Return how often each stream spoke in two quiet and two busy hours, scaled to a day, and accesses by hour."""
    kinds, by_hour = Counter[str](), Counter[int]()
    for hour in (1, 7, 13, 18):
        begin = BEGIN + timedelta(hours=hour)
        for said in ordinary(ESTATE, begin, begin + timedelta(hours=1), seed="1"):
            kinds[stream_of(said.fact.kind)] += 1
            by_hour[hour] += said.fact.kind.startswith("access.")
    return kinds, by_hour


def test_the_streams_of_a_day_are_those_of_the_table() -> None:
    kinds, _ = hours()
    share = sum(HOURS[hour] for hour in (1, 7, 13, 18)) / 100
    for stream, a_day in DAY.items():
        expected = a_day * (4 / 24 if stream == "uplinks" else share)
        if stream == "parcel":
            expected /= 2  # put in within these hours, fetched after them
        assert abs(kinds[stream] - expected) < 0.1 * expected, stream


def test_the_hours_have_their_shares() -> None:
    _, by_hour = hours()
    assert abs(sum(HOURS) - 100) < 1
    for hour, count in by_hour.items():
        expected = DAY["access"] * HOURS[hour] / 100
        assert abs(count - expected) < 4 * expected**0.5 + 0.03 * expected, hour


def test_four_to_six_of_a_hundred_are_refused() -> None:
    begin = BEGIN + timedelta(hours=10)
    kinds = Counter(said.fact.kind for said in ordinary(ESTATE, begin, begin + timedelta(hours=1), seed="2"))
    share = kinds["access.denied"] / (kinds["access.denied"] + kinds["access.granted"])
    assert 0.035 < share < 0.065


@cache
def minutes(begin: datetime, seed: str, rate: float = 100.0) -> tuple[Sent, ...]:
    """Return two minutes of the whole estate at so many messages a second."""
    end = begin + timedelta(minutes=2)
    speed = rate / USUAL
    plan = whole_run(ESTATE, begin, end, seed=seed, rate=speed, pause=10)
    options = Options(seed=seed, rate=speed, even=True, whole=True)
    return tuple(messages(ESTATE, begin, end, options, scripts=plan.scripts, mishaps=plan.mishaps))


def test_the_same_seed_gives_the_same_course_whenever_it_begins() -> None:
    noon = BEGIN + timedelta(hours=12)
    one, other = minutes(noon, "7"), minutes(noon + timedelta(minutes=3, seconds=12), "7")
    shape = [[(sent.topic, sent.fault, sent.cause, round((sent.at - at).total_seconds(), 3)) for sent in course]
             for course, at in ((one, noon), (other, noon + timedelta(minutes=3, seconds=12)))]  # fmt: skip
    assert shape[0] == shape[1]
    assert one != other
    again = minutes.__wrapped__(noon, "7")
    assert again == one
    assert [sent.topic for sent in minutes(noon, "8")] != [sent.topic for sent in one]


def test_the_rate_is_the_rate() -> None:
    course = minutes(BEGIN + timedelta(hours=12), "7", 300.0)
    begin = BEGIN + timedelta(hours=12, seconds=60)
    assert (
        0.85 * 300
        < sum(begin <= sent.at < begin + timedelta(seconds=30) for sent in course) / 30
        < 1.15 * 300
    )


def test_messages_meet_their_faults() -> None:
    begin = BEGIN + timedelta(hours=12)
    options = Options(seed="3", even=True, rate=20, heartbeat=None, births=False)
    course = list(messages(ESTATE, begin, begin + timedelta(minutes=6), options, scripts=()))
    faults = Counter(sent.fault for sent in course)
    said = sum(not sent.retain for sent in course)
    for fault, share in msgspec.structs.asdict(Mix()).items():
        assert 0.25 * share < faults[fault] / said < 1.5 * share, fault
    assert sum(sent.fault == "late" for sent in course) > 50


def test_devices_have_wrong_clocks_at_their_shares() -> None:
    clocks = wrong_clocks(ESTATE, BEGIN, seed="1")
    count = len(ESTATE.things)
    kinds = Counter(
        "year" if clock.year else "hours" if abs(clock.off) == timedelta(hours=8) else "minutes"
        for clock in clocks.values()
    )
    assert kinds == {
        "minutes": round(0.03 * count),
        "hours": round(0.01 * count),
        "year": round(0.002 * count),
    }
    assert {clock.year for clock in clocks.values()} > {1970, 2000} - {None}
    things = {thing.id: thing for thing in ESTATE.things}
    for name, clock in clocks.items():
        assert things[name].format in CLOCKED
        assert not (clock.behind and things[name].type in DOORS)
        if clock.year is None:
            assert timedelta(minutes=1) <= abs(clock.off) <= timedelta(hours=8)
        else:
            assert clock(BEGIN).year == clock.year
    assert wrong_clocks(ESTATE, BEGIN, seed="1") == clocks
    assert wrong_clocks(ESTATE, BEGIN, seed="2").keys() != clocks.keys()


def test_devices_are_away_and_start_anew_at_their_shares() -> None:
    days = timedelta(days=20)
    gone = absences(ESTATE, BEGIN, BEGIN + days, seed="1", rate=1, free_at={})
    again = restarts(ESTATE, BEGIN, BEGIN + days, seed="1", rate=1)
    able = sum(
        thing.type in {"unit_door", "access_gate", "lift"} and thing.format == "own"
        for thing in ESTATE.things
    )
    assert len(gone) > 0.8 * able  # more are owed than there are controllers that can be missed
    assert all(timedelta(hours=1) <= each.end - each.begin <= timedelta(hours=24) for each in gone)
    assert 0.7 < len(again) / (0.01 * len(ESTATE.things) * 20) < 1.3
    assert 1 <= sum(each.swapped for each in again) <= 4  # one a week


def test_a_run_of_some_minutes_has_every_ailment_and_owes_for_it() -> None:
    begin = BEGIN + timedelta(hours=12)
    end = begin + timedelta(minutes=6)
    plan = whole_run(ESTATE, begin, end, seed="1", rate=300 / USUAL, pause=10)
    names = Counter(script.name for script in plan.scripts)
    assert names["stuck_door"] == names["flapping_camera"] == 2
    assert names["storm"] == names["chatter"] == 1
    assert names["low_battery"] > 10
    assert names["away"] == len(plan.mishaps.absences) > 0
    owed = expectations(plan.scripts)
    assert len(owed) > 40
    assert sum(each.muted for each in owed) >= 2  # behind the switch
    assert all(each.begin < each.end <= each.settled for each in owed)
    behind = {name for name, clock in plan.mishaps.clocks.items() if clock.behind}
    assert not behind & {each.device for each in owed}


def test_a_controller_that_is_gone_is_cut_off_and_the_broker_says_its_last_will() -> None:
    wills = last_wills(ESTATE)
    assert 350 < len(wills) < 360
    begin = BEGIN + timedelta(hours=12)
    plan = whole_run(ESTATE, begin, begin + timedelta(minutes=6), seed="1", rate=300 / USUAL, pause=10)
    options = Options(seed="1", rate=1, even=True, whole=True)
    course = messages(
        ESTATE, begin, begin + timedelta(minutes=6), options, scripts=plan.scripts, mishaps=plan.mishaps
    )
    cut = [sent for sent in course if sent.cut]
    assert {sent.cause for sent in cut} == {"storm", "away"}
    for sent in cut:
        assert wills[sent.link].topic == sent.topic
        assert sent.retain


def test_what_an_absent_controller_stored_comes_afterwards_marked_as_old() -> None:
    begin = BEGIN + timedelta(hours=12)
    end = begin + timedelta(minutes=6)
    plan = whole_run(ESTATE, begin, end, seed="1", rate=300 / USUAL, pause=10)
    absence = plan.mishaps.absences[0]
    options = Options(seed="1", rate=300 / USUAL, even=True, whole=True)
    course = messages(ESTATE, begin, end, options, scripts=plan.scripts, mishaps=plan.mishaps)
    own = [sent for sent in course if sent.thing == absence.thing]
    assert not [sent for sent in own if absence.begin < sent.at < absence.end]
    old = [sent for sent in own if b'"mode":"backfill"' in sent.payload]
    assert all(absence.end <= sent.at for sent in old)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_camera_s_picture_is_a_jpeg_of_its_size_and_never_the_same(seed: int) -> None:
    random = Random(seed)
    one, other = evidence(random), evidence(random)
    assert one != other
    assert abs(len(one) - EVIDENCE_BYTES) < 1_000
    assert Image.open(io.BytesIO(one)).size == (640, 360)
