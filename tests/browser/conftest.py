"""A real Chromium on plain HTTP under a name, logged in by the login page, with everything it complains about noted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import hatch_build
from tests.browser.desk import Desk
from tests.browser.estate import HOST, Estate, Wall, six_buildings
from tests.browser.windows import PATIENCE_MS, ROOT, SCREENS, Windows
from tests.gateway.api import house as house_module

FLAGS = (
    "--no-sandbox", "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
)  # fmt: skip
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def pages() -> None:
    """The pages as they would be shipped, built if the sources have changed."""
    hatch_build.build_web(ROOT)


@pytest.fixture(scope="session")
def chromium(pages: None) -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(path).exists():
        pytest.skip(f"no Chromium at {path}: install Debian's chromium or set CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Estate]:
    monkeypatch.setattr(house_module, "Ticker", Wall)
    monkeypatch.setattr(house_module, "site", six_buildings)
    with Estate(tmp_path) as it:
        yield it


@pytest.fixture
def windows(chromium: Browser, estate: Estate) -> Iterator[Windows]:
    it = Windows(chromium, estate.base)
    yield it
    for context in it.contexts:
        context.close()
    assert not it.wrong, "\n".join(it.wrong)


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """Keep a picture of the page in build/screens; they are looked at by people."""

    def keep(page: Page, name: str) -> None:
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"{name}.png")

    return keep


@pytest.fixture(scope="session")
def living(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One living gateway for all stories of the console."""
    it = Desk(tmp_path_factory.mktemp("console"), chromium)
    yield it
    it.close()


@pytest.fixture
def desk(living: Desk) -> Iterator[Desk]:
    """The living gateway with windows that are this test's own, one for each role."""
    yield living
    living.put_away()
