"""`gateway check` and `gateway check channels`: settings are judged here, a test is sent only when asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli import main

CHANNELS = """
channels:
  - {name: lines, kind: console}
  - {name: street, kind: webhook, settings: {url: "https://127.0.0.1:1/in", secret_file: key}}
  - {name: mail, kind: email, settings: {host: smtp.example, sender: gw@estate.example}}
"""


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    with pytest.raises(SystemExit):
        main(["init", str(tmp_path / "site")])
    capsys.readouterr()
    site = tmp_path / "site" / "site.yaml"
    (site.parent / "key").write_text("whsec_" + "bm5u" * 8)
    (site.parent / "key").chmod(0o600)
    site.write_text(site.read_text("utf-8") + CHANNELS, "utf-8")
    return site.parent


def called(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["check", *arguments])
    return int(end.value.code or 0)


def test_every_channel_is_listed_with_where_it_ends(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("channels", str(folder)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "console: console, on this box",
        "lan: lan, on this box",
        "lines: console, on this box",
        "mail: email, needs the internet",
        "street: webhook, needs the internet",
    ]


def test_a_test_message_is_sent_and_its_end_is_the_exit_code(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called("channels", str(folder), "--send", "lines") == 0
    said = capsys.readouterr()
    assert "【测试】" in said.err
    assert said.out.startswith("lines: sent")
    assert called("channels", str(folder), "--send", "street") == 1
    assert "street: rejected: 127.0.0.1 is refused: 127.0.0.1 is a private address" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--send", "lins"), "did you mean 'lines'?"),
        (("--send", "lan"), "lan needs the running gateway"),
        (("--send", "mail", "--to", "nobody"), "nobody is called 'nobody'"),
    ],
)
def test_what_cannot_be_sent_says_why(
    folder: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], said: str
) -> None:
    assert called("channels", str(folder), *more) == 2
    assert said in capsys.readouterr().err


def test_a_mistake_in_a_channel_fails_both_checks_with_its_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = folder / "site.yaml"
    site.write_text(site.read_text("utf-8").replace("kind: email", "kind: emial"), "utf-8")
    line = next(n for n, text in enumerate(site.read_text("utf-8").splitlines(), 1) if "emial" in text)
    for arguments in ((str(folder),), ("site", str(folder)), ("channels", str(folder))):
        assert called(*arguments) == 2
        said = capsys.readouterr().err
        assert f"site.yaml:{line}: channels[2].kind: unknown kind 'emial'" in said
        assert "did you mean 'email'?" in said


def test_the_common_check_needs_no_second_word(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(str(folder), "--strict") == 0
    assert "0 warnings" in capsys.readouterr().out
