"""Receipts that come later: asked at growing distances, written once, told in the timeline."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from gateway.errors import Rejected, RetryLater
from gateway.late_receipts import AFTER, AT_ONCE, KEPT, LateReceipts
from gateway.notify.channel import Destination, Receipt, Sent
from gateway.store import chain
from gateway.store.late_receipts import conclude
from gateway.store.outbox import Outcome, settle
from gateway.store.tables import outbox, timeline, timeline_text
from tests.contracts.channel import NOW, message
from tests.gateway.outbox_parts import Clock, Writer, insert, read, states, writing


class Vendor:
    """Answers when asked, by a script."""

    def __init__(self, *script: Receipt | Exception | None) -> None:
        self.script = list(script)
        self.asked: list[Sent] = []

    async def ask(self, sent: Sent) -> Receipt | None:
        self.asked.append(sent)
        answer = self.script.pop(0) if self.script else None
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writing(tmp_path) as one:
        yield one


def sent(writer: Writer, *keys: str, reference: str = "b1") -> None:
    """Let messages have been taken over by their vendor at NOW."""
    insert(writer, *(message(key, channel="sms") for key in keys))
    writer(lambda c: c.execute(outbox.update().values(state="sending"))).result(5)
    done = [Outcome(id=key, state="sent", detail="OK", reference=reference) for key in keys]
    writer(lambda c: settle(c, done, now=NOW)).result(5)


def asking(writer: Writer, clock: Clock, vendor: Vendor) -> LateReceipts:
    return LateReceipts(
        {"sms": vendor},
        write=writer,
        destination=lambda m: Destination(recipient=m.recipient, address="13812341234"),
        now=clock,
        offset=lambda: timedelta(hours=1),
    )


async def test_what_arrived_is_written_and_told_once(writer: Writer) -> None:
    sent(writer, "m1")
    clock, vendor = Clock(), Vendor(Receipt(state="delivered", detail="DELIVERED", reference="b1"))
    late = asking(writer, clock, vendor)
    assert await late.turn() == 0  # too early to ask
    clock.at += AFTER[0]
    assert await late.turn() == 1
    assert states(writer) == {"m1": "delivered"}
    (question,) = vendor.asked
    assert question == Sent(reference="b1", address="13812341234", at=NOW + timedelta(hours=1))
    clock.at += timedelta(hours=2)
    assert await late.turn() == 0
    (row,) = read(writer, sa.select(outbox))
    assert msgspec.json.decode(row["receipt"])["reference"] == "b1"
    told = read(writer, sa.select(timeline))
    assert [each["action"] for each in told] == ["message", "message"]
    assert "DELIVERED" in str(read(writer, sa.select(timeline_text))[-1])
    assert chain.verify(writer.store.database.read.connect()) is None


async def test_what_was_not_delivered_has_failed_in_the_vendors_words(writer: Writer) -> None:
    sent(writer, "m1")
    clock = Clock()
    clock.at += AFTER[0]
    await asking(writer, clock, Vendor(Rejected("the network did not deliver it: MK:0012"))).turn()
    assert states(writer) == {"m1": "failed"}
    assert "MK:0012" in read(writer, sa.select(outbox))[0]["receipt"]


async def test_it_is_asked_at_growing_distances_and_a_day_later_no_more(writer: Writer) -> None:
    sent(writer, "m1")
    clock = Clock()
    vendor = Vendor(None, RetryLater("busy"), TimeoutError())
    late = asking(writer, clock, vendor)
    for after in (*AFTER, KEPT + timedelta(minutes=1)):
        clock.at = NOW + after
        await late.turn()
        await late.turn()
    assert len(vendor.asked) == len(AFTER)
    assert states(writer) == {"m1": "sent"}


async def test_after_a_restart_it_is_asked_once_not_for_every_time_missed(writer: Writer) -> None:
    sent(writer, "m1")
    clock, vendor = Clock(), Vendor()
    clock.at += timedelta(hours=1)
    late = asking(writer, clock, vendor)
    for _ in range(5):
        await late.turn()
    assert len(vendor.asked) == 1


async def test_nothing_is_asked_without_a_reference_or_on_other_channels(writer: Writer) -> None:
    sent(writer, "m1", reference="")
    insert(writer, message("m2", channel="chat"))
    clock, vendor = Clock(), Vendor()
    clock.at += timedelta(minutes=5)
    assert await asking(writer, clock, vendor).turn() == 0
    assert vendor.asked == []


def test_only_the_first_word_counts(writer: Writer) -> None:
    sent(writer, "m1")
    first = writer(lambda c: conclude(c, "m1", state="failed", detail="no", now=NOW)).result(5)
    second = writer(lambda c: conclude(c, "m1", state="delivered", detail="yes", now=NOW)).result(5)
    assert (len(first), second, states(writer)) == (1, [], {"m1": "failed"})


class Slow:
    """A vendor that answers only when all it may be asked at once are waiting, and notes whom it was asked about."""

    kind = "sms"

    def __init__(self, order: list[str], *, together: int = 1) -> None:
        self.order, self.together = order, together
        self.waiting = 0
        self.all_here = asyncio.Event()

    async def ask(self, sent: Sent) -> Receipt | None:
        self.order.append(self.kind)
        self.waiting += 1
        if self.waiting >= self.together:
            self.all_here.set()
        await self.all_here.wait()
        return None


class Calls(Slow):
    kind = "voice"


async def test_many_are_asked_about_at_once_and_calls_first(writer: Writer) -> None:
    sent(writer, *(f"m{n}" for n in range(AT_ONCE)))
    insert(writer, message("call", channel="voice"))
    writer(lambda c: c.execute(outbox.update().where(outbox.c.id == "call").values(state="sending"))).result(
        5
    )
    done = Outcome(id="call", state="sent", detail="OK", reference="c1")
    writer(lambda c: settle(c, [done], now=NOW)).result(5)
    clock, order = Clock(), list[str]()
    clock.at += AFTER[0]
    late = LateReceipts(
        {"sms": Slow(order, together=AT_ONCE - 1), "voice": Calls(order)},
        write=writer,
        destination=lambda m: Destination(recipient=m.recipient, address="13812341234"),
        now=clock,
    )
    async with asyncio.timeout(10):  # one after the other, the first would wait for ever
        assert await late.turn() == 0
    assert order == ["voice", *["sms"] * AT_ONCE]


async def test_one_answer_that_cannot_be_borne_keeps_nobody_from_theirs(writer: Writer) -> None:
    sent(writer, "m1", "m2")
    clock = Clock()
    vendor = Vendor(KeyError("odd"), Receipt(state="delivered", detail="DELIVERED", reference="b1"))
    late = asking(writer, clock, vendor)
    clock.at += AFTER[0]
    with pytest.raises(KeyError):
        await late.turn()
    assert sorted(states(writer).values()) == ["delivered", "sent"]
    assert await late.turn() == 0, "and it is not asked again at once"
    assert len(vendor.asked) == 2
