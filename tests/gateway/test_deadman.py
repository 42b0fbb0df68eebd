"""The dead man's ping stops when a part hangs, and what cannot be delivered is told."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from gateway.config import Deadman
from gateway.deadman import DeadmanPing
from gateway.ingest.receipt import IngestStatus
from gateway.outbox import OutboxStatus
from gateway.pace import WriterStatus
from gateway.pulse import HUNG_S, OUTBOX_HUNG_S, Pulse
from tests.contracts.channel import NOW, receiver

INGEST = IngestStatus(
    connected=True, since=NOW, error=None, reconnects=0, received=5, acknowledged=5, unacknowledged=0,
    oversized=0, draining=False, refused_filters=(),
)  # fmt: skip
WRITER = WriterStatus(moved_at=0.0, waiting=0, fill=0.0, open_inputs=0, commits=3, commit_ms=1.0, degraded={})
OUTBOX = OutboxStatus(sending=0, outcomes={}, last_success={}, last_outcome={}, moved_at=0.0)


class Parts:
    """What the parts say of themselves, to be changed by a test."""

    def __init__(self) -> None:
        self.ingest, self.writer, self.outbox = INGEST, WRITER, OUTBOX
        self.pulse = Pulse(ingest=lambda: self.ingest, writer=lambda: self.writer, outbox=lambda: self.outbox)

    def move(self, now: float, **ingest: Any) -> None:
        self.writer = msgspec.structs.replace(self.writer, moved_at=now)
        self.outbox = msgspec.structs.replace(self.outbox, moved_at=now)
        self.ingest = msgspec.structs.replace(self.ingest, **ingest)


def test_what_has_nothing_to_do_is_idle_and_what_moved_moved():
    parts = Parts()
    assert set(parts.pulse.beats(0.0).values()) == {"idle"}
    parts.move(10.0, received=9, acknowledged=9)
    assert parts.pulse.beats(10.0)["ingest"] == "moved"
    parts.move(500.0)
    assert set(parts.pulse.beats(500.0).values()) == {"idle"}


def test_a_part_that_has_work_and_does_not_move_is_stuck():
    parts = Parts()
    parts.move(0.0, unacknowledged=3)
    parts.pulse.beats(0.0)
    parts.move(HUNG_S + 1)
    assert parts.pulse.beats(HUNG_S + 1)["ingest"] == "stuck"
    parts.move(HUNG_S + 2, acknowledged=6)
    assert parts.pulse.beats(HUNG_S + 2)["ingest"] == "moved"


@pytest.mark.parametrize(
    ("change", "stuck"),
    [
        ({"writer": {"moved_at": -HUNG_S}}, {"rules", "journal"}),
        ({"writer": {"degraded": {"zh": "磁盘已满", "en": "full"}}}, {"journal"}),
        ({"outbox": {"moved_at": -OUTBOX_HUNG_S - 1}}, {"outbox"}),
    ],
)
def test_each_part_counts(change: dict[str, Any], stuck: set[str]):
    parts = Parts()
    for name, values in change.items():
        setattr(parts, name, msgspec.structs.replace(getattr(parts, name), **values))
    assert {name for name, beat in parts.pulse.beats(0.0).items() if beat == "stuck"} == stuck


class Said(list[dict[str, Any]]):
    def __call__(self, kind: str, /, **facts: Any) -> None:
        self.append({"kind": kind, **facts})


def ping(url: str, parts: Parts, said: Said) -> DeadmanPing:

    parts.move(time.monotonic())
    settings = Deadman(url=url, every_s=10)
    return DeadmanPing(settings, site="sc", pulse=parts.pulse, say=said, wall=lambda: datetime.now(UTC))


async def test_whoever_watches_gets_the_state_of_each_part():
    parts, said = Parts(), Said()
    async with receiver() as second, httpx.AsyncClient() as client:
        one = ping(f"http://127.0.0.1:{second.port}/in/box-1", parts, said)
        assert await one.turn(client)
        parts.writer = msgspec.structs.replace(parts.writer, moved_at=-1e9)
        assert not await one.turn(client)
    (request,) = second.requests
    state = json.loads(request.body)
    assert (request.path, state["site"], state["state"]) == ("/in/box-1", "sc", "alive")
    assert set(state["parts"]) == {"ingest", "rules", "journal", "outbox"}
    assert said == []


async def test_lost_pings_are_told_once_and_so_is_their_return():
    parts, said = Parts(), Said()
    async with receiver() as second, httpx.AsyncClient() as client:
        one = ping(f"http://127.0.0.1:{second.port}/ping", parts, said)
        second.says("500 no")
        for _ in range(3):
            assert not await one.turn(client)
        assert said == [
            {"kind": "system.channel", "channel": "deadman", "online": False, "reason": "HTTP 500"}
        ]
        second.says("200 OK", b"ok")
        assert await one.turn(client)
    assert said[1:] == [{"kind": "system.channel", "channel": "deadman", "online": True, "reason": ""}]


async def test_nobody_there_is_a_lost_ping():
    parts, said = Parts(), Said()
    async with receiver() as second:
        port = second.port
    async with httpx.AsyncClient() as client:
        one = ping(f"http://127.0.0.1:{port}/ping", parts, said)
        assert not await one.turn(client)
        assert not await one.turn(client)
    assert [each["online"] for each in said] == [False]
