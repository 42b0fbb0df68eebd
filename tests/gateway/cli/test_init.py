"""`gateway init` asks how phones reach the box and writes it where the start looks for it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.cli.init import write_site
from gateway.config import load_settings
from gateway.errors import ConfigError


def started(*arguments: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return ended.value.code


def test_without_a_word_a_new_site_is_reached_on_the_estates_network(tmp_path: Path) -> None:
    assert started("init", str(tmp_path / "site")) == 0
    settings = load_settings(tmp_path / "site" / "gateway.yaml")
    assert (settings.reach.mode, settings.http.public_url) == ("estate", None)


@pytest.mark.parametrize(("mode", "url"), [
    ("estate", "http://gate.local:8080"),
    ("relay", "https://gate.example.org"),
    ("hub", "https://hub.example.org/estate-1"),
])  # fmt: skip
def test_the_way_and_the_address_stand_in_the_settings(tmp_path: Path, mode: str, url: str) -> None:
    assert started("init", str(tmp_path / "site"), "--reach", mode, "--public-url", url) == 0
    settings = load_settings(tmp_path / "site" / "gateway.yaml")
    assert (settings.reach.mode, settings.http.public_url) == (mode, url)


@pytest.mark.parametrize(("mode", "url", "told"), [
    ("wifi", None, "expected estate, relay, hub"),
    ("relay", None, "needs --public-url"),
    ("hub", "http://hub.example.org", "must begin with https://"),
    ("estate", "gate", "is not an address"),
])  # fmt: skip
def test_what_cannot_work_is_refused_before_anything_is_written(
    tmp_path: Path, mode: str, url: str | None, told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        write_site(tmp_path / "site", "my-site", reach=mode, public_url=url)
    assert not (tmp_path / "site").exists()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_it_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("relay\nhttps://gate.example.org\n"))
    assert started("init", str(tmp_path / "site")) == 0
    assert "手机怎么连到网关" in capsys.readouterr().out
    settings = load_settings(tmp_path / "site" / "gateway.yaml")
    assert (settings.reach.mode, settings.http.public_url) == ("relay", "https://gate.example.org")


def test_an_empty_answer_is_the_estates_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("\n"))
    assert started("init", str(tmp_path / "site")) == 0
    assert load_settings(tmp_path / "site" / "gateway.yaml").reach.mode == "estate"


def test_the_site_gets_its_time_zone_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    write_site(tmp_path / "a", "my-site", timezone="Asia/Urumqi")
    assert "timezone: Asia/Urumqi\n" in (tmp_path / "a/site.yaml").read_text("utf-8")
    with pytest.raises(ConfigError, match="'Peking' is not a time zone"):
        write_site(tmp_path / "b", "my-site", timezone="Peking")
    assert not (tmp_path / "b").exists()
