"""What is learned of a device's clock, and the `at` that follows from it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.clock import MIN_MESSAGES, DeviceClock, judge
from devices.timestamp import Stamp

SITE = ZoneInfo("Asia/Shanghai")
T0 = datetime(2026, 3, 4, 10, tzinfo=UTC)


def s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def stamp(at: datetime, quality: str = "zoned") -> Stamp:
    return Stamp(at, quality)


def run(
    clock: DeviceClock, delays: list[float], *, skew: float, start: datetime = T0, every: float = 60
) -> datetime:
    """Messages `every` seconds apart from a clock that is `skew` behind, each `delay` on its way."""
    received = start
    for number, delay in enumerate(delays):
        received = start + s(every * number)
        clock.learn(stamp(received - s(delay + skew)), received, SITE)
    return received


def test_before_anything_is_learned_the_device_is_believed() -> None:
    assert judge(DeviceClock(), stamp(T0 - s(2)), T0, SITE) == (T0 - s(2), "zoned", ())
    assert judge(DeviceClock(), stamp(T0 - s(2), "naive"), T0, SITE) == (T0 - s(2), "naive", ())
    assert judge(DeviceClock(), None, T0, SITE) == (T0, "none", ())


def test_a_little_ahead_is_cut_to_the_receipt_and_much_is_not_believed() -> None:
    assert judge(DeviceClock(), stamp(T0 + s(5)), T0, SITE) == (T0, "zoned", ())
    assert judge(DeviceClock(), stamp(T0 + s(5.1)), T0, SITE) == (T0, "none", ("clock",))


@pytest.mark.parametrize("year", [1970, 2000, 2036])
def test_years_of_clocks_without_a_battery_are_not_believed(year: int) -> None:
    clock = DeviceClock()
    odd = stamp(datetime(year, 1, 1, 0, 3, tzinfo=UTC))
    for _ in range(50):
        clock.learn(odd, T0, SITE)
    assert clock == DeviceClock()
    assert judge(clock, odd, T0, SITE) == (T0, "none", ("clock",))


def test_skew_needs_twenty_messages_and_ten_minutes() -> None:
    few, short, enough = DeviceClock(), DeviceClock(), DeviceClock()
    run(few, [0.1] * (MIN_MESSAGES - 1), skew=90)
    run(short, [0.1] * 100, skew=90, every=5)
    run(enough, [0.1] * MIN_MESSAGES, skew=90)
    assert (few.skew, short.skew) == (None, None)
    assert enough.skew == pytest.approx(90.1)


def test_a_learned_skew_is_added_and_flagged() -> None:
    clock = DeviceClock()
    end = run(clock, [0.5] * MIN_MESSAGES, skew=90)
    at, quality, flags = judge(clock, stamp(end - s(100)), end, SITE)
    assert (at, quality, flags) == (end - s(9.5), "skewed", ("skew:+90s",))
    assert judge(clock, stamp(end - s(1)), end, SITE).at == end, "never later than its receipt"


def test_a_good_clock_is_called_synced_and_left_alone() -> None:
    clock = DeviceClock()
    end = run(clock, [0.4] * MIN_MESSAGES, skew=0)
    assert judge(clock, stamp(end - s(3)), end, SITE) == (end - s(3), "synced", ())
    assert judge(clock, stamp(end - s(3), "naive"), end, SITE) == (end - s(3), "naive", ())


def test_a_backlog_among_live_messages_is_not_learned_as_skew() -> None:
    clock = DeviceClock()
    run(clock, [7200 - 60 * n for n in range(19)] + [0.2], skew=0)
    assert clock.skew == pytest.approx(0.2)


def test_one_bad_stamp_ahead_does_not_move_the_clock() -> None:
    clock = DeviceClock()
    run(clock, [0.3] * 10 + [-400] + [0.3] * 9, skew=0)
    assert clock.skew == pytest.approx(0.3)


def test_a_zone_error_is_corrected_only_after_a_day_of_the_same() -> None:
    clock, now = DeviceClock(), T0
    for _ in range(24 * 4):
        now = run(clock, [0.2] * MIN_MESSAGES, skew=-28_800, start=now)
        assert clock.skew == pytest.approx(-28_799.8)
        if (now - T0) < timedelta(hours=23):
            assert not clock.usable
            assert judge(clock, stamp(now + s(28_799)), now, SITE) == (now, "none", ("clock",))
    assert clock.usable
    at, quality, flags = judge(clock, stamp(now + s(28_797)), now, SITE)
    assert (quality, flags) == ("skewed", ("skew:-28800s",))
    assert at == pytest.approx(now - s(2.8), abs=s(0.001))


def test_any_other_large_error_is_never_corrected() -> None:
    clock, now = DeviceClock(), T0
    for _ in range(24 * 4):
        now = run(clock, [0.2] * MIN_MESSAGES, skew=20_000, start=now)
    assert judge(clock, stamp(now - s(20_001)), now, SITE) == (now, "none", ("clock",))


def test_eight_hours_back_is_taken_for_a_zone_error_unless_it_was_queued() -> None:
    eight = stamp(T0 - s(28_801))
    assert judge(DeviceClock(), eight, T0, SITE) == (T0, "none", ("clock",))
    assert judge(DeviceClock(), eight, T0, SITE, drained=True).at == eight.instant
    assert judge(DeviceClock(), eight, T0, SITE, live=False).at == eight.instant


def test_older_than_a_week_is_believed_only_of_a_backlog() -> None:
    old = stamp(T0 - timedelta(days=8))
    assert judge(DeviceClock(), old, T0, SITE).flags == ("clock",)
    assert judge(DeviceClock(), old, T0, SITE, live=False).at == old.instant
    assert judge(DeviceClock(), old, T0, SITE, oldest=None).at == old.instant


def test_a_good_clock_that_falls_back_years_is_not_believed() -> None:
    clock = DeviceClock()
    end = run(clock, [0.4] * MIN_MESSAGES, skew=0)
    assert judge(clock, stamp(end - timedelta(days=2000)), end, SITE) == (end, "none", ("clock",))


def test_clockless_in_a_drain_says_so() -> None:
    assert judge(DeviceClock(), None, T0, SITE, drained=True) == (T0, "none", ("drained",))
    assert judge(DeviceClock(), stamp(T0 + s(999)), T0, SITE, drained=True).flags == ("clock", "drained")
    assert judge(DeviceClock(), stamp(T0 - s(999)), T0, SITE, drained=True) == (T0 - s(999), "zoned", ())


_DELAYS = st.lists(st.floats(0, 25), min_size=MIN_MESSAGES, max_size=60)


@given(_DELAYS, st.floats(-1500, 1500))
def test_the_skew_learned_is_the_smallest_difference(delays: list[float], skew: float) -> None:
    clock = DeviceClock()
    run(clock, delays, skew=skew)
    assert clock.usable
    assert (
        clock.skew == pytest.approx(min(delays[:MIN_MESSAGES]) + skew, abs=1e-3)
        or len(delays) >= 2 * MIN_MESSAGES
    )


@given(
    st.lists(st.tuples(st.floats(-1e8, 1e8), st.floats(0, 1e6)), max_size=80),
    st.floats(-1e9, 1e9),
    st.booleans(),
    st.booleans(),
)
def test_at_is_never_later_than_the_receipt(
    messages: list[tuple[float, float]], last: float, live: bool, drained: bool
) -> None:
    clock, received = DeviceClock(), T0
    for difference, pause in messages:
        received += s(pause)
        clock.learn(stamp(received - s(difference)), received, SITE)
    judged = judge(clock, stamp(received - s(last)), received, SITE, live=live, drained=drained)
    assert judged.at <= received
    assert ("clock" in judged.flags) == (judged.quality == "none")


@given(_DELAYS)
def test_the_state_survives_being_stored(delays: list[float]) -> None:
    clock = DeviceClock()
    run(clock, delays, skew=40)
    assert msgspec.json.decode(msgspec.json.encode(clock), type=DeviceClock) == clock
