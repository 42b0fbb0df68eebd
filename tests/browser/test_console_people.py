"""Users and roles: invite with link and square code, correct what the gateway objects to, change, close, open, tokens."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.measure import violations

Shoot = Callable[[Page, str], None]


def test_somebody_is_invited_and_logs_in_by_the_link(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("administrator")
    page.goto(f"{desk.base}/people")
    page.get_by_role("link", name="邀请新人").click()
    page.get_by_role("button", name="添加并生成链接").click()

    # everything that is wrong at once, each at its field, focus on the first
    told = page.locator(".form-told")
    expect(told).to_contain_text("没有保存")
    name = page.get_by_label("姓名")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".field-wrong")).to_have_text(["必须填写", "必须填写", "太少，至少 1 个"])
    shoot(page, "console-people-new-wrong")
    assert violations(page) == []
    desk.calm("422")

    name.fill("吴一")
    page.get_by_label("登录名").fill("wu.yi")
    page.get_by_label("核查员").check()
    page.get_by_role("button", name="添加并生成链接").click()
    box = page.get_by_role("dialog")
    expect(box.get_by_role("img", name="一次性链接的二维码")).to_be_visible()
    link = box.get_by_role("textbox", name="链接").input_value()
    assert re.fullmatch(r"http://[^/]+/login#[\w-]+", link)
    shoot(page, "console-people-link")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{desk.base}/people/wu.yi")

    newcomer = desk.windows.page(desk.windows.context())
    newcomer.goto(f"{desk.base}/login#{link.split('#')[1]}")
    newcomer.locator("input").fill("一句我记得住的话啊啊")
    newcomer.locator("button[type=submit]").click()
    expect(newcomer.locator(".console-head")).to_contain_text("吴一")
    desk.calm("422")


def test_an_account_is_changed_closed_and_opened_again(desk: Desk) -> None:
    desk.ask("/api/people", {"id": "zheng.er", "name": "郑二", "roles": ["guard"]})
    page = desk.as_role("administrator")
    page.goto(f"{desk.base}/people/zheng.er")
    page.get_by_role("button", name="修改资料").click()
    box = page.get_by_role("dialog")
    box.get_by_label("网格长").check()
    box.get_by_label("原因").fill("升为网格长")
    box.get_by_role("button", name="保存修改").click()
    expect(page.locator(".notice")).to_contain_text("已保存郑二")
    expect(page.locator(".facts").first).to_contain_text("网格长")

    page.get_by_role("button", name="停用账户").click()
    box.get_by_label("原因").fill("离职")
    box.get_by_role("button", name="停用账户").click()
    expect(page.locator(".state-tag")).to_contain_text("已停用")
    page.get_by_role("button", name="恢复账户").click()
    box.get_by_label("原因").fill("回来了")
    box.get_by_role("button", name="恢复账户").click()
    expect(page.locator(".state-tag")).to_contain_text("还没设密码")
    desk.calm()


def test_unsaved_work_is_not_left_without_asking(desk: Desk) -> None:
    page = desk.as_role("administrator")
    page.goto(f"{desk.base}/people/new")
    page.get_by_label("姓名").fill("半个人")
    page.get_by_role("link", name="所有人").click()
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("没保存的修改")
    box.get_by_role("button", name="留下继续改").click()
    expect(page.get_by_label("姓名")).to_have_value("半个人")
    page.get_by_role("link", name="所有人").click()
    box.get_by_role("button", name="不保存，离开").click()
    expect(page).to_have_url(f"{desk.base}/people")
    desk.calm()


def test_changing_the_language_loses_nothing_that_was_typed(desk: Desk) -> None:
    page = desk.as_role("administrator")
    page.goto(f"{desk.base}/people/new")
    page.get_by_label("姓名").fill("郑三")
    page.get_by_label("核查员").check()
    page.locator("header button[lang=en]").click()
    expect(page.get_by_role("heading", name="Invite somebody")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("郑三")
    expect(page.get_by_label("Checker")).to_be_checked()
    page.locator("header button[lang=zh-CN]").click()
    expect(page.get_by_label("姓名")).to_have_value("郑三")
    page.get_by_role("link", name="所有人").click()
    page.get_by_role("button", name="不保存，离开").click()
    desk.calm()


def test_the_list_is_searched_filtered_and_sorted_in_its_address(desk: Desk) -> None:
    page = desk.as_role("administrator")
    page.goto(f"{desk.base}/people")
    page.get_by_role("columnheader", name="登录名").get_by_role("button").click()
    page.get_by_label("角色", exact=True).select_option("administrator")
    page.get_by_label("查找").fill("韩")
    expect(page).to_have_url(re.compile(r"sort=login&role=administrator&q="))
    page.reload()
    expect(page.locator(".row-link")).to_have_text(["韩磊"])
    expect(page.get_by_role("columnheader", name="登录名")).to_have_attribute("aria-sort", "ascending")
    page.get_by_label("查找").fill("没有这个人")
    page.get_by_role("button", name="清除筛选").click()
    expect(page).to_have_url(f"{desk.base}/people?sort=login")
    page.locator("tbody tr").first.locator("td").nth(2).click()  # anywhere on the row
    expect(page).to_have_url(re.compile(r"/people/[\w.]+$"))
    desk.calm()


def test_a_token_is_shown_once_and_revoked(desk: Desk) -> None:
    page = desk.as_role("administrator")
    page.goto(f"{desk.base}/people/tokens")
    page.get_by_role("button", name="做一个令牌").first.click()
    box = page.get_by_role("dialog")
    box.get_by_label("用途").fill("T-1")
    box.get_by_label("health.read").check()
    box.get_by_role("button", name="做一个令牌").click()
    expect(box.locator("textarea")).to_have_value(re.compile(r"^scg_"))
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="停用令牌").click()
    box.get_by_role("button", name="停用令牌").click()
    expect(page.locator(".state-tag")).to_contain_text("已失效")
    desk.calm()


def test_a_manager_reads_and_changes_nothing(desk: Desk) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/people")
    page.locator(".row-link").first.click()
    page.locator(".facts").first.wait_for()
    for words in ("修改资料", "停用账户", "重置登录"):
        expect(page.get_by_role("button", name=words)).to_have_count(0)
    desk.calm()
