"""The manager's week: a duty changed for once, what if it happened now, a plan corrected, a channel tried."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.measure import violations

Shoot = Callable[[Page, str], None]


def test_a_duty_is_changed_for_once_and_taken_back(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/roster?role=guard")
    day = page.locator(".roster-day").last
    expect(day.locator(".roster-person").first).to_be_visible()
    before = day.locator(".roster-watch").first.locator(".roster-person").all_inner_texts()
    day.get_by_role("button", name=re.compile("^改这一班")).first.click()
    box = page.get_by_role("dialog")
    box.get_by_label(before[0], exact=True).uncheck()
    box.get_by_label("原因").fill("T-1")
    shoot(page, "console-roster-change")
    assert violations(page) == []
    box.get_by_role("button", name="保存这一班").click()
    expect(page.locator(".notice")).to_contain_text("这一班已改")
    expect(day.locator(".roster-watch").first.locator(".roster-person")).to_have_count(len(before) - 1)

    page.goto(f"{desk.base}/roster/history")
    expect(page.locator(".version").first).to_contain_text("T-1")
    page.goto(f"{desk.base}/roster/edit")
    page.get_by_role("button", name=re.compile("^撤掉")).last.click()
    page.get_by_role("button", name="保存排班").click()
    expect(page.locator(".notice")).to_contain_text("排班已保存")
    desk.calm()


def test_what_if_it_happened_now(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/dispatch?kind=0101")
    expect(page.locator(".dispatch-sentence")).to_contain_text(re.compile("若现在发生：.*通知"))
    assert page.locator(".dispatch-step").count() >= 2
    expect(page.locator(".dispatch-people li").first).to_contain_text("用")
    shoot(page, "console-dispatch-fire")
    desk.calm()


def test_every_mistake_of_a_plan_comes_back_at_once(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/plans/fire")
    page.get_by_role("button", name="修改预案").click()
    waits = page.get_by_label("等多久没人接到下一步")
    waits.nth(0).fill("-3")
    waits.nth(1).fill("-1")
    page.get_by_role("button", name="保存预案").click()
    expect(page.locator(".field-wrong")).to_have_count(2)
    shoot(page, "console-plans-wrong")
    desk.calm("422")
    waits.nth(0).fill("1m")
    waits.nth(1).fill("1m")
    page.get_by_label("第 1 步", exact=True).fill("T-1")
    page.get_by_label("第 1 步（英文）").fill("T-1")
    page.get_by_role("button", name="保存预案").click()
    expect(page.locator(".plan-lines li").first).to_contain_text("T-1")
    desk.calm("422")


def test_a_channel_is_tried_and_says_what_became_of_it(desk: Desk) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/channels")
    page.get_by_role("button", name=re.compile("发一条测试$")).first.click()
    expect(page.locator(".channel-became").first).not_to_be_empty()
    desk.calm()
