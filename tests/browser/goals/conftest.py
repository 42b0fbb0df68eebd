"""Which goals are run: GOAL=9 takes one, GOAL=times those that measure time (they want a quiet machine), none all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.goals.rig import Rig
from tests.browser.windows import Windows

TIMES = {1, 2, 4, 5, 6, 7, 8, 9, 13, 24, 25}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for."""
    asked = os.environ.get("GOAL", "")
    if not asked:
        return
    wanted = TIMES if asked == "times" else {int(each) for each in asked.split(",")}
    left = [item for item in items if not wanted.intersection(goals_of(item))]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def goals_of(item: pytest.Item) -> set[int]:
    """Return the numbers of the goals that a test proves."""
    return {int(number) for mark in item.iter_markers("goal") for number in mark.args}


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    """Start an estate in a process of its own; it is stopped at the end."""
    started: list[Rig] = []

    def start(**given: int) -> Rig:
        started.append(Rig(tmp_path / f"rig-{len(started)}", **given))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def windows_of(chromium: Browser) -> Iterator[Callable[[Rig], Windows]]:
    """Open browser windows on a rig; what went wrong in them fails the test at its end."""
    opened: list[Windows] = []

    def on(rig: Rig) -> Windows:
        opened.append(Windows(chromium, rig.base))
        return opened[-1]

    yield on
    for each in opened:
        for context in each.contexts:
            context.close()
    wrong = [each for windows in opened for each in windows.wrong]
    assert not wrong, "\n".join(wrong)
