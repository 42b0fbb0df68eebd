"""What may happen to a command, and that no door is pulsed twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from devices.command import COMMANDS, TRANSITIONS, Command, advance, may_send_again

T0 = datetime(2026, 3, 4, 10, tzinfo=UTC)


def command(name: str = "open", **more: object) -> Command:
    return Command(
        **{"id": "c1", "device": "g1", "name": name, "counter": 1, "by": "wang", "created_at": T0, **more}
    )


def test_the_table_is_closed() -> None:
    states = set(TRANSITIONS)
    assert {after for words in TRANSITIONS.values() for after in words.values()} <= states
    assert [state for state, words in TRANSITIONS.items() if not words] == ["done", "failed", "expired"]


def test_an_ordinary_life() -> None:
    sent = advance(command(), "send", now=T0)
    assert sent is not None
    assert sent.sent_at == T0
    accepted = advance(sent, "accept", now=T0)
    assert accepted is not None
    done = advance(accepted, "finish", now=T0 + timedelta(seconds=1), result="ok")
    assert done is not None
    assert (done.state, done.result, done.ended_at) == ("done", "ok", T0 + timedelta(seconds=1))
    assert advance(done, "fail", now=T0) is None


def test_nothing_is_sent_after_its_time() -> None:
    assert advance(command(), "send", now=T0 + timedelta(seconds=5)) is None
    expired = advance(command(), "expire", now=T0 + timedelta(seconds=5))
    assert expired is not None
    assert expired.state == "expired"


@pytest.mark.parametrize("word", ["lose", "expire"])
def test_what_was_sent_and_not_answered_is_unknown_and_a_late_answer_settles_it(word: str) -> None:
    unknown = advance(command(state="sent"), word, now=T0)
    assert unknown is not None
    assert unknown.state == "unknown"
    assert advance(unknown, "send", now=T0) is None
    settled = advance(unknown, "finish", now=T0)
    assert settled is not None
    assert settled.state == "done"


@pytest.mark.parametrize("name", list(COMMANDS))
@pytest.mark.parametrize("state", ["sent", "unknown"])
def test_only_what_is_harmless_twice_is_sent_again(name: str, state: str) -> None:
    assert may_send_again(command(name, state=state), now=T0) is (name != "open")
    assert not may_send_again(command(name, state=state), now=T0 + timedelta(minutes=1))


def test_a_siren_ends_by_itself() -> None:
    assert COMMANDS["siren_on"].longest is not None
