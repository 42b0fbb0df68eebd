"""Nothing on the duty desk is a dead end: closing can be undone, a warning can become a case, a lost alert can be ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from rules.change import Change
from tests.browser.estate import Estate
from tests.browser.windows import PHONE, Windows
from tests.gateway.pump_parts import DoorRules


@pytest.fixture(autouse=True)
def a_door_that_stands_open_only_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    alarm = DoorRules._change

    def change(rules: DoorRules, name: str, rule: str, device: str, now: datetime, **why: Any) -> Change:
        said = alarm(rules, name, rule, device, now, **why)
        return msgspec.structs.replace(said, stage="warning", respond=False) if rule == "held" else said

    monkeypatch.setattr(DoorRules, "_change", change)


def held_open(estate: Estate, device: str = "shed-5") -> None:
    """Let a door stand open: an early warning without a case."""
    estate.house.say(device, "contact.opened")
    estate.house.ticker.advance(seconds=40)
    estate.house.say(device, "system.tick")


def settled(estate: Estate) -> str:
    number = estate.force("gate-n1").number
    estate.act("wang", number, "settle", note="关好了")
    return number


def button(page: Page, name: str) -> None:
    page.locator(".case-actions").get_by_role("button", name=name).click()


def test_closing_can_be_undone_and_a_closed_case_says_how_it_ended(estate: Estate, windows: Windows) -> None:
    estate.people("chen")
    number = settled(estate)
    manager = windows.open("chen", f"/duty?case={number}")
    button(manager, "核查结案")
    expect(manager.locator(".case-who")).to_contain_text("陈刚")
    manager.locator(".notice button").click()
    expect(manager.locator(".notice-text")).to_contain_text("已撤销")
    assert estate.case(number).state == "resolved"
    button(manager, "核查结案")
    expect(manager.locator(".case-who")).to_contain_text("已结案")
    expect(manager.locator(".case-who")).to_contain_text("结果：属实，已处理")
    expect(manager.locator(".case-line")).not_to_contain_text("还剩")


def test_a_warning_says_that_it_sends_nobody_and_becomes_a_case(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    held_open(estate)
    guard = windows.open("wang", "/duty")
    guard.locator(".line-title").first.click()
    expect(guard.locator(".case-actions")).to_contain_text("预警只需留意，不派人")
    guard.keyboard.press("d")
    expect(guard.locator(".case-actions")).to_contain_text("预警不会派人")
    guard.locator(".case-actions input").fill("车棚门没关，去看一下")
    guard.locator(".case-actions button[type=submit]").click()
    expect(guard.locator(".case-number")).to_be_visible()
    expect(guard.locator(".report-words")).to_contain_text("车棚门没关，去看一下")


def test_a_manager_ends_an_alert_by_hand(estate: Estate, windows: Windows) -> None:
    estate.people("chen", "wang")
    held_open(estate)
    guard = windows.open("wang", "/duty")
    guard.locator(".line-title").first.click()
    expect(guard.locator(".case-actions").get_by_role("button", name="解除告警")).to_have_count(0)
    manager = windows.open("chen", "/duty")
    manager.locator(".line-title").first.click()
    button(manager, "解除告警")
    manager.locator(".case-actions input").fill("门已拆除")
    manager.locator(".case-actions button[type=submit]").click()
    expect(manager.locator(".notice-text")).to_contain_text("已解除")
    expect(guard.locator(".line:not(.gone)")).to_have_count(0)


def test_a_resident_reports_from_home_and_the_guard_reads_the_words_first(
    estate: Estate, windows: Windows
) -> None:
    estate.people("liu", "wang")
    resident = windows.open("liu", "/report", size=PHONE)
    resident.locator("select").wait_for()
    resident.locator(".kind").first.click()
    resident.locator("textarea").fill("垃圾桶满了两天没人收")
    resident.locator("button[type=submit]").click()
    number = resident.locator(".thanks b").inner_text()
    guard = windows.open("wang", f"/duty?case={number}")
    expect(guard.locator(".report-words")).to_contain_text("垃圾桶满了两天没人收")
    expect(guard.locator(".case-place")).to_contain_text("1号楼")
    expect(guard.locator(".case-place")).not_to_contain_text("地点不详")
