"""The doors: login, one-time links, the page of one's own, and what a resident reports."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.estate import Estate
from tests.browser.windows import PHONE, Windows


def test_a_wrong_password_is_told_in_words(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    windows.expected += ("401",)
    page = windows.page(windows.context())
    page.goto(f"{estate.base}/login")
    page.locator("input[name=username]").fill("wang")
    page.locator("input[name=password]").fill("not the password")
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("alert")).to_contain_text("密码不对")


def test_whoever_is_not_logged_in_is_brought_to_the_login_and_back(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    windows.expected += ("401", "404")  # there is no case x-1
    page = windows.page(windows.context())
    page.goto(f"{estate.base}/duty?case=x-1")
    page.wait_for_url("**/login?next=*")
    page.locator("input[name=username]").fill("wang")
    page.locator("input[name=password]").fill("a long enough password")
    page.locator("button[type=submit]").click()
    page.wait_for_url(f"{estate.base}/duty?case=x-1")


def test_an_invitation_sets_the_password_and_lands_at_home(estate: Estate, windows: Windows) -> None:
    windows.expected += ("422",)
    token = estate.house.link("zhao", "invite")
    page = windows.page(windows.context(size=PHONE))
    page.goto(f"{estate.base}/login#{token}")
    submit = page.locator("button[type=submit]")
    expect(submit).to_be_disabled()
    page.locator("input").fill("一句我记得住的话啊啊")
    submit.click()
    page.wait_for_url(f"{estate.base}/m")
    expect(page.locator(".page-title")).to_contain_text("我的任务")


def test_a_used_link_is_refused_in_words(estate: Estate, windows: Windows) -> None:
    windows.expected += ("401",)
    page = windows.page(windows.context())
    page.goto(f"{estate.base}/login#no-such-token")
    expect(page.get_by_role("alert")).to_contain_text("链接")


def test_home_shows_the_doors_of_ones_roles(estate: Estate, windows: Windows) -> None:
    estate.people("wang", "zhao")
    guard = windows.open("wang", "/")
    guard.locator(".door").first.wait_for()
    assert guard.locator(".door").evaluate_all("doors => doors.map(door => door.getAttribute('href'))") == [
        "/duty",
        "/m",
        "/report",
        "/devices",
        "/plans",
        "/roster",
    ]
    worker = windows.open("zhao", "/")
    worker.locator(".door").first.wait_for()
    assert worker.locator(".door").evaluate_all("doors => doors.map(door => door.getAttribute('href'))") == [
        "/m",
        "/report",
        "/roster",
    ]


def test_what_a_resident_reports_stands_on_the_duty_desk(estate: Estate, windows: Windows) -> None:
    estate.people("liu", "wang")
    guard = windows.open("wang", "/duty")
    resident = windows.open("liu", "/report", size=PHONE)
    send = resident.locator("button[type=submit]")
    send.click()
    expect(resident.get_by_role("alert")).to_have_count(2)  # everything that is missing, at once
    resident.get_by_text("垃圾、卫生").click()
    resident.locator("textarea").fill("垃圾桶满了两天没人收")
    send.click()
    expect(resident.locator("h1")).to_have_text("收到了，谢谢您")
    number = resident.locator(".thanks b").inner_text()
    guard.locator(f'[data-key="{number}"]').wait_for()
