"""Where a backlog ends: at our own marker, or when nothing comes although the broker may send."""

from __future__ import annotations

from gateway.ingest.backlog import Backlog


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
