"""Allowance: windows, what is kept for level 1, who goes first, when many become one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.allowance import (
    ANYBODY,
    PERSON,
    SECOND_US,
    Waiting,
    Way,
    Window,
    choose,
    room,
    way_of,
)
from gateway.notify.channel import Limits

NOW_US = 10_000 * SECOND_US
BOT = Way(free=1, vendor=(Window(20, 60),), bundle=True)
SMS = Way(free=1, vendor=(Window(50, 86400),), person=PERSON["sms"])


def waits(key: str, level: str = "L3", minutes: float = 0, *, first: bool = False, order: int = 0) -> Waiting:
    return Waiting(id=key, level=level, order=order, waited=timedelta(minutes=minutes), first_of_place=first)


def ago(*seconds: float) -> list[int]:
    return [NOW_US - round(second * SECOND_US) for second in seconds]


def ids(choice: object) -> list[str]:
    return [each.id for each in choice.together]  # type: ignore[attr-defined]  # a Choice


def test_a_fifth_of_a_vendors_count_is_kept_for_level_1():
    sent = ago(*range(16))
    assert ids(choose([waits("blue", "L4")], BOT, "group", sent, NOW_US)) == []
    assert ids(choose([waits("red", "L1")], BOT, "group", sent, NOW_US)) == ["red"]


def test_a_vendors_limit_holds_for_level_1_too_and_says_until_when():
    choice = choose([waits("red", "L1")], BOT, "group", ago(*range(20)), NOW_US)
    assert choice.together == ()
    assert choice.held_until_us == NOW_US - 19 * SECOND_US + 60 * SECOND_US
    assert choice.why == "20 in 1 min"


@pytest.mark.parametrize(("kind", "count", "within"), [
    ("voice", 3, 900), ("voice", 7, 3600), ("voice", 15, 10800),
    ("sms", 5, 900), ("sms", 11, 3600), ("sms", 21, 10800),
])  # fmt: skip
def test_a_person_gets_so_many_calls_and_text_messages(kind: str, count: int, within: int):
    way = Way(free=1, person=(Window(count, within),))
    assert Window(count, within) in PERSON[kind]
    sent = ago(*(within - 1 - n for n in range(count)))
    assert choose([waits("m", "L2")], way, "wang", sent, NOW_US).together == ()
    assert ids(choose([waits("m", "L2")], way, "wang", sent[1:], NOW_US)) == ["m"]
    assert ids(choose([waits("m", "L1")], way, "wang", sent, NOW_US)) == ["m"], "level 1 is exempt"
    assert ids(choose([waits("m", "L2")], way, "group", sent, NOW_US)) == ["m"], "a group is nobody"


def test_level_1_then_the_first_of_a_place_then_level_and_age_go_first():
    queue = [
        waits("old", "L3", order=1),
        waits("second", "L2", order=2),
        waits("new place", "L4", order=3, first=True),
        waits("red", "L1", order=4),
    ]
    left = list(queue)
    order = []
    while left:
        choice = choose(left, SMS, "wang", [], NOW_US)
        order += ids(choice)
        left = [each for each in left if each.id not in order]
    assert order == ["red", "new place", "second", "old"]


def test_what_the_window_cannot_take_one_by_one_goes_as_one():
    queue = [waits(f"m{n}", order=n) for n in range(6)]
    assert ids(choose(queue, BOT, "group", ago(*range(9)), NOW_US)) == ["m0"], "room for seven"
    bundle = choose(queue, BOT, "group", ago(*range(12)), NOW_US)
    assert (ids(bundle), bundle.digest) == ([f"m{n}" for n in range(6)], False)
    many = choose([waits(f"m{n}", order=n) for n in range(30)], BOT, "group", ago(*range(12)), NOW_US)
    assert (len(many.together), many.digest) == (30, True)


def test_stale_messages_become_a_digest_and_three_do_not():
    stale = [waits(f"m{n}", "L2", 16, order=n) for n in range(4)]
    assert choose(stale, BOT, "group", [], NOW_US).digest
    assert ids(choose(stale[:3], BOT, "group", [], NOW_US)) == ["m0"]
    assert choose(stale[:1], BOT, "group", [], NOW_US, lost=1).digest
    assert not choose([waits("fresh", "L2")], BOT, "group", [], NOW_US, lost=1).digest
    assert ids(choose(stale, SMS, "wang", [], NOW_US)) == ["m0"], "a text message holds one case"


def test_a_later_message_of_a_case_never_leads():
    head = waits("first", "L3", order=1)
    later = Waiting(id="later", level="L1", order=2, waited=timedelta(0), head=False)
    assert ids(choose([head, later], SMS, "wang", [], NOW_US)) == ["first"]


def test_the_way_of_a_channel_follows_its_limits():
    sms = way_of("sms_aliyun", "outside", Limits(per_day=50), free=2)
    assert (sms.vendor, sms.person, sms.coded) == ((Window(50, 86400),), PERSON["sms"], True)
    mail = way_of("email", "outside", Limits(bundle=True), free=2)
    assert (mail.vendor, mail.person, mail.single) == ((), ANYBODY, True)
    page = way_of("lan", "box", Limits(), free=2)
    assert (page.person, page.coded, page.single) == ((), False, False)


@given(
    st.lists(st.integers(0, 7_200), max_size=60),
    st.integers(1, 30),
    st.sampled_from([60, 900, 3600]),
    st.booleans(),
)
def test_when_it_says_that_one_may_go_one_may(times: list[int], count: int, seconds: int, grave: bool):
    sent = ago(*times)
    rules = (Window(count, seconds),)
    free, until, why = room(rules, (), sent, NOW_US, grave=grave)
    assert free <= count
    if free == 0:
        assert until > NOW_US
        assert why
        assert room(rules, (), sent, until, grave=grave)[0] > 0
        assert room(rules, (), sent, until - 1, grave=grave)[0] == 0
