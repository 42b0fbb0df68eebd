"""Where a backlog ends: at our own marker, or when nothing comes although the broker may send."""

from __future__ import annotations

from gateway.ingest.backlog import Backlog
from gateway.ingest.subscription import Subscriptions


def begun(*, present: bool = True) -> Backlog:
    one = Backlog(quiet_s=1.0)
    one.begin(100.0, session_present=present, token=b"t1")
    return one


def test_without_a_kept_session_there_is_no_backlog() -> None:
    assert not begun(present=False).message(100.1, qos=1, retained=False, unacknowledged=0)


def test_messages_before_the_marker_are_backlog_and_those_behind_are_live() -> None:
    one = begun()
    assert one.message(100.1, qos=1, retained=False, unacknowledged=0)
    one.marker(b"of an earlier connection")
    assert one.message(100.2, qos=1, retained=False, unacknowledged=1)
    one.marker(b"t1")
    assert not one.message(100.3, qos=1, retained=False, unacknowledged=2)


def test_qos_0_and_retained_messages_are_never_backlog() -> None:
    one = begun()
    assert not one.message(100.1, qos=0, retained=False, unacknowledged=0)
    assert not one.message(100.1, qos=1, retained=True, unacknowledged=0)
    assert one.draining


def test_silence_ends_it_only_while_nothing_is_unacknowledged() -> None:
    one = begun()
    assert one.message(100.1, qos=1, retained=False, unacknowledged=0)
    assert one.message(107.0, qos=1, retained=False, unacknowledged=1)  # the writer was slow, not the broker
    one.acknowledged(112.0)
    assert one.message(112.9, qos=1, retained=False, unacknowledged=0)
    one.acknowledged(113.0)
    assert not one.message(114.0, qos=1, retained=False, unacknowledged=0)
    assert not one.draining


def test_the_end_of_a_connection_ends_it() -> None:
    one = begun()
    one.end()
    assert not one.draining
    one.marker(b"t1")
    assert not one.draining


class Broker:
    """Remembers what was asked for, and answers with growing packet ids."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, names: list[str]) -> int:
        self.asked.append(names)
        return len(self.asked)


def test_dollar_filters_follow_one_by_one() -> None:
    broker = Broker()
    subscriptions = Subscriptions(["a/#", "$oc/#", "/sys/#", "a/#", "$sys/#"])
    subscriptions.begin(broker, own=["marker"])
    assert broker.asked == [["a/#", "/sys/#", "marker"]]
    subscriptions.answered(broker, 1, [True, True, True])
    subscriptions.answered(broker, 2, [True])
    subscriptions.answered(broker, 3, [False])
    assert broker.asked[1:] == [["$oc/#"], ["$sys/#"]]
    assert subscriptions.refused == ["$sys/#"]


def test_the_filter_that_was_never_answered_is_to_blame_and_is_not_asked_for_again() -> None:
    broker = Broker()
    subscriptions = Subscriptions(["a/#", "$oc/#", "$sys/#"], share="g")
    subscriptions.begin(broker)
    assert broker.asked == [["$share/g/a/#"]]
    subscriptions.answered(broker, 1, [True])
    subscriptions.ended()
    assert subscriptions.refused == ["$oc/#"]
    again = Broker()
    subscriptions.begin(again)
    subscriptions.answered(again, 1, [True])
    assert again.asked == [["$share/g/a/#"], ["$share/g/$sys/#"]]


def test_a_connection_that_ends_early_blames_no_ordinary_filter() -> None:
    broker = Broker()
    subscriptions = Subscriptions(["a/#"])
    subscriptions.begin(broker)
    subscriptions.ended()
    assert subscriptions.refused == []


def test_only_dollar_filters_are_asked_for_at_once() -> None:
    broker = Broker()
    Subscriptions(["$oc/#"]).begin(broker)
    assert broker.asked == [["$oc/#"]]
