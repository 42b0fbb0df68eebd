"""Some hours of the simulated estate through the whole core: a backtest of its built-in rules says what it wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.backtest.parts import live_rules, parts_of, site_of
from gateway.simulate.demo import Demo, _make_history, _prepare
from gateway.simulate.estate import draw_up
from gateway.store.history import open_history
from tests.backtest.house import plain, replayed, written_changes


@pytest.fixture(scope="module")
def estate(tmp_path_factory) -> Path:
    """A data folder with half a day in it, people and all."""
    folder: Path = tmp_path_factory.mktemp("estate")
    demo = Demo(host="127.0.0.1", port=18080, data=folder, broker_port=18830, days=0.5, seed="4", people=True)
    drawn = draw_up()
    _make_history(demo, drawn, _prepare(demo, drawn))
    return folder


def test_every_change_of_the_live_rules_comes_again(estate):
    history = open_history(estate)
    site = site_of(history, today=datetime.now(UTC).date())
    live, versions = live_rules(history, site)
    history.close()
    assert not live.problems
    assert len(live.rules) > 40
    assert live.inhibits
    told = written_changes(estate)
    assert len(told) > 5
    assert {"opened", "cleared"} <= {change.change for change in told}
    again = replayed(estate, parts_of(site, live, live, versions))
    assert [plain(each) for each in again] == [plain(each) for each in told]
