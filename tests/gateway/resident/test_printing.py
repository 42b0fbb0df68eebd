"""`gateway places qr`: codes that open the form, sheets to print, and codes that stop working when renewed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli import main
from gateway.config import load_settings
from gateway.core import open_core
from gateway.written import load_written
from tests.gateway.api.house import START, house
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


def test_before_the_first_run_it_says_what_to_do_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site_of(tmp_path, packs="[access]", rules="rules: []\n")
    assert run(str(tmp_path), "--base", "http://192.168.1.5:8080") == 3
    said = capsys.readouterr().err
    assert "run `gateway run SITE` once first" in said
    assert "请先执行一次" in said
    with pytest.raises(SystemExit):
        main(["users", "list", "--site", str(tmp_path)])
    assert "请先执行一次" in capsys.readouterr().err


def test_a_data_folder_is_no_sites_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gateway.sqlite3").touch()
    assert run(str(tmp_path)) == 2
    said = capsys.readouterr().err
    assert "gateway init" not in said
    assert "is the data folder of a gateway" in said
    assert "/api/places/codes/sheets" in said


def test_an_address_of_this_machine_alone_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site(tmp_path)
    for address in ("http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"):
        assert run(str(tmp_path), "--base", address) == 2
        assert "no phone does" in capsys.readouterr().err


async def test_the_page_warns_of_codes_that_no_phone_can_open(tmp_path: Path) -> None:
    async with house(tmp_path) as it:
        abroad = await it.browser("chen").get("/api/places/codes")
        assert abroad.json()["warning"] is None
        near = it.browser("chen", base="http://127.0.0.1:8391")
        said = (await near.get("/api/places/codes")).json()["warning"]
        assert "手机扫不开" in said["zh"]
        assert "手机扫不开" in (await near.get("/api/places/codes/sheets")).text
        assert "手机扫不开" not in (await it.browser("chen").get("/api/places/codes/sheets")).text
