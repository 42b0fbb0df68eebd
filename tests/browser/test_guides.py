"""The pictures of docs/guides, taken of the real gateway while people do what the guides say: `make guides`.

`GATEWAY_GUIDES=write` puts them where the guides show them; otherwise they land in build/screens/guides and the run
proves that each step of the guides can be walked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.demo import Process
from tests.browser.tour import LANGUAGES, Tour, both, draw_a_full_bin, keep, settled, speak
from tests.browser.windows import DESK, PHONE
from tests.gateway.upgrade.packages import changed, package

pytestmark = pytest.mark.slow
DAYS = 7.0  # a rule is tried on the last seven
TRIED_MS = 120_000


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "photo.jpg"
    draw_a_full_bin(path)
    return path


@pytest.fixture(scope="module")
def tour(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    process = Process(tmp_path_factory.mktemp("guides"), days=DAYS)
    it = Tour(process, chromium)
    yield it
    for context in it.windows.contexts:
        context.close()
    process.stop()


def test_one_report_from_the_resident_to_the_answer(tour: Tour, photo: Path) -> None:
    resident = tour.enter("resident", size=PHONE)
    resident.goto(f"{tour.base}/report")
    resident.get_by_text("垃圾、卫生").click()
    resident.locator("textarea").fill("垃圾桶满了两天没人收")
    both(resident, "report-form", sight=resident.locator("fieldset:has(input[type=radio])").first)
    resident.locator("button[type=submit]").click()
    tour.number = resident.locator(".thanks b").inner_text()
    answer = resident.locator(".thanks .main").get_attribute("href") or ""

    worker = tour.enter("worker", size=PHONE)
    name = worker.evaluate("fetch('/api/me').then(answer => answer.json()).then(me => me.name)")
    guard = tour.enter("guard", size=DESK)
    at_the_desk(tour, guard, name)
    on_the_phone(tour, worker, photo)

    manager = tour.enter("manager", size=DESK)
    manager.goto(f"{tour.base}/duty?case={tour.number}")
    manager.get_by_role("button", name="核查结案").click()
    expect(manager.locator(".case-line")).to_contain_text("已结案")
    resident.goto(tour.base + answer)
    expect(resident.locator(".stand h2")).to_have_text("已处理")
    both(resident, "report-answer")
    the_next_shift(tour, guard, manager)


def try_the_sound(page: Page) -> None:
    """Test the sound as everybody does who sits down at the desk."""
    page.get_by_role("button", name="试一下声音").click()
    page.get_by_role("button", name="听到了", exact=True).click()


def at_the_desk(tour: Tour, guard: Page, worker: str) -> None:
    guard.goto(f"{tour.base}/duty?case={tour.number}")
    guard.locator(".case-actions button").first.wait_for()
    both(guard, "duty-sound", above=guard.locator(".status"))
    try_the_sound(guard)
    actions = guard.locator(".case-actions")
    actions.get_by_role("button", name="误报").click()
    both(guard, "duty-false", part=guard.locator(".case"))
    actions.get_by_role("button", name="取消").click()
    actions.get_by_role("button", name="派单").click()
    guard.locator(".person").first.wait_for()
    both(guard, "duty-dispatch", part=guard.locator(".case"))
    guard.locator(".person", has_text=worker).click()
    guard.get_by_role("button", name="确定").click()
    expect(guard.locator(".notice")).to_contain_text(worker)
    guard.locator(".tabs").get_by_role("button", name="待处理").click()
    guard.mouse.move(5, 5)  # nobody touches the list
    tour.smoke()
    # sent by itself, and yet it waits for the desk until somebody has seen it
    line = guard.locator(".line.L1", has_text="火灾报警").first
    line.locator(".line-title").click()
    pane = guard.locator(".case")
    expect(pane.get_by_role("heading", level=2)).to_have_text("火灾报警")
    expect(pane.locator(".steps li").first).to_be_visible()
    both(guard, "duty-alarm")
    pane.locator(".case-actions").get_by_role("button", name="确认").click()
    expect(guard.locator(".notice")).to_contain_text("火灾报警")
    expect(pane.locator(".case-actions").get_by_role("button", name="确认")).to_have_count(0)


def on_the_phone(tour: Tour, worker: Page, photo: Path) -> None:
    worker.goto(f"{tour.base}/m?case={tour.number}")
    worker.get_by_role("button", name="接单").wait_for()
    both(worker, "m-task")
    worker.get_by_role("button", name="接单").click()
    worker.get_by_role("button", name="我到了").click()
    worker.set_input_files("form input[type=file][accept='image/*']", photo)
    expect(worker.locator(".photos")).to_contain_text("已送达")
    expect(worker.get_by_text("正在上传")).to_have_count(0)
    both(worker, "m-done")
    words = worker.locator("form.resolve textarea")
    words.first.fill("已清运，垃圾桶已冲洗")
    words.last.fill("垃圾已经清走，桶也洗过了，谢谢您告诉我们。")
    worker.locator("form.resolve button[type=submit]").click()
    expect(worker.locator(".told")).to_have_text("已交，等待核查")
    worker.goto(f"{tour.base}/m")
    worker.locator(".tabbar button").nth(1).click()
    worker.set_input_files("main input[type=file]", photo)
    worker.locator(".spots button").first.wait_for()
    for language in LANGUAGES:
        speak(worker, language)
        worker.locator(".tabbar button").nth(
            1
        ).click()  # the report is as it was before the page was read anew
        worker.locator(".spots button").first.wait_for()
        settled(worker)
        keep("m-report", language, worker.screenshot())
    speak(worker, "zh")
    worker.goto(f"{tour.base}/")  # to ask for a swap
    worker.locator(".door", has_text="排班").click()
    worker.get_by_role("link", name="换班和请假").click()
    expect(worker.get_by_role("button", name="找人换班")).to_be_visible()


def the_next_shift(tour: Tour, guard: Page, manager: Page) -> None:
    guard.goto(f"{tour.base}/duty/handover")
    guard.locator(".shift-sign textarea").fill("2 号楼道闸间歇离线，已报修")
    guard.locator(".shift-sign button[type=submit]").click()
    expect(guard.locator(".shift-told")).to_contain_text("等接班人")
    manager.goto(f"{tour.base}/duty/handover")
    manager.get_by_role("button", name=re.compile("^看过了")).first.wait_for()
    try_the_sound(manager)
    both(manager, "duty-handover")
    guard.get_by_role("button", name="撤回交班").click()
    expect(guard.locator(".shift-told")).to_have_count(0)


def test_the_managers_pages(tour: Tour) -> None:
    page = tour.enter("manager", size=DESK)
    page.goto(f"{tour.base}/")
    page.locator("ol li").first.wait_for()
    both(page, "today")
    page.goto(f"{tour.base}/rules/new?template=door_left_open")
    expect(page.locator(".rules-aloud")).to_contain_text("2 分钟")
    both(page, "rule-editor")
    page.get_by_role("button", name="试一试", exact=True).click()
    page.locator(".rules-headline").wait_for(timeout=TRIED_MS)
    both(page, "rule-tried", sight=page.locator("section.rules-step", has=page.locator(".rules-headline")))
    page.goto(f"{tour.base}/devices/smoke-1")
    page.locator("main h2").first.wait_for()
    both(page, "device")
    page.goto(f"{tour.base}/dispatch?kind=0201")
    page.locator("main h2").first.wait_for()
    both(page, "dispatch", sight=page.locator(".dispatch-answer"))
    tour.windows.wrong.clear()


def test_the_administrators_pages(tour: Tour, tmp_path: Path) -> None:
    page = tour.enter("administrator", size=DESK)
    page.goto(f"{tour.base}/setup")
    page.locator(".setup-step").first.wait_for()
    both(page, "setup")
    page.goto(f"{tour.base}/people/new")
    page.get_by_label("姓名").fill("王强")
    page.get_by_label("登录名").fill("wang.qiang")
    page.get_by_role("checkbox", name="保安值班").check()
    both(page, "invite")
    expect(page.get_by_label("登录名")).to_have_value("wang.qiang")  # changing the language loses nothing
    an_upgrade(tour, page, tmp_path)
    tour.windows.wrong.clear()


def an_upgrade(tour: Tour, page: Page, folder: Path) -> None:
    """Bring a package in as the guide says: a spoilt one is refused, a whole one waits for the one command."""
    page.goto(f"{tour.base}/setup/upgrade")
    whole = package(folder, "99.1.0")
    (folder / "spoilt.scgu").write_bytes(changed(whole.read_bytes()))
    for file, said in ((folder / "spoilt.scgu", "内容和签名清单不符"), (whole, "等着启用：版本 99.1.0")):
        page.get_by_label("升级包文件").set_input_files(file)
        page.get_by_role("button", name="上传并校验").click()
        expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_text("upgrade use 99.1.0")).to_be_visible()
    page.get_by_role("button", name="不用这个，拿掉").click()
    expect(page.get_by_text("等着启用")).to_have_count(0)
