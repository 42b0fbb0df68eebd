"""The ear hears what was asked for while it listens, and nothing otherwise."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime

import pytest

from devices.event import RawMessage
from gateway.ear import Ear, filter_problem, fits_filter

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def message(topic: str, adapter: str = "mqtt") -> RawMessage:
    return RawMessage(topic=topic, payload=b"{}", received_at=NOW, adapter=adapter)  # type: ignore[arg-type]  # one of two words


@pytest.mark.parametrize(
    ("wanted", "topic", "fits"),
    [
        ("a/b", "a/b", True), ("a/+", "a/b", True), ("a/+", "a/b/c", False), ("a/#", "a/b/c", True), ("a/#", "a", True),
        ("#", "a/b", True), ("#", "$sys/a", False), ("+/b", "$sys/b", False), ("$sys/#", "$sys/b", True), ("a", "a/b", False),
    ],
)  # fmt: skip
def test_a_filter_fits_as_mqtt_says(wanted, topic, fits):
    assert fits_filter(wanted, topic) == fits


async def test_what_was_asked_for_is_heard_until_there_is_enough():
    ear = Ear()
    told: list[list[str]] = []
    ear.changed = lambda: told.append(ear.filters())
    listening = asyncio.create_task(ear.listen("mqtt", "a/#", seconds=20, most=2))
    await asyncio.sleep(0)
    said = (message("b"), message("a/1"), message("a/2", "http"), message("a/3"), message("a/4"))
    speaking = threading.Thread(target=lambda: [ear.hear(each) for each in said])
    speaking.start()
    async with asyncio.timeout(10):
        found = await listening
    speaking.join()
    assert [each.topic for each in found] == ["a/1", "a/3"]
    assert told == [["a/#"], []]


async def test_who_goes_away_is_no_longer_listening():
    ear = Ear()
    listening = asyncio.create_task(ear.listen("mqtt", "a/#", seconds=20))
    await asyncio.sleep(0)
    assert ear.filters() == ["a/#"]
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert ear.filters() == []


async def test_a_path_is_heard_with_whatever_query_it_has():
    ear = Ear()
    ear.changed = lambda: ear.hear(message("/push?SN=1", "http"))
    assert [each.topic for each in await ear.listen("http", "/push", seconds=0.01)] == ["/push?SN=1"]


def test_odd_filters_are_refused():
    assert filter_problem("a/#/b") is not None
    assert filter_problem("a+/b") is not None
    assert filter_problem("a/+/#") is None
