"""The sources of the screens: types, view logic, weight, and that they follow the API as it is documented."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

import hatch_build
from tests.browser.windows import ROOT

WEB = ROOT / "web"


def node(*arguments: str) -> str:
    """Run Node in web/; fails the test with what it said."""
    environment = {**hatch_build.node_environment(), "NO_COLOR": "1", "HOME": os.environ.get("HOME", "/")}
    done = subprocess.run(
        ["node", *arguments], cwd=WEB, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.fail((done.stdout + done.stderr)[-6000:])
    return done.stdout


def test_types_hold_everywhere(pages: None) -> None:
    node("node_modules/typescript/bin/tsc", "--noEmit")


def test_view_logic(pages: None) -> None:
    assert "passed" in node("node_modules/vitest/vitest.mjs", "run")


def test_no_page_is_heavier_than_its_budget(pages: None) -> None:
    told = node("size-gate.mjs")
    assert told.count("ok ") == 5 + len(
        json.loads((ROOT / "gateway/static/console-pages.json").read_text("utf-8"))
    )


def test_the_client_follows_the_documented_api(pages: None, tmp_path: Path) -> None:
    fresh = tmp_path / "schema.ts"
    node("node_modules/openapi-typescript/bin/cli.js", "../docs/openapi.json", "-o", str(fresh))
    kept = (WEB / "src/api/schema.ts").read_text(encoding="utf-8")
    assert fresh.read_text(encoding="utf-8") == kept, "docs/openapi.json changed: run `npm run api` in web/"


def test_the_lock_file_names_no_registry() -> None:
    text = (WEB / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in text
    assert "://" not in text
