"""Twenty photos without a line: the page is killed, the line comes back, each photo is stored once and keeps its time."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.estate import Estate
from tests.browser.goals.verdict import judge
from tests.browser.windows import PHONE, Windows
from tests.integration.servers import wait_until

PHOTOS = 20
TAKEN = datetime(2026, 3, 6, 3, 0, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.goal(18)
def test_twenty_photos_come_home_once_each(estate: Estate, windows: Windows, tmp_path: Path) -> None:
    estate.people("zhao")
    windows.expected += ("ERR_", "Failed to load resource")
    number = estate.force().number
    for by, step, fields in (
        ("wang", "dispatch", {"assignee": "zhao"}),
        ("zhao", "take", {}),
        ("zhao", "arrive", {}),
    ):
        estate.act(by, number, step, **fields)
    paths, taken = [], []
    for each in range(PHOTOS):
        path, at = tmp_path / f"{each}.jpg", TAKEN + timedelta(minutes=each)
        Image.new("RGB", (1800, 1350), (10 * each, 90, 200 - 9 * each)).save(path)
        os.utime(path, (at.timestamp(), at.timestamp()))
        paths.append(path)
        taken.append(at)
    worker = windows.open("zhao", f"/m?case={number}", size=PHONE)
    worker.locator("textarea").wait_for()
    worker.context.set_offline(True)
    for count, path in enumerate(paths, 1):
        worker.set_input_files("input[type=file][accept='image/*']", path)
        expect(worker.locator(".pictures li")).to_have_count(count)
    expect(worker.locator(".bar", has_text=f"待上传 {PHOTOS}")).to_be_visible()
    before = len(estate.case(number).photos)
    worker.close()

    worker.context.set_offline(False)
    again = windows.page(worker.context)
    again.goto(f"{estate.base}/m?case={number}")
    wait_until(
        lambda: len(estate.case(number).photos) >= PHOTOS, seconds=120, what="the photos at the gateway"
    )
    expect(again.locator(".bar", has_text="待上传")).to_be_hidden()
    again.reload()
    again.locator(".pictures li").nth(PHOTOS - 1).wait_for()
    kept = estate.case(number).photos
    figures = {
        "stored_before": before, "stored": len(kept), "different": len({photo.sha256 for photo in kept}),
        "captured_at_kept": sorted(photo.captured_at for photo in kept if photo.captured_at) == taken,
        "received_apart": all(photo.captured_at != photo.received_at for photo in kept),
    }  # fmt: skip
    judge(
        18, "offline-phone", f"{PHOTOS} photos taken without a line, the page closed, the line back", figures,
        exactly={"stored_before": 0, "stored": PHOTOS, "different": PHOTOS, "captured_at_kept": True, "received_apart": True},
    )  # fmt: skip
