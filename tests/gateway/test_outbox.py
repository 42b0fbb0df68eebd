"""The outbox: order, retries, expiry, restarts, the two guards, and what the timeline tells of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
import sqlalchemy as sa

from gateway.errors import Rejected, RetryLater, Unknown
from gateway.store import chain
from gateway.store.tables import outbox, timeline
from tests.contracts.channel import NOW, message
from tests.gateway.outbox_parts import (
    Clock,
    Fake,
    Writer,
    insert,
    read,
    settled,
    states,
    until,
    working,
    writing,
)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writing(tmp_path) as one:
        yield one


async def test_a_message_is_sent_once_and_its_receipt_is_in_the_timeline(writer: Writer) -> None:
    insert(writer, message())
    fake = Fake()
    async with working(writer, Clock(), lan=fake) as box:
        await until(lambda: states(writer) == {"m1": "delivered"})
        await until(lambda: box.status().outcomes == {"lan delivered": 1})
        assert box.status().last_success == {"lan": NOW}
    assert fake.sent == ["m1"]
    (row,) = read(writer, sa.select(timeline))
    assert (row["incident"], row["action"], row["channel"]) == ("sc-20260304-001", "message", "lan")
    assert chain.verify(writer.store.database.read.connect()) is None


async def test_messages_written_while_it_sleeps_go_out_when_it_is_woken(writer: Writer) -> None:
    fake = Fake()
    async with working(writer, Clock(), lan=fake) as box:
        await settled(box)
        insert(writer, message())
        await asyncio.to_thread(box.wake)
        await until(lambda: states(writer) == {"m1": "delivered"})


async def test_order_holds_for_a_case_and_recipient_while_others_go_on(writer: Writer) -> None:
    insert(
        writer,
        message("a1", level="L3"),
        message("a2", level="L1"),
        message("b1", recipient="li"),
        message("c1", incident="sc-20260304-002"),
    )
    fake = Fake()
    fake.gate.clear()
    async with working(writer, Clock(), lan=fake):
        await until(lambda: len(fake.sent) == 3)
        assert sorted(fake.sent) == ["a1", "b1", "c1"]
        fake.gate.set()
        await until(lambda: set(states(writer).values()) == {"delivered"})
    assert fake.sent[-1] == "a2"


async def test_level_1_goes_first_and_a_channel_sends_only_so_many_at_once(writer: Writer) -> None:
    insert(
        writer,
        *[message(f"m{n}", incident=f"i{n}", level="L4") for n in range(8)],
        message("first", incident="i"),
    )
    fake = Fake()
    fake.gate.clear()
    async with working(writer, Clock(), lan=fake):
        await until(lambda: len(fake.sent) == 4)
        fake.gate.set()
        await until(lambda: set(states(writer).values()) == {"delivered"})
    assert fake.sent[0] == "first"
    assert fake.most == 4


async def test_retry_later_keeps_the_id_and_waits_as_long_as_asked(writer: Writer) -> None:
    insert(writer, message())
    clock, fake = Clock(), Fake(RetryLater("busy", after_s=90), RetryLater("busy", after_s=90))
    async with working(writer, clock, lan=fake) as box:
        await until(lambda: read(writer, sa.select(outbox.c.receipt))[0]["receipt"])
        assert states(writer) == {"m1": "pending"}
        clock.at += timedelta(seconds=89)
        box.wake()
        await settled(box)
        assert fake.sent == ["m1"]
        clock.at += timedelta(seconds=1)
        box.wake()
        await until(lambda: len(fake.sent) == 2)
        await until(lambda: states(writer) == {"m1": "pending"})
        clock.at += timedelta(seconds=90)
        box.wake()
        await until(lambda: states(writer) == {"m1": "delivered"})
    assert fake.sent == ["m1", "m1", "m1"]
    assert len(read(writer, sa.select(timeline))) == 1


@pytest.mark.parametrize(
    ("answer", "state"), [(Rejected("no such number"), "failed"), (Unknown("gateway timeout"), "unknown")]
)
async def test_rejected_and_unknown_end_it(writer: Writer, answer: Exception, state: str) -> None:
    insert(writer, message("m1"), message("m2"))
    fake = Fake(answer)
    async with working(writer, Clock(), lan=fake):
        await until(lambda: states(writer) == {"m1": state, "m2": "delivered"})
    assert fake.sent == ["m1", "m2"]


async def test_a_fault_in_a_channel_is_retried_and_stops_nobody_else(writer: Writer) -> None:
    insert(writer, message("m1"), message("m2", channel="other"))
    clock = Clock()
    async with working(writer, clock, lan=Fake(KeyError("bug")), other=Fake()) as box:
        await until(lambda: states(writer) == {"m1": "pending", "m2": "delivered"})
        clock.at += timedelta(seconds=5)
        box.wake()
        await until(lambda: states(writer)["m1"] == "delivered")


async def test_silence_is_retried_when_repeatable_and_unknown_when_not(writer: Writer) -> None:
    class Slow(Fake):
        timeout_s: ClassVar[float] = 0.05

    class Sms(Slow):
        repeatable: ClassVar[bool] = False

    insert(writer, message("m1"), message("m2", channel="sms"))
    slow, sms = Slow(), Sms()
    slow.gate.clear()
    sms.gate.clear()
    async with working(writer, Clock(), lan=slow, sms=sms):
        await until(
            lambda: (
                states(writer)["m2"] == "unknown" and read(writer, sa.select(outbox.c.receipt))[0]["receipt"]
            )
        )
        assert states(writer)["m1"] == "pending"


async def test_what_is_too_late_expires_and_is_told(writer: Writer) -> None:
    insert(writer, message())
    clock, fake = Clock(), Fake()
    clock.at = message().not_after
    async with working(writer, clock, lan=fake):
        await until(lambda: states(writer) == {"m1": "expired"})
    assert fake.sent == []
    assert len(read(writer, sa.select(timeline))) == 1


async def test_a_withdrawn_message_is_not_sent(writer: Writer) -> None:
    insert(writer, message("m1"), message("m2", incident="other"))
    writer(lambda c: c.execute(outbox.update().where(outbox.c.id == "m1").values(state="withdrawn"))).result(
        5
    )
    fake = Fake()
    async with working(writer, Clock(), lan=fake):
        await until(lambda: states(writer)["m2"] == "delivered")
    assert fake.sent == ["m2"]


async def test_a_channel_that_is_not_configured_fails_naming_those_that_are(writer: Writer) -> None:
    insert(writer, message(channel="pigeon"))
    async with working(writer, Clock(), lan=Fake()):
        await until(lambda: states(writer) == {"m1": "failed"})
    assert "there are: lan" in read(writer, sa.select(outbox.c.receipt))[0]["receipt"]


async def test_after_a_restart_claims_are_sent_again_unless_nobody_can_know(writer: Writer) -> None:
    insert(writer, message("m1"), message("m2", channel="sms"))
    writer(lambda c: c.execute(outbox.update().values(state="sending", claimed_us=2**60, attempts=1))).result(
        5
    )

    class Sms(Fake):
        repeatable: ClassVar[bool] = False

    fake, sms = Fake(), Sms()
    async with working(writer, Clock(), lan=fake, sms=sms):
        await until(lambda: states(writer) == {"m1": "delivered", "m2": "unknown"})
    assert (fake.sent, sms.sent) == (["m1"], [])


async def test_a_message_cut_off_in_sending_goes_out_again_after_the_restart(writer: Writer) -> None:
    insert(writer, message())
    stuck = Fake()
    stuck.gate.clear()
    async with working(writer, Clock(), lan=stuck):
        await until(lambda: stuck.sent == ["m1"])
    assert states(writer) == {"m1": "sending"}
    fake = Fake()
    async with working(writer, Clock(), lan=fake):
        await until(lambda: states(writer) == {"m1": "delivered"})
    assert fake.sent == ["m1"]


@pytest.mark.parametrize(("reach", "demo", "drill", "goes"), [
    ("box", True, False, True),
    ("site", True, False, False),
    ("outside", True, False, False),
    ("site", False, True, True),
    ("outside", False, True, False),
    ("outside", False, False, True),
])  # fmt: skip
async def test_a_demo_stays_on_the_box_and_a_drill_on_the_site(
    writer: Writer, reach: str, demo: bool, drill: bool, goes: bool
) -> None:
    insert(writer, message(drill=drill))
    kind = type("Far", (Fake,), {"reach": reach})
    fake = kind()
    async with working(writer, Clock(), demo, lan=fake):
        await until(lambda: states(writer) == {"m1": "delivered" if goes else "failed"})
    assert fake.sent == (["m1"] if goes else [])


async def test_somebody_who_becomes_reachable_gets_what_waits_at_once(writer: Writer) -> None:
    insert(writer, message())
    fake = Fake(RetryLater("no page", after_s=300))
    async with working(writer, Clock(), lan=fake) as box:
        await until(lambda: states(writer) == {"m1": "pending"} and len(fake.sent) == 1)
        box.reachable("lan", "wang")
        await until(lambda: states(writer) == {"m1": "delivered"})


async def test_a_full_store_sends_nothing_and_it_goes_on_when_there_is_room(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert(writer, message())
    writer.full = True
    fake = Fake()
    async with working(writer, Clock(), lan=fake) as box:
        await settled(box)
        writer.full = False
        box.wake()
        await until(lambda: states(writer) == {"m1": "delivered"})
    assert fake.sent == ["m1"]
