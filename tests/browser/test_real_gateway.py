"""The same story on the whole gateway as a process of its own: what a resident sees is reported, sent, done, closed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.demo import Process
from tests.browser.measure import violations
from tests.browser.windows import DESK, PHONE, Windows


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Process]:
    it = Process(tmp_path)
    yield it
    if it.process.poll() is None:
        it.stop()


@pytest.fixture
def windows(chromium: Browser, gateway: Process) -> Iterator[Windows]:
    it = Windows(chromium, gateway.base)
    yield it
    for context in it.contexts:
        context.close()
    assert not it.wrong, "\n".join(it.wrong)


def test_a_residents_report_goes_all_the_way(
    gateway: Process, windows: Windows, shoot: Callable[[Page, str], None], tmp_path: Path
) -> None:
    links = gateway.links()

    def visit(role: str, **given: object) -> Page:
        page = windows.page(windows.context(**given))  # type: ignore[arg-type]  # the fields are named by the caller
        page.goto(gateway.base + links[role])
        page.wait_for_url(re.compile(r"/(duty|m|report)?$"))
        return page

    resident = visit("resident", size=PHONE)
    resident.get_by_text("垃圾、卫生").click()
    resident.locator("textarea").fill("垃圾桶满了两天没人收")
    resident.locator("button[type=submit]").click()
    number = resident.locator(".thanks b").inner_text()

    worker = visit("worker", size=PHONE)
    name = worker.evaluate("fetch('/api/me').then(answer => answer.json()).then(me => me.name)")

    guard = visit("guard", size=DESK)
    guard.locator(f'[data-key="{number}"] .line-title').click()
    guard.locator(".case-actions").get_by_role("button", name="派单").click()
    guard.locator(".person", has_text=name).click()
    guard.get_by_role("button", name="确定").click()
    expect(guard.locator(".notice")).to_contain_text(name)
    shoot(guard, "demo-duty")
    assert violations(guard) == []

    worker.goto(f"{gateway.base}/m?case={number}")
    worker.get_by_role("button", name="接单").click()
    worker.get_by_role("button", name="我到了").click()
    photo = tmp_path / "photo.jpg"
    Image.effect_mandelbrot((2000, 1500), (-2, -1.2, 1, 1.2), 40).convert("RGB").save(photo)
    worker.set_input_files("input[type=file][accept='image/*']", photo)
    expect(worker.locator(".photos")).to_contain_text("已送达", timeout=40_000)
    worker.get_by_role("textbox", name="处理情况").fill("已清运，垃圾桶已冲洗")
    shoot(worker, "demo-m")
    worker.locator("form.resolve button[type=submit]").click()
    expect(worker.locator(".told")).to_have_text("已交，等待核查")

    manager = visit("manager", size=DESK)
    manager.goto(f"{gateway.base}/duty?case={number}")
    manager.get_by_role("button", name="核查结案").click()
    expect(manager.locator(".case-line")).to_contain_text("已结案")
    windows.expected += ("ERR_CONNECTION_REFUSED",)  # open pages notice that it is gone
    assert gateway.stop() == 0
