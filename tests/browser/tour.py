"""A tour of one living gateway: a window for each person, and the pictures taken of them in both languages."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.demo import Process
from tests.browser.windows import DESK, ROOT, SCREENS, Windows
from tests.integration.mqtt_voice import Voice

WRITE = os.environ.get("GATEWAY_GUIDES") == "write"
PICTURES = ROOT / "docs/guides/pictures" if WRITE else SCREENS / "guides"
MOST_BYTES = 60 * 1024
WIDEST = {True: 430, False: 1100}  # pixels of a phone's picture, of any other: it is read beside the text
TALLEST = 960  # pixels; a long page is shown by its beginning
LANGUAGES = ("zh", "en")


class Tour:
    """One gateway, one window for each person, and the pictures taken of them."""

    def __init__(self, process: Process, chromium: Browser) -> None:
        self.base, self.links, self.mqtt_port = process.base, process.links(), process.mqtt_port
        self.windows = Windows(chromium, self.base)
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


def settled(page: Page) -> None:
    """Wait until nothing stands there that goes by itself: no notice over the page, nothing still on its way."""
    for passing in (".notice", "[aria-busy=true]", ".skeleton"):
        expect(page.locator(passing)).to_have_count(0)


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


def both(
    page: Page,
    name: str,
    *,
    part: Locator | None = None,
    above: Locator | None = None,
    sight: Locator | None = None,
) -> None:
    """Take a picture in both languages: of a part, of all down to the end of `above`, or with `sight` at the top."""
    for language in LANGUAGES:
        speak(page, language)
        settled(page)
        if sight is not None:
            sight.evaluate(
                "node => window.scrollTo(0, node.getBoundingClientRect().top + window.scrollY - 24)"
            )
        if part is not None:
            part.scroll_into_view_if_needed()
            keep(name, language, part.screenshot())
        elif above is not None:
            box = above.bounding_box()
            assert box is not None
            width = (page.viewport_size or DESK)["width"]
            keep(
                name,
                language,
                page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": box["y"] + box["height"]}),
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
