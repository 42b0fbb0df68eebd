"""Both languages, page by page: no Chinese in English but names, no English sentence in Chinese, no id anywhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.estate import Estate
from tests.browser.language import said, slips
from tests.browser.windows import PHONE, Windows


def story(estate: Estate) -> tuple[str, str, list[str]]:
    """Let a case go through many hands and a warning wait; return their numbers and the names and words said."""
    estate.people("wang", "zhao", "chen", "liu")
    first = estate.force("gate-n1").number
    estate.act("wang", first, "dispatch", assignee="zhao")
    estate.act("zhao", first, "refuse", reason="Off duty")
    estate.act(
        "chen",
        first,
        "reassign" if estate.case(first).state == "dispatched" else "dispatch",
        assignee="zhao",
        reason="Again",
    )
    second = estate.force("door-4").number
    estate.act("wang", second, "take")
    estate.act("wang", second, "undo")
    names = [person.name for person in estate.house.people.values()]
    return first, second, names


def visit(page: Page, numbers: tuple[str, ...]) -> None:
    for number in numbers:
        line = page.locator(f'[data-key="{number}"] .line-title')
        for tab in range(4):
            if line.count():
                break
            page.locator(".tabs button").nth(tab).click()
        line.first.click()
        expect(page.locator(".case-number")).to_have_text(number)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_duty_desk_speaks_one_language(estate: Estate, windows: Windows, language: str) -> None:
    first, second, names = story(estate)
    guard = windows.open("wang", "/duty", language=language)
    guard.locator(".line").first.wait_for()
    guard.locator(".load").wait_for()
    assert slips(guard, language, names) == []
    for number in (first, second):
        visit(guard, (number,))
        assert slips(guard, language, names) == []
        for panel in guard.locator(".case-actions > .button").all()[:4]:
            panel.click()
            assert slips(guard, language, names) == []
            guard.keyboard.press("Escape")
            expect(guard.locator(".case")).to_be_visible()
    guard.keyboard.press("?")
    assert slips(guard, language, names) == []


def test_a_notice_changes_its_language_with_the_page(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    number = estate.force("gate-n1").number
    guard = windows.open("wang", "/duty")
    guard.locator(f'[data-key="{number}"] .line-title').click()
    guard.locator(".case-actions .button.main").first.click()
    expect(guard.locator(".notice-text")).to_contain_text("已确认")
    guard.get_by_role("button", name="English").click()
    expect(guard.locator(".notice-text")).to_contain_text("Confirmed")
    names = [person.name for person in estate.house.people.values()]
    assert slips(guard, "en", names) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_phone_speaks_one_language(estate: Estate, windows: Windows, language: str) -> None:
    first, _, names = story(estate)
    worker = windows.open("zhao", "/m", size=PHONE, language=language)
    worker.locator(".task-open").first.wait_for()
    assert slips(worker, language, names) == []
    worker.goto(f"{estate.base}/m?case={first}")
    worker.locator(".task-title").wait_for()
    assert slips(worker, language, names) == []
    worker.goto(f"{estate.base}/m")
    for tab in (1, 2):
        worker.locator(".tabbar button").nth(tab).click()
        assert slips(worker, language, names) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_speaks_one_language(estate: Estate, windows: Windows, language: str) -> None:
    estate.people("liu")
    resident = windows.open("liu", "/report", size=PHONE, language=language)
    resident.locator("select").wait_for()
    expect(resident.locator("select option").first).to_contain_text("我家" if language == "zh" else "My home")
    names = [person.name for person in estate.house.people.values()]
    assert slips(resident, language, names) == []


def test_no_id_is_shown_in_a_case(estate: Estate, windows: Windows) -> None:
    first, _, _ = story(estate)
    guard = windows.open("wang", "/duty")
    visit(guard, (first,))
    ids = [
        *estate.house.people,
        *(device.id for device in estate.house.view.registry),
        "rule:",
        "lan →",
        "site",
    ]
    texts = [
        text
        for text in said(guard)
        if text != first and any(re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", text) for each in ids)
    ]
    assert texts == []
