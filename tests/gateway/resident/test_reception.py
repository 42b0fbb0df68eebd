"""What was left between two steps: each report is finished by itself, and one that cannot be stops no other."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.resident.reception import Incoming, Unfinished
from gateway.response.model import SOMEBODY
from gateway.store import reports
from tests.gateway.api.house import House, house


async def left(it: House, name: str, category: str) -> str:
    """Keep a report as a process leaves it that ends before the case; return its id."""
    said = Incoming(
        reporter=SOMEBODY, category=category, place={"building": "b1"}, device=None, words="垃圾桶满了", phone=None,
        language="zh",
    )  # fmt: skip
    report = it.door.reception.id_of(f"report-{name}")
    await it.door.reception.keep(said, report=report, pieces=(), records=())
    return report


def unfinished(it: House) -> set[str]:
    with it.store.read() as connection:
        return {row.id for row in reports.unfinished(connection)}


async def test_a_left_over_report_that_cannot_become_a_case_stops_no_other(tmp_path: Any) -> None:
    async with house(tmp_path) as it:
        bad = await left(it, "bad", "retired")
        it.ticker.advance(seconds=1)
        good = await left(it, "good", "0602")
        assert unfinished(it) == {bad, good}
        for _ in range(2):  # at every start
            with pytest.raises(Unfinished, match=f"{bad}: .*retired"):
                await it.door.reception.run()
            assert unfinished(it) == {bad}
        it.force()  # and alarms go on
