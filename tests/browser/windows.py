"""Browser windows of people, with everything that the browser complains about noted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.gateway.api.house import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "build/screens"
DESK = {"width": 1366, "height": 768}
WALL = {"width": 1920, "height": 1080}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 30_000  # how long something may take to appear on a busy machine before it counts as missing


class Windows:
    """Opens pages as people and notes what went wrong in them: script errors, complaints, foreign requests."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base
        self.wrong: list[str] = []
        # over plain HTTP the browser notes that it passes over this header; nothing is wrong with the page
        self.expected: tuple[str, ...] = ("Cross-Origin-Opener-Policy",)
        self.contexts: list[BrowserContext] = []

    def context(self, *, size: dict[str, int] = DESK, **remembered: str) -> BrowserContext:
        """Return a browser of its own; `remembered` are the choices of the screen (language, theme, size_)."""
        phone = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2} if size == PHONE else {}
        context = self.browser.new_context(viewport=size, locale="zh-CN", timezone_id="UTC", **phone)  # type: ignore[arg-type]  # the fields are named by the caller
        # nobody is new here unless a story says so (`first=""`): the guidance has been seen
        choices = {"desk-shown": "1"} if remembered.pop("first", None) is None else {}
        choices |= {name.rstrip("_"): value for name, value in remembered.items()}
        lines = "".join(
            f"localStorage.setItem('gateway.{name}', '{value}');" for name, value in choices.items()
        )
        context.add_init_script(
            f"if (!localStorage.getItem('gateway.set')) {{ {lines} localStorage.setItem('gateway.set', '1'); }}"
        )
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        return context

    def page(self, context: BrowserContext) -> Page:
        """Return a page whose complaints are noted."""
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on(
            "console", lambda message: self._note(message.type, f"{message.text} {message.location['url']}")
        )
        page.on("request", lambda request: self._look(request.url))
        return page

    def open(self, person: str, path: str, **given: Any) -> Page:
        """Log somebody in through the login page and return the page they asked for."""
        page = self.page(self.context(**given))
        page.goto(f"{self.base}/login?next={path}")
        page.locator("input[name=username]").fill(person)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("button[type=submit]").click()
        page.wait_for_url(f"{self.base}{path}")
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not any(part in text for part in self.expected):
            self.wrong.append(f"{kind}: {text}")

    def _look(self, url: str) -> None:
        if not url.startswith((self.base, "blob:", "data:")):
            self.wrong.append(f"request to another host: {url}")
