"""What if it happened now: the same as what really happens when nobody takes it; gaps are named; nothing changes."""

from __future__ import annotations

from datetime import time, timedelta

import msgspec
import pytest

from gateway.response.dispatch import candidates
from gateway.response.roster import Roster, Shift
from gateway.response.what_if import Where, what_if
from gateway.response.world import World
from tests.gateway.response.estate import T0, Desk, change, site


def really(desk, rungs):
    """Return (seconds, person, channel) of what people were told while the ladder was climbed for the first time."""
    told = []
    for decision in desk.decisions:
        for message in decision.messages:
            if (
                message.template in {"case.all", "case.sent", "case.climbed"}
                and message.recipient in desk.world.people
            ):
                told.append(((message.created_at - T0).total_seconds(), message.recipient, message.channel))
    last = rungs[-1].at - T0
    return sorted(each for each in told if each[0] <= last.total_seconds())


@pytest.mark.parametrize(
    ("category", "device", "rule", "level"),
    [
        ("0101", "smoke-3", "fire.smoke", "L1"),
        ("0301", "lift-1", "lift.stuck", "L1"),
        ("0202", "sos-9", "sos.duress", "L1"),
    ],
)
def test_it_says_what_really_happens_when_nobody_takes_it(category, device, rule, level):
    desk = Desk()
    answer = what_if(desk.world, category, Where(device=device), T0)
    desk.give(change(category=category, device=device, key={"device": device}, rule=rule, level=level))
    desk.wait(minutes=5)
    foretold = sorted(
        ((rung.at - T0).total_seconds(), told.person, channel)
        for rung in answer.rungs
        for told in rung.told
        for channel in told.channels
    )
    assert foretold == really(desk, answer.rungs)
    assert foretold
    assert answer.begins == "at_once"


def test_nothing_changes_by_asking():
    desk = Desk()
    desk.alarm()
    before = dict(desk.world.incidents)
    what_if(desk.world, "0101", Where(building="b1"), T0)
    assert desk.world.incidents == before


def test_a_rung_with_nobody_is_named_and_passed_at_once():
    night = Roster(shifts=(Shift(id="day", role="guard", begin=time(8), end=time(20), people=("wang",)),))
    world = World(site(roster=night))
    answer = what_if(world, "0205", Where(device="gate-n1"), T0)
    assert answer.gaps == (0, 1)
    assert [rung.at - T0 for rung in answer.rungs] == [timedelta(0)] * 3
    assert answer.rungs[2].off_duty
    assert {told.person for told in answer.rungs[2].told} == {"qian", "chen"}
    by_day = what_if(world, "0205", Where(device="gate-n1"), T0 + timedelta(hours=12))
    assert by_day.gaps == (1,)
    assert [told.person for told in by_day.rungs[0].told] == ["wang"]


def test_the_place_decides_the_grid():
    world = World(site())
    assert what_if(world, "0101", Where(building="b2"), T0).grid == "g2"
    assert what_if(world, "0101", Where(device="smoke-3"), T0).grid == "g1"
    assert what_if(world, "0101", Where(grid="c1"), T0).grid == "c1"
    assert what_if(world, "0101", Where(), T0).grid is None
    in_g2 = what_if(world, "0401", Where(building="b2"), T0).rungs[0]
    assert [told.person for told in in_g2.told] == ["sun"]


def test_a_score_is_the_sum_of_its_parts_and_equal_ones_take_turns():
    desk = Desk()
    order = []
    for number in range(4):
        case = desk.alarm(alert=f"a{number}", key={"device": f"d{number}"}, device=None, category="0205")
        desk.act("accept", "wang", case, note="seen")
        order.append(desk.case(case.number).assignees)
        for each in candidates(desk.world, desk.case(case.number), desk.now):
            assert each.score == pytest.approx(sum(each.parts.values()), abs=1e-3)
            assert set(each.parts) == {"load", "grid", "recent", "skill"}
        desk.act("recall", "chen", case, code="false_device", note="x")
        desk.wait(hours=9)
    assert order == [("li",), ("wang",), ("li",), ("wang",)]


def test_what_begins_when():
    world = World(site())
    assert what_if(world, "0205", Where(), T0).begins == "verified"
    assert what_if(world, "0206", Where(), T0).begins == "dispatched"
    settings = msgspec.structs.replace(world.settings, auto_dispatch=())
    assert what_if(World(site(settings=settings)), "0205", Where(), T0).begins == "dispatched"
