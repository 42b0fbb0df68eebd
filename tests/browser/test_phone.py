"""The worker's phone with bad signal: photos wait on the phone, survive its pages, and arrive once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Windows
from tests.browser.estate import Estate
from tests.integration.servers import wait_until


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.jpg" for number in range(3)]
    for number, path in enumerate(paths):
        Image.new("RGB", (2000 + number, 1500), (40 * number, 120, 90)).save(path)
    return paths


def test_photos_taken_without_a_network_arrive_once_after_the_page_was_closed(
    estate: Estate, windows: Windows, photos: list[Path]
) -> None:
    estate.people("zhao")
    windows.expected += ("ERR_", "Failed to load resource")
    number = estate.force().number
    estate.act("wang", number, "dispatch", assignee="zhao")
    estate.act("zhao", number, "take")
    estate.act("zhao", number, "arrive")
    worker = windows.open("zhao", "/m", size=PHONE)
    worker.locator(".task-open").click()
    worker.locator("textarea").wait_for()
    worker.context.set_offline(True)
    for path in photos:
        worker.set_input_files("input[type=file]", path)
    expect(worker.locator(".bar", has_text="待上传 3")).to_be_visible()
    expect(worker.locator(".pictures li")).to_have_count(3)
    assert estate.case(number).photos == ()
    worker.close()

    worker.context.set_offline(False)
    again = windows.page(worker.context)
    again.goto(f"{estate.base}/m?case={number}")
    wait_until(lambda: len(estate.case(number).photos) == 3, what="three photos at the gateway")
    expect(again.locator(".bar", has_text="待上传")).to_be_hidden()
    expect(again.locator(".pictures li", has_text="已上传")).to_have_count(3)
    kept = estate.case(number).photos
    assert len({photo.sha256 for photo in kept}) == 3
    for photo in kept:
        with Image.open(estate.house.store.blob_path(photo.sha256)) as picture:
            assert max(picture.size) == 1600


def test_a_job_goes_back_with_its_reason(estate: Estate, windows: Windows) -> None:
    estate.people("zhao")
    number = estate.force().number
    estate.act("wang", number, "dispatch", assignee="zhao")
    worker = windows.open("zhao", "/m", size=PHONE)
    worker.locator(".task-open").click()
    worker.get_by_role("button", name="退单").click()
    worker.get_by_role("button", name="我处理不了").click()
    wait_until(lambda: "zhao" in estate.case(number).refused, what="the refusal")


def test_finishing_without_words_says_what_is_missing(estate: Estate, windows: Windows) -> None:
    estate.people("zhao")
    number = estate.force().number
    estate.act("wang", number, "dispatch", assignee="zhao")
    estate.act("zhao", number, "take")
    estate.act("zhao", number, "arrive")
    worker = windows.open("zhao", "/m", size=PHONE)
    worker.locator(".task-open").click()
    worker.locator("form.resolve button[type=submit]").click()
    expect(worker.get_by_role("alert").filter(has_text="请写一句")).to_be_visible()
    worker.locator("textarea").fill("门已关好")
    windows.expected += ("Failed to load resource",)
    worker.locator("form.resolve button[type=submit]").click()
    expect(worker.locator(".notice.wrong")).to_be_visible()  # this kind of case asks for a photo
    assert estate.case(number).state == "on_scene"
