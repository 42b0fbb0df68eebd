"""The pictures of docs/guides, taken of the real gateway while people do what the guides say: `make guides`.

`GATEWAY_GUIDES=write` puts them where the guides show them; otherwise they land in build/screens/guides and the run
proves that each step of the guides can be walked.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.demo import Process
from tests.browser.desk import ASK
from tests.browser.windows import DESK, PHONE, ROOT, SCREENS, Windows
from tests.integration.mqtt_voice import Voice
from tests.integration.servers import wait_until

pytestmark = pytest.mark.slow
WRITE = os.environ.get("GATEWAY_GUIDES") == "write"
PICTURES = ROOT / "docs/guides/pictures" if WRITE else SCREENS / "guides"
MOST_BYTES = 60 * 1024
WIDEST = {True: 430, False: 1100}  # pixels of a phone's picture, of any other: it is read beside the text
TALLEST = 960  # pixels; a long page is shown by its beginning
DAYS = 2.0
LANGUAGES = ("zh", "en")


class Tour:
    """One gateway, one window for each person, and the pictures taken of them."""

    def __init__(self, base: str, links: dict[str, str], mqtt_port: int, chromium: Browser) -> None:
        self.base, self.links, self.mqtt_port = base, links, mqtt_port
        self.windows = Windows(chromium, base)
        self._open: dict[str, Page] = {}
        self.number = ""  # the case that the resident reports and everybody works on

    def enter(self, role: str, **given: Any) -> Page:
        """Return the window of somebody with this role; a link lets in once, so later on it is the same window."""
        if role not in self._open:
            page = self._open[role] = self.windows.page(self.windows.context(**given))
            page.goto(self.base + self.links[role])
            page.wait_for_url(lambda url: "/login" not in url)
        return self._open[role]

    def smoke(self) -> None:
        with Voice(self.mqtt_port) as device:
            device.say("zigbee2mqtt/smoke_1", b'{"smoke":true,"battery":97}')


def speak(page: Page, language: str) -> None:
    """Let the page speak a language: by the switch of its header; a phone's page is read anew."""
    switch = page.locator(f"header button[lang={'zh-CN' if language == 'zh' else 'en'}]")
    if page.evaluate("document.documentElement.lang").startswith(language):
        return
    if switch.count() > 0:
        switch.first.click()
    else:
        page.evaluate("language => localStorage.setItem('gateway.language', language)", language)
        page.reload()
        page.locator("main h1").first.wait_for()
    page.wait_for_function("language => document.documentElement.lang.startsWith(language)", arg=language)


def keep(name: str, language: str, png: bytes) -> None:
    """Write a picture as small as it has to be."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    widest = WIDEST[picture.height > 1.5 * picture.width]
    if picture.width > widest:
        picture = picture.resize(
            (widest, round(picture.height * widest / picture.width)), Image.Resampling.LANCZOS
        )
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    for quality in (82, 70, 55, 40):
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= MOST_BYTES:
            break
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / f"{name}.{language}.webp").write_bytes(out.getvalue())
    assert out.tell() <= MOST_BYTES, f"{name}.{language}: {out.tell()} bytes"


def both(page: Page, name: str, part: Locator | None = None, top: int = 0) -> None:
    """Take a picture in both languages, of a part or of the uppermost `top` pixels when they are given."""
    size = page.viewport_size or DESK
    for language in LANGUAGES:
        speak(page, language)
        if part is not None:
            part.scroll_into_view_if_needed()
            keep(name, language, part.screenshot())
        elif top:
            keep(
                name, language, page.screenshot(clip={"x": 0, "y": 0, "width": size["width"], "height": top})
            )
        else:
            keep(name, language, page.screenshot())
    speak(page, "zh")


def draw_a_full_bin(path: Path) -> None:
    """Draw what a phone would photograph: a bin by a wall, full, with bags beside it."""
    picture = Image.new("RGB", (1600, 1200), (196, 188, 172))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 820, 1600, 1200), fill=(120, 120, 118))
    for x in range(0, 1600, 200):
        pen.line((x, 0, x, 820), fill=(180, 172, 156), width=4)
    for box, shade in (((240, 760, 520, 1040), (40, 40, 46)), ((1060, 800, 1300, 1050), (70, 66, 60))):
        pen.ellipse(box, fill=shade)
    for box in ((560, 260, 760, 460), (700, 220, 920, 460), (840, 280, 1040, 470)):
        pen.ellipse(box, fill=(50, 52, 58))
    pen.polygon(((560, 420), (1040, 420), (1000, 1060), (600, 1060)), fill=(58, 120, 78))
    pen.rectangle((540, 400, 1060, 450), fill=(44, 98, 62))
    picture.save(path, quality=88)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "photo.jpg"
    draw_a_full_bin(path)
    return path


@pytest.fixture(scope="module")
def tour(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    process = Process(tmp_path_factory.mktemp("guides"), days=DAYS)
    it = Tour(process.base, process.links(), process.mqtt_port, chromium)
    yield it
    for context in it.windows.contexts:
        context.close()
    process.stop()


def test_one_report_from_the_resident_to_the_answer(tour: Tour, photo: Path) -> None:
    resident = tour.enter("resident", size=PHONE)
    resident.goto(f"{tour.base}/report")
    resident.get_by_text("垃圾、卫生").click()
    resident.locator("textarea").fill("垃圾桶满了两天没人收")
    both(resident, "report-form")
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


def at_the_desk(tour: Tour, guard: Page, worker: str) -> None:
    guard.goto(f"{tour.base}/duty?case={tour.number}")
    guard.locator(".case-actions button").first.wait_for()
    both(guard, "duty-sound", top=150)
    guard.get_by_role("button", name="试一下声音").click()
    guard.get_by_role("button", name="听到了", exact=True).click()
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
    before = urgent(guard)
    tour.smoke()
    wait_until(lambda: urgent(guard) > before, seconds=60, what="the fire at the desk")
    (red, *_) = urgent(guard) - before
    guard.goto(f"{tour.base}/duty?case={red}")
    guard.locator(".case-actions button").first.wait_for()
    both(guard, "duty-alarm")


def urgent(guard: Page) -> set[str]:
    """Return the numbers of the newest urgent cases."""
    rows = guard.evaluate(ASK, ["/api/incidents?level=L1&limit=20", None])["items"]
    return {row["number"] for row in rows}


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
    worker.locator("form.resolve textarea").first.fill("已清运，垃圾桶已冲洗")
    worker.locator("form.resolve button[type=submit]").click()
    expect(worker.locator(".told")).to_have_text("已交，等待核查")
    for language in LANGUAGES:
        speak(worker, language)
        worker.goto(f"{tour.base}/m")
        worker.locator(".tabbar button").nth(1).click()
        worker.set_input_files("main input[type=file]", photo)
        worker.locator(".spots button").first.wait_for()
        keep("m-report", language, worker.screenshot())
    speak(worker, "zh")


def the_next_shift(tour: Tour, guard: Page, manager: Page) -> None:
    guard.goto(f"{tour.base}/duty/handover")
    guard.locator(".shift-sign textarea").fill("2 号楼道闸间歇离线，已报修")
    guard.locator(".shift-sign button[type=submit]").click()
    expect(guard.locator(".shift-told")).to_contain_text("等接班人")
    manager.goto(f"{tour.base}/duty/handover")
    manager.get_by_role("button", name=re.compile("^看过了")).first.wait_for()
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
    page.locator(".rules-headline").wait_for(timeout=120_000)
    page.goto(f"{tour.base}/devices/smoke_1")
    page.locator("main h2").first.wait_for()
    page.goto(f"{tour.base}/dispatch?kind=0201")
    page.locator("main h2").first.wait_for()
    both(page, "dispatch")
    tour.windows.wrong.clear()


def test_the_administrators_pages(tour: Tour) -> None:
    page = tour.enter("administrator", size=DESK)
    page.goto(f"{tour.base}/setup")
    page.locator("main h2").first.wait_for()
    page.goto(f"{tour.base}/people/new")
    page.locator("main input").first.fill("王强")
    both(page, "invite")
    tour.windows.wrong.clear()
