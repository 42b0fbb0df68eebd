"""`gateway devices check`: a profile written by hand is proven, or every mistake is named with its line."""

from __future__ import annotations

from gateway.cli import main
from tests.gateway.api.test_profile_problems import TEXT


def run(*arguments: str) -> int:
    try:
        main(["devices", "check", *arguments])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_a_sound_profile_shows_what_comes_of_its_samples(tmp_path, capsys):
    file = tmp_path / "bell.yaml"
    file.write_text(TEXT, "utf-8")
    assert run(str(file)) == 0
    shown = capsys.readouterr().out
    assert "bell@1" in shown
    assert "sos.button: device b1" in shown


def test_mistakes_are_named_with_line_and_path_and_clashes_between_files_too(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text(TEXT, "utf-8")
    (tmp_path / "b.yaml").write_text(TEXT.replace("bell@1", "gong@1"), "utf-8")
    (tmp_path / "c.yaml").write_text(TEXT.replace("sos.button", "sos.buton"), "utf-8")
    assert run(str(tmp_path), "--quiet") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "b.yaml:" in told.err
    assert "reads the same topics" in told.err
    assert "did you mean 'sos.button'" in told.err
    assert run(str(tmp_path / "none.yaml")) == 2
