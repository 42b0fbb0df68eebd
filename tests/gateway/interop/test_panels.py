"""Panels that are refused: each account is counted and named in the log once, however many are made up."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.interop.dc09 import Account
from gateway.interop.door import Door
from gateway.interop.panels import WARNINGS, Panels
from tests.fakes.panel import Panel

KEY = "AAAAAAAAAAAAAAAA"


@pytest.fixture
def panels() -> Panels:
    nothing: Any = None
    accounts = {name: Account(id=name, key=KEY) for name in ("123F", "4F39")}
    return Panels(
        host="127.0.0.1", port=0, accounts=accounts, door=Door(lambda m, ack: True), registry=lambda: nothing
    )


async def test_every_account_that_is_refused_is_named_once(panels: Panels) -> None:
    with capture_logs() as logs:
        for account in ("123F", "4F39", "123F", "123F"):
            one = Panel(0, account)
            await panels.hear(one.frame(f"#{account}|1130 01 001").strip(b"\r\n"))
    assert [each["account"] for each in logs] == ["123F", "4F39"]
    assert {each["why"] for each in logs} == {"key"}
    assert (panels.counts["refused.key"], panels.counts["refused.key.123F"]) == (4, 3)


async def test_made_up_accounts_fill_neither_log_nor_counters(panels: Panels) -> None:
    with capture_logs() as logs:
        for number in range(WARNINGS + 50):
            one = Panel(0, f"E{number:03d}")
            await panels.hear(one.frame(f"#E{number:03d}|1130 01 001").strip(b"\r\n"))
    assert len(logs) == WARNINGS
    assert set(panels.counts) == {"refused.account"}
