"""What becomes of commands: scenarios by the clock, and the laws that no order of events may break."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from devices.command import COMMANDS, LEAST_LIFE, MOST_SENDS, Command, CommandWord, next_counter
from devices.event import Event, Source
from gateway.command.turn import Heard, Watching, next_due, proofs, recovered, turn

T0 = datetime(2026, 3, 4, 10, tzinfo=UTC)
PLAIN = Watching()


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def command(name: str = "open", **more: object) -> Command:
    return Command(
        **{"id": "c1", "device": "g1", "name": name, "counter": 1, "by": "wang", "created_at": T0, **more}
    )


def run(
    *commands: Command,
    now: float,
    heard: tuple[Heard, ...] = (),
    watching: Watching = PLAIN,
    why: str | None = None,
):
    return turn(commands, heard, now=at(now), watch=lambda _: watching, why_not=lambda _: why)


def sent(name: str = "open", *, now: float = 0.2, watching: Watching = PLAIN) -> Command:
    (found,) = run(command(name), now=now, watching=watching).send
    return found


def event(kind: str, *, device: str = "g1", after: float = 1.0, mode: str = "live", **more: object) -> Event:
    when = at(after)
    return Event(
        **{
            "id": "e",
            "site": "s",
            "device": device,
            "kind": kind,
            "mode": mode,
            "at": when,
            "time_quality": "zoned",
            "received_at": when,
            "source": Source(profile="own@1"),
            **more,
        }
    )


# --- what a day brings -------------------------------------------------------------------------------


def test_a_pulse_answered_by_the_device() -> None:
    pulse = sent()
    assert (pulse.state, pulse.sends) == ("sent", 1)
    accepted = run(pulse, now=0.5, heard=(Heard(command="c1", word="accept", result="device"),)).changed[0]
    done = run(accepted, now=1, heard=(Heard(command="c1", word="finish", result="device"),)).changed[0]
    assert (done.state, done.result) == ("done", "device")


def test_a_pulse_seen_by_the_contact_is_done() -> None:
    watching = Watching(contact="door-1")
    pulse = sent(watching=watching)
    heard = proofs(pulse, event("contact.opened", device="door-1", after=2), watching)
    assert heard is not None
    assert run(pulse, now=2, heard=(heard,), watching=watching).changed[0].result == "contact"


@pytest.mark.parametrize("watching", [Watching(contact="door-1"), Watching()])
@pytest.mark.parametrize("state", ["sent", "accepted"])
def test_silence_is_said_as_it_is_and_no_second_pulse_follows(watching: Watching, state: str) -> None:
    pulse = sent(watching=watching)
    if state == "accepted":
        pulse = run(pulse, now=0.5, heard=(Heard(command="c1", word="accept", result="device"),), watching=watching).changed[0]  # fmt: skip
    turned = run(pulse, now=6, watching=watching)
    assert not turned.send
    (after,) = turned.changed
    expected = "contact_silent" if watching.contact else ("no_contact" if state == "accepted" else "no_reply")
    assert (after.state, after.result) == ("unknown", expected)
    assert not run(after, now=7, watching=watching).changed
    late = run(after, now=9, heard=(Heard(command="c1", word="finish", result="device"),), watching=watching)
    assert late.changed[0].state == "done"
    assert not late.send


@pytest.mark.parametrize(
    "event_more",
    [
        {"after": 0.1},  # before the send
        {"after": 9.0},  # somebody else's key
        {"mode": "retained"},
        {"mode": "backfill"},
        {"device": "door-2"},
        {"kind": "contact.closed"},
    ],
)
def test_only_the_door_that_opens_now_proves_a_pulse(event_more: dict[str, object]) -> None:
    watching = Watching(contact="door-1")
    pulse = sent(watching=watching)
    said = {"kind": "contact.opened", "device": "door-1", "after": 2.0, **event_more}
    assert proofs(pulse, event(**said), watching) is None  # type: ignore[arg-type]  # put together above


def test_what_waited_too_long_is_never_sent() -> None:
    turned = run(command(), now=4.5)
    assert not turned.send
    assert turned.changed[0].state == "expired"


def test_a_guard_keeps_it_in_the_house() -> None:
    turned = run(command("siren_on"), now=0, why="drill")
    assert not turned.send
    assert (turned.changed[0].state, turned.changed[0].result) == ("failed", "drill")


def test_a_siren_is_asked_again_with_the_same_id_until_its_time_is_over() -> None:
    siren, sends, now = command("siren_on"), 0, 0.0
    while siren.state in ("queued", "sent"):
        turned = run(siren, now=now)
        sends += len(turned.send)
        siren = turned.changed[0] if turned.changed else siren
        now += 1
    assert (siren.state, siren.result, sends) == ("unknown", "no_reply", MOST_SENDS)
    assert siren.sent_at is not None
    assert siren.sent_at <= siren.expires_at - LEAST_LIFE


def test_what_may_no_more_leave_the_house_is_not_repeated() -> None:
    siren = sent("siren_on")
    assert run(siren, now=6).send
    turned = run(siren, now=6, why="drill")
    assert not turned.send
    assert turned.changed[0].state == "unknown"


def test_an_order_that_a_newer_one_replaced_is_not_repeated() -> None:
    on = sent("siren_on")
    off = command("siren_off", id="c2", counter=2, created_at=at(3))
    turned = run(on, off, now=3)
    assert [each.id for each in turned.send] == ["c2"]
    later = run(on, turned.changed[0], now=5.5)
    assert [each.id for each in later.send] == []
    assert later.changed[0].state == "unknown"


def test_its_own_relay_proves_a_siren() -> None:
    siren = sent("siren_on")
    heard = proofs(siren, event("device.state", state={"output": True}), Watching())
    assert heard is not None
    assert heard.word == "finish"
    assert proofs(siren, event("device.state", state={"output": False}), Watching()) is None


def test_a_reply_counts_for_its_own_command_and_device_only() -> None:
    pulse = sent()
    reply = event("command.done", data={"command": "c1"})
    assert proofs(pulse, reply, Watching()) is not None
    assert proofs(pulse, event("command.done", data={"command": "c2"}), Watching()) is None
    assert proofs(pulse, event("command.done", device="g2", data={"command": "c1"}), Watching()) is None
    assert proofs(pulse, event("command.sent", data={"command": "c1"}), Watching()) is None


def test_where_a_contact_watches_a_door_its_own_done_is_not_enough() -> None:
    reply = event("command.done", data={"command": "c1"})
    with_contact, without = proofs(sent(), reply, Watching(contact="door-1")), proofs(sent(), reply, PLAIN)
    assert with_contact is not None
    assert without is not None
    assert (with_contact.word, without.word) == ("accept", "finish")


def test_after_a_restart_nothing_that_opens_a_door_goes_out() -> None:
    found = recovered([command(), sent()], now=at(1)).changed
    assert [(each.state, each.result) for each in found] == [("expired", "restart"), ("unknown", "restart")]
    assert not recovered([sent("siren_on"), command("lock")], now=at(1)).changed


def test_the_next_look_is_when_time_changes_something() -> None:
    assert next_due([command()], lambda _: Watching()) == at(4)
    assert next_due([sent()], lambda _: Watching()) == at(5.2)
    assert next_due([], lambda _: Watching()) is None


@pytest.mark.parametrize(("last", "expected"), [(0, 1_772_618_400), (2_000_000_000, 2_000_000_001)])
def test_a_counter_rises_over_a_restored_store(last: int, expected: int) -> None:
    assert next_counter(last, T0) == expected


# --- laws ----------------------------------------------------------------------------------------------


class Life(RuleBasedStateMachine):
    """A gateway with three devices: orders, replies, silence, time and crashes in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = T0
        self.stored: dict[str, Command] = {}
        self.counters: dict[str, int] = {}
        self.sent: list[tuple[str, datetime]] = []  # what left the house
        self.newest_sent: dict[str, int] = {}

    @rule(name=st.sampled_from(sorted(COMMANDS)), device=st.sampled_from(["a", "b", "c"]))
    def order(self, name: str, device: str) -> None:
        counter = next_counter(self.counters.get(device, 0), self.now)
        assert counter > self.counters.get(device, 0)
        self.counters[device] = counter
        key = f"c{len(self.stored)}"
        self.stored[key] = Command(
            id=key, device=device, name=name, counter=counter, by="w", created_at=self.now
        )

    @rule(
        seconds=st.floats(0, 12),
        words=st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["accept", "finish", "fail", "lose", "repeat", "send"]))),
        refuse=st.booleans(),
        dies=st.sampled_from(["", "before", "after"]),
    )  # fmt: skip
    def look(self, seconds: float, words: list[tuple[int, CommandWord]], refuse: bool, dies: str) -> None:
        """A turn; `dies`: before its commands left, or after they left and before anything else was written."""
        self.now += timedelta(seconds=seconds)
        heard = [
            Heard(command=f"c{n}", word=word, result="x")
            for n, word in words
            if word not in ("repeat", "send")
        ]
        turned = turn(
            self.stored.values(), heard, now=self.now, watch=lambda _: Watching(contact="k"),
            why_not=lambda _: "drill" if refuse else None,
        )  # fmt: skip
        self.stored |= {each.id: each for each in turned.changed}  # committed before anything leaves
        if dies == "before":
            self._restart()
            return
        for each in turned.send:
            self.sent.append((each.id, self.now))
            assert each.counter >= self.newest_sent.get(each.device, 0)
            self.newest_sent[each.device] = each.counter
        if dies:
            self._restart()

    @precondition(lambda self: self.stored)
    @rule()
    def restore_yesterday(self) -> None:
        """The store comes back from an older copy, after a while: counters must rise all the same."""
        used = dict(self.counters)
        self.counters = {}
        self.now += timedelta(seconds=len(self.stored) + 60)
        for device, last in used.items():
            fresh = next_counter(self.counters.get(device, 0), self.now)
            assert fresh > last
            self.counters[device] = fresh
        self._restart()

    def _restart(self) -> None:
        turned = recovered(self.stored.values(), now=self.now)
        assert not turned.send
        self.stored |= {each.id: each for each in turned.changed}

    @invariant()
    def never_twice_what_may_not_be_repeated(self) -> None:
        for each in self.stored.values():
            times = [when for key, when in self.sent if key == each.id]
            assert len(times) <= (MOST_SENDS if each.spec.repeatable else 1)
            assert all(when <= each.expires_at - LEAST_LIFE for when in times)

    @invariant()
    def counters_rise(self) -> None:
        for device in self.counters:
            own = [each.counter for each in self.stored.values() if each.device == device]
            assert own == sorted(set(own))


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLife = Life.TestCase
