"""The worker's own report in three steps, rounds, and help: with and without a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.estate import Estate
from tests.browser.measure import overflow, small_targets, small_words, violations
from tests.browser.test_resident import scanned
from tests.browser.windows import PHONE, Windows
from tests.integration.servers import wait_until

Shoot = Callable[[Page, str], None]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    Image.new("RGB", (2000, 1500), (90, 120, 60)).save(tmp_path / "hole.jpg")
    return tmp_path / "hole.jpg"


def reported(estate: Estate) -> list[str]:
    cases = estate.house.pump.state.cases.incidents.values()  # type: ignore[attr-defined]  # the house's own state
    return [case.number for case in cases if case.reporter == "zhao"]


def test_a_photo_report_takes_four_presses(
    estate: Estate, windows: Windows, photo: Path, shoot: Shoot
) -> None:
    estate.people("zhao")
    worker = windows.open("zhao", "/m", size=PHONE)
    presses = 0

    def press(what: str) -> None:
        nonlocal presses
        worker.locator(what).first.click()
        presses += 1

    press(".tabbar button:nth-child(2)")
    shoot(worker, "m-report-photo")
    with worker.expect_file_chooser() as chooser:
        press("main .button.big")
    chooser.value.set_files(photo)
    worker.locator(".spots button").first.wait_for()
    shoot(worker, "m-report-place")
    press(".spots button")
    shoot(worker, "m-report-say")
    press("form.resolve button[type=submit]")
    assert presses == 4
    wait_until(lambda: len(reported(estate)) == 1, what="the report at the gateway")
    case = estate.case(reported(estate)[0])
    assert case.building is not None
    assert len(case.photos) == 1


def test_a_report_without_a_network_waits_on_the_phone_and_arrives_once(
    estate: Estate, windows: Windows, photo: Path
) -> None:
    estate.people("zhao")
    windows.expected += ("ERR_", "Failed to load resource")
    worker = windows.open("zhao", "/m", size=PHONE)
    worker.locator(".page-title").wait_for()
    worker.wait_for_timeout(500)  # places are read while there is a line
    worker.context.set_offline(True)
    worker.locator(".tabbar button").nth(1).click()
    worker.set_input_files("main input[type=file]", photo)
    worker.locator(".spots button").first.click()
    worker.locator("textarea").fill("井盖不见了")
    worker.locator("form.resolve button[type=submit]").click()
    expect(worker.locator(".bar", has_text="待上传 1")).to_be_visible()
    expect(worker.locator(".kept li")).to_contain_text("井盖不见了")
    assert reported(estate) == []
    worker.close()

    worker.context.set_offline(False)
    again = windows.page(worker.context)
    again.goto(f"{estate.base}/m")
    wait_until(lambda: len(reported(estate)) == 1, what="the report at the gateway")
    expect(again.locator(".bar", has_text="待上传")).to_be_hidden()
    again.reload()
    again.locator(".page-title").wait_for()
    assert len(reported(estate)) == 1
    assert len(estate.case(reported(estate)[0]).photos) == 1


def test_a_report_that_is_being_written_is_still_there_after_the_page_was_killed(
    estate: Estate, windows: Windows, photo: Path
) -> None:
    estate.people("zhao")
    worker = windows.open("zhao", "/m", size=PHONE)
    worker.locator(".tabbar button").nth(1).click()
    worker.set_input_files("main input[type=file]", photo)
    worker.locator(".spots button").first.click()
    worker.locator("textarea").fill("井盖不见了")
    drafted = "(name) => new Promise(done => { const open = indexedDB.open(name); open.onsuccess = () => { const get = open.result.transaction('drafts').objectStore('drafts').getAll(); get.onsuccess = () => { open.result.close(); done(get.result[0]?.text ?? ''); }; }; })"
    for _ in range(100):  # the phone writes it down beside the typing
        if worker.evaluate(drafted, "gateway-m") == "井盖不见了":
            break
        worker.wait_for_timeout(50)
    worker.close()

    again = windows.page(worker.context)
    again.goto(f"{estate.base}/m")
    again.locator(".tabbar button").nth(1).click()
    expect(again.locator("textarea")).to_have_value("井盖不见了")
    expect(again.locator(".pictures img")).to_have_count(1)
    again.locator("form.resolve button[type=submit]").click()
    wait_until(lambda: len(reported(estate)) == 1, what="the report at the gateway")
    expect(again.locator(".kept li")).to_have_count(0)
    again.reload()
    again.locator(".tabbar button").nth(1).click()
    expect(again.locator("main .button.big")).to_be_visible()  # a new one begins


def test_nothing_is_sent_without_a_photo_or_words(estate: Estate, windows: Windows) -> None:
    estate.people("zhao")
    worker = windows.open("zhao", "/m", size=PHONE)
    worker.locator(".tabbar button").nth(1).click()
    worker.get_by_role("button", name="不拍照，下一步").click()
    worker.locator(".spots button").first.click()
    worker.locator("form.resolve button[type=submit]").click()
    expect(worker.get_by_role("alert")).to_contain_text("请拍一张照片")
    assert reported(estate) == []


def test_a_code_scanned_by_the_phones_own_camera_leads_to_the_patrol(
    estate: Estate, windows: Windows, shoot: Shoot
) -> None:
    """Over plain HTTP the page may not read square codes; the phone's camera opens the address in them."""
    estate.people("zhao")
    worker = windows.open("zhao", "/m", size=PHONE)
    worker.goto(scanned(estate))
    worker.get_by_role("link", name="我在巡查").click()
    expect(worker.locator(".typed input")).not_to_have_value("")
    shoot(worker, "m-patrol-scanned")
    with worker.expect_response("**/api/patrols/visits") as answer:
        worker.get_by_role("button", name="打卡").click()
    assert answer.value.ok
    expect(worker.locator(".kept li")).to_have_count(0)
    stranger = windows.page(windows.context(size=PHONE))
    stranger.goto(scanned(estate))
    stranger.locator(".here").wait_for()
    expect(stranger.locator(".on-round")).to_have_count(0)


def test_help_is_always_there_and_says_why_not(estate: Estate, windows: Windows) -> None:
    estate.people("zhao")
    number = estate.force().number
    estate.act("wang", number, "dispatch", assignee="zhao")
    worker = windows.open("zhao", f"/m?case={number}", size=PHONE)
    for name in ("转给别人", "叫支援", "打给值班室"):
        expect(worker.get_by_text(name, exact=True)).to_be_visible()
    expect(worker.get_by_role("button", name="叫支援")).to_be_disabled()
    expect(worker.locator(".help-why").first).to_contain_text("接单以后可以叫支援")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["standard", "xlarge"])
def test_every_page_of_the_phone_is_large_enough(
    estate: Estate, windows: Windows, shoot: Shoot, language: str, size: str
) -> None:
    estate.people("zhao")
    worker = windows.open("zhao", "/m", size=PHONE, language=language, size_=size)
    target, words = (60, 18) if size == "xlarge" else (44, 14)
    for name, go in (
        ("report", lambda: worker.locator(".tabbar button").nth(1).click()),
        ("mine", lambda: worker.locator(".tabbar button").nth(2).click()),
        ("patrol", lambda: (worker.locator(".tabbar button").nth(0).click(), worker.locator("main .button.wide.spaced").click())),
    ):  # fmt: skip
        go()
        worker.wait_for_timeout(400)
        shoot(worker, f"m-{name}-{size}-{language}")
        assert violations(worker) == [], name
        assert small_targets(worker, target) == [], name
        assert small_words(worker, words) == [], name
        assert overflow(worker) <= 0, name
