"""`gateway places qr`: codes that open the form, sheets to print, and codes that stop working when renewed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli import main
from gateway.config import load_settings
from gateway.core import open_core
from gateway.written import load_written
from tests.gateway.api.house import START
from tests.gateway.rulebook.desk import site_of


def site(folder: Path) -> None:
    """Write a site whose gateway has run once."""
    site_of(folder, packs="[access]", rules="rules: []\n")
    open_core(load_written(load_settings(folder / "gateway.yaml"), today=START.date())).store.close()


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["places", "qr", *arguments])
    return int(ended.value.code or 0)


def test_codes_and_sheets_are_written_and_renewing_changes_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site(tmp_path)
    out = tmp_path / "codes"
    assert run(str(tmp_path), "--out", str(out), "--base", "http://192.168.1.5:8080") == 0
    assert "codes in" in capsys.readouterr().out
    first = {path.name: path.read_text("utf-8") for path in out.glob("*.svg")}
    assert first
    assert all(svg.startswith("<svg") for svg in first.values())
    page = (out / "sheets.html").read_text("utf-8")
    assert page.count('<section class="sheet">') == len(first)
    assert "119" in page
    assert run(str(tmp_path), "--out", str(out), "--base", "http://192.168.1.5:8080") == 0
    assert {path.name: path.read_text("utf-8") for path in out.glob("*.svg")} == first
    assert run(str(tmp_path), "--out", str(out), "--base", "http://192.168.1.5:8080", "--renew") == 0
    assert {path.name: path.read_text("utf-8") for path in out.glob("*.svg")} != first


def test_without_an_address_it_says_what_to_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site(tmp_path)
    assert run(str(tmp_path)) == 2
    assert "http.public_url" in capsys.readouterr().err
