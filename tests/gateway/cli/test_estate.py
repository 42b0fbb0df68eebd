"""`gateway devices list|import|export|labels` on a data folder: looked at first, saved when asked, seen by the next start."""

from __future__ import annotations

import pytest

from gateway.cli import main
from tests.gateway.rulebook.desk import site_of
from tests.gateway.sitebook.estate import Estate

TABLE = "编号,名称,类型,型号,设备标识,楼栋,状态\nbell-1,一号铃,sos_button,own,bell-1,b1,seen\n"


def run(*arguments: str) -> int:
    try:
        main(["devices", *arguments])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.fixture
def site(tmp_path):
    folder = site_of(tmp_path / "site")
    Estate(folder).ends()
    return folder


def test_a_table_is_looked_at_saved_listed_labelled_and_taken_out(site, tmp_path, capsys):
    table = tmp_path / "new.csv"
    table.write_bytes(TABLE.encode("gbk"))
    assert run("import", str(table), "--where", str(site)) == 0
    assert "nothing is saved" in capsys.readouterr().out
    assert run("list", "--where", str(site)) == 0
    assert "bell-1" not in capsys.readouterr().out
    assert run("import", str(table), "--where", str(site), "--save") == 0
    assert "saved: 1" in capsys.readouterr().out
    assert run("list", "--where", str(site), "--state", "seen") == 0
    assert capsys.readouterr().out.startswith("bell-1\tseen\tsos_button\town")
    page = tmp_path / "labels.html"
    assert run("labels", str(page), "--where", str(site), "--base", "http://box", "--state", "seen") == 0
    assert "一号铃" in page.read_text("utf-8")
    book = tmp_path / "all.xlsx"
    assert run("export", str(book), "--where", str(site)) == 0
    capsys.readouterr()
    assert run("import", str(book), "--where", str(site)) == 0
    assert "0 new, 0 changed" in capsys.readouterr().out


def test_mistakes_are_named_and_written_beside_their_rows(site, tmp_path, capsys):
    table, wrong = tmp_path / "new.csv", tmp_path / "wrong.xlsx"
    table.write_text(TABLE.replace("seen", "sen"), "utf-8")
    assert run("import", str(table), "--where", str(site), "--save", "--errors", str(wrong)) == 1
    assert "state 'sen'" in capsys.readouterr().err
    assert wrong.read_bytes()[:2] == b"PK"
    assert run("import", str(tmp_path / "none.csv"), "--where", str(site)) == 2


def test_saving_while_a_gateway_holds_the_folder_is_refused_and_listing_is_not(site, tmp_path, capsys):
    running = Estate(site, 60)
    try:
        table = tmp_path / "new.csv"
        table.write_bytes(TABLE.encode())
        assert run("import", str(table), "--where", str(site), "--save") == 3
        assert run("list", "--where", str(site)) == 0
        assert "gate-1" in capsys.readouterr().out
    finally:
        running.dies()
