"""Rules: made from a template and tried on the past, changed, tried out, turned off, brought back, asked why."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.goals.verdict import WHOLE, judge
from tests.browser.language import said
from tests.browser.measure import overflow, small_targets, violations
from tests.browser.test_console import Look, show

Shoot = Callable[[Page, str], None]
MOST_FIELDS = 8
MOST_S = 90.0
BACKTEST_MS = 120_000
"""A backtest is a process of its own at the lowest priority: on a busy machine it waits."""

# What somebody who runs an estate need not know. A word of the page that is one of these is a fault.
TECHNICAL = re.compile(
    r"YAML|JSON|API|MQTT|HTTP|topic|payload|cron|null|true|false|id\b|shadow|backtest|regex|schema|detect|scope|cooldown"
    r"|阈值|窗口|表达式|正则|字段|参数|回测|影子|冷却|谓词|布尔|载荷|主题|接口|数据库|配置文件|算子|编译|校验|键值|脚本|触发器"
    r"|[a-z]+_[a-z]+|[a-z]+\.[a-z]+\b",
    re.IGNORECASE,
)


def technical_words(page: Page) -> list[str]:
    """Return every technical word that the page says."""
    shown = [text for text in said(page) if "127.0.0.1" not in text]
    return sorted({match.group() for text in shown for match in TECHNICAL.finditer(text)})


def fields(page: Page) -> int:
    """Return how many questions a form asks; what is folded away is not asked."""
    return int(
        page.evaluate(
            "() => [...document.querySelectorAll('.rules-steps .field')].filter(each => each.checkVisibility()).length"
        )
    )


def tried(page: Page) -> None:
    """Try the draft on the past and wait for what it would have done."""
    page.get_by_role("button", name="试一试").click()
    expect(page.locator(".rules-headline")).to_be_visible(timeout=BACKTEST_MS)


@pytest.mark.goal(12)
def test_a_new_manager_makes_a_rule_from_a_template_in_a_minute_and_a_half(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    show(page, f"{desk.base}/rules", Look("light", "standard", "zh"))
    began = time.monotonic()
    words = technical_words(page) if not page.locator(".rules-sentence").count() else []
    page.get_by_role("link", name="新建规则").click()
    page.get_by_role("button", name=re.compile("^同一门多次刷卡失败")).click()
    guide = page.get_by_role("region", name="怎么用这一页")
    guide.get_by_role("button", name="不用了").click()
    page.get_by_label("失败次数").fill("4")
    page.get_by_label("规则叫什么").fill("R-1")
    said_aloud = page.locator(".rules-aloud")
    expect(said_aloud).to_contain_text("达到 4 次")
    asked = fields(page)
    words += technical_words(page)
    shoot(page, "console-rules-new-filled")
    enable = page.locator(".rules-go").get_by_role("button", name="启用")
    expect(enable).to_be_disabled()  # nothing goes to work that was not tried
    tried(page)
    words += technical_words(page)
    expect(enable).to_be_enabled()
    shoot(page, "console-rules-new-tried")
    assert violations(page) == []
    enable.click()
    expect(page).to_have_url(re.compile(r"/rules/site\.denied_many_times(-\d+)?$"))
    expect(page.get_by_role("heading", name="R-1")).to_be_visible()
    took = time.monotonic() - began
    assert asked <= MOST_FIELDS
    assert words == []
    if WHOLE:  # the time counts where nothing else runs
        judge(
            12, "rule-from-template", "a rule from a template with backtest, put to work, as a script",
            {"fields": asked, "s": round(took, 1), "technical_words": len(words)},
            at_most={"fields": MOST_FIELDS, "s": MOST_S}, exactly={"technical_words": 0},
        )  # fmt: skip
    desk.calm()


def test_what_is_wrong_is_told_at_its_field_and_nothing_goes_out(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/rules/new?template=denied_many_times")
    times = page.get_by_label("失败次数")
    times.fill("1")
    expect(page.locator(".field-wrong").first).to_contain_text("不能小于 2")
    expect(times).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("button", name="试一试")).to_be_disabled()
    shoot(page, "console-rules-new-wrong")
    assert violations(page) == []
    times.fill("6")
    expect(page.locator(".rules-aloud")).to_contain_text("达到 6 次")
    page.get_by_role("link", name="所有规则").click()
    page.get_by_role("button", name="不保存，离开").click()
    expect(page).to_have_url(f"{desk.base}/rules")
    desk.calm("422")


def test_a_rule_is_changed_tried_out_put_to_work_and_brought_back(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/rules/access.repeated_denied/edit")
    page.get_by_label("至少几次").first.fill("7")
    expect(page.get_by_label("这条规则说什么、会怎样")).to_contain_text("由 5 次改为 7 次")
    page.get_by_role("button", name="试运行 3 天").click()
    expect(page).to_have_url(f"{desk.base}/rules/access.repeated_denied")
    expect(page.get_by_role("heading", name="试运行报告")).to_be_visible()
    shoot(page, "console-rules-trial")
    assert violations(page) == []

    page.get_by_role("button", name="启用", exact=True).click()
    box = page.get_by_role("dialog")
    box.get_by_label("原因").fill("R-2")
    box.get_by_role("button", name="启用").click()
    newest = page.locator(".version").first
    expect(newest).to_contain_text("由 5 次改为 7 次")
    expect(page.get_by_role("heading", name="试运行报告")).to_have_count(0)

    page.get_by_role("button", name="退回到这一版").last.click()
    box.get_by_label("原因").fill("R-3")
    box.get_by_role("button", name="退回到这一版").click()
    expect(newest).to_contain_text("由 7 次改为 5 次")
    desk.calm()


def test_a_rule_rests_with_a_reason_and_works_again(desk: Desk) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/rules?q=强行")
    switch = page.get_by_role("switch").first
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.click()
    box = page.get_by_role("dialog")
    box.get_by_label("原因").fill("R-4")
    box.get_by_role("button", name="停用").click()
    expect(switch).to_have_attribute("aria-checked", "false")
    page.get_by_label("状态").select_option("off")
    expect(page).to_have_url(re.compile("state=off"))
    switch.click()
    expect(page.locator(".notice")).to_contain_text("已启用")
    desk.calm()


def test_why_it_did_not_fire_is_said_in_sentences(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    device = desk.ask("/api/devices")["items"][0]["id"]
    page.goto(f"{desk.base}/rules/access.repeated_denied/why?device={device}")
    lines = page.locator(".rules-why, .second")
    expect(lines.first).to_be_visible()
    shoot(page, "console-rules-why")
    assert violations(page) == []
    desk.calm()


def test_rules_go_out_as_a_file_and_come_in_again(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/rules")
    text = page.evaluate("async () => (await fetch('/api/rules/export?id=access.forced')).text()")
    changed = text.replace("id: access.forced", "id: site.from_file")
    page.locator("input[type=file]").set_input_files(
        {"name": "rules.yaml", "mimeType": "application/yaml", "buffer": changed.encode()}
    )
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("新的")
    shoot(page, "console-rules-import")
    assert violations(page) == []
    box.get_by_role("button", name="保存这 1 条").click()
    expect(page.locator(".notice")).to_contain_text("已保存 1 条规则")
    desk.calm()


@pytest.mark.parametrize("width", [320, 1366])
def test_the_editor_by_keyboard_in_every_width_and_the_largest_size(
    desk: Desk, width: int, shoot: Shoot
) -> None:
    page = desk.as_role("manager")
    show(
        page,
        f"{desk.base}/rules/new?template=door_left_open",
        Look("dark", "xlarge", "zh"),
        {"width": width, "height": 768},
    )
    expect(page.locator(".rules-aloud")).to_be_visible()
    assert overflow(page) <= 0
    assert small_targets(page, 60) == []
    assert violations(page) == []
    shoot(page, f"console-rules-editor-{width}")
    page.get_by_label("多久没关").focus()
    for _ in range(4):
        page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.closest('.rules-steps') !== null")
    assert focused
    desk.calm()
