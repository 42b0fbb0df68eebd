"""Every page of every door in both themes, three sizes and both languages: what the eye, the finger and the ear need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.desk import Desk
from tests.browser.estate import Estate, Wall
from tests.browser.goals.walk import LOOKS, Walk
from tests.browser.test_console import NOUNS, SETTLED
from tests.browser.test_duty_pages import show as picture
from tests.browser.test_duty_pages import with_eyes
from tests.browser.test_resident import scanned
from tests.browser.windows import DESK, PHONE, WALL, Windows
from tests.gateway.api import house as house_module

pytestmark = [pytest.mark.slow, pytest.mark.goal(14, 16, 17, 21), pytest.mark.timeout(3600)]
DUTY = {
    "": ".line", "orders": ".order", "map": "main h1, main h2", "cameras": ".camera img", "shelved": "main h1, main h2",
    "handover": ".shift-case", "records": "main h1, main h2", "search": "tbody tr",
}  # fmt: skip


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Estate]:
    """The estate of six buildings with a camera at five gates."""
    monkeypatch.setattr(house_module, "Ticker", Wall)
    monkeypatch.setattr(house_module, "site", with_eyes)
    with Estate(tmp_path) as it:
        yield it


@pytest.fixture
def busy(estate: Estate) -> Estate:
    """An estate with something of everything: red, orange, yellow, sent, in hand, to be checked, pictures."""
    estate.people("wang", "zhao", "he", "liu", "chen")
    red = estate.force("door-3").number
    estate.act("chen", red, "level", level="L1", reason="T-1")
    picture(estate, "gate-n1", "access.forced", 0)
    yellow = estate.force("shed-5").number
    estate.act("chen", yellow, "level", level="L3", reason="T-2", note="T-3")
    for device, steps in (
        ("door-2", ("dispatch",)),
        ("door-4", ("dispatch", "take")),
        ("door-6", ("dispatch", "take", "arrive")),
    ):
        number = estate.force(device).number
        for step in steps:
            by, fields = ("wang", {"assignee": "zhao"}) if step == "dispatch" else ("zhao", {})
            estate.act(by, number, step, **fields)
    return estate


def complaints_of(windows: Windows) -> list[str]:
    """Return what the browser complained of; this small estate has no rulebook, so shelving answers 503 there."""
    wrong, windows.wrong = windows.wrong, []
    return [each for each in wrong if "503" not in each]


def names(estate: Estate) -> list[str]:
    return [person.name for person in estate.house.people.values()]


def test_duty(busy: Estate, windows: Windows) -> None:
    picture(busy, "eye-1", "object.seen", 0)
    page, walk = windows.open("wang", "/duty", size=DESK), Walk("duty", names(busy))
    number = min(each for each in busy.house.pump.state.cases.incidents)  # type: ignore[attr-defined]  # the house's own state
    pages = {**DUTY, f"case/{number}": "main h1, main h2, .viewer"}
    for look in LOOKS:
        for word, there in pages.items():

            def go(word: str = word, there: str = there) -> None:
                page.goto(f"{busy.base}/duty/{word}".rstrip("/"))
                page.locator(there).first.wait_for()

            walk.look_at(page, word.split("/")[0] or "desk", look, go)
    walk.end(complaints_of(windows))


def test_wall(busy: Estate, windows: Windows) -> None:
    page, walk = windows.open("wang", "/wall", size=WALL), Walk("wall", names(busy))
    for look in LOOKS:

        def go() -> None:
            page.goto(f"{busy.base}/wall")
            page.locator(".wall-alarms li").first.wait_for()

        walk.look_at(page, "open", look, go)
    walk.end(complaints_of(windows))


def test_phone(busy: Estate, windows: Windows) -> None:
    page, walk = windows.open("zhao", "/m", size=PHONE), Walk("phone", names(busy))
    number = next(
        number
        for number, case in busy.house.pump.state.cases.incidents.items()  # type: ignore[attr-defined]  # the house's own state
        if case.state == "on_scene"
    )

    def tab(place: int) -> None:
        page.goto(f"{busy.base}/m")
        page.locator(".tabbar button").nth(place).click()
        page.locator("main").first.wait_for()

    def task() -> None:
        page.goto(f"{busy.base}/m?case={number}")
        page.locator(".task-title").wait_for()

    for look in LOOKS:
        for place, name in enumerate(("tasks", "report", "mine")):
            walk.look_at(page, name, look, lambda place=place: tab(place))
        walk.look_at(page, "task", look, task)
        walk.look_at(page, "patrol", look, lambda: (tab(0), page.locator("main .button.wide.spaced").click()))
    walk.end(complaints_of(windows))


def test_resident_and_login(busy: Estate, windows: Windows) -> None:
    page, walk = windows.page(windows.context(size=PHONE)), Walk("resident", names(busy))
    address = scanned(busy)
    page.goto(address)
    page.locator(".kind").first.click()
    page.locator("textarea").fill("T-1")
    page.locator("button[type=submit]").click()
    page.locator(".thanks .main").click()
    page.locator(".stand h2").wait_for()
    answer = page.url

    def go(url: str, there: str) -> None:
        page.goto(url)
        page.locator(there).first.wait_for()

    for look in LOOKS:
        walk.look_at(page, "form", look, lambda: go(address, ".here"))
        walk.look_at(page, "answer", look, lambda: go(answer, ".stand h2"))
        walk.look_at(page, "login", look, lambda: go(f"{busy.base}/login", "button[type=submit]"))
    walk.end(complaints_of(windows))


@pytest.mark.parametrize("noun", NOUNS)
def test_console(desk: Desk, noun: str) -> None:
    page, walk = desk.as_role(desk.role_of(noun)), Walk(f"console-{noun}", desk.names())
    page.set_viewport_size(DESK)  # type: ignore[arg-type]  # width and height
    paths = [path for path in desk.pages[noun]["paths"] if ":" not in path]
    one = any(":" in path for path in desk.pages[noun]["paths"])

    def go(path: str) -> None:
        page.goto(desk.base + path)
        page.wait_for_function(SETTLED)

    for look in LOOKS:
        for path in paths:
            walk.look_at(page, path.strip("/").replace("/", "-") or "first", look, lambda path=path: go(path))
        if one and paths and (row := first_row(page, desk.base + paths[0])):
            walk.look_at(page, "one", look, lambda row=row: go(row))
    complaints, desk.windows.wrong = desk.windows.wrong, []
    walk.end(complaints)


def first_row(page: Page, address: str) -> Any:
    """Return the address of the first row of a list."""
    page.goto(address)
    page.wait_for_function(SETTLED)
    row = page.locator("main .row-link").first
    return row.get_attribute("href") if row.count() else None
