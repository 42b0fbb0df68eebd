"""The oracle against the real decoder and the real rules: simulated days must cause exactly the alerts they owe."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.decode import Decoder
from devices.event import Event, RawMessage
from devices.profile import load_profiles
from gateway.builtin import builtin_packs, builtin_profiles
from gateway.simulate.estate import draw_up, site_text
from gateway.simulate.oracle import (
    Oracle,
    Run,
    Seen,
    compare,
    expectations,
    judge,
    place_of,
    read_oracle,
    write_oracle,
)
from gateway.simulate.raised import seen_of
from gateway.simulate.situations import Expectation
from gateway.simulate.timeline import Options, messages, troubles
from gateway.site import load_site_file
from rules.change import Change
from rules.engine import Engine
from rules.load import load_rules

BEGIN = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)  # midnight at the site


def run(days: float, options: Options) -> tuple[list[Expectation], list[Seen]]:
    """Send simulated days through decoder and engine; return what was owed and what came."""
    estate = draw_up()
    site, problems = load_site_file(site_text(estate), "site.yaml", today=date(2026, 3, 6))
    assert problems == []
    profiles, _ = load_profiles(builtin_profiles())
    loaded = load_rules(builtin_packs(), zone=site.rules.zone, calendars=site.rules.calendars)
    assert not loaded.problems
    decoder = Decoder(
        profiles=profiles,
        registry=site.rules.registry,
        site=estate.site,
        zone=site.rules.zone,
        site_key=b"k" * 32,
    )
    engine = Engine(loaded.rules, loaded.inhibits, site.rules)
    end = BEGIN + timedelta(days=days)
    scripts = troubles(estate, BEGIN, end, options)
    seq, changes, known = 0, list[Change](), set[tuple[str, str]]()
    for sent in messages(estate, BEGIN, end, options, scripts=scripts):
        raw = RawMessage(topic=sent.topic, payload=sent.payload, received_at=sent.at)
        for one in decoder.decode(raw, mint=lambda: "e"):
            if not isinstance(one, Event) or (one.dedup is not None and (one.device, one.dedup) in known):
                continue
            known.add((one.device, one.dedup or ""))
            seq += 1
            changes += engine.step(msgspec.structs.replace(one, id=f"e{seq}", seq=seq), now=sent.at)
    changes += engine.tick(end, seq=seq + 1)
    owed = [expected for expected in expectations(scripts) if expected.settled < end]
    return owed, list(alerts(changes).values())


def alerts(changes: list[Change]) -> dict[str, Seen]:
    """Return each alert with the highest stage it reached."""
    found: dict[str, Seen] = {}
    for change in changes:
        if change.change == "opened":
            place = place_of(change.key)
            found[change.alert] = Seen(rule=change.rule, device=place, stage=change.stage, opened_at=change.t)
        elif change.change == "stepped_up":
            found[change.alert] = msgspec.structs.replace(found[change.alert], stage=change.stage)
    return found


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_day_causes_exactly_what_it_owes(seed: str) -> None:
    owed, seen = run(1, Options(seed=seed, trouble=4, heartbeat=timedelta(seconds=150)))
    verdict = compare(owed, seen)
    assert verdict.met == len(owed) > 15, "\n".join(verdict.lines())
    assert (verdict.precision, verdict.recall) == (1.0, 1.0), "\n".join(verdict.lines())


@pytest.mark.slow
def test_a_week_causes_exactly_what_it_owes() -> None:
    owed, seen = run(7, Options(seed="3", trouble=2, heartbeat=timedelta(seconds=150)))
    verdict = compare(owed, seen)
    assert (verdict.precision, verdict.recall) == (1.0, 1.0), "\n".join(verdict.lines())


def expectation(**more: object) -> Expectation:
    base = {
        "situation": "s", "rule": "r", "device": "d", "stage": "alarm", "begin": BEGIN, "end": BEGIN + timedelta(seconds=20), "settled": BEGIN + timedelta(seconds=20),
    }  # fmt: skip
    return Expectation(**(base | more))  # type: ignore[arg-type]  # the fields are named by the test


def alert(seconds: float, **more: str) -> Seen:
    base = {"rule": "r", "device": "d", "stage": "alarm"}
    return Seen(opened_at=BEGIN + timedelta(seconds=seconds), **(base | more))


def test_the_comparison_names_what_is_lost_low_doubled_and_extra() -> None:
    assert compare([expectation()], [alert(3)]).recall == 1.0
    assert compare([expectation()], []).lost == (expectation(),)
    assert compare([expectation()], [alert(30)]).late == (expectation(),)
    assert compare([expectation()], [alert(700)]).lost == (expectation(),)
    assert compare([expectation()], [alert(700)]).extra == (alert(700),)
    assert compare([expectation()], [alert(30)], slack=timedelta(seconds=10)).recall == 1.0
    assert compare([expectation()], [alert(3, stage="warning")]).low == (expectation(),)
    assert compare([expectation()], [alert(3), alert(9)]).doubled == (alert(9),)
    assert compare([expectation()], [alert(3), alert(3, device="x")]).extra == (alert(3, device="x"),)
    assert compare([], []).precision is None


def test_an_alert_that_should_be_muted_does_not_stand_for_one_that_should_be_heard() -> None:
    muted = msgspec.structs.replace(alert(3), muted=True)
    assert compare([expectation(muted=True)], [muted]).exact
    verdict = compare([expectation(muted=True)], [alert(3)])
    assert (verdict.lost, verdict.extra) == ((expectation(muted=True),), (alert(3),))


def test_what_the_end_of_a_run_cut_short_is_neither_owed_nor_extra() -> None:
    run = Run(site="s", begin=BEGIN, end=BEGIN + timedelta(seconds=15))
    oracle = Oracle(expected=(expectation(),), run=run)
    assert judge(oracle, []).exact
    assert judge(oracle, [alert(3)]).exact
    assert judge(oracle, [alert(-60), alert(40)]).exact  # before and after the run
    assert judge(oracle, [alert(3, device="x")]).extra == (alert(3, device="x"),)


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 300)), max_size=12))
def test_what_came_is_met_doubled_late_low_or_extra_and_what_was_owed_met_late_low_or_lost(
    came: list[tuple[str, int]],
) -> None:
    owed = [expectation(device=device, stage="alarm") for device in "abc"]
    seen = [alert(at, device=device, stage="alarm" if at % 2 else "warning") for device, at in came]
    verdict = compare(owed, seen)
    counted = verdict.met + len(verdict.low) + len(verdict.late)
    assert counted + len(verdict.lost) == len(owed)
    assert counted + len(verdict.doubled) + len(verdict.extra) == len(seen)
    assert verdict.exact == (verdict.precision in {None, 1.0} and verdict.recall == 1.0)


def test_the_oracle_survives_its_file(tmp_path: Path) -> None:
    owed = [expectation(), expectation(rule="q")]
    assert write_oracle(tmp_path / "oracle.jsonl", owed) == 2
    assert read_oracle(tmp_path / "oracle.jsonl") == Oracle(expected=tuple(owed))
    run = Run(site="s", begin=BEGIN, end=BEGIN + timedelta(hours=1), seed="7", faults={"late": 3})
    write_oracle(tmp_path / "oracle.jsonl", owed, run)
    assert read_oracle(tmp_path / "oracle.jsonl") == Oracle(expected=tuple(owed), run=run)


def test_what_the_gateway_says_about_itself_is_not_judged() -> None:
    view = {
        "rule": "r",
        "key": {"subject.household": "b1"},
        "device": None,
        "stage": "warning",
        "opened_at": "2026-03-06T00:00:00Z",
    }
    assert seen_of(view) == Seen(
        rule="r", device="b1", stage="warning", opened_at=datetime(2026, 3, 6, tzinfo=UTC)
    )
    assert seen_of(view | {"rule": "gateway.disk"}) is None
