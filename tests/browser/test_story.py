"""The whole way of one alarm, by clicks: the guard sends, the worker goes and proves it, the checker closes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.estate import Estate
from tests.browser.windows import PHONE, Windows
from tests.browser.words import WORDS
from tests.integration.servers import wait_until


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.effect_mandelbrot((2400, 1800), (-2, -1.2, 1, 1.2), 60).convert("RGB").save(path)
    return path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_alarm_to_closed_by_clicks(estate: Estate, windows: Windows, photo: Path, language: str) -> None:
    say = WORDS[language]
    estate.people("wang", "zhao", "he")
    guard = windows.open("wang", "/duty", language=language)
    expect(guard.locator(".empty-title")).to_have_text(say["calm"])
    number = estate.force().number

    # the guard: two clicks from the case to somebody on the way
    guard.locator(f'[data-key="{number}"]').wait_for()
    actions = guard.locator(".case-actions")
    actions.get_by_role("button", name=say["dispatch"]).click()
    guard.locator(".person.chosen").wait_for()
    guard.locator(".person", has_text="赵敏").click()
    actions.get_by_role("button", name=say["ok"]).click()
    expect(guard.locator(".notice")).to_contain_text("赵敏")
    wait_until(lambda: estate.case(number).state == "dispatched", what="the dispatch")

    # the worker: open, take, arrive, photo, words, done
    worker = windows.open("zhao", "/m", size=PHONE, language=language)
    worker.locator(".task-open").click()
    worker.get_by_role("button", name=say["take"]).click()
    worker.get_by_role("button", name=say["arrive"]).click()
    worker.locator("textarea").wait_for()
    worker.set_input_files("input[type=file][accept='image/*']", photo)
    expect(worker.locator(".photos")).to_contain_text(say["uploaded"], timeout=30_000)
    worker.locator("textarea").fill("门已关好，锁舌已修")
    worker.locator("form.resolve button[type=submit]").click()
    expect(worker.locator(".told")).to_have_text(say["waiting_check"])
    case = estate.case(number)
    assert (case.state, case.resolver, len(case.photos)) == ("resolved", "zhao", 1)
    assert case.photos[0].captured_at is not None

    # the checker: looks and closes, one click
    checker = windows.open("he", "/duty", language=language)
    checker.get_by_role("button", name=say["tab_check"]).click()
    checker.get_by_role("button", name=say["close"]).click()
    expect(checker.locator(".notice")).to_contain_text(say["closed"])
    assert estate.case(number).state == "closed"
    guard.locator(".tabs").get_by_role("button", name=say["tab_wait"]).click()
    expect(guard.locator(".empty-title")).to_have_text(say["calm"])


def test_confirm_is_one_click_and_can_be_undone(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    guard = windows.open("wang", "/duty")
    number = estate.force().number
    line = guard.locator(f'[data-key="{number}"]')
    line.hover()
    line.get_by_role("button", name="确认").click()
    wait_until(lambda: estate.case(number).state != "pending_verify", what="the case to be accepted")
    guard.get_by_role("button", name="撤销").click()
    expect(guard.locator(".notice")).to_contain_text("已撤销")
    assert estate.case(number).state == "pending_verify"


def test_the_keyboard_alone_sends_somebody(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    guard = windows.open("wang", "/duty")
    first = estate.force("gate-n1").number
    estate.force("door-4")
    guard.locator(".line").nth(1).wait_for()
    guard.keyboard.press("j")
    guard.keyboard.press("k")
    expect(guard.locator(".line.open")).to_have_attribute("data-key", first)
    guard.keyboard.press("d")
    expect(guard.locator(".panel .main")).to_be_focused()
    guard.keyboard.press("Enter")
    wait_until(lambda: estate.case(first).state == "dispatched", what="the dispatch")
    guard.keyboard.press("?")
    expect(guard.get_by_role("dialog")).to_be_visible()
    guard.keyboard.press("Escape")
    expect(guard.get_by_role("dialog")).to_be_hidden()


def test_two_people_one_alarm_the_second_reads_who_and_what(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    windows.expected += ("409",)  # the browser itself notes the refused request
    guard = windows.open("wang", "/duty")
    number = estate.force().number
    guard.locator(f'[data-key="{number}"]').wait_for()

    def meanwhile(route: object) -> None:
        estate.act("chen", number, "reject", code="false_device")
        route.continue_()  # type: ignore[attr-defined]  # the driver's own route

    guard.route("**/actions", meanwhile)
    guard.locator(".case-actions").get_by_role("button", name="确认").click()
    expect(guard.locator(".notice.wrong")).to_contain_text("陈刚")
    assert estate.case(number).state == "rejected"


def test_a_false_alarm_is_two_clicks_with_its_reason(estate: Estate, windows: Windows) -> None:
    estate.people("wang", "chen")
    guard = windows.open("wang", "/duty")
    manager = windows.open("chen", "/duty")
    number = estate.force().number
    expect(guard.locator(".actions-why")).to_be_visible()  # L2: the guard is told whose decision it is
    manager.locator(".case-actions").get_by_role("button", name="误报").click()
    manager.get_by_role("button", name="设备故障").click()
    wait_until(lambda: estate.case(number).state == "rejected", what="the rejection")
    assert estate.case(number).close_code == "false_device"
