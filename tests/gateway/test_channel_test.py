"""Every channel proves itself once a day, also after a restart in between, and never in a demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from gateway.channel_test import ChannelTest, test_messages
from gateway.response.message import render
from tests.gateway.outbox_parts import Writer, states, writing
from tests.gateway.response.estate import site

test_messages.__test__ = False  # type: ignore[attr-defined]  # it is what is tested
MORNING = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)  # ten o'clock in the estate


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writing(tmp_path) as one:
        yield one


def part(writer: Writer, clock: list[datetime], woken: list[int]) -> ChannelTest:
    return ChannelTest(
        "10:00",
        view=site,
        write=writer,
        wake=lambda: woken.append(1),
        now=lambda: clock[0],
        wall=lambda: clock[0],
    )


def test_one_message_goes_by_each_channel_that_leaves_the_box():
    found = {each.channel: each for each in test_messages(site(), "20260306", MORNING)}
    assert set(found) == {"sms", "voice", "webhook", "chat"}
    assert found["chat"].recipient == "group"
    assert found["sms"].recipient == "chen", "the manager before the guards"
    assert found["sms"].params == {"case_code": "000000"}
    assert render(found["chat"], "zh").text.startswith("通知通道每日测试")
    assert test_messages(msgspec.structs.replace(site(), demo=True), "20260306", MORNING) == []


async def test_it_is_written_once_a_day_after_its_time(writer: Writer):
    clock, woken = [MORNING - timedelta(minutes=1)], []
    one = part(writer, clock, woken)
    assert await one.turn() == 0
    clock[0] = MORNING
    assert await one.turn() == 4
    assert await part(writer, clock, woken).turn() == 0, "a restart sends nothing twice"
    clock[0] += timedelta(hours=3)
    assert await part(writer, clock, woken).turn() == 0, "long after its time it is not made up for"
    clock[0] = MORNING + timedelta(days=1)
    assert await one.turn() == 4
    assert len(states(writer)) == 8
    assert woken == [1, 1]
