"""Posts of other systems: who it is, how much, how often, and what is answered after the commit."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as Signer

from devices.event import Event, RawMessage, Source
from devices.reading import raw_hash
from gateway.batch import Quarantined
from gateway.interop.bucket import Bucket
from gateway.interop.door import Door, Verdict, verdict
from gateway.interop.inbound import Inbound, Refused
from gateway.interop.inbound import Source as Sends

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
OLD = "whsec_" + base64.b64encode(b"o" * 24).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 24).decode()
TOKEN = "a-token-that-is-long-enough"
BODY = b'{"type":"storm"}'


class Writer:
    """Takes messages as the writer does; `commit` acknowledges and tells."""

    def __init__(self) -> None:
        self.waiting: list[tuple[RawMessage, Callable[[], None]]] = []
        self.full = False
        self.door = Door(self.offer)
        self.at_once = True

    def offer(self, message: RawMessage, ack: Callable[[], None]) -> bool:
        if self.full:
            return False
        self.waiting.append((message, ack))
        if self.at_once:
            asyncio.get_running_loop().call_soon(self.commit)
        return True

    def commit(self, **more: Any) -> None:
        taken, self.waiting = self.waiting, []
        for _, ack in taken:
            ack()
        events = [event_of(message) for message, _ in taken]
        empty = {"events": [], "duplicates": [], "quarantined": []}
        self.door.committed(SimpleNamespace(**{**empty, "events": events, **more}))  # type: ignore[arg-type]  # only what it reads of a commit


def event_of(message: RawMessage) -> Event:
    source = Source(topic=message.topic, raw=raw_hash(message.payload))
    return Event(device="d", kind="env.level", at=NOW, received_at=NOW, source=source)


def make(writer: Writer, **more: Any) -> Inbound:
    sources = {
        "signed": Sends(name="signed", keys=(NEW, OLD), **more),
        "bearer": Sends(name="bearer", tokens=("another-token-of-long-length", TOKEN), **more),
    }
    return Inbound(sources, writer.door, steady=lambda: 0.0, wall=lambda: NOW)


def signed(body: bytes = BODY, key: str = NEW, at: datetime | None = None) -> dict[str, str]:
    at = at or datetime.now(UTC)
    return {
        "webhook-id": "m-1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(key).sign("m-1", at, body.decode()),
    }


@pytest.mark.parametrize("key", [OLD, NEW])
async def test_a_signed_post_is_answered_after_the_commit_and_carries_its_id(key: str) -> None:
    writer = Writer()
    writer.at_once = False
    task = asyncio.create_task(make(writer).take("signed", BODY, signed(key=key)))
    while not writer.waiting:  # noqa: ASYNC110  # the next turn of the loop
        await asyncio.sleep(0)
    assert not task.done()
    (message, _), *_ = writer.waiting
    assert (message.topic, message.adapter, message.user) == ("in/signed", "http", "signed")
    assert message.headers == {"webhook-id": "m-1"}
    writer.commit()
    assert (await task).outcome == "stored"


@pytest.mark.parametrize(
    "headers",
    [
        dict,
        lambda: signed(b"another body"),
        lambda: signed(key="whsec_" + base64.b64encode(b"x" * 24).decode()),
        lambda: signed(at=datetime.now(UTC) - timedelta(minutes=6)),
        lambda: signed(at=datetime.now(UTC) + timedelta(minutes=6)),
        lambda: {**signed(), "webhook-id": "m-2"},
        lambda: {**signed(), "webhook-signature": "nonsense"},
        lambda: {**signed(), "webhook-signature": "v1,***"},
        lambda: {**signed(), "webhook-timestamp": "soon"},
        lambda: {"authorization": f"Bearer {TOKEN}"},
    ],
)
async def test_what_is_not_proven_does_not_enter(headers: Callable[[], dict[str, str]]) -> None:
    writer = Writer()
    inbound = make(writer)
    with pytest.raises(Refused) as refused:
        await inbound.take("signed", BODY, headers())
    assert refused.value.why == "signature_wrong"
    assert writer.waiting == []
    assert inbound.counts["signed"] == {"signature_wrong": 1}


async def test_a_bearer_secret_of_its_own() -> None:
    writer = Writer()
    inbound = make(writer)
    headers = {"authorization": f"Bearer {TOKEN}", "idempotency-key": "k-1"}
    assert (await inbound.take("bearer", BODY, headers)).outcome == "stored"
    for wrong in (
        {},
        {"authorization": "Bearer "},
        {"authorization": f"Bearer {TOKEN}x"},
        {"authorization": "Bearer é"},
    ):
        with pytest.raises(Refused, match="signature_wrong"):
            await inbound.take("bearer", BODY, wrong)


async def test_size_pace_room_and_a_commit_that_does_not_come() -> None:
    writer = Writer()
    inbound = Inbound(
        {"bearer": Sends(name="bearer", tokens=(TOKEN,), per_minute=8, max_bytes=20)},
        writer.door, steady=lambda: 0.0, answer_s=0.02,
    )  # fmt: skip
    headers = {"authorization": f"Bearer {TOKEN}"}
    with pytest.raises(Refused, match="unknown_source"):
        inbound.room("nobody")
    with pytest.raises(Refused, match="too_large"):
        await inbound.take("bearer", b"x" * 21, headers)
    assert [inbound.room("bearer"), inbound.room("bearer")] == [20, 20]
    with pytest.raises(Refused, match="too_many") as refused:
        inbound.room("bearer")
    assert refused.value.facts == {"wait_s": 8}
    writer.full = True
    with pytest.raises(Refused, match="not_ready"):
        await inbound.take("bearer", BODY, headers)
    writer.full, writer.at_once = False, False
    with pytest.raises(Refused, match="not_ready"):
        await inbound.take("bearer", BODY, headers)
    writer.commit()  # whoever gave up waiting does no harm


@given(
    body=st.binary(max_size=200),
    headers=st.dictionaries(
        st.sampled_from(
            ["webhook-id", "webhook-timestamp", "webhook-signature", "authorization", "idempotency-key"]
        ),
        st.text(max_size=60),
    ),
)
def test_nothing_a_stranger_sends_gets_in_or_breaks_it(body: bytes, headers: dict[str, str]) -> None:
    async def attempt() -> None:
        writer = Writer()
        inbound = make(writer)
        for name in ("signed", "bearer"):
            with pytest.raises(Refused):
                await inbound.take(name, body, headers)
        assert writer.waiting == []

    asyncio.run(attempt())


def test_the_verdict_tells_what_became_of_it() -> None:
    message = RawMessage(topic="in/x", payload=BODY, received_at=NOW, adapter="http")
    other = RawMessage(topic="in/x", payload=BODY, received_at=NOW, adapter="http")
    bad = Quarantined(message=message, at=NOW, code="unknown_code", reason="no entry fits")

    def told(**more: Any) -> Verdict:
        empty: dict[str, Any] = {"events": [], "duplicates": [], "quarantined": []}
        return verdict(message, SimpleNamespace(**{**empty, **more}))  # type: ignore[arg-type]  # only what it reads of a commit

    assert told(quarantined=[bad]) == Verdict(
        outcome="quarantined", code="unknown_code", reason="no entry fits"
    )
    assert told(events=[event_of(message)]).outcome == "stored"
    assert told(duplicates=[event_of(message)]).outcome == "duplicate"
    assert told().outcome == "ignored"
    assert verdict(other, SimpleNamespace(events=[], duplicates=[], quarantined=[bad])).outcome == "ignored"  # type: ignore[arg-type]  # only what it reads of a commit


def test_a_door_forgets_who_gave_up() -> None:
    acks: list[Callable[[], None]] = []
    door = Door(lambda _message, ack: acks.append(ack) or True)  # type: ignore[func-returns-value]  # a list's append returns nothing, which is false
    future = door.put(RawMessage(topic="in/x", payload=b"", received_at=NOW))
    assert isinstance(future, Future)
    future.cancel()
    acks[0]()
    door.committed(SimpleNamespace(events=[], duplicates=[], quarantined=[]))  # type: ignore[arg-type]  # only what it reads of a commit


@given(per_minute=st.integers(1, 600), times=st.lists(st.floats(0, 120), min_size=1, max_size=400))
def test_never_more_than_the_burst_and_the_rate(per_minute: int, times: list[float]) -> None:
    bucket = Bucket(per_minute)
    times = sorted(times)
    taken = [at for at in times if bucket.take(at) == 0]
    allowed = max(1.0, per_minute / 4) + per_minute / 60 * (times[-1] - times[0])
    assert len(taken) <= allowed + 1e-6
    assert taken
