"""Floor plans: upload a picture, put a device on it by keyboard and by numbers, see it on the duty desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.measure import overflow, small_targets, violations
from tests.browser.windows import DESK, PHONE

Shoot = Callable[[Page, str], None]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    picture = Image.new("RGB", (1200, 800), "white")
    pen = ImageDraw.Draw(picture)
    for left in range(100, 1100, 250):
        pen.rectangle((left, 150, left + 180, 350), outline="black", width=4)
        pen.rectangle((left, 450, left + 180, 650), outline="black", width=4)
    picture.save(tmp_path / "plan.png")
    return tmp_path / "plan.png"


def test_a_plan_is_uploaded_a_device_stands_on_it_and_the_desk_shows_it(
    desk: Desk, plan: Path, shoot: Shoot
) -> None:
    office = desk.as_role("manager")
    office.set_viewport_size(DESK)  # type: ignore[arg-type]  # width and height
    office.goto(f"{desk.base}/floor-plans/site")
    office.set_input_files("input[type=file]", plan)
    office.locator(".plan-map img.plan-picture").wait_for()
    office.locator(".drawings-off button").first.click()
    marker = office.locator(".plan-icon").first
    marker.wait_for()
    field = office.locator(".drawings-numbers input").first
    before = float(field.input_value())
    marker.focus()
    office.keyboard.press("ArrowRight")
    expect(field).to_have_value(f"{before + 1:g}")
    field.fill("20")
    field.blur()
    expect(field).to_have_value("20")
    device = office.locator(".drawings-off button", has_text="放上去").last
    device.click()
    shoot(office, "console-drawings-editor")
    assert violations(office) == []
    assert small_targets(office, 44) == []
    office.get_by_role("button", name="保存").click()
    expect(office.locator(".version")).to_have_count(1)
    office.set_viewport_size(PHONE)  # type: ignore[arg-type]  # width and height
    assert overflow(office) <= 0
    office.set_viewport_size(DESK)  # type: ignore[arg-type]  # width and height

    guard = desk.as_role("guard")
    guard.goto(f"{desk.base}/duty/map")
    guard.locator(".plan-map img.plan-picture").wait_for()
    guard.locator(".plan-icon").nth(1).wait_for()
    shoot(guard, "duty-map-uploaded")
    assert violations(guard) == []
    desk.calm()
    drawing = desk.ask("/api/drawings")["items"][0]
    desk.ask("/api/drawings/drop", {"place": "site", "version": drawing["version"], "reason": "end of story"})


def test_without_an_upload_the_plan_is_drawn_and_everything_works_by_keyboard(
    desk: Desk, shoot: Shoot
) -> None:
    guard = desk.as_role("guard")
    guard.set_viewport_size({"width": 1920, "height": 1080})
    guard.goto(f"{desk.base}/duty/map")
    guard.locator(".plan-icon").first.wait_for()
    shoot(guard, "duty-map-drawn")
    assert violations(guard) == []
    assert small_targets(guard, 44) == []
    assert overflow(guard) <= 0
    into = guard.locator(".map-beside .map-line .button", has_text="进入").first
    into.focus()
    guard.keyboard.press("Enter")
    expect(guard.locator(".map-way [aria-current]")).not_to_have_text("整个小区")
    assert "place=" in guard.url
    shoot(guard, "duty-map-building")
    guard.reload()
    expect(guard.locator(".map-way [aria-current]")).not_to_have_text("整个小区")
    guard.set_viewport_size(DESK)  # type: ignore[arg-type]  # width and height
    desk.calm()
