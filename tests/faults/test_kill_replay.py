"""Kills while quarantined messages are read anew: whatever moment it dies at, each of them counts once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.gateway.estate.test_replay import Board, mend
from tests.gateway.rulebook.desk import DENIED, as_item, site_of
from tests.gateway.sitebook.estate import write_people

pytestmark = [pytest.mark.fault]
SAID = 6


def dies_at(folder: Path, commit: int, *, written: bool) -> None:
    """In a process of its own: read the group anew and be killed at a commit, before or after it is on disk."""
    child = os.fork()
    if child == 0:
        try:
            board = Board(folder, 30)
            real, count = board.core.store.commit, 0

            def commit_and_die(batch, position):
                nonlocal count
                count += 1
                if count == commit and not written:
                    os.kill(os.getpid(), signal.SIGKILL)
                done = real(batch, position)
                if count == commit:
                    os.kill(os.getpid(), signal.SIGKILL)
                return done

            board.core.store.commit = commit_and_die
            board.replays.replay(board.groups()[0].id)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("written", [False, True])
def test_each_message_counts_once_whatever_commit_it_dies_at(tmp_path, written):
    folder = site_of(tmp_path / "site", rules=as_item(DENIED))
    write_people(folder)
    board = Board(folder)
    for seconds in range(SAID):
        board.denied(seconds + 1, "g009")
    board.core.pump.commit()
    mend(board)
    board.dies()
    for commit in (1, 2):
        dies_at(folder, commit, written=written)
    last = Board(folder, 40)
    try:
        left = last.groups()
        done = last.replays.replay(left[0].id)
        assert (done.stored, done.unread, done.duplicate) == (left[0].count, 0, 0)
        events = last.events()
        assert len(events) == len({event.id for event in events}) == SAID
        assert last.groups() == []
    finally:
        last.dies()
