"""Every page of the console in many looks, on the whole gateway over a living community; a new page comes by itself.

Each page in two looks, together every pair of theme, size and language, and as narrow as a phone; `make test-ui`
(`goals/test_every_page.py`) sees every page in every look. What is measured: axe-core, sizes of words and targets, the language, other hosts, complaints, overflow.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from gateway.api.permissions import TABLE
from tests.browser.desk import Desk, registered
from tests.browser.language import slips
from tests.browser.measure import overflow, small_targets, small_words, violations
from tests.browser.windows import DESK, PATIENCE_MS, PHONE, ROOT, SCREENS

NOUNS = sorted(path.parent.name for path in (ROOT / "web/src/console/pages").glob("*/page.ts"))
NARROW = {"width": 320, "height": 700}
LEAST_TARGET = {"standard": 44, "large": 44, "xlarge": 60}
LEAST_WORDS = {"standard": 14, "large": 16, "xlarge": 18}
SETTLED = """() => document.querySelector('main h1')
  && !document.querySelector('[aria-busy=true], .loading')"""


class Look(NamedTuple):
    """How a page is looked at."""

    theme: str
    size: str
    language: str


# Each page gets one row; together they pair every theme, size and language.
PAIRS = (
    (Look("light", "standard", "zh"), Look("dark", "xlarge", "en")),
    (Look("dark", "standard", "en"), Look("light", "xlarge", "zh")),
    (Look("light", "large", "en"), Look("dark", "xlarge", "zh")),
    (Look("dark", "large", "zh"), Look("light", "xlarge", "en")),
)
EVERY = tuple(
    Look(*each)
    for each in itertools.product(("light", "dark"), ("standard", "large", "xlarge"), ("zh", "en"))
)


def looks(noun: str) -> tuple[Look, ...]:
    """Return the looks in which this page is tried."""
    return PAIRS[NOUNS.index(noun) % len(PAIRS)]


def show(page: Page, address: str, look: Look, size: dict[str, int] = DESK) -> None:
    """Open an address in a look and wait until it stands still."""
    page.set_viewport_size(size)  # type: ignore[arg-type]  # width and height
    page.evaluate(
        """look => { for (const [name, value] of Object.entries(look)) localStorage.setItem(`gateway.${name}`, value);
                     localStorage.setItem('gateway.set', '1'); }""",
        look._asdict(),
    )
    page.goto(address)
    page.wait_for_function(SETTLED, timeout=PATIENCE_MS)
    page.wait_for_timeout(250)  # a drawing comes after its figures


def judge(desk: Desk, page: Page, look: Look, name: str) -> None:
    """Measure everything on the page as it stands, and keep its picture."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png")
    assert violations(page) == [], name
    assert small_targets(page, LEAST_TARGET[look.size]) == [], name
    assert small_words(page, LEAST_WORDS[look.size]) == [], name
    assert overflow(page) <= 0, name
    assert slips(page, look.language, desk.names()) == [], name
    desk.calm()


def addresses(page: Page, desk: Desk, noun: str, look: Look) -> Iterator[tuple[str, str]]:
    """Yield the page's addresses with a name each: its own, and that of its first row."""
    paths = desk.pages[noun]["paths"]
    for place, path in enumerate(path for path in paths if ":" not in path):
        yield (noun if place == 0 else f"{noun}-{path.split('/')[-1]}"), path
    if any(":" in path for path in paths):
        show(page, desk.base + paths[0], look)
        row = page.locator("main .row-link").first
        if row.count():
            yield f"{noun}-one", str(row.get_attribute("href"))


def test_the_list_of_pages_is_that_of_the_folders(pages: None) -> None:
    listed = registered()
    assert [each["noun"] for each in listed] == NOUNS
    for each in listed:
        if each["permission"] is not None:
            for role in each["roles"]:
                assert role in TABLE[each["permission"]], (
                    f"{each['noun']}: {role} may not {each['permission']}"
                )


def test_a_look_ends_with_the_test_that_chose_it(desk: Desk) -> None:
    look = Look("dark", "xlarge", "en")
    show(desk.as_role("manager"), f"{desk.base}/", look)
    expect(desk.as_role("manager").locator("html")).to_have_attribute("lang", "en")
    desk.put_away()
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/")
    page.wait_for_function(SETTLED, timeout=PATIENCE_MS)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("html")).to_have_attribute("data-size", "standard")
    desk.calm()


@pytest.mark.parametrize("noun", NOUNS)
def test_page(desk: Desk, noun: str) -> None:
    page = desk.as_role(desk.role_of(noun))
    for look in looks(noun):
        for name, path in addresses(page, desk, noun, look):
            shown = f"console-{name}-{look.size}-{look.theme}-{look.language}"
            show(page, desk.base + path, look)
            judge(desk, page, look, shown)
            for width in (PHONE, NARROW):
                page.set_viewport_size(width)  # type: ignore[arg-type]  # width and height
                assert overflow(page) <= 0, f"{shown} at {width['width']} px"
            if look is looks(noun)[0]:
                page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # width and height
                judge(desk, page, look, f"{shown}-phone")


@pytest.mark.parametrize("noun", NOUNS)
def test_help_says_what_the_page_is_for(desk: Desk, noun: str) -> None:
    page = desk.as_role(desk.role_of(noun))
    fixed = next((path for path in desk.pages[noun]["paths"] if ":" not in path), None)
    if fixed is None:
        pytest.skip("reached from another page only")
    show(page, desk.base + fixed, Look("light", "xlarge", "zh"))
    page.get_by_role("button", name="这一页怎么用").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("这一页用来做什么")
    assert violations(page) == []
    assert small_targets(page, 60) == []
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    desk.calm()
