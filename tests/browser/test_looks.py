"""Every page in both themes, both languages and three text sizes: kept as pictures, and measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.estate import Estate
from tests.browser.measure import overflow, small_targets, small_words, violations
from tests.browser.windows import DESK, PHONE, WALL, Windows

Shoot = Callable[[Page, str], None]
LEAST_TARGET = {"standard": 44, "large": 44, "xlarge": 60}
LEAST_WORDS = {"standard": 14, "large": 16, "xlarge": 18}


@pytest.fixture
def busy(estate: Estate) -> Estate:
    """An estate with something of everything: red, orange, yellow, sent, in hand, to be checked."""
    estate.people("wang", "zhao", "he", "liu")
    red = estate.force("door-3").number
    estate.act("chen", red, "level", level="L1", reason="楼道有烟")
    estate.force("gate-n1")
    yellow = estate.force("shed-5").number
    estate.act("chen", yellow, "level", level="L3", reason="白天", note="有人看着")
    for device, steps in (
        ("door-2", ("dispatch",)),
        ("door-4", ("dispatch", "take")),
        ("door-6", ("dispatch", "take", "arrive")),
    ):
        number = estate.force(device).number
        for step in steps:
            estate.act(
                "wang" if step == "dispatch" else "zhao",
                number,
                step,
                **({"assignee": "zhao"} if step == "dispatch" else {}),
            )
    return estate


def judge(page: Page, size: str) -> None:
    assert violations(page) == []
    assert small_targets(page, LEAST_TARGET[size]) == []
    assert small_words(page, LEAST_WORDS[size]) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    ("window", "size"),
    [(DESK, "standard"), (WALL, "standard"), (DESK, "large"), (DESK, "xlarge")],
    ids=["1366", "1920", "1366-large", "1366-xlarge"],
)
def test_duty(
    busy: Estate, windows: Windows, shoot: Shoot, language: str, theme: str, window: dict[str, int], size: str
) -> None:
    page = windows.open("wang", "/duty", size=window, language=language, theme=theme, size_=size)
    page.locator(".line").nth(1).wait_for()  # the red one is with those it was sent to
    page.locator(".case-part").nth(2).wait_for()
    shoot(page, f"duty-{window['width']}-{size}-{theme}-{language}")
    judge(page, size)
    page.locator(".case-actions").get_by_role(
        "button", name="派单" if language == "zh" else "Dispatch"
    ).click()
    page.locator(".person.chosen").wait_for()
    shoot(page, f"duty-{window['width']}-{size}-{theme}-{language}-dispatch")
    judge(page, size)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_duty_when_all_is_well(estate: Estate, windows: Windows, shoot: Shoot, theme: str) -> None:
    estate.people("wang")
    page = windows.open("wang", "/duty", theme=theme)
    expect(page.locator(".empty-title")).to_be_visible()
    shoot(page, f"duty-calm-{theme}")
    judge(page, "standard")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["standard", "xlarge"])
def test_phone(busy: Estate, windows: Windows, shoot: Shoot, language: str, theme: str, size: str) -> None:
    given: dict[str, Any] = {"size": PHONE, "language": language, "theme": theme, "size_": size}
    page = windows.open("zhao", "/m", **given)
    name = f"{size}-{theme}-{language}"
    page.locator(".task").nth(2).wait_for()
    shoot(page, f"m-tasks-{name}")
    judge(page, size)
    for state in ("已派遣", "已到场") if language == "zh" else ("dispatched", "on scene"):
        page.locator(".task", has_text=state).locator(".task-open").last.click()
        page.locator(".big").wait_for()
        shoot(page, f"m-task-{'take' if state in {'已派遣', 'dispatched'} else 'done'}-{name}")
        judge(page, size)
        page.locator(".back").click()
    page.locator(".tabbar button").nth(1).click()
    page.locator("main .button.big").wait_for()
    judge(page, size)
    page.locator(".tabbar button").nth(2).click()
    page.locator(".setting").first.wait_for()
    page.locator(".task").nth(2).wait_for()
    shoot(page, f"m-mine-{name}")
    judge(page, size)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["standard", "xlarge"])
def test_doors(estate: Estate, windows: Windows, shoot: Shoot, language: str, theme: str, size: str) -> None:
    estate.people("wang", "liu")
    given: dict[str, Any] = {"size": PHONE, "language": language, "theme": theme, "size_": size}
    name = f"{size}-{theme}-{language}"
    login = windows.page(windows.context(**given))
    login.goto(f"{estate.base}/login")
    login.locator("button[type=submit]").wait_for()
    shoot(login, f"login-{name}")
    judge(login, size)
    home = windows.open("wang", "/", **given)
    home.locator(".door").first.wait_for()
    shoot(home, f"home-{name}")
    judge(home, size)
    report = windows.open("liu", "/report", **given)
    report.locator("select option").nth(3).wait_for(state="attached")
    shoot(report, f"report-{name}")
    judge(report, size)


def test_reflow_at_320_pixels(busy: Estate, windows: Windows) -> None:
    for person, path in (("wang", "/duty"), ("zhao", "/m"), ("liu", "/report")):
        page = windows.open(person, path, size={"width": 320, "height": 640})
        page.locator(".line, .task, .kind").first.wait_for()
        assert overflow(page) <= 0, path
