"""The worker's phone with bad signal: photos wait on the phone, survive its pages, and arrive once."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.estate import Estate
from tests.browser.windows import PATIENCE_MS, PHONE, Windows
from tests.gateway.evidence.phone import sound
from tests.integration.servers import wait_until

TAKEN = datetime(2026, 3, 6, 3, 0, 0, tzinfo=UTC)


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.jpg" for number in range(20)]
    for number, path in enumerate(paths):
        Image.new("RGB", (2000, 1500), (10 * number, 120, 90)).save(path)
        os.utime(path, (TAKEN.timestamp() + 60 * number,) * 2)
    return paths


def on_scene(estate: Estate, windows: Windows) -> tuple[str, Page]:
    """Open the phone of somebody who has arrived and is about to finish; return the case and the page."""
    estate.people("zhao")
    windows.expected += ("ERR_", "Failed to load resource")
    number = estate.force().number
    estate.act("wang", number, "dispatch", assignee="zhao")
    estate.act("zhao", number, "take")
    estate.act("zhao", number, "arrive")
    worker = windows.open("zhao", "/m", size=PHONE)
    worker.locator(".task-open").click()
    worker.locator("textarea").wait_for()
    return number, worker


def test_twenty_photos_taken_without_a_network_arrive_once_each_after_the_page_was_killed(
    estate: Estate, windows: Windows, photos: list[Path]
) -> None:
    number, worker = on_scene(estate, windows)
    worker.context.set_offline(True)
    for path in photos:
        worker.set_input_files("input[type=file][accept='image/*']", path)
    expect(worker.locator(".bar", has_text="待上传 20")).to_be_visible()
    expect(worker.locator(".pictures li")).to_have_count(20)
    assert estate.case(number).photos == ()
    worker.close()

    worker.context.set_offline(False)
    again = windows.page(worker.context)
    again.goto(f"{estate.base}/m?case={number}")
    expect(again.locator(".bar", has_text="待上传")).to_be_hidden(timeout=3 * PATIENCE_MS)
    expect(again.locator(".pictures li", has_text="已送达")).to_have_count(20)
    again.reload()  # nothing is left that would be sent again
    expect(again.locator(".pictures li", has_text="已送达")).to_have_count(20)
    kept = estate.case(number).photos
    assert len({photo.sha256 for photo in kept}) == len(kept) == 20
    assert sorted(photo.captured_at for photo in kept if photo.captured_at) == [
        TAKEN + timedelta(minutes=minute) for minute in range(20)
    ]
    assert all(photo.received_at > TAKEN + timedelta(days=1) for photo in kept)
    for photo in kept[:3]:
        with Image.open(estate.house.store.blob_path(photo.sha256)) as picture:
            assert max(picture.size) == 1600


class Cut:
    """A line that lets three chunks of an upload through and breaks at the next."""

    def __init__(self) -> None:
        self.sent: list[int] = []  # offsets
        self.broken = False

    def __call__(self, route: Route) -> None:
        if route.request.method == "PATCH":
            if len(self.sent) >= 3:
                self.broken = True
                route.abort("connectionreset")
                return
            self.sent.append(int(route.request.headers["upload-offset"]))
        route.continue_()


def taken_at(photo: Path, at: datetime) -> None:
    """Write a large photo that was taken at a time."""
    Image.effect_noise((1200, 1600), 90).convert("RGB").save(photo, quality=90)
    os.utime(photo, (at.timestamp(), at.timestamp()))


def test_a_link_that_breaks_in_the_middle_goes_on_after_a_reload_and_gives_one_photo(
    estate: Estate, windows: Windows, tmp_path: Path
) -> None:
    number, worker = on_scene(estate, windows)
    photo, taken, cut = tmp_path / "night.jpg", datetime(2026, 3, 6, 3, 0, 0, tzinfo=UTC), Cut()
    taken_at(photo, taken)
    worker.context.route("**/api/uploads/*", cut)
    worker.set_input_files("input[type=file][accept='image/*']", photo)
    for _ in range(300):  # the browser's driver moves only while the page is asked something
        if cut.broken:
            break
        worker.wait_for_timeout(100)
    assert len(cut.sent) == 3
    expect(worker.locator(".pictures li", has_text="已保存在手机")).to_be_visible()
    expect(worker.locator(".bar", has_text="待上传 1")).to_be_visible()
    assert estate.case(number).photos == ()
    (part,) = estate.house.store.uploads.glob("*.part")
    assert part.stat().st_size == 3 * 65536
    worker.close()

    worker.context.unroute("**/api/uploads/*")
    later: list[int] = []
    worker.context.on(
        "request",
        lambda request: (
            later.append(int(request.headers["upload-offset"])) if request.method == "PATCH" else None
        ),
    )
    again = windows.page(worker.context)
    again.goto(f"{estate.base}/m?case={number}")
    expect(again.locator(".pictures li", has_text="已送达")).to_have_count(1)
    expect(again.locator(".bar", has_text="待上传")).to_be_hidden()
    assert min(later) == 3 * 65536  # nothing was sent twice
    (kept,) = estate.case(number).photos
    assert kept.captured_at == taken
    assert kept.received_at > taken
    assert kept.skew_ms is not None
    assert not list(estate.house.store.uploads.glob("*"))


def test_a_voice_note_is_chosen_from_the_phone_where_the_page_may_not_listen(
    estate: Estate, windows: Windows, tmp_path: Path
) -> None:
    number, worker = on_scene(estate, windows)
    note = tmp_path / "note.m4a"
    note.write_bytes(sound(tmp_path, "tone.m4a"))
    assert not worker.evaluate("window.isSecureContext")
    worker.set_input_files("input[type=file][accept='audio/*']", note)
    expect(worker.locator(".notes li", has_text="已送达")).to_have_count(1)
    (kept,) = estate.case(number).photos
    assert (kept.mime, kept.is_picture) == ("audio/mp4", False)
    broken = tmp_path / "broken.m4a"
    broken.write_bytes(b"no sound at all")
    worker.set_input_files("input[type=file][accept='audio/*']", broken)
    expect(worker.locator(".notes li", has_text="这段录音网关不收")).to_be_visible()


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
