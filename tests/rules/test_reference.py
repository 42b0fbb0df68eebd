"""The engine against the reference: the same rules and timelines, second by second, must come to the same changes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.generated import Chance
from tests.rules.reference_cases import DETECTS, expected, found, keys_of, rule, timeline

SEEDS = st.integers(0, 2**32)
LAW = settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def compare(seed: int, detect: str, stages: int, *, restarts: bool = False) -> None:
    chance = Chance(seed)
    written = rule(chance, (detect,), stages=stages)
    lines = timeline(chance, keys_of(written), restarts=restarts)
    for key in keys_of(written):
        assert found(written, lines, key) == expected(written, lines, key), (written, lines)


@pytest.mark.parametrize("detect", DETECTS)
@LAW
@given(seed=SEEDS)
def test_an_operator_fires_when_the_reference_does(detect: str, seed: int) -> None:
    compare(seed, detect, 0)


@pytest.mark.parametrize("detect", DETECTS)
@LAW
@given(seed=SEEDS)
def test_stages_rise_and_fall_as_in_the_reference(detect: str, seed: int) -> None:
    compare(seed, detect, 2)


@pytest.mark.parametrize("detect", DETECTS)
@LAW
@given(seed=SEEDS)
def test_after_a_restart_it_goes_on_as_the_reference_does(detect: str, seed: int) -> None:
    compare(seed, detect, 0, restarts=True)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(8))
def test_many_rules_against_the_reference(part: int) -> None:
    for seed in range(part * 1000, part * 1000 + 1000):
        compare(seed, DETECTS[seed % len(DETECTS)], seed % 3, restarts=seed % 3 == 0)
