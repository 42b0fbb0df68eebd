"""A living gateway with a browser window for each role: where the stories of the console's pages happen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.demo import Process
from tests.browser.windows import DESK, ROOT, Windows

PASSWORD = "a password for the pages"
ASK = """async ([path, body]) => {
  const csrf = body === null ? '' : (await (await fetch('/api/me')).json()).csrf;
  const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
  const answer = await fetch(path, body === null ? {} : { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}"""


def registered() -> list[dict[str, Any]]:
    """Return the pages that the build found, as `gateway/static/console-pages.json` lists them."""
    path = ROOT / "gateway/static/console-pages.json"
    return list(json.loads(path.read_text("utf-8")))


class Desk:
    """The gateway, a browser window of its own for each role in each test, and the names that are the same in every language."""

    def __init__(self, folder: Path, chromium: Browser) -> None:
        self.process = Process(folder)
        self.base = self.process.base
        self.windows = Windows(chromium, self.base)
        self.pages = {each["noun"]: each for each in registered()}
        self._open: dict[str, Page] = {}
        self._sessions: dict[str, list[Any]] = {}  # the cookies of each role's login: nobody logs in twice
        self.admin = self.as_role("administrator")  # asks the API; tests look at windows of their own
        self._asking = self._open.pop("administrator").context
        self._expected = self.windows.expected

    def names(self) -> list[str]:
        """Return the names of people: they are the same in every language."""
        people = self.ask("/api/people")["items"]
        return sorted((each["name"].rstrip("*") for each in people), key=len, reverse=True)

    def as_role(self, role: str) -> Page:
        """Return this test's window of somebody with this role, logged in; it remembers nothing of earlier tests."""
        if role not in self._open:
            context = self.windows.context(size=DESK)
            page = self.windows.page(context)
            if role in self._sessions:
                context.add_cookies(self._sessions[role])
                page.route(f"{self.base}/favicon.ico", lambda route: route.fulfill(status=204))
                page.goto(f"{self.base}/health/live")  # the cheapest address with the storage of the pages
            else:
                self._log_in(context, page, role)
                self._sessions[role] = context.cookies()
            self._open[role] = page
        return self._open[role]

    def put_away(self) -> None:
        """Close the windows of a test: what they remember (language, theme, size, paper, width) goes with them."""
        for context in self.windows.contexts:
            if context is not self._asking:
                context.close()
        self.windows.contexts = [self._asking]
        self.windows.expected = self._expected
        self._open.clear()

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the API as the administrator: from the page, which knows the host by its name."""
        return self.admin.evaluate(ASK, [path, body])

    def _log_in(self, context: BrowserContext, page: Page, role: str) -> None:
        links = self.process.links()
        if role in links:
            page.goto(self.base + links[role])
        else:  # nobody of the demo has it: the administrator invites somebody
            self.ask("/api/people", {"id": f"new.{role}", "name": "新人", "roles": [role]})
            link = self.ask(f"/api/people/new.{role}/invite", {})["link"]
            page.goto(f"{self.base}/login#{link.split('#')[1]}")
            page.locator("input").fill(PASSWORD)
            page.locator("button[type=submit]").click()
        page.wait_for_url(lambda url: "/login" not in url)
        # a first login asks with the link alone and is told (422) that a password is to be chosen
        self.windows.wrong = [each for each in self.windows.wrong if "422" not in each]

    def calm(self, *expected: str) -> None:
        """Object to everything that went wrong in any window since the last time, but for what is expected."""
        wrong, self.windows.wrong = self.windows.wrong, []
        wrong = [each for each in wrong if not any(part in each for part in expected)]
        assert not wrong, "\n".join(wrong)

    def close(self) -> None:
        """Close every window and stop the gateway."""
        self.put_away()
        self._asking.close()
        self.process.stop()

    def role_of(self, noun: str) -> str:
        """Return the first role that works with this page."""
        return str(self.pages[noun]["roles"][0])
