"""What people hear of the roster: requests and answers, gaps ahead, who is on duty today; once, and never by telephone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import msgspec

from gateway.response.duty_notices import messages, of_change, of_gaps, of_today
from gateway.response.message import NEWS, render
from gateway.response.roster import Leave, Roster, Shift, Swap
from tests.gateway.response.estate import T0, site

DAY = Shift(
    id="day", role="guard", begin=time(8), end=time(20), people=("wang",), name={"zh": "白班", "en": "Day"}
)
SWAP = Swap(id="s1", asker="wang", other="li", shift="day", day=date(2026, 3, 8), note="有事")
NIGHTS = Roster(shifts=(DAY, Shift(id="night", role="guard", begin=time(20), end=time(8), people=("li",))))


def told(before, after):
    return [(notice.template, notice.to) for notice in of_change(before, site(roster=after))]


def test_who_is_asked_hears_it_and_who_plans_hears_what_was_agreed():
    asked = msgspec.structs.replace(NIGHTS, swaps=(SWAP,))
    assert told(NIGHTS, asked) == [("duty.asked", "li")]
    assert told(asked, asked) == []
    agreed = msgspec.structs.replace(asked, swaps=(msgspec.structs.replace(SWAP, state="agreed"),))
    assert told(asked, agreed) == [
        ("duty.swapped", "wang"),
        ("duty.swapped", "chen"),
        ("duty.swapped", "qian"),
    ]
    declined = msgspec.structs.replace(asked, swaps=(msgspec.structs.replace(SWAP, state="declined"),))
    assert told(asked, declined) == [("duty.declined", "wang")]


def test_leave_goes_to_who_plans_and_the_answer_comes_back():
    leave = Leave(id="l1", person="zhao", begin=date(2026, 3, 9), end=date(2026, 3, 9), state="asked")
    asked = msgspec.structs.replace(NIGHTS, leave=(leave,))
    assert told(NIGHTS, asked) == [("duty.leave", "chen")], "the leader plans for c1, not for g1 by name"
    granted = msgspec.structs.replace(NIGHTS, leave=(msgspec.structs.replace(leave, state="granted"),))
    assert told(asked, granted) == [("duty.granted", "zhao")]
    planned = msgspec.structs.replace(
        NIGHTS, leave=(msgspec.structs.replace(leave, id=None, state="granted"),)
    )
    assert told(NIGHTS, planned) == [], "what the manager plans is no request"


def test_gaps_of_the_coming_week_are_named_to_the_manager():
    assert of_gaps(site(roster=NIGHTS), T0) == []
    (notice,) = of_gaps(site(roster=Roster(shifts=(DAY,))), T0)
    assert (notice.to, notice.params["count"]) == ("chen", 8)
    assert notice.params["gaps"]["zh"].startswith("小区 保安")
    for hour in range(24):  # of the same day at the site, whatever has passed or begun meanwhile
        (again,) = of_gaps(
            site(roster=Roster(shifts=(DAY,))), datetime(2026, 3, 5, 16, tzinfo=UTC) + timedelta(hours=hour)
        )
        assert again.about == notice.about
    (tomorrow,) = of_gaps(site(roster=Roster(shifts=(DAY,))), T0 + timedelta(days=1))
    assert tomorrow.about != notice.about


def test_who_is_on_duty_today():
    noon = datetime(2026, 3, 6, 4, tzinfo=UTC)
    found = of_today(site(roster=NIGHTS), noon)
    assert {each.to for each in found} == {"chen", "qian", "wang", "li"}
    assert "王强 08:00–20:00" in found[0].params["lines"]["zh"]
    assert "李娜 00:00–08:00" in found[0].params["lines"]["zh"]
    assert of_today(site(roster=Roster()), noon) == []


def test_messages_are_the_same_when_said_again_and_never_ring():
    view = site(roster=NIGHTS)
    found = messages(view, of_today(view, T0), now=T0)
    assert [each.id for each in found] == [each.id for each in messages(view, of_today(view, T0), now=T0)]
    assert {each.channel for each in found} <= {"lan", "webhook"}
    assert {each.template for each in found} <= NEWS
    for language in ("zh", "en"):
        words = render(found[0], language)
        assert "2026-03-06" in words.title
        assert "…" not in words.text
