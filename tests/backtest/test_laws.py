"""Laws of backtests over generated rules and timelines, each taken through a real pump and store."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.backtest.needs import Needs, needs_of
from gateway.backtest.parts import Parts
from gateway.site import SiteFile
from rules.change import Change
from rules.load import Loaded
from rules.timeline import Step
from tests.backtest.house import House, plain, replayed, site_file, written_changes
from tests.rules.generated import SITE, Chance, pack, timeline
from tests.rules.playing import loaded, steps_of
from tests.rules.test_properties import IDS, acted

SEEDS = st.integers(0, 2**32)
LAW = settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def lived(found: Loaded, site: SiteFile, steps: list[Step], chance: Chance, folder: Path) -> list[Change]:
    """Take a timeline through a gateway with these rules; return what it wrote."""
    House(folder, found, site, batch=chance.choice((1, 3, 20))).play(steps)
    return [change for change in written_changes(folder) if not change.rule.startswith("system.")]


def parts(found: Loaded, site: SiteFile) -> Parts:
    return Parts(site=site, tested=found.rules, inhibits=found.inhibits)


def apart_from_ids(change: Change) -> dict[str, Any]:
    """Return a change without what depends on its journal number: the ids of alerts."""
    found: dict[str, Any] = json.loads(plain(change))
    found.pop("alert")
    muted = found["why"].get("muted_by")
    if isinstance(muted, dict):
        muted.pop("alert", None)
    return found


@LAW
@given(seed=SEEDS)
def test_a_backtest_of_the_live_rules_says_what_the_gateway_wrote(seed: int) -> None:
    chance = Chance(seed)
    found, where = loaded(pack(chance), SITE)
    steps = acted(found, where, timeline(chance, IDS, 40))
    site = site_file(SITE)
    with tempfile.TemporaryDirectory() as folder:
        told = lived(found, site, steps, chance, Path(folder))
        again = replayed(Path(folder), parts(found, site))
    assert [plain(each) for each in again] == [plain(each) for each in told]


@LAW
@given(seed=SEEDS)
def test_other_rules_say_what_they_would_have_said_live(seed: int) -> None:
    chance = Chance(seed)
    (ran, where), (tested, _) = loaded(pack(chance), SITE), loaded(pack(chance), SITE)
    lines = [line for line in timeline(chance, IDS, 40) if "any" not in line]
    steps = steps_of(ran, where, lines)
    site = site_file(SITE)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        lived(ran, site, steps, chance, Path(one))
        told = lived(tested, site, steps, chance, Path(other))
        end = max((change.t for change in told), default=None)
        again = replayed(Path(one), parts(tested, site))
    last = max((change.t for change in again), default=None)
    both = [each for each in told if last is not None and each.t <= last]
    assert [apart_from_ids(each) for each in again] == [apart_from_ids(each) for each in both]
    missed = [each for each in told if each not in both]
    assert all(end is not None and each.t > steps[-2].t for each in missed)  # after the newest input


@LAW
@given(seed=SEEDS)
def test_what_is_left_out_of_the_past_changes_nothing(seed: int) -> None:
    chance = Chance(seed)
    (ran, where), (tested, _) = loaded(pack(chance), SITE), loaded(pack(chance, 1), SITE)
    steps = acted(ran, where, timeline(chance, IDS, 60))
    site = site_file(SITE)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        lived(ran, site, steps, chance, Path(folder))
        some = replayed(Path(folder), parts(tested, site))
        patched.setattr("gateway.backtest.run.needs_of", lambda rules, site: Needs(kinds=None))
        everything = replayed(Path(folder), parts(tested, site))
    assert [apart_from_ids(each) for each in some] == [apart_from_ids(each) for each in everything]


def test_rules_that_read_states_are_told_everything() -> None:
    site = site_file(SITE).rules
    text = """
- {{id: a.b, name: a, category: "0207", {extra} detect: {{event: {{of: access.denied}}}}, stages: [{{stage: warning, level: L3}}]}}
"""
    for extra, kinds in (
        ("", frozenset({"access.denied"})),
        ("scope: 'state.door == 1',", None),
        ("scope: '!has(state.door)',", None),
        ("note: 'the state. of things',", frozenset({"access.denied"})),
    ):
        found, _ = loaded(text.format(extra=extra), SITE)
        assert needs_of(found.rules, site).kinds == kinds, extra


def test_a_dead_parent_needs_every_sign_of_life_of_those_that_hang_together() -> None:
    found, where = loaded(
        '- {id: a.b, name: a, category: "0207", detect: {absence: {of: device.heartbeat, for: 5m}}, stages: [{stage: warning, level: L3}]}',
        SITE,
    )
    needs = needs_of(found.rules, where)
    assert needs.kinds is not None
    assert {"device.heartbeat", "device.offline", "camera.online"} <= needs.kinds
    assert needs.closely == {"d1", "d2", "d3"}
