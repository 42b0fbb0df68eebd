"""A walk through pages in every look, counting what is wrong instead of stopping at the first."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.goals.verdict import PARTS
from tests.browser.language import slips
from tests.browser.measure import overflow, small_targets, small_words, violations
from tests.browser.test_console import EVERY, LEAST_TARGET, LEAST_WORDS, Look
from tests.browser.windows import PATIENCE_MS, SCREENS

KEEP = """look => { for (const [name, value] of Object.entries(look)) localStorage.setItem(`gateway.${name}`, value);
                    localStorage.setItem('gateway.set', '1'); }"""
QUIET = "() => !document.querySelector('[aria-busy=true], .loading, .skeleton')"
LOOKS = tuple(EVERY)


class Walk:
    """What was seen of one door, and what is wrong with it: kind of fault -> where and what."""

    def __init__(self, door: str, names: list[str]) -> None:
        self.door, self.names = door, names
        self.seen: list[str] = []
        self.wrong: dict[str, list[str]] = {
            kind: [] for kind in ("axe", "targets", "words", "overflow", "language", "open")
        }

    def look_at(self, page: Page, name: str, look: Look, go: Callable[[], object]) -> None:
        """Open a page in a look, measure it, keep its picture."""
        where = f"{self.door}-{name}-{look.size}-{look.theme}-{look.language}"
        try:
            page.evaluate(KEEP, look._asdict())
            go()
            page.wait_for_function(QUIET, timeout=PATIENCE_MS)
            page.wait_for_timeout(250)  # a drawing comes after its figures
        except Exception as error:  # noqa: BLE001 - one page that does not open is a finding, the walk goes on
            self.wrong["open"].append(f"{where}: {str(error).splitlines()[0]}")
            return
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"goal-{where}.png")
        found: dict[str, list[Any]] = {
            "axe": violations(page),
            "targets": small_targets(page, LEAST_TARGET[look.size]),
            "words": small_words(page, LEAST_WORDS[look.size]),
            "language": slips(page, look.language, self.names),
            "overflow": [f"{overflow(page)} px"] if overflow(page) > 0 else [],
        }
        for kind, each in found.items():
            self.wrong[kind] += [f"{where}: {what}" for what in each]
        self.seen.append(where)

    def end(self, complaints: list[str]) -> None:
        """Keep what was found for the verdicts, and fail if anything is wrong."""
        hosts = [each for each in complaints if "another host" in each]
        others = [each for each in complaints if "another host" not in each]
        PARTS.mkdir(parents=True, exist_ok=True)
        part = {"seen": self.seen, "wrong": {**self.wrong, "hosts": hosts, "complaints": others}}
        (PARTS / f"looks-{self.door}.json").write_text(
            json.dumps(part, indent=1, ensure_ascii=False), "utf-8"
        )
        every = [each for kind in part["wrong"].values() for each in kind]  # type: ignore[attr-defined]  # a dict of lists
        assert not every, f"{len(every)} findings:\n" + "\n".join(every[:60])
