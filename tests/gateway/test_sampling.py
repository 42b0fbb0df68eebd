"""Thinning out a measurement that rules read: one event in 10 s, no spike lost, no bound broken."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from devices.event import Decoded, Event, RawMessage, Telemetry
from gateway import sampling
from gateway.sampling import Sampling, Told
from rules.measured import EVERY_US, Wanted
from tests.gateway.pump_parts import START, Bench, DoorRules, PlainDecoder

HOT = Wanted(every_us=EVERY_US, value=True, marks=(55.0,))
EVERY_S = EVERY_US / 1e6


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def sample(second: float, value: float, device: str = "shed-1") -> Told:
    event = Event(device=device, kind="env.temperature", at=at(second), received_at=at(second))
    message = RawMessage(topic="t", payload=b"", received_at=at(second))
    return Told(value=value, event=event, message=message)


def play(samples: list[tuple[float, float]], wanted: Wanted = HOT) -> list[tuple[float, float]]:
    """Return (second, value) of what is told, deadlines before samples, and after the last of these too."""
    house, told = Sampling(), []

    def pass_until(limit: float) -> None:
        while house.due is not None and house.due < at(limit):
            moment = house.due
            told.extend(((moment - START).total_seconds(), each.value) for each in house.turn(moment))

    for second, value in samples:
        pass_until(second)
        if house.take("temperature", sample(second, value), wanted, at(second)) is not None:
            told.append((second, value))
    pass_until(1e9)
    return told


def test_of_one_sample_a_second_one_in_ten_is_told() -> None:
    told = play([(second, 20 + second / 100) for second in range(100)])
    assert [second for second, _ in told] == [10.0 * n for n in range(10)] + [100.0]
    assert told[-1] == (100.0, 20.99)  # the newest, although nothing more was said


def test_a_spike_between_two_turns_goes_ahead_and_so_does_its_end_when_it_may() -> None:
    told = play([(0, 20), (3, 80), (4, 20), (5, 21)])
    assert told[:3] == [(0, 20), (3, 80), (10, 20)]
    assert told[3:] == [(30, 21)]


def test_a_spike_that_may_not_go_ahead_is_kept_and_told() -> None:
    told = play([(0, 20), (3, 80), (4, 20), (5, 81), (6, 20), (7, 20)])
    assert [value for _, value in told] == [20, 80, 20, 20]
    told = play([(0, 20), (3, 80), (4, 30), (5, 10), (6, 81)])
    assert told[:3] == [(0, 20), (3, 80), (10, 10)]
    assert told[3] == (20, 81)  # told after the dip, as soon as one may go ahead


def test_values_that_no_rule_tells_apart_wait_for_their_turn() -> None:
    assert play([(0, 20), (1, 54), (2, -30), (3, 22)]) == [(0, 20), (10, 22)]


def test_who_only_wants_to_hear_the_device_is_told_no_old_value() -> None:
    assert play([(0, 20), (1, 80), (59, 20), (61, 20)], Wanted(every_us=6 * EVERY_US)) == [(0, 20), (61, 20)]


def test_the_oldest_of_too_many_measurements_begins_anew(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(sampling, "SERIES", 2)
    house = Sampling()
    for device in ("a", "b", "c", "a"):
        assert house.take("temperature", sample(0, 20, device), HOT, at(0)) is not None


@given(
    st.lists(st.tuples(st.floats(0.01, 15), st.sampled_from([10.0, 50.0, 55.0, 60.0, 90.0])), min_size=1, max_size=80)
)  # fmt: skip
def test_the_rate_is_bounded_and_the_last_side_is_told(steps: list[tuple[float, float]]) -> None:
    second, samples = 0.0, []
    for gap, value in steps:
        second += gap
        samples.append((second, value))
    told = play(samples)
    times = [each for each, _ in told]
    assert times == sorted(times)
    for first in range(
        len(times)
    ):  # two at a time, one in 10 s; turns within a second of each other come together
        for last in range(first, len(times)):
            assert last - first + 1 <= (times[last] - times[first] + 1) / EVERY_S + 2
    assert told[-1][1] == samples[-1][1] or not HOT.differ(told[-1][1], samples[-1][1])
    visited = {HOT.differ(samples[0][1], value) for _, value in samples}
    assert {HOT.differ(samples[0][1], value) for _, value in told} == visited


# --- in the pump ------------------------------------------------------------------------------------


class Thermometers(PlainDecoder):
    def decode(self, message: RawMessage, *, mint) -> list[Decoded]:  # type: ignore[no-untyped-def]  # as PlainDecoder's
        value = float(message.payload)
        event = Event(
            device="shed-1", kind="env.temperature", at=message.received_at, received_at=message.received_at,
            mode="retained" if message.retained else "live", data={"value": value}, state={"temperature": value},
        )  # fmt: skip
        return [Telemetry(device="shed-1", metric="temperature", value=value, at=event.at, event=event)]


def house(tmp_path: Path) -> tuple[Bench, DoorRules]:
    bench = Bench(tmp_path)
    bench.pump.decoder = Thermometers()
    rules = bench.pump.state.rules
    assert isinstance(rules, DoorRules)
    return bench, rules


def say(bench: Bench, second: float, value: float, *, retained: bool = False) -> None:
    body = str(value).encode()
    message = RawMessage(topic="t", payload=body, received_at=at(second), retained=retained)
    bench.pump.message(message, at(second), lambda: None)


def test_only_what_a_rule_reads_is_journaled_and_everything_is_measured(tmp_path: Path) -> None:
    bench, rules = house(tmp_path)
    for second in range(5):
        say(bench, second, 20)
    rules.reads["temperature"] = HOT  # a rule comes into force
    say(bench, 5, 20, retained=True)
    say(bench, 6, 20)
    say(bench, 7, 80)
    say(bench, 8, 21)
    bench.pump.advance(at(60))
    rules.reads.clear()  # and goes
    say(bench, 61, 90)
    bench.pump.commit()
    (done,) = bench.told
    assert [(each.data["value"], each.at) for each in done.events] == [(20, at(6)), (80, at(7)), (21, at(8))]
    assert [each.seq for each in done.events] == [1, 2, 3]
    assert len({each.id for each in done.events}) == 3
    assert len(done.telemetry) == 10
    assert bench.pump.state.shadows["shed-1"].values()["temperature"] == 21


def test_what_a_rule_reads_is_not_shed(tmp_path: Path) -> None:
    bench, rules = house(tmp_path)
    bench.pump.under_pressure(99)
    say(bench, 0, 20)
    rules.reads["temperature"] = HOT
    say(bench, 1, 20)
    bench.pump.commit()
    assert len(bench.told[0].events) == len(bench.told[0].telemetry) == 1
    assert bench.told[0].counters["shed.env.temperature"] == 1


def test_a_sample_on_which_the_engine_fails_does_not_end_the_pump(tmp_path: Path) -> None:
    bench, rules = house(tmp_path)
    rules.reads["temperature"] = HOT
    say(bench, 0, 20)
    say(bench, 1, 21)
    rules.fails_on = "env.temperature"
    bench.pump.advance(at(30))
    say(bench, 31, 20)
    bench.pump.commit()
    faults = [each for done in bench.told for each in done.faults]
    events = [each for done in bench.told for each in done.events]
    assert (len(faults), [each.data["value"] for each in events]) == (1, [20])
