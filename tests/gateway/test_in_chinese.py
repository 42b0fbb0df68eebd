"""Mistakes of site and settings in Chinese: whole sentences, or the English one as it is; never half of each."""

from __future__ import annotations

import re

import pytest

from gateway.command.adapter import ADAPTERS, Target
from gateway.command.opening import Commanding  # noqa: F401 - it registers the adapters that ship
from gateway.in_chinese import both, in_chinese

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("message", "chinese"),
    [
        ("no device of the site is called 'gate-9'; did you mean 'gate-1'?", "小区里没有设备“gate-9”；是不是“gate-1”？"),
        ("8080 is also http.port; choose another one", "端口 8080 已用于 http.port，请换一个"),
        ("no device of the site has this id or `user`, or it is retired", "小区里没有设备用这个编号或 user，或者它已退役"),
        ("unknown adapter 'tasmato'; known are own, tasmota; did you mean 'tasmota'?", "没有“tasmato”这种指令方式，可用的有 own, tasmota；是不是“tasmota”？"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_in_chinese(message: str, chinese: str) -> None:
    assert in_chinese(message) == chinese
    assert both(message) == f"{message} / {chinese}"


def test_what_nobody_translated_stays_whole() -> None:
    message = "something quite new about 'x'; did you mean 'y'?"
    assert (in_chinese(message), both(message)) == (message, message)


@pytest.mark.parametrize("family", sorted(ADAPTERS))
def test_everything_that_an_adapter_finds_wrong_is_said_in_chinese(family: str) -> None:
    odd = Target(
        device="d", adapter=family, offers=frozenset({"open", "siren_on", "dance"}), site="s", topic="d"
    )
    for problem in ADAPTERS[family].problems(odd):
        assert _CHINESE.search(in_chinese(problem.partition(": ")[2])), problem
