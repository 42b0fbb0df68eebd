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


# the network was away for a moment: what is old by then is asked for anew
ASK_ANEW = "() => { for (const name of ['offline', 'online']) window.dispatchEvent(new Event(name)); }"
SAVE = """async reason => {
  const { csrf } = await (await fetch('/api/me')).json();
  const { entry, version } = await (await fetch('/api/roster/plan')).json();
  entry.shifts[0].name = { zh: reason, en: reason };
  const answer = await fetch('/api/roster/plan', {
    method: 'PUT', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
    body: JSON.stringify({ entry, version, reason }),
  });
  return answer.status;
}"""


def test_what_is_typed_survives_that_somebody_else_saves(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    page.clock.install()
    page.goto(f"{desk.base}/roster/edit")
    words = page.get_by_label("原因")
    words.fill("T-2")
    page.get_by_role("button", name=re.compile("^下移")).first.click()
    assert page.evaluate(SAVE, "T-3") == 200
    page.clock.fast_forward("00:30")
    page.evaluate(ASK_ANEW)
    told = page.get_by_role("alert").filter(has_text="又有新的内容存下来")
    expect(told).to_be_visible()
    expect(words).to_have_value("T-2")
    assert violations(page) == []
    shoot(page, "console-roster-newer")
    page.get_by_role("button", name="保存排班").click()
    expect(page.locator(".form-told")).to_be_visible()  # nothing is overwritten without having been asked
    expect(words).to_have_value("T-2")
    page.get_by_role("button", name="保留我填的").click()
    page.get_by_role("button", name="保存排班").click()
    expect(page.locator(".notice")).to_contain_text("排班已保存")
    page.goto(f"{desk.base}/roster/history")
    expect(page.locator(".version").nth(0)).to_contain_text("T-2")
    expect(page.locator(".version").nth(1)).to_contain_text("T-3")

    page.goto(f"{desk.base}/roster/edit")
    words.fill("T-4")
    assert page.evaluate(SAVE, "T-5") == 200
    page.clock.fast_forward("00:30")
    page.evaluate(ASK_ANEW)
    page.get_by_role("button", name="用新内容").click()
    expect(words).to_have_value("")
    expect(told).to_have_count(0)
    desk.calm("409")


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
