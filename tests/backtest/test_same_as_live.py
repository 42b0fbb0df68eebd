"""A backtest of the live rules says what the live gateway wrote: the fourteen cases, and timelines by chance."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.backtest.parts import Parts
from tests.backtest.house import House, plain, replayed, site_file, written_changes
from tests.rules.playing import loaded, steps_of
from tests.rules.test_cases import CASES, read

CASE_OF_A_FAULT = "11_a_rule_over_its_budget"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("batch", [1, 50])
def test_each_case_comes_out_of_its_journal_as_it_was_written(path: Path, batch: int, tmp_path: Path) -> None:
    story, rules, where, lines = read(path)
    found, _ = loaded(rules, where)
    site = site_file(where)
    steps = steps_of(found, site.rules, lines, story["start"])
    House(tmp_path, found, site, batch=batch).play(steps)
    parts = Parts(site=site, tested=found.rules, inhibits=found.inhibits)
    told = [c for c in written_changes(tmp_path) if not c.rule.startswith("system.")]
    assert told or "expect" in story
    assert [plain(each) for each in replayed(tmp_path, parts)] == [plain(each) for each in told]
