"""Every form of device time in the field becomes one instant, or honestly nothing."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.timestamp import Stamp, parse_stamp, parse_zone

SITE = ZoneInfo("Asia/Shanghai")
MOMENT = datetime(2026, 3, 4, 10, 15, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "quality"),
    [
        ("2026-03-04T18:15:02+08:00", "zoned"),
        ("2026-03-04T10:15:02Z", "zoned"),
        ("2026-03-04T18:15:02", "naive"),
        ("2026-03-04 18:15:02", "naive"),
        ("20260304T181502", "naive"),
        ("2026/3/4 18:15:02", "naive"),
        ("2026年3月4日 18:15:02", "naive"),
        (1772619302, "epoch"),
        (1772619302.0, "epoch"),
        ("1772619302", "epoch"),
        (1772619302000, "epoch"),
        (1772619302000000, "epoch"),
        ("1772619302000000000", "epoch"),
    ],
)
def test_forms(value: object, quality: str) -> None:
    assert parse_stamp(value, SITE) == Stamp(MOMENT, quality)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "  ",
        "x",
        None,
        True,
        0,
        -5,
        "0",
        float("nan"),
        1e300,
        10**30,
        "2026-03-04",
        "2026-13-04T00:00:00",
        [],
        "9" * 99,
    ],
)
def test_what_is_no_time(value: object) -> None:
    assert parse_stamp(value, SITE) is None


def test_form_is_obeyed() -> None:
    assert parse_stamp("1772619302", SITE, "iso") is None
    assert parse_stamp("2026-03-04T10:15:02Z", SITE, "epoch_s") is None
    assert parse_stamp(1772619302000, SITE, "epoch_us") == Stamp(
        datetime(1970, 1, 21, 12, 23, 39, 302000, UTC), "epoch"
    )


def test_an_untrusted_zone_is_ignored() -> None:
    assert parse_stamp("2026-03-04T18:15:02Z", SITE, trust_zone=False) == Stamp(MOMENT, "naive")


def test_zones_a_profile_may_name() -> None:
    assert parse_zone("utc") is UTC
    assert parse_zone("+08:00") == timezone(timedelta(hours=8))
    assert parse_zone("-0330") == timezone(-timedelta(hours=3, minutes=30))
    assert parse_zone("Asia") is None
    assert parse_zone("+25:00") is None


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.binary()))
def test_nothing_raises(value: object) -> None:
    stamp = parse_stamp(value, SITE)
    assert stamp is None or stamp.instant.tzinfo is UTC


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))
def test_iso_and_milliseconds_agree(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    milliseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert parse_stamp(moment.isoformat(), SITE) == Stamp(moment, "zoned")
    assert parse_stamp(milliseconds, SITE, "epoch_ms") == Stamp(moment, "epoch")


def test_a_compact_time_that_names_its_zone() -> None:
    stamp = parse_stamp("20260304T101502Z", ZoneInfo("Asia/Shanghai"), "compact")
    assert stamp is not None
    assert (stamp.instant.isoformat(), stamp.quality) == ("2026-03-04T10:15:02+00:00", "zoned")
