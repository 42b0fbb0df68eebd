"""The console's shell: who gets in, addresses that last, what is said where somebody may not go or nothing is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.estate import Estate
from tests.browser.measure import overflow, violations
from tests.browser.windows import PHONE, Windows


@pytest.fixture
def house(estate: Estate) -> Estate:
    estate.people("chen", "wang", "zhou", "shen")
    return estate


def test_whoever_works_in_the_console_lands_there_and_the_others_at_their_doors(
    house: Estate, windows: Windows
) -> None:
    manager = windows.open("chen", "/")
    expect(manager.locator(".console-head")).to_contain_text("陈刚")
    expect(manager.get_by_role("navigation", name="菜单")).to_contain_text("人员与排班")
    guard = windows.open("wang", "/")
    expect(guard.locator(".door").first).to_be_visible()


def test_a_page_keeps_its_address_its_filters_and_its_title(house: Estate, windows: Windows) -> None:
    page = windows.open("zhou", "/account")
    page.goto(f"{house.base}/account")
    expect(page).to_have_title(re.compile("我的账户 · "))
    page.reload()
    expect(page.get_by_role("heading", name="我的账户")).to_be_visible()


def test_a_guard_who_follows_a_link_reads_whose_page_it_is(house: Estate, windows: Windows) -> None:
    guard = windows.open("wang", "/people")
    told = guard.locator(".told")
    expect(told).to_contain_text("没有打开这一页的权限")
    expect(told).to_contain_text("系统管理员、物业经理、审计员")
    assert violations(guard) == []


def test_an_address_that_no_page_has(house: Estate, windows: Windows) -> None:
    page = windows.open("chen", "/no-such-page")
    expect(page.get_by_role("heading", name="没有这一页")).to_be_visible()
    page.get_by_role("link", name="回到首页").click()
    expect(page).to_have_url(f"{house.base}/")


def test_styles_need_the_nonce_and_scripts_get_none(house: Estate, windows: Windows) -> None:
    page = windows.open("chen", "/people/new")
    page.goto(f"{house.base}/account")
    page.locator("main h1").wait_for()
    windows.expected += ("Content Security Policy", "style-src", "script-src", "default-src")
    let_in = page.evaluate(
        """() => {
          const style = document.createElement('style');
          style.textContent = 'h1 { letter-spacing: 7px }';
          document.head.append(style);
          const script = document.createElement('script');
          script.textContent = 'window.slipped = true';
          document.head.append(script);
          const spacing = getComputedStyle(document.querySelector('main h1')).letterSpacing;
          return { style: spacing === '7px', script: window.slipped === true };
        }"""
    )
    assert let_in == {"style": False, "script": False}


def test_the_menu_on_a_phone_opens_by_its_word(house: Estate, windows: Windows) -> None:
    page = windows.open("chen", "/", size=PHONE)
    menu = page.get_by_role("navigation", name="菜单")
    opener = menu.get_by_role("button", name="菜单")
    expect(opener).to_have_attribute("aria-expanded", "false")
    opener.click()
    menu.get_by_role("link", name="人员与排班").click()
    expect(page).to_have_url(f"{house.base}/roster")
    expect(opener).to_have_attribute("aria-expanded", "false")
    assert overflow(page) <= 0


def test_old_content_stays_with_its_time_when_the_line_is_cut(house: Estate, windows: Windows) -> None:
    windows.expected += ("ERR_", "503")
    page = windows.open("chen", "/account")
    expect(page.locator(".link-state")).to_contain_text("已连接")
    house.stop()
    expect(page.locator(".bar.cut")).to_contain_text("连接中断")
    expect(page.get_by_role("heading", name="我的账户")).to_be_visible()
    house.start()
    expect(page.locator(".link-state")).to_contain_text("已连接")


def test_logging_out_leads_to_the_login(house: Estate, windows: Windows) -> None:
    page = windows.open("chen", "/account")
    page.locator(".account summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(re.compile("/login"))


def test_a_page_that_breaks_says_a_code_and_the_menu_stays(house: Estate, windows: Windows) -> None:
    # the browser notes what was thrown, and that this small house has no grids to name
    windows.expected += ("TypeError", "The above error", "An error occurred", "503")
    page = windows.open("chen", "/account")
    page.route("**/api/people", lambda route: route.fulfill(json={"items": None}))
    page.goto(f"{house.base}/people")
    expect(page.locator(".told")).to_contain_text("念给管理员")
    expect(page.locator(".code")).to_have_text(re.compile(r"people-\d{4}"))
    expect(page.get_by_role("navigation", name="菜单")).to_be_visible()
    assert violations(page) == []
