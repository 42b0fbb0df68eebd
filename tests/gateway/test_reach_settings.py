"""How phones reach the box is said once, and a relay without an address is refused with what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.channels import destinations
from gateway.config import load_settings
from gateway.errors import ConfigError
from gateway.response.message import render
from tests.contracts.channel import message
from tests.gateway.response.estate import site


def written(folder: Path, text: str) -> Path:
    file = folder / "gateway.yaml"
    file.write_text(text, "utf-8")
    return file


def test_the_address_of_reach_is_the_one_address(tmp_path: Path):
    file = written(tmp_path, "reach: {mode: relay, public_url: 'https://gate.example.org'}\n")
    assert load_settings(file).http.public_url == "https://gate.example.org"
    assert load_settings(written(tmp_path, "{}\n")).reach.mode == "estate"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reach: {mode: relay}\n", "reach.mode relay needs reach.public_url.*it is missing"),
        ("reach: {mode: hub, public_url: 'http://gate.example.org'}\n", "found http://gate.example.org"),
        (
            "reach: {public_url: 'http://a.example'}\nhttp: {public_url: 'http://b.example'}\n",
            "differ; keep one",
        ),
        ("reach: {mode: tunnel}\n", "reach.mode"),
        ("deadman: {url: 'ftp://x'}\n", "deadman.url"),
        ("channel_test: '25:00'\n", "channel_test"),
    ],
)
def test_what_cannot_work_is_refused_and_says_why(tmp_path: Path, text: str, said: str):
    with pytest.raises(ConfigError, match=said):
        load_settings(written(tmp_path, text))


def test_a_link_that_opens_in_the_estate_only_says_so():
    estate = destinations(site(), "http://box.lan:8080", mode="estate")(message(channel="sms"))
    assert estate.link == "http://box.lan:8080/m"
    assert estate.link_note["zh"] == "（链接仅园区内可打开）"
    relay = destinations(site(), "https://gate.example.org", mode="relay")(message(channel="sms"))
    assert relay.link_note == {}
    assert render(message(template="channel.test"), "en").title == "Daily test"
