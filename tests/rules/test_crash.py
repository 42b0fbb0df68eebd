"""A crash at any point (20-rules §7): the engine rebuilt from an older snapshot and the inputs since is the one that never stopped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.event import Event
from rules.change import Change
from rules.engine import Engine
from rules.load import Loaded
from rules.site import Site
from rules.timeline import Step
from tests.rules import playing
from tests.rules.generated import SITE, Chance, pack, timeline
from tests.rules.playing import loaded
from tests.rules.test_properties import IDS, acted

SEEDS = st.integers(0, 2**32)
LAW = settings(max_examples=80, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
Rows = dict[tuple[str, str], bytes]


def fed(engine: Engine, step: Step) -> list[Change]:
    """Give one input to an engine; one that is told of a restart has been away or is another one: it must not matter."""
    if isinstance(step.what, Event):
        return engine.step(step.what, now=step.t)
    if isinstance(step.what, timedelta):
        before = engine.advance_to(step.t, seq=step.line)
        return before + engine.restart(step.t + step.what, down_for=step.what, seq=step.line)
    before = engine.advance_to(step.t, seq=step.line)
    if step.what is None:
        return before
    try:
        return before + engine.act(step.what, now=step.t, seq=step.line)
    except LookupError:
        return before


def everything(rows: Rows) -> dict[tuple[str, str], Any]:
    """Return what the rows of a snapshot say, whatever the order in which they say it."""
    return {name: msgspec.msgpack.decode(blob) for name, blob in rows.items()}


def compare(found: Loaded, where: Site, steps: Sequence[Step], saved_at: int, died_at: int) -> None:
    """Play to `died_at` with a snapshot at `saved_at`; there one engine dies and another takes its place."""
    whole = Engine(found.rules, found.inhibits, where)
    rows: Rows = {}
    for step in steps[:saved_at]:
        fed(whole, step)
    playing.save(whole, rows)
    snapshot = dict(rows)
    again = Engine(found.rules, found.inhibits, where)
    again.load(snapshot)
    for step in steps[saved_at:died_at]:
        assert fed(again, step) == fed(whole, step)
    playing.save(whole, rows)
    playing.save(again, snapshot)
    assert everything(snapshot) == everything(rows)
    assert again.next_due() == whole.next_due()
    assert again.open_alerts() == whole.open_alerts()
    for step in steps[died_at:]:
        assert fed(again, step) == fed(whole, step)
    assert again.tick(steps[-1].t, seq=0) == whole.tick(steps[-1].t, seq=0)


def case(seed: int) -> tuple[Loaded, Site, list[Step]]:
    found, where = loaded(pack(Chance(seed)), SITE)
    return found, where, acted(found, where, timeline(Chance(seed), IDS))


@LAW
@given(seed=SEEDS, points=st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_rebuilt_from_an_older_snapshot_and_the_journal_it_is_the_same(
    seed: int, points: tuple[int, int]
) -> None:
    found, where, steps = case(seed)
    first, second = sorted(points)
    compare(found, where, steps, first, second)


@LAW
@given(seed=SEEDS, point=st.integers(0, 60), away=st.sampled_from((0, 5, 200)))
def test_dying_is_the_same_whether_a_snapshot_was_just_taken_or_long_ago(
    seed: int, point: int, away: int
) -> None:
    """Two deaths of one process: after a clean stop, and without warning with nothing but an old snapshot."""
    found, where, steps = case(seed)
    point = min(point, len(steps) - 1)
    steps = [step for step in steps if not isinstance(step.what, timedelta)]
    down = timedelta(seconds=away)
    died = Step(t=steps[min(point, len(steps) - 1)].t, line=9999, what=down)
    head, tail = steps[: point + 1], steps[point + 1 :]
    later = [msgspec.structs.replace(step, t=step.t + down) for step in tail]
    compare(found, where, [*head, died, *later], len(head) // 2, len(head))
    compare(found, where, [*head, died, *later], len(head), len(head) + 1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(4))
def test_many_crashes(part: int) -> None:
    for seed in range(part * 500, part * 500 + 500):
        found, where, steps = case(seed)
        first, second = sorted((seed % 53, seed * 7 % 59))
        compare(found, where, steps, first, second)
