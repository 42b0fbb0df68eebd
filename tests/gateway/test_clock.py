"""The engine clock: forward only, blind to steps of the wall clock, exact over restarts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.clock import FLOOR_US, ClockMark, EngineClock, Sources, boot_id, from_us, synchronised, to_us

START = to_us(datetime(2026, 3, 4, 10, 0, tzinfo=UTC))
SECOND = 1_000_000
HOUR = 3600 * SECOND


class Machine:
    """A machine whose clocks the test sets."""

    def __init__(self, *, wall: int = START, boot: str = "first", good: bool = True) -> None:
        self.wall, self.elapsed, self.boot, self.good = wall, 50 * SECOND, boot, good

    def passes(self, microseconds: int) -> None:
        self.wall += microseconds
        self.elapsed += microseconds

    def reboots(self, *, away: int, boot: str = "second") -> None:
        self.wall += away
        self.elapsed, self.boot = 3 * SECOND, boot

    def clock(self, last: int | None = None, mark: ClockMark | None = None) -> EngineClock:
        sources = Sources(
            elapsed_us=lambda: self.elapsed,
            wall_us=lambda: self.wall,
            synchronised=lambda: self.good,
            boot=lambda: self.boot,
        )
        return EngineClock(last_us=last, mark=mark, sources=sources)


def test_first_start_takes_the_wall_clock() -> None:
    clock = Machine().clock()
    assert (clock.now_us(), clock.offset, clock.down_for) == (START, timedelta(0), timedelta(0))


def test_first_start_in_1970_begins_at_the_floor() -> None:
    machine = Machine(wall=12 * SECOND, good=False)
    clock = machine.clock()
    assert clock.now_us() == FLOOR_US
    machine.wall, machine.good = START, True
    assert clock.notice() == timedelta(microseconds=START - FLOOR_US)
    assert clock.now_us() == FLOOR_US


def test_a_step_of_the_wall_clock_changes_only_the_offset() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.passes(10 * SECOND)
    machine.wall += 8 * HOUR
    assert clock.now_us() == START + 10 * SECOND
    assert clock.notice() == timedelta(hours=8)
    assert clock.notice() is None
    assert clock.mark().offset_us == 8 * HOUR


def test_slewing_is_no_step() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall += 100_000
    assert clock.notice() is None


def test_losing_synchronisation_is_noticed_once() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.good = False
    assert clock.notice() == timedelta(0)
    assert not clock.mark().synchronised
    assert clock.notice() is None


def test_a_restart_in_the_same_boot_counts_the_downtime_without_a_synchronised_clock() -> None:
    machine = Machine(good=False)
    first = machine.clock()
    mark, last = first.mark(), first.now_us()
    machine.passes(90 * SECOND)
    machine.wall -= 8 * HOUR
    second = machine.clock(last, mark)
    assert second.down_for == timedelta(seconds=90)
    assert second.now_us() == last + 90 * SECOND
    assert second.offset == timedelta(hours=-8)


def test_a_reboot_between_synchronised_clocks_counts_the_wall_time() -> None:
    machine = Machine()
    first = machine.clock()
    machine.wall += 2 * HOUR  # an old step stays in the offset and is not taken for downtime
    first.notice()
    mark, last = first.mark(), first.now_us()
    machine.reboots(away=HOUR)
    second = machine.clock(last, mark)
    assert (second.down_for, second.offset) == (timedelta(hours=1), timedelta(hours=2))


def test_a_reboot_without_synchronisation_goes_on_from_the_last_commit() -> None:
    machine = Machine()
    first = machine.clock()
    mark, last = first.mark(), first.now_us()
    machine.reboots(away=-30 * HOUR)
    machine.good = False
    second = machine.clock(last, mark)
    assert (second.now_us(), second.down_for, second.offset) == (last, timedelta(0), timedelta(hours=-30))


@given(
    walks=st.lists(
        st.tuples(st.integers(0, HOUR), st.integers(-9 * HOUR, 9 * HOUR), st.booleans(), st.booleans())
    ),
)
def test_never_runs_backwards(walks: list[tuple[int, int, bool, bool]]) -> None:
    machine = Machine()
    clock = machine.clock()
    newest = clock.now_us()
    for number, (passes, step, good, restart) in enumerate(walks):
        machine.passes(passes)
        machine.wall += step
        machine.good = good
        if restart:
            mark = clock.mark()
            machine.reboots(away=0, boot=f"boot-{number}")
            clock = machine.clock(newest, mark)
        clock.notice()
        assert clock.now_us() >= newest
        newest = clock.now_us()


def test_the_machines_own_sources_answer() -> None:
    assert isinstance(synchronised(), bool)
    assert boot_id() == boot_id()
    clock = EngineClock()
    assert clock.now() <= clock.now()


def test_microseconds_are_exact() -> None:
    at = datetime(2026, 3, 4, 10, 15, 2, 431_007, tzinfo=UTC)
    assert from_us(to_us(at)) == at
