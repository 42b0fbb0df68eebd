"""My account: the second step is set up by what a phone would show, and asked for at the next login."""

from __future__ import annotations

import re

import pyotp
from playwright.sync_api import expect

from tests.browser.desk import PASSWORD, Desk
from tests.browser.measure import violations


def test_the_second_step_is_set_up_and_asked_for_at_login(desk: Desk) -> None:
    desk.ask("/api/people", {"id": "sun.si", "name": "孙四", "roles": ["checker"]})
    link = desk.ask("/api/people/sun.si/invite", {})["link"].split("#")[1]
    page = desk.windows.page(desk.windows.context())
    page.goto(f"{desk.base}/login#{link}")
    page.locator("input").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.locator(".console-head").wait_for()
    page.goto(f"{desk.base}/account")
    page.get_by_role("button", name="开始设置").click()
    page.get_by_label("现在的密码").last.fill(PASSWORD)
    page.get_by_role("button", name="开始设置").click()
    expect(page.get_by_role("img", name="两步验证的二维码")).to_be_visible()
    secret = page.locator("p.code").inner_text()
    assert violations(page) == []
    page.get_by_label("应用显示的六位数字").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="确认开启").click()
    recovery = page.locator("ul.code li").first.inner_text()
    page.get_by_role("button", name="抄好了").click()
    expect(page.get_by_text("已开启，还剩")).to_be_visible()
    desk.calm("422")  # the invitation first asked for a password

    again = desk.windows.page(desk.windows.context())
    again.goto(f"{desk.base}/login")
    again.locator("input[name=username]").fill("sun.si")
    again.locator("input[name=password]").fill(PASSWORD)
    again.locator("button[type=submit]").click()
    code = again.locator("input[name=code]")
    expect(code).to_be_focused()
    assert violations(again) == []
    code.fill(recovery)
    again.locator("button[type=submit]").click()
    again.wait_for_url(re.compile(r"/$"))
    desk.calm("401")
