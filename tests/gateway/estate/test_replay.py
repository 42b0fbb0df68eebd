"""Quarantined messages after a mend: read as they came, through the journal, each once, late when they are late."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from devices.event import Event, Quarantine, RawMessage
from gateway.clock import to_us
from gateway.estate.replay import Replay
from gateway.store.quarantine import KEEP
from gateway.store.quarantine_groups import groups
from gateway.store.read_events import EventFilter, search_events
from tests.gateway.rulebook.desk import DENIED, as_item, site_of
from tests.gateway.sitebook.estate import Estate, write_people
from tests.gateway.sitebook.test_book import GATE


class Board(Estate):
    """A desk at which groups are read anew: what is handed in is committed at once."""

    def __init__(self, folder, seconds=0.0):
        super().__init__(folder, seconds)
        self.replays = Replay(self.core.store, self.put)

    def put(self, message: RawMessage, ack) -> None:
        self.core.pump.message(message, self.now, ack)
        self.core.pump.commit()

    def groups(self):
        with self.core.store.read() as connection:
            return groups(connection, limit=50)

    def events(self):
        with self.core.store.read() as connection:
            return search_events(connection, EventFilter(device="gate-9"), after=None, limit=100).rows

    def anew(self, seconds):
        return Board(self.folder, seconds)


@pytest.fixture
def board(tmp_path):
    folder = site_of(tmp_path / "site", rules=as_item(DENIED))
    write_people(folder)
    it = Board(folder)
    yield it
    it.dies()


def mend(board):
    assert board.sites.save("device:gate-9", GATE, by="chen").result(0).problems == ()


def test_messages_of_an_unknown_device_are_one_group_and_are_read_once_it_is_known(board):
    for seconds in (1, 2, 3):
        board.denied(seconds, "g009")
    board.denied(4, "g010")
    board.core.pump.commit()
    ours = next(each for each in board.groups() if each.ident == "g009")
    assert (ours.code, ours.profile, ours.count, ours.devices) == ("unknown_device", "gate", 3, 1)
    assert json.loads(ours.sample)["kind"] == "denied"
    early = board.replays.replay(ours.id)
    assert (early.unread, early.stored) == (3, 0)
    assert "claim it first" in early.reason
    mend(board)
    board.seconds = 20
    done = board.replays.replay(ours.id)
    assert (done.stored, done.unread, done.gone) == (3, 0, 0)
    events = board.events()
    assert len(events) == 3
    assert all("replayed" in event.flags for event in events)
    assert {event.received_at for event in events} == {
        board.now - timedelta(seconds=20 - s) for s in (1, 2, 3)
    }
    assert board.replays.replay(ours.id) is None
    assert [each.ident for each in board.groups()] == ["g010"]
    assert board.told == ["20 opened site.denied L3 v1"]  # three within a minute, and still of use


def test_what_is_late_is_late(board):
    for seconds in (1, 2, 3):
        board.denied(seconds, "g009")
    board.core.pump.commit()
    (ours,) = board.groups()
    mend(board)
    board.seconds = 3 * 86_400
    assert board.replays.replay(ours.id).stored == 3
    assert board.told == []


def test_what_was_said_again_meanwhile_is_not_counted_twice(board):
    board.seconds = 1
    body = json.dumps({"id": 7, "ts": to_us(board.now) // 1000, "kind": "denied"}).encode()
    said = RawMessage(topic="community/test-estate/access/g009/event", payload=body, received_at=board.now)
    board.put(said, lambda: None)
    (ours,) = board.groups()
    mend(board)
    board.put(said, lambda: None)
    done = board.replays.replay(ours.id)
    assert (done.stored, done.duplicate) == (0, 1)
    assert len(board.events()) == 1
    assert board.groups() == []


def test_a_message_is_read_once_over_a_kill_at_any_commit(board, monkeypatch):
    for seconds in (1, 2, 3, 4):
        board.denied(seconds, "g009")
    board.core.pump.commit()
    (ours,) = board.groups()
    mend(board)
    real, commits = board.core.store.commit, []

    class Killed(BaseException):
        pass

    def dying(batch, position, *rest):
        commits.append(position)
        if len(commits) == 3:
            raise Killed  # as the power goes: nothing of this commit is on disk
        return real(batch, position, *rest)

    monkeypatch.setattr(board.core.store, "commit", dying)
    with pytest.raises(Killed):
        board.replays.replay(ours.id)
    board.dies()
    again = board.anew(30)
    try:
        (left,) = again.groups()
        assert (left.id, left.count) == (ours.id, 2)
        assert again.replays.replay(left.id).stored == 2
        assert len(again.events()) == 4
        assert len({event.id for event in again.events()}) == 4
        assert again.groups() == []
    finally:
        again.dies()


class Half:
    """Reads one event of every message, and once it was mended a second one, of this kind."""

    def __init__(self, second):
        self.second, self.mended = second, False

    def decode(self, message, *, mint):
        def said(kind):
            return Event(
                id=mint(), device="gate-1", kind=kind, at=message.received_at, received_at=message.received_at
            )

        odd = said(self.second) if self.mended else Quarantine(code="unknown_code", reason="x = '181'")
        return [said("access.denied"), odd]


@pytest.mark.parametrize("second", ["access.forced", "access.denied"])
def test_what_was_taken_of_a_message_is_not_taken_again_and_one_more_of_its_kind_is(board, second):
    board.core.pump.decoder = half = Half(second)
    board.seconds = 1
    board.put(RawMessage(topic="t", payload=b"two", received_at=board.now), lambda: None)
    (group,) = board.groups()
    assert board.replays.replay(group.id).unread == 1
    half.mended = True
    assert board.replays.replay(group.id).stored == 1
    with board.core.store.read() as connection:
        events = search_events(connection, EventFilter(device="gate-1"), after=None, limit=9).rows
    assert sorted(event.kind for event in events) == ["access.denied", second]


def test_more_than_are_kept_are_counted(board):
    for number in range(KEEP + 5):
        board.denied(number / 10, "g009")
    board.core.pump.commit()
    (ours,) = board.groups()
    assert (ours.count, len(ours.rows)) == (KEEP + 5, KEEP)
    mend(board)
    done = board.replays.replay(ours.id)
    assert (done.stored, done.gone) == (KEEP, 5)
