"""Availability: spans are cut to the period, overlapping ones count once, nothing to divide is no share."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.report.uptime import Outage, together, uptime_of
from tests.gateway.report.records import DAY

HOUR = timedelta(hours=1)


def gone(device: str, begin: float, end: float | None) -> Outage:
    return Outage(
        device=device, begin=DAY.begin + begin * HOUR, end=None if end is None else DAY.begin + end * HOUR
    )


def of(types, outages):
    return uptime_of(types, outages, begin=DAY.begin, end=DAY.end)


def test_a_day_with_two_devices():
    found = of(
        {"c1": "camera", "c2": "camera", "g1": "gate"},
        [gone("c1", -5, 2), gone("c1", 1, 3), gone("c1", 20, None), gone("other", 0, 9)],
    )
    assert (found.devices, found.share) == (3, round(1 - 7 / 72, 6))
    camera, gate = found.by_type
    assert (camera.type, camera.devices, camera.share, camera.outages) == (
        "camera",
        2,
        round(1 - 7 / 48, 6),
        2,
    )
    assert (gate.share, gate.outages) == (1.0, 0)
    (worst,) = found.worst
    assert (worst.device, worst.gone_s, worst.outages, worst.share) == (
        "c1",
        7 * 3600,
        2,
        round(1 - 7 / 24, 6),
    )


def test_no_devices_or_no_time_is_no_share():
    assert of({}, []).share is None
    empty = uptime_of({"c1": "camera"}, [gone("c1", 0, 1)], begin=DAY.begin, end=DAY.begin)
    assert (empty.share, empty.worst) == (None, ())


spans = st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)).map(sorted).map(tuple), max_size=12)


@given(spans)
def test_spans_together_cover_the_same_hours(hours):
    made = [(DAY.begin + a * HOUR, DAY.begin + b * HOUR) for a, b in hours]
    found = together(made)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    for hour in range(24):
        at = DAY.begin + (hour + 0.5) * HOUR
        assert any(a <= at < b for a, b in found) == any(a <= at < b for a, b in made)


@given(spans)
def test_a_share_is_never_outside_nought_and_one(hours):
    found = of({"c1": "camera"}, [gone("c1", a, b) for a, b in hours])
    assert found.share is not None
    assert 0 <= found.share <= 1
