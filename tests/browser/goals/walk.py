"""A walk through pages in every look, counting what is wrong instead of stopping at the first.

A page is loaded once in each language; the other looks are reached by its own switches of theme, size and language, as
people reach them, so what keeps a colour, a size or a word of before is found as well. The look that is loaded is another
one on every page. Where a page has no switches (the tabs of a phone) it is loaded in each look.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

from playwright.sync_api import Error, Page

from tests.browser.goals.verdict import PARTS
from tests.browser.language import slips
from tests.browser.measure import overflow, sideways, small_targets, small_words, violations
from tests.browser.test_console import EVERY, LEAST_TARGET, LEAST_WORDS, Look
from tests.browser.windows import PATIENCE_MS, SCREENS

KEEP = """look => { for (const [name, value] of Object.entries(look)) localStorage.setItem(`gateway.${name}`, value);
                    localStorage.setItem('gateway.set', '1'); }"""
SWITCH = """look => {
  const page = document.documentElement.dataset;
  const sizes = document.querySelectorAll('.size-switch button');
  const theme = document.querySelector('.theme-switch'), language = document.querySelector('.language-switch');
  if (!sizes.length || !theme || !language) return false;
  sizes[['standard', 'large', 'xlarge'].indexOf(look.size)].click();
  if (page.theme !== look.theme) theme.click();
  if (document.documentElement.lang.slice(0, 2) !== look.language) language.click();
  return true;
}"""
SHOWN = """look => { const page = document.documentElement;
  return page.dataset.size === look.size && page.dataset.theme === look.theme && page.lang.slice(0, 2) === look.language }"""
QUIET = "() => !document.querySelector('[aria-busy=true], .loading, .skeleton')"
# Nothing moves, and what is written and how high it is has not changed for five frames.
STILL = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const stand = () => `${document.body.innerText.length} ${document.body.scrollHeight} ${document.images.length}`;
  const moves = () => document.getAnimations().some(each => each.effect.getComputedTiming().iterations !== Infinity && each.playState === 'running');
  await document.fonts.ready;
  for (let same = 0, all = 0, before = ''; same < 5 && all < 300; all++) {
    await frame();
    const now = stand();
    same = now === before && !moves() ? same + 1 : 0;
    before = now;
  }
}"""
OPENERS = "main [aria-haspopup=dialog]:not(:disabled), main .rules-switch[aria-checked=true]:not(:disabled)"
LOOKS = tuple(EVERY)
LANGUAGES = ("zh", "en")
PICTURED = {  # a picture of these is kept for people to look at; all are measured
    Look("light", "standard", "zh"), Look("dark", "standard", "en"), Look("light", "xlarge", "en"), Look("dark", "xlarge", "zh")
}  # fmt: skip


class Walk:
    """What was seen of one door, and what is wrong with it: kind of fault -> where and what."""

    def __init__(self, door: str, names: list[str]) -> None:
        self.door, self.names = door, names
        self.seen: list[str] = []
        self.wrong: dict[str, list[str]] = {
            kind: [] for kind in ("axe", "targets", "words", "overflow", "language", "open")
        }
        self._turn = count(len(door))
        self._boxes: set[str] = set()

    def look_at(self, page: Page, name: str, go: Callable[[], object]) -> None:
        """Open a page in each language and measure it in every look."""
        for language in LANGUAGES:
            looks = [look for look in LOOKS if look.language == language]
            first = next(self._turn) % len(looks)
            for place, look in enumerate(looks[first:] + looks[:first]):
                self._try(page, name, look, go, again=place == 0)

    def look_on(self, page: Page, name: str, part: str = "html") -> None:
        """Measure what is open on the page now in every look, by its switches; `part`: what of it is new."""
        for look in LOOKS:
            self._try(page, name, look, None, again=False, part=part)

    def look_into(self, page: Page, name: str) -> None:
        """Open every box that the page offers, one of each kind, and measure it in every look."""
        known: set[str] = set()
        openers = page.locator(OPENERS)
        for place in range(openers.count()):
            opener = openers.nth(place)
            said = opener.inner_text().strip() or "help"
            if said in known or not opener.is_visible():
                continue
            known.add(said)
            try:
                opener.click()
                box = page.locator("dialog[open]")
                box.wait_for()
                words = box.inner_text()
                if words not in self._boxes:
                    self._boxes.add(words)
                    self.look_on(page, f"{name}-box{place}", "dialog[open]")
                page.keyboard.press("Escape")
                box.wait_for(state="detached")
            except Error as error:  # a box that does not open is a finding, the walk goes on
                self.wrong["open"].append(f"{self.door}-{name}: {said}: {str(error).splitlines()[0]}")
                return

    def _try(
        self,
        page: Page,
        name: str,
        look: Look,
        go: Callable[[], object] | None,
        *,
        again: bool,
        part: str = "html",
    ) -> None:
        where = f"{self.door}-{name}-{look.size}-{look.theme}-{look.language}"
        try:
            if again or not page.evaluate(SWITCH, look._asdict()):
                page.evaluate(KEEP, look._asdict())
                (go or page.reload)()
            page.wait_for_function(SHOWN, arg=look._asdict(), timeout=PATIENCE_MS)
            page.wait_for_function(QUIET, timeout=PATIENCE_MS)
            page.evaluate(STILL)
        except Error as error:  # one page that does not open is a finding, the walk goes on
            self.wrong["open"].append(f"{where}: {str(error).splitlines()[0]}")
            return
        self._measure(page, where, look, part)

    def _measure(self, page: Page, where: str, look: Look, part: str) -> None:
        if look in PICTURED:
            SCREENS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SCREENS / f"goal-{where}.png")
        wide = overflow(page)
        found: dict[str, list[Any]] = {
            "axe": violations(page, part),
            "targets": small_targets(page, LEAST_TARGET[look.size]),
            "words": small_words(page, LEAST_WORDS[look.size]),
            "language": slips(page, look.language, self.names),
            "overflow": [*([f"{wide} px"] if wide > 0 else []), *sideways(page)],
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
