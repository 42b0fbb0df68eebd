"""Subscriptions: `$` filters one by one, what is new asked for, what is gone left, whatever is refused or lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.ingest.packets import split, unsubscribe_packet
from gateway.ingest.subscription import Subscriptions, covers


class Broker:
    """What was asked for and left."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.left: list[list[str]] = []
        self.gone: Callable[[list[str]], object] = lambda names: None
        self.talk = (self.ask, self.leave)

    def ask(self, names: list[str]) -> int:
        self.asked.append(names)
        return len(self.asked)

    def leave(self, names: list[str]) -> None:
        self.left.append(names)
        self.gone(names)


def test_what_is_new_is_asked_for_and_what_is_gone_is_left():
    broker, one = Broker(), Subscriptions(["a/+", "b", "$sys/x"], share="g")
    one.begin(*broker.talk)
    one.answered(*broker.talk, 1, [True, True])
    one.answered(*broker.talk, 2, [True])
    one.follow(["b", "c", "$sys/y"], *broker.talk, connected=True)
    assert broker.asked[2:] == [["$share/g/c"]]
    one.answered(*broker.talk, 3, [True])
    assert (broker.asked[3:], broker.left) == ([["$share/g/$sys/y"]], [])
    one.answered(*broker.talk, 4, [True])
    assert broker.left == [["$share/g/a/+", "$share/g/$sys/x"]]
    assert one.filters == ["b", "c", "$sys/y"]


def test_without_a_connection_the_next_one_brings_both():
    broker, one = Broker(), Subscriptions(["a", "b"])
    one.begin(*broker.talk)
    one.answered(*broker.talk, 1, [True, True])
    one.ended()
    one.follow(["b", "c"], *broker.talk, connected=False)
    one.follow(["c"], *broker.talk, connected=False)
    assert (broker.asked[1:], broker.left) == ([], [])
    one.begin(*broker.talk)
    one.answered(*broker.talk, 2, [True])
    assert (broker.asked[1:], broker.left) == ([["c"]], [["a", "b"]])


def test_a_filter_that_is_wanted_again_is_not_left():
    broker, one = Broker(), Subscriptions(["a"])
    one.begin(*broker.talk)
    one.follow([], *broker.talk, connected=True)
    one.follow(["a"], *broker.talk, connected=True)
    one.answered(*broker.talk, 1, [True])
    assert (broker.asked, broker.left) == ([["a"]], [])


def test_a_filter_that_was_left_is_asked_for_anew():
    broker, one = Broker(), Subscriptions(["a", "b"])
    one.begin(*broker.talk)
    one.answered(*broker.talk, 1, [True, True])
    one.follow(["a"], *broker.talk, connected=True)
    one.follow(["a", "b"], *broker.talk, connected=True)
    assert (broker.asked[1:], broker.left) == ([["b"]], [["b"]])


def test_a_wider_filter_that_is_refused_leaves_everything_as_it_was():
    broker, one = Broker(), Subscriptions(["a/b", "c", "$sys/x"])
    one.begin(*broker.talk)
    one.answered(*broker.talk, 1, [True, True])
    one.answered(*broker.talk, 2, [True])
    one.follow(["a/b", "c", "$sys/x", "#"], *broker.talk, connected=True)
    one.answered(*broker.talk, 3, [False])
    assert (broker.asked[2:], broker.left) == ([["#"]], [])
    assert (one.refused, one.filters) == (["#"], ["a/b", "c", "$sys/x"])
    one.follow(["a/b", "c", "$sys/x"], *broker.talk, connected=True)
    assert (broker.asked[3:], broker.left, one.refused) == ([], [], [])


def test_what_a_refused_filter_would_have_stood_for_is_asked_for():
    broker, one = Broker(), Subscriptions(["a/#", "a/b", "$s/#", "$s/x"])
    one.begin(*broker.talk)
    one.answered(*broker.talk, 1, [False])
    one.answered(*broker.talk, 2, [True])
    assert broker.asked == [["a/#"], ["a/b"], ["$s/#"]]
    one.ended()  # the broker hung up over what begins with $
    one.begin(*broker.talk)
    one.answered(*broker.talk, 4, [True])
    one.answered(*broker.talk, 5, [True])
    assert broker.asked[3:] == [["a/#"], ["$s/x"]]
    assert (one.refused, broker.left) == (["$s/#"], [["a/b"]])


def test_dollar_filters_follow_one_by_one():
    broker = Broker()
    one = Subscriptions(["a/#", "$oc/#", "/sys/#", "a/#", "$sys/#"])
    one.begin(*broker.talk, own=["marker"])
    assert broker.asked == [["a/#", "/sys/#", "marker"]]
    one.answered(*broker.talk, 1, [True, True, True])
    one.answered(*broker.talk, 2, [True])
    one.answered(*broker.talk, 3, [False])
    assert broker.asked[1:] == [["$oc/#"], ["$sys/#"]]
    assert one.refused == ["$sys/#"]


def test_the_filter_that_was_never_answered_is_to_blame_and_is_not_asked_for_again():
    broker = Broker()
    one = Subscriptions(["a/#", "$oc/#", "$sys/#"], share="g")
    one.begin(*broker.talk)
    assert broker.asked == [["$share/g/a/#"]]
    one.answered(*broker.talk, 1, [True])
    one.ended()
    assert one.refused == ["$oc/#"]
    again = Broker()
    one.begin(*again.talk)
    one.answered(*again.talk, 1, [True])
    assert again.asked == [["$share/g/a/#"], ["$share/g/$sys/#"]]


def test_a_connection_that_ends_early_blames_no_ordinary_filter():
    broker = Broker()
    one = Subscriptions(["a/#"])
    one.begin(*broker.talk)
    one.ended()
    assert one.refused == []


def test_only_dollar_filters_are_asked_for_at_once():
    broker = Broker()
    Subscriptions(["$oc/#"]).begin(*broker.talk)
    assert broker.asked == [["$oc/#"]]


def test_an_unsubscribe_is_one_packet():
    for five in (True, False):
        packet = unsubscribe_packet(7, ["a/b", "c"], five=five)
        assert [(first >> 4, end) for first, _, end in split(packet)] == [(10, len(packet))]


@pytest.mark.parametrize(
    ("wide", "narrow", "yes"),
    [
        ("frigate/+", "frigate/events", True),
        ("frigate/+/+/+", "frigate/+/status/+", True),
        ("frigate/#", "frigate/+/motion", True),
        ("frigate/#", "frigate", True),
        ("#", "a/#", True),
        ("frigate/+", "frigate/a/b", False),
        ("frigate/a/+", "frigate/+/a", False),
        ("frigate/+", "frigate/#", False),
        ("+/x", "$share/x", False),
        ("#", "$SYS/broker", False),
        ("a/b", "a/b/c", False),
    ],
)
def test_what_a_wider_filter_covers(wide: str, narrow: str, yes: bool):
    assert covers(wide.split("/"), narrow.split("/")) is yes
    back = covers(narrow.split("/"), wide.split("/"))
    kept = Subscriptions([narrow, wide, narrow]).filters
    assert set(kept) == ({wide} if yes else {narrow} if back else {wide, narrow})


LEVELS = st.lists(st.sampled_from(["a", "b", "+"]), min_size=1, max_size=4)


@given(
    st.lists(st.tuples(LEVELS, st.booleans()), min_size=1, max_size=6),
    st.lists(st.sampled_from("ab"), min_size=1, max_size=5),
)
def test_nothing_that_was_matched_is_missed(made: list[tuple[list[str], bool]], topic: list[str]):
    filters = ["/".join([*levels, "#"] if rest else levels) for levels, rest in made]
    kept = Subscriptions(filters).filters
    assert any(covers(each.split("/"), topic) for each in filters) == any(
        covers(each.split("/"), topic) for each in kept
    )


def test_a_narrow_filter_is_left_when_the_wider_one_is_granted():
    broker, one = Broker(), Subscriptions(["a/b"])
    one.begin(*broker.talk)
    one.answered(*broker.talk, 1, [True])
    one.follow(["a/b", "a/+"], *broker.talk, connected=True)
    assert (broker.asked[1:], broker.left) == ([["a/+"]], [])
    one.answered(*broker.talk, 2, [True])
    assert broker.left == [["a/b"]]


WORDS = st.sampled_from(["a", "b", "a/b", "a/+", "a/#", "+/b", "#", "$s/x", "$s/#"])


@given(
    st.lists(st.one_of(st.lists(WORDS, max_size=5), st.booleans()), max_size=12), st.sets(WORDS), st.data()
)
def test_whatever_the_broker_refuses_it_holds_all_that_is_wanted_and_granted(
    steps: list[list[str] | bool], forbidden: set[str], data: st.DataObject
):
    """The laws: nothing wanted and allowed is without cover once all is answered, and nothing else is kept."""
    broker, one = Broker(), Subscriptions(["a"])
    held: set[str] = set()
    wanted, answered = ["a"], 0

    def answer() -> None:
        nonlocal answered
        names = broker.asked[answered]
        answered += 1
        held.update(n for n in names if n not in forbidden)
        one.answered(*broker.talk, answered, [n not in forbidden for n in names])

    broker.gone = held.difference_update
    one.begin(*broker.talk)
    for step in steps:
        if isinstance(step, bool) and step:
            one.ended()
            answered = len(broker.asked)
            one.begin(*broker.talk)
        elif isinstance(step, bool):
            while answered < len(broker.asked) and data.draw(st.booleans()):
                answer()
        else:
            wanted = step
            one.follow(step, *broker.talk, connected=True)
    while answered < len(broker.asked):
        answer()
    blamed = {f for f in one.refused if f.startswith("$")}
    allowed = [f for f in wanted if f not in forbidden | blamed]
    for each in allowed:
        assert any(covers(h.split("/"), each.split("/")) for h in held), (each, held)
    assert held <= set(allowed)
