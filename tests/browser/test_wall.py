"""The wall: let in by a code, seen from across the room, calm when there is nothing, honest when the line is cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.estate import Estate
from tests.browser.language import slips
from tests.browser.measure import overflow, small_words, violations
from tests.browser.windows import WALL, Windows

Shoot = Callable[[Page, str], None]
FOUR_K = {"width": 3840, "height": 2160}
CUT = """() => [...document.querySelectorAll('.wall-part')].filter(part => part.offsetParent &&
  [...part.querySelectorAll('*')].some(each => !each.closest('.only-heard') &&
    each.getBoundingClientRect().bottom > part.getBoundingClientRect().bottom + 2)).map(part => part.className)"""


def test_a_display_is_let_in_by_its_code_and_shut_out_again(desk: Desk, shoot: Shoot) -> None:
    desk.windows.expected += ("401",)
    display = desk.windows.page(desk.windows.context(size=WALL, theme="dark"))
    display.goto(f"{desk.base}/wall")
    code = display.locator(".wall-code")
    code.wait_for()
    shoot(display, "wall-pairing")
    assert violations(display) == []
    office = desk.as_role("administrator")
    office.goto(f"{desk.base}/screens")
    office.get_by_role("button", name="配对大屏").first.click()
    office.get_by_label("配对码").fill(code.inner_text())
    office.get_by_label("名字").fill("T-1")
    office.get_by_role("dialog").get_by_role("button", name="配对大屏").click()
    display.locator(".wall-levels").wait_for()
    expect(display.locator(".wall-levels li")).to_have_count(4)
    shoot(display, "wall-demo")
    display.reload()
    display.locator(".wall-levels").wait_for()  # the cookie stays
    office.get_by_role("button", name="停用: T-1").click()
    office.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(display.locator(".wall-code")).to_be_visible()
    desk.calm("401", "404")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_open_stands_there_large_and_in_one_language(
    estate: Estate, windows: Windows, shoot: Shoot, language: str, theme: str
) -> None:
    estate.people("wang")
    for door in ("gate-n1", "door-4"):
        estate.force(door)
    page = windows.open("wang", "/wall", size=WALL, language=language, theme=theme)
    page.locator(".wall-alarms li").nth(1).wait_for()
    assert overflow(page) <= 0
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert small_words(page, 20) == []
    assert violations(page) == []
    names = [person.name for person in estate.house.people.values()]
    assert slips(page, language, names) == []
    shoot(page, f"wall-open-{theme}-{language}")
    for larger in ("large", "xlarge"):  # nobody scrolls a wall: with larger words it shows less, and says so
        page.evaluate("size => localStorage.setItem('gateway.size', size)", larger)
        page.reload()
        page.locator(".wall-alarms li").nth(1).wait_for()
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), larger
        assert page.evaluate(CUT) == [], larger
        shoot(page, f"wall-{larger}-{theme}-{language}")
    page.evaluate("localStorage.setItem('gateway.size', 'standard')")
    page.reload()
    page.locator(".wall-alarms li").nth(1).wait_for()
    page.set_viewport_size(FOUR_K)  # type: ignore[arg-type]  # width and height
    size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert size == pytest.approx(48, abs=0.1)  # twice that of 1080p: the same picture
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    shoot(page, f"wall-open-{theme}-{language}-4k")


def test_when_nothing_is_open_it_says_so_and_turns_and_stops_turning_for_an_alarm(
    estate: Estate, windows: Windows, shoot: Shoot
) -> None:
    estate.people("wang")
    page = windows.page(windows.context(size=WALL))
    page.clock.install()
    page.goto(f"{estate.base}/login?next=/wall")
    page.locator("input[name=username]").fill("wang")
    page.locator("input[name=password]").fill("a long enough password")
    page.locator("button[type=submit]").click()
    page.locator(".wall-calm-title").wait_for()
    expect(page.locator(".wall-calm-title")).to_have_text("一切正常")
    expect(page.locator(".wall-calm")).to_contain_text("最近检查")
    shoot(page, "wall-calm")
    seen = set()
    for _ in range(4):
        seen.add(page.locator(".wall-main").inner_text()[:6])
        page.clock.run_for(20_000)
    assert len(seen) == 3
    estate.force("gate-n1")
    page.clock.run_for(6_000)
    page.locator(".wall-alarms li").wait_for()
    for _ in range(3):
        page.clock.run_for(20_000)
        expect(page.locator(".wall-alarms li")).to_have_count(1)


def test_a_wall_without_a_line_says_since_when_and_is_never_calm_about_it(
    estate: Estate, windows: Windows, shoot: Shoot
) -> None:
    estate.people("wang")
    windows.expected += ("ERR_", "Failed to load resource")
    page = windows.open("wang", "/wall", size=WALL)
    page.locator(".wall-calm-title, .wall-alarms li").first.wait_for()
    estate.stop()
    expect(page.locator(".bar.cut")).to_contain_text("连接中断")
    shoot(page, "wall-cut")
    estate.start()
    expect(page.locator(".bar.cut")).to_be_hidden()
