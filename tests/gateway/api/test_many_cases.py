"""A hundred thousand cases: lists, searches and filters still answer at once (ui goal 8: p95 ≤ 300 ms)."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from devices.event import canonical_json
from gateway.clock import to_us
from gateway.response.model import Incident
from gateway.store.rows import incident_row, words_row
from gateway.store.tables import incidents
from gateway.store.tables_search import incident_words
from tests.gateway.api.house import START, house

CASES = 100_000
P95_S = 0.3


def fill(it) -> list[str]:
    """Write the cases straight into their table: two years of them, four hundred still open."""
    pick = random.Random(7)
    categories = list(it.view.categories)
    rows, words, numbers = [], [], []
    for index in range(CASES):
        opened = START - timedelta(days=730) + timedelta(seconds=630 * index)
        running = index >= CASES - 400
        grid = pick.choice(["g1", "g2"])
        case = Incident(
            number=f"demo-{opened:%Y%m%d}-{index:06d}", site="demo", state="dispatched" if running else "closed",
            version=5, category=pick.choice(categories), level=pick.choice(["L1", "L2", "L3", "L4"]),
            title={"zh": "北门强行闯入，已派人查看", "en": "North gate forced, somebody was sent to look"},
            opened_at=opened, grid=grid, device=f"gate-{index % 40}", place={"device_zh": f"{index % 40} 号门"}, building={"g1": "b1", "g2": "b2"}[grid], owner=pick.choice(["zhao", "sun", None]),
            assignees=(pick.choice(["zhao", "sun"]),), told=("wang", "li", "zhao"), alerts=(f"a{index}",),
            closed_at=None if running else opened + timedelta(hours=1), plan=it.view.plans["level.L2"],
            timers={"take": opened + timedelta(minutes=3)} if running else {},
        )  # fmt: skip
        rows.append(incident_row(index, case))
        words.append(words_row(case))
        numbers.append(case.number)
    it.write(lambda connection: connection.execute(incidents.insert(), rows))
    it.write(lambda connection: connection.execute(incident_words.insert(), words))
    assert len(canonical_json(msgspec.to_builtins(case))) > 900  # as large as a real one
    assert to_us(case.opened_at) == rows[-1]["opened_us"]
    return numbers


async def questions(it, numbers: list[str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return what is asked: name -> (person, query)."""
    first = (await it.browser("wang").get("/api/incidents", params={"limit": 200})).json()
    return {
        "newest": ("wang", {}),
        "open": ("wang", {"state": "open"}),
        "closed L1": ("wang", {"state": "closed", "level": "L1"}),
        "second page": ("wang", {"limit": 200, "cursor": first["next"]}),
        "one number": ("wang", {"q": numbers[500]}),
        "building": ("wang", {"q": "b1"}),
        "two words": ("wang", {"q": "b2 火灾"}),
        "device by its name": ("wang", {"q": "7 号门"}),
        "rare words": ("wang", {"q": "强行 39 号门 火灾", "level": "L1"}),
        "person": ("wang", {"q": "孙磊", "state": "closed"}),
        "nothing fits": ("wang", {"q": "zzz-nothing"}),
        "a month": ("wang", {"opened_from": "2025-01-01T00:00:00Z", "opened_to": "2025-02-01T00:00:00Z"}),
        "mine, guard": ("wang", {"mine": True}),
        "own, worker": ("zhao", {}),
        "grids, leader": ("qian", {"state": "closed"}),
    }


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_lists_searches_and_filters_of_a_hundred_thousand_cases(tmp_path):
    async with house(tmp_path) as it:
        numbers = fill(it)
        slow = {}
        for name, (person, query) in (await questions(it, numbers)).items():
            browser, times = it.browser(person), []
            for _ in range(12):
                began = time.perf_counter()
                answer = await browser.get("/api/incidents", params=query)
                times.append(time.perf_counter() - began)
                assert answer.status_code == 200, answer.text
            p95 = sorted(times)[-2]
            if p95 > P95_S:
                slow[name] = round(p95, 3)
        assert slow == {}
