"""Who speaks most, what trembles, stands and floods, and how each figure stands against its norm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.report.gauge import NORMS, Extra, gauges_of, most_within, stands
from gateway.report.load import load_of
from gateway.report.noise import floods, league, silenced_often, standing, trembling
from gateway.report.record import AlertRecord, CaseRecord

START = datetime(2026, 3, 2, tzinfo=UTC)
END = START + timedelta(days=2)


def alert(
    at: float, *, rule: str = "r", key: str = "k", device: str = "d", lasts: float | None = 1, case: str | None = None
) -> AlertRecord:  # fmt: skip
    """An alarm `at` minutes after the start that ends `lasts` minutes later, or not at all."""
    opened = START + timedelta(minutes=at)
    cleared = None if lasts is None else opened + timedelta(minutes=lasts)
    return AlertRecord(
        rule=rule, key=key, level="L3", opened_at=opened, cleared_at=cleared, device=device, incident=case, id=f"{rule}{key}{at}"
    )  # fmt: skip


def closed(number: str, code: str) -> CaseRecord:
    return CaseRecord(number=number, category="c", level="L3", opened_at=START, close_code=code)


def test_the_loudest_come_first_with_what_people_found_out() -> None:
    alerts = [alert(10 * n, case=f"c{n}", lasts=1 if n < 2 else 60) for n in range(4)] + [
        alert(3, rule="other", device="e")
    ]
    cases = [closed("c0", "false_device"), closed("c1", "true_handled"), closed("c2", "unknown")]
    first, second = league(alerts, cases, by=lambda each: each.rule)
    assert (first.name, first.alarms, first.share, first.false, first.found, first.short) == (
        "r",
        4,
        0.8,
        1,
        2,
        2,
    )
    assert (first.device, first.device_share, first.chatters) == ("d", 1.0, False)
    assert (second.name, second.alarms) == ("other", 1)
    assert league(alerts, cases, by=lambda each: None) == ()
    assert len(league(alerts, cases, by=lambda each: each.rule, most=1)) == 1


def test_three_within_a_minute_tremble() -> None:
    assert trembling([alert(0), alert(0.5), alert(2)]) == ()
    (found,) = trembling([alert(0), alert(0.5), alert(0.9), alert(5)])
    assert (found.worst, found.alarms) == (3, 4)


def test_what_stands_for_over_a_day_stands() -> None:
    old, fresh, ended = alert(0, lasts=None), alert(24 * 60, lasts=None), alert(1, lasts=60)
    assert standing([old, fresh, ended], at=END) == (old,)


def test_a_flood_begins_with_more_than_ten_and_ends_below_five() -> None:
    alerts = [alert(n / 2, key=str(n)) for n in range(12)] + [alert(11 + n, rule="s") for n in range(5)]
    (flood,) = floods(alerts, begin=START, end=END)
    assert (flood.begin, flood.end) == (START, START + timedelta(minutes=20))
    assert (flood.alarms, flood.rule, flood.rule_alarms) == (17, "r", 12)
    assert floods(alerts[:10], begin=START, end=END) == ()


def test_what_is_silenced_thrice_is_told() -> None:
    assert silenced_often(["a", "b", "a", "a", "b"]) == (("a", 3),)


@given(st.lists(st.integers(0, 600), max_size=40).map(sorted), st.integers(1, 120))
def test_the_most_within_a_span_is_what_counting_every_span_finds(seconds: list[int], length: int) -> None:
    times = [START + timedelta(seconds=each) for each in seconds]
    counted = max((sum(a <= b < a + length for b in seconds) for a in seconds), default=0)
    assert most_within(times, timedelta(seconds=length)) == counted


def test_each_norm_has_a_figure_and_less_is_not_always_better() -> None:
    load = load_of([alert(n) for n in range(30)], begin=START, end=END, seats=None)
    extra = Extra(worst_hour=30, worst_minute=1, silenced=None, seats=None)
    found = {each.norm.name: each for each in gauges_of(load, extra)}
    assert set(found) == {norm.name for norm in NORMS}
    assert found["per_day_and_seat"].value is None
    assert found["per_day_and_seat"].stands == "unknown"
    assert found["silenced"].stands == "unknown"
    assert (found["worst_hour"].value, found["worst_hour"].stands) == (30, "watch")
    assert (found["level_low"].value, found["level_low"].stands) == (1.0, "good")
    calm = found["calm_share"].norm
    assert [stands(calm, share) for share in (0.96, 0.9, 0.5)] == ["good", "watch", "bad"]
