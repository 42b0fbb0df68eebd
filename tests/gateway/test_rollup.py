"""Roll-ups: hours of minutes are hours of samples, whatever came late, was cut off or killed in between."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devices.event import Telemetry
from gateway.clock import from_us, to_us
from gateway.rollup import STEPS, Keep, Span, Step, begin_us, rolled, together
from gateway.store import rollups
from gateway.store.telemetry import Minute, TelemetryFile
from gateway.telemetry import TelemetryLog

CHINA = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 4, 15, 58, tzinfo=UTC)  # two minutes before midnight on the site's clock
ZONES = (CHINA, ZoneInfo("Asia/Kolkata"), ZoneInfo("Europe/Berlin"), UTC)
SAMPLES = st.lists(st.tuples(st.integers(0, 3 * 86_400), st.integers(-1000, 1000)), min_size=1, max_size=60)


def one(second: int, value: float) -> Span:
    at_us = to_us(START) + second * 1_000_000
    return Span(at_us=at_us, count=1, total=value, low=value, high=value, last=value, last_us=at_us)


def sample(second: int, value: float, device: str = "t-1") -> Telemetry:
    return Telemetry(device=device, metric="temperature", value=value, at=START + timedelta(seconds=second))


def everything(file: TelemetryFile, step: Step, device: str = "t-1") -> list[Span]:
    return file.spans(device, "temperature", step=step, since_us=0, until_us=2**60, limit=10**6)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[TelemetryFile]:
    opened = TelemetryFile(tmp_path / "telemetry.db", zone=CHINA)
    yield opened
    opened.close()


@given(samples=SAMPLES, zone=st.sampled_from(ZONES))
def test_a_roll_up_of_roll_ups_is_the_roll_up_of_the_samples(
    samples: list[tuple[int, int]], zone: ZoneInfo
) -> None:
    raw = [one(*each) for each in samples]
    hours = rolled(rolled(raw, "minute", zone), "hour", zone)
    assert hours == rolled(raw, "hour", zone)
    assert rolled(hours, "day", zone) == rolled(raw, "day", zone)


@given(samples=SAMPLES, order=st.randoms())
def test_no_order_changes_what_comes_out(samples: list[tuple[int, int]], order: object) -> None:
    raw = [one(*each) for each in samples]
    mixed = list(raw)
    order.shuffle(mixed)  # type: ignore[attr-defined]  # a random.Random that hypothesis drives
    assert rolled(mixed, "hour", CHINA) == rolled(raw, "hour", CHINA)


@given(first=SAMPLES, second=SAMPLES, third=SAMPLES)
def test_putting_together_is_associative(
    first: list[tuple[int, int]], second: list[tuple[int, int]], third: list[tuple[int, int]]
) -> None:
    a, b, c = (rolled([one(*each) for each in some], "day", CHINA)[0] for some in (first, second, third))
    assert together(together(a, b), c) == together(a, together(b, c))


@pytest.mark.parametrize(
    ("step", "at", "begin"),
    [
        ("minute", "2026-03-04T15:59:59+00:00", "2026-03-04T15:59:00+00:00"),
        ("hour", "2026-03-04T15:59:59+00:00", "2026-03-04T15:00:00+00:00"),
        ("day", "2026-03-04T15:59:59+00:00", "2026-03-03T16:00:00+00:00"),
        ("day", "2026-03-04T16:00:00+00:00", "2026-03-04T16:00:00+00:00"),
    ],
)
def test_hours_and_days_begin_on_the_sites_clock(step: Step, at: str, begin: str) -> None:
    found = begin_us(step, to_us(datetime.fromisoformat(at)), CHINA)
    assert from_us(found) == datetime.fromisoformat(begin)


def test_an_hour_begins_with_the_local_hour_where_the_zone_has_half_hours() -> None:
    at = datetime(2026, 3, 4, 10, 40, tzinfo=UTC)  # 16:10 in India
    assert from_us(begin_us("hour", to_us(at), ZoneInfo("Asia/Kolkata"))) == datetime(
        2026, 3, 4, 10, 30, tzinfo=UTC
    )


WORK = st.lists(
    st.one_of(
        st.tuples(st.just("say"), SAMPLES),
        st.tuples(st.just("roll"), st.integers(1, 20)),
        st.tuples(st.sampled_from(["flush", "restart", "killed"]), st.none()),
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=25)  # the machine may be busy
@example(work=[("say", [(0, 0), (0, -1)])])  # two values of one moment
@given(work=WORK)
def test_the_file_counts_everything_once_over_restarts_and_kills(
    tmp_path_factory: pytest.TempPathFactory, work: list[tuple[str, object]]
) -> None:
    """What was written is in each roll-up once: whatever came late, and wherever a process was killed."""
    path = tmp_path_factory.mktemp("t") / "telemetry.db"
    file = TelemetryFile(path, zone=CHINA)
    log = TelemetryLog(file, now=lambda: START)
    said: list[Span] = []
    for deed, given_ in work:
        if deed == "say":
            said += [one(*each) for each in given_]  # type: ignore[attr-defined]  # a list, as the step says
            log.add([sample(*each) for each in given_])  # type: ignore[attr-defined]  # the same list
        elif deed == "roll":
            file.roll_up(most=given_)  # type: ignore[arg-type]  # a number, as the step says
        elif deed == "flush":
            log.flush(everything=True)
        else:
            log.flush(everything=True)
            if deed == "killed":
                _killed_while_rolling(file)
            file.close()
            file = TelemetryFile(path, zone=CHINA)
            log = TelemetryLog(file, now=lambda: START)
    log.flush(everything=True)
    for _ in range(2):  # first with what is not rolled up yet put in, then with everything rolled up
        for step in STEPS:
            assert _plain(everything(file, step)) == _plain(rolled(said, step, CHINA))
        while file.roll_up():
            pass
    file.close()


def _killed_while_rolling(file: TelemetryFile) -> None:
    """Roll up, and end before the transaction does: as a process that is killed there."""
    with file._engine.connect() as connection:
        rollups.roll_up(connection, zone=CHINA, most=1000)
        connection.rollback()


def _plain(spans: list[Span]) -> list[tuple[object, ...]]:
    return [(s.at_us, s.count, round(s.total, 6), s.low, s.high, s.last, s.last_us) for s in spans]


def test_hours_and_days_outlive_their_minutes_and_go_in_their_time(file: TelemetryFile) -> None:
    now = START
    log = TelemetryLog(
        file, now=lambda: now, keep=lambda: Keep(minute=timedelta(days=7), hour=timedelta(days=30))
    )
    log.add([sample(second, second) for second in range(0, 600, 10)])
    log.flush(everything=True)
    now = START + timedelta(days=8)
    log.tidy()
    assert everything(file, "minute") == []
    assert sum(span.count for span in everything(file, "hour")) == 60
    now = START + timedelta(days=40)
    log.tidy()
    assert everything(file, "hour") == []
    first, second = everything(file, "day")  # midnight came after two minutes
    assert (first.count, second.count, first.low, second.high) == (12, 48, 0.0, 590.0)
    assert math.isclose(first.mean, 55.0)


def test_answers_are_cut_and_begin_with_a_whole_span(file: TelemetryFile) -> None:
    log = TelemetryLog(file, now=lambda: START)
    log.add([sample(60 * n, n) for n in range(300)])
    log.flush(everything=True)
    file.roll_up(most=100)
    start_us = to_us(START)
    page = file.spans("t-1", "temperature", step="hour", since_us=start_us, until_us=2**60, limit=2)
    assert [from_us(span.at_us).hour for span in page] == [16, 17], "15 began before and is not given in part"
    assert [span.count for span in page] == [60, 60]
    minutes = file.spans("t-1", "temperature", step="minute", since_us=start_us, until_us=2**60, limit=7)
    assert [span.last for span in minutes] == list(range(7))


def test_a_file_of_the_version_before_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "telemetry.db"
    old = sa.create_engine(f"sqlite:///{path}")
    with old.begin() as connection:
        columns = "device TEXT, metric TEXT, at_us INTEGER, count INTEGER, mean FLOAT, low FLOAT, high FLOAT, last FLOAT"
        connection.exec_driver_sql(f"CREATE TABLE minutes (id INTEGER PRIMARY KEY AUTOINCREMENT, {columns})")
        at_us = to_us(START)
        row = ("t-1", "temperature", at_us, 2, 5.0, 4.0, 6.0, 6.0)
        connection.exec_driver_sql(
            "INSERT INTO minutes (device, metric, at_us, count, mean, low, high, last) VALUES (?,?,?,?,?,?,?,?)",
            row,
        )
    old.dispose()
    file = TelemetryFile(path, zone=CHINA)
    file.add(
        [Minute(device="t-1", metric="temperature", at_us=at_us + 1, count=1, mean=8, low=8, high=8, last=8)]
    )
    assert file.roll_up() == 2
    (hour,) = everything(file, "hour")
    assert (hour.count, hour.total, hour.last) == (3, 18.0, 8.0)
    file.close()
