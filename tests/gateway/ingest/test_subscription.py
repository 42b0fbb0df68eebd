"""Subscriptions follow what is wanted: what is new is asked for, what is gone is left, also over a lost connection."""

from __future__ import annotations

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

    def ask(self, names: list[str]) -> int:
        self.asked.append(names)
        return len(self.asked)


def test_what_is_new_is_asked_for_and_what_is_gone_is_left():
    broker, one = Broker(), Subscriptions(["a/+", "b", "$sys/x"], share="g")
    one.begin(broker.ask)
    one.answered(broker.ask, 1, [True, True])
    one.answered(broker.ask, 2, [True])
    one.follow(["b", "c", "$sys/y"], broker.ask, broker.left.append, connected=True)
    assert broker.left == [["$share/g/$sys/x", "$share/g/a/+"]]
    assert broker.asked[2:] == [["$share/g/c"]]
    one.answered(broker.ask, 3, [True])
    assert broker.asked[3:] == [["$share/g/$sys/y"]]
    assert one.filters == ["b", "c", "$sys/y"]


def test_without_a_connection_the_next_one_brings_both():
    broker, one = Broker(), Subscriptions(["a", "b"])
    one.follow(["b", "c"], broker.ask, broker.left.append, connected=False)
    one.follow(["c"], broker.ask, broker.left.append, connected=False)
    assert (broker.asked, broker.left) == ([], [])
    one.leave(broker.left.append)
    one.begin(broker.ask)
    assert (broker.asked, broker.left) == ([["c"]], [["a", "b"]])


def test_a_filter_that_is_wanted_again_is_not_left():
    broker, one = Broker(), Subscriptions(["a"])
    one.follow([], broker.ask, broker.left.append, connected=False)
    one.follow(["a"], broker.ask, broker.left.append, connected=False)
    one.leave(broker.left.append)
    assert broker.left == []


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


def test_a_wider_filter_is_asked_for_before_the_narrow_one_is_left():
    said: list[str] = []
    one = Subscriptions(["a/b"])
    one.begin(lambda names: said.append(f"ask {names}"))
    one.follow(
        ["a/b", "a/+"],
        lambda names: said.append(f"ask {names}"),
        lambda names: said.append(f"leave {names}"),
        connected=True,
    )
    assert said[1:] == ["ask ['a/+']", "leave ['a/b']"]
