"""Up to when everything has been read: told by probes that come back, by silence, by time."""

from __future__ import annotations

from gateway.ingest.progress import BUSY, GONE_S, REFUSED_S, Progress


class Told:
    """A progress with what it told."""

    def __init__(self) -> None:
        self.told: list[float | None] = []
        self.one = Progress(self.told.append, 100.0)

    def busy(self) -> None:
        for _ in range(BUSY):
            self.one.message()

    def news(self) -> list[float | None]:
        found, self.told[:] = list(self.told), []
        return found


def test_a_broker_that_kept_nothing_has_nothing_that_waits() -> None:
    told = Told()
    told.one.connected(101.0, session_present=False)
    assert told.news() == [None]
    assert not told.one.wants(102.0)


def test_a_kept_session_is_read_when_the_probe_behind_it_comes_back() -> None:
    told = Told()
    told.one.connected(101.0, session_present=True)
    assert told.one.wants(101.1)
    token = told.one.sent(101.1)
    assert not told.one.wants(101.2)
    told.one.marker(b"of an earlier connection", 101.3)
    told.one.look(101.4, unacknowledged=9, read=True)
    assert told.news() == []
    told.one.marker(token, 101.5)
    assert told.news() == [None]


def test_a_long_backlog_tells_the_time_of_its_probe_and_asks_again() -> None:
    told = Told()
    told.one.connected(101.0, session_present=True)
    told.one.marker(told.one.sent(101.0), 105.0)
    assert told.news() == [4.0]
    assert told.one.wants(105.0)
    again = told.one.sent(105.0)
    told.one.marker(again, 105.2)
    assert told.news() == [None]


def test_probes_leave_only_while_messages_come_fast_enough_to_queue() -> None:
    told = Told()
    told.one.connected(101.0, session_present=False)
    for _ in range(BUSY - 1):
        told.one.message()
    assert not told.one.wants(110.0)
    told.one.message()
    assert told.one.wants(110.0)
    told.one.marker(told.one.sent(110.0), 110.1)
    told.busy()
    assert not told.one.wants(110.9)
    assert told.one.wants(111.0)


def test_a_probe_that_is_late_means_that_the_broker_holds_a_queue() -> None:
    told = Told()
    told.one.connected(101.0, session_present=False)
    told.news()
    told.busy()
    token = told.one.sent(110.0)
    told.one.look(110.4, unacknowledged=500, read=True)
    assert told.news() == []
    told.one.look(110.6, unacknowledged=500, read=True)
    told.one.look(111.5, unacknowledged=500, read=True)
    assert [round(each or 0, 3) for each in told.news()] == [0.6]
    told.one.marker(token, 112.0)
    assert told.news() == [2.0]


def test_what_is_said_while_there_is_no_connection_is_waited_for_but_not_for_ever() -> None:
    told = Told()
    told.one.connected(101.0, session_present=False)
    told.news()
    told.one.lost(110.0)
    told.one.lost(110.5)
    assert told.news() == [0.0]
    told.one.alone(110.0 + GONE_S)
    assert told.news() == []
    told.one.alone(110.1 + GONE_S)
    assert told.news() == [None]
    told.one.connected(200.0, session_present=True)
    assert told.news() == [0.0]


def test_a_broker_that_gives_no_probe_back_is_found_out_by_silence() -> None:
    told = Told()
    told.one.connected(101.0, session_present=True)
    told.one.sent(101.0)
    told.one.look(101.5, unacknowledged=3, read=True)
    told.one.look(
        103.0, unacknowledged=3, read=False
    )  # what came is not stored yet: the broker may wait for us
    assert told.news() == []
    told.one.look(104.0, unacknowledged=0, read=False)
    assert told.news() == [None]
    told.busy()
    assert not told.one.wants(200.0)


def test_and_by_time_when_it_is_never_silent() -> None:
    told = Told()
    told.one.connected(101.0, session_present=True)
    told.one.sent(101.0)
    told.one.look(100.9 + REFUSED_S, unacknowledged=3, read=True)
    assert told.news() == []
    told.one.look(101.1 + REFUSED_S, unacknowledged=3, read=True)
    assert told.news() == [None]
