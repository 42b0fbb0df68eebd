"""The outbox keeps to limits, bundles, digests after an outage, stops when a case is taken, and loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
import sqlalchemy as sa

from gateway.errors import Rejected, RetryLater
from gateway.notify.channel import Limits
from gateway.store.tables import outbox, timeline, timeline_text, users
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


class Bot(Fake):
    """A group robot: ten a minute, takes several as one."""

    reach: ClassVar[Any] = "outside"
    limits: ClassVar[Limits] = Limits(per_minute=10, bundle=True)


class Sms(Fake):
    kind: ClassVar[str] = "sms"
    reach: ClassVar[Any] = "outside"
    repeatable: ClassVar[bool] = False
    limits: ClassVar[Limits] = Limits(per_day=50)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writing(tmp_path) as one:
        yield one


def told(writer: Writer) -> list[dict[str, Any]]:
    rows = read(writer, sa.select(timeline_text.c.body).join(timeline, timeline.c.id == timeline_text.c.id))
    return [msgspec.json.decode(row["body"])["facts"] for row in rows]


async def test_a_window_holds_back_and_nothing_is_lost(writer: Writer) -> None:
    insert(
        writer,
        *[message(f"m{n:02}", incident=f"i{n}", recipient="group", level="L3") for n in range(30)],
    )
    clock, bot = Clock(), Bot()
    async with working(writer, clock, lan=bot):
        await until(lambda: set(states(writer).values()) == {"delivered"})
    assert len(bot.sent) <= 8, "a fifth of ten is kept for level 1"
    assert bot.most == 1
    assert "另有" in bot.said[-1].title or "汇总" in bot.said[-1].title
    assert len(told(writer)) == 30, "each has its receipt in the timeline"


async def test_the_allowance_survives_a_restart(writer: Writer) -> None:
    clock, bot = Clock(), Bot()
    for n in range(8):
        insert(writer, message(f"a{n}", incident=f"a{n}", recipient="group", level="L3"))
        async with working(writer, clock, lan=bot):
            await until(lambda n=n: states(writer)[f"a{n}"] == "delivered")  # type: ignore[misc]  # bound now
    insert(writer, message("late", incident="b", recipient="group", level="L3"))
    async with working(writer, clock, lan=bot) as box:
        await until(lambda: read(writer, sa.select(outbox).where(outbox.c.id == "late"))[0]["receipt"])
        assert states(writer)["late"] == "pending"
        insert(writer, message("red", incident="c", recipient="group", level="L1"))
        box.wake()
        await until(lambda: states(writer)["red"] == "delivered")
        assert states(writer)["late"] == "pending"
        clock.at += timedelta(seconds=61)
        box.wake()
        await until(lambda: states(writer)["late"] == "delivered")


async def test_a_person_gets_five_text_messages_in_a_quarter_of_an_hour(writer: Writer) -> None:
    insert(writer, *[message(f"m{n}", incident=f"i{n}", channel="sms", level="L2") for n in range(8)])
    clock, sms = Clock(), Sms()
    async with working(writer, clock, sms=sms) as box:
        await until(lambda: len(sms.sent) == 5 and "pending" in states(writer).values())
        insert(writer, message("red", incident="red", channel="sms", level="L1"))
        box.wake()
        await until(lambda: states(writer)["red"] == "delivered")
        held = sa.select(outbox).where(outbox.c.state == "pending", outbox.c.receipt.is_not(None))
        await until(lambda: len(read(writer, held)) == 3)
        clock.at = message().not_after
        box.wake()
        await until(lambda: "pending" not in states(writer).values())
    assert len(sms.sent) == 6
    late = [each for each in told(writer) if each["outcome"] == "expired"]
    assert len(late) == 3
    assert {each["detail"] for each in late} == {"held back: 5 in 15 min"}, "the reason is in the timeline"


async def test_after_an_outage_one_digest_goes_to_each(writer: Writer) -> None:
    clock, bot = Clock(), Bot()
    for level, count in (("L1", 2), ("L2", 3), ("L4", 4)):
        later = {"L1": 10, "L2": 60, "L4": 1440}[level]
        insert(
            writer,
            *[
                message(
                    f"{level}-{n}",
                    incident=f"{level}-{n}",
                    level=level,
                    recipient=who,
                    not_after=NOW + timedelta(minutes=later),
                )
                if who == "group"
                else message(
                    f"{level}-{n}-{who}",
                    incident=f"{level}-{n}",
                    level=level,
                    recipient=who,
                    not_after=NOW + timedelta(minutes=later),
                )
                for n in range(count)
                for who in ("group", "wang")
            ],
        )
    clock.at = NOW + timedelta(hours=5)  # the box was down: level 1 and 2 are over, level 4 is stale
    async with working(writer, clock, lan=bot):
        await until(
            lambda: "pending" not in states(writer).values() and "sending" not in states(writer).values()
        )
    assert len(bot.sent) == 2, "one a destination"
    for said in bot.said:
        assert said.title == "汇总：9 件"
        assert "紧急 2 件，重要 3 件，轻微 4 件" in said.text
        assert "省略 9 条通知，其中 5 条已过期" in said.text
    lost = read(writer, sa.select(outbox).where(outbox.c.state == "expired"))
    assert len(lost) == 10
    assert all(row["bundle"] for row in lost), "each knows which message told of it"


async def test_when_everything_is_too_late_somebody_is_told_so(writer: Writer) -> None:
    insert(writer, message("m1"), message("m2", incident="i2"))
    clock, bot = Clock(), Bot()
    clock.at = NOW + timedelta(days=2)
    async with working(writer, clock, lan=bot):
        await until(lambda: len(bot.sent) == 1 and "sending" not in states(writer).values())
    assert "省略 2 条通知，其中 2 条已过期" in bot.said[0].text
    assert sorted(states(writer).values()) == ["delivered", "expired", "expired"]


async def test_a_case_that_is_taken_in_mid_send_is_not_tried_again(writer: Writer) -> None:
    insert(writer, message("slow"), message("next"))
    slow = Fake(RetryLater("busy", after_s=1))
    slow.gate.clear()
    clock = Clock()
    async with working(writer, clock, lan=slow) as box:
        await until(lambda: slow.sent == ["slow"])
        withdraw = writer.store._commit._withdraw_all
        writer(lambda c: c.execute(withdraw, [{"number": "sc-20260304-001", "at_us": 1}])).result(5)
        assert states(writer) == {"slow": "sending", "next": "withdrawn"}
        slow.gate.set()
        await until(lambda: states(writer) == {"slow": "withdrawn", "next": "withdrawn"})
        clock.at += timedelta(seconds=5)
        box.wake()
        await settled(box)
    assert slow.sent == ["slow"]


async def test_a_restart_does_not_send_what_was_withdrawn_while_it_was_sent(writer: Writer) -> None:
    insert(writer, message("m1"), message("m2", incident="i2"))
    claimed = {"state": "sending", "claimed_us": 2**60, "attempts": 1}
    writer(lambda c: c.execute(outbox.update().values(**claimed))).result(5)
    writer(lambda c: c.execute(outbox.update().where(outbox.c.id == "m1").values(stopped=True))).result(5)
    fake = Fake()
    async with working(writer, Clock(), lan=fake):
        await until(lambda: states(writer) == {"m1": "withdrawn", "m2": "delivered"})
    assert fake.sent == ["m2"]


async def test_a_failing_channel_beside_a_good_one_costs_the_good_one_nothing(writer: Writer) -> None:
    insert(writer, message("m1"), message("m2", channel="other"))
    bad, good = Fake(*[RetryLater("refused")] * 9), Fake()
    clock = Clock()
    async with working(writer, clock, lan=bad, other=good) as box:
        for _ in range(4):
            await until(lambda: states(writer)["m2"] == "delivered")
            before = len(bad.sent)
            clock.at += timedelta(seconds=70)
            box.wake()
            await until(lambda b=before: len(bad.sent) > b)  # type: ignore[misc]  # bound now
    assert good.sent == ["m2"]


async def test_a_provider_that_is_too_busy_is_left_alone_as_long_as_it_asks(writer: Writer) -> None:
    insert(writer, *[message(f"m{n}", incident=f"i{n}", level="L3") for n in range(6)])
    clock, fake = Clock(), Fake(*[RetryLater("45009", after_s=300)] * 4)
    async with working(writer, clock, lan=fake) as box:
        await until(lambda: len(fake.sent) == 4)
        clock.at += timedelta(seconds=290)
        box.wake()
        await settled(box)
        assert len(fake.sent) == 4, "the others wait with it"
        clock.at += timedelta(seconds=11)
        box.wake()
        await until(lambda: set(states(writer).values()) == {"delivered"})


async def test_a_channel_that_lies_is_not_believed_and_is_told(writer: Writer) -> None:
    insert(writer, message("m1"))
    async with working(writer, Clock(), lan=Fake(Rejected("HTTP 200, errcode 93000: the robot is gone"))):
        await until(lambda: states(writer) == {"m1": "failed"})
    (facts,) = told(writer)
    assert facts["outcome"] == "failed"
    assert "93000" in facts["detail"]


async def test_attempts_that_a_channel_limits_end(writer: Writer) -> None:
    class Mail(Fake):
        limits: ClassVar[Limits] = Limits(attempts=2)

    insert(writer, message("m1"))
    clock, mail = Clock(), Mail(RetryLater("no"), RetryLater("no"))
    async with working(writer, clock, lan=mail) as box:
        await until(lambda: len(mail.sent) == 1 and states(writer)["m1"] == "pending")
        clock.at += timedelta(seconds=2)
        box.wake()
        await until(lambda: states(writer) == {"m1": "failed"})
    assert "given up after 2 attempts" in told(writer)[0]["detail"]


async def test_a_drill_never_goes_in_one_message_with_the_real_thing(writer: Writer) -> None:
    real = [message(f"r{n}", incident=f"r{n}", recipient="group", level="L3") for n in range(20)]
    drill = [message(f"d{n}", incident=f"d{n}", recipient="group", level="L3", drill=True) for n in range(20)]
    insert(writer, *[each for pair in zip(real, drill, strict=True) for each in pair])
    clock, bot = Clock(), Bot()
    async with working(writer, clock, lan=bot) as box:
        for _ in range(4):
            await settled(box)
            clock.at += timedelta(seconds=61)
            box.wake()
        await until(lambda: {"pending", "sending"}.isdisjoint(states(writer).values()))
    found = states(writer)
    assert {found[f"r{n}"] for n in range(20)} == {"delivered"}
    assert {found[f"d{n}"] for n in range(20)} == {"failed"}
    assert not any(key.startswith("d") for key in bot.sent)


async def test_what_leaves_the_box_carries_a_code_and_the_reader_s_language(writer: Writer) -> None:
    person = {"id": "wang", "name": "W", "roles": "[]", "grids": "[]", "active": True, "language": "en-GB"}
    writer(lambda c: c.execute(users.insert(), person)).result(5)
    again = message("m2", channel="sms")
    insert(writer, message("m1", channel="sms"), again, message("m3", incident="other", channel="sms"))
    insert(writer, message("page"))
    sms, page = Sms(), Fake()
    async with working(writer, Clock(), sms=sms, lan=page):
        await until(lambda: set(states(writer).values()) == {"delivered"})
    codes = {each.id: each.params["case_code"] for each in sms.given}
    assert all(len(code) == 6 and code.isdecimal() for code in codes.values())
    assert codes["m1"] == codes["m2"] != codes["m3"]
    assert "case_code" not in page.given[0].params


async def test_messages_for_a_dead_channel_leave_the_others_alone(writer: Writer) -> None:
    class Dead(Fake):
        async def send(self, *_: object) -> Any:
            self.sent.append("")
            await asyncio.sleep(0)
            raise RetryLater("refused")

    insert(writer, *[message(f"d{n}", incident=f"d{n}", channel="dead", level="L1") for n in range(3000)])
    insert(writer, *[message(f"g{n}", incident=f"g{n}", level="L4") for n in range(50)])
    dead, good = Dead(), Fake()
    async with working(writer, Clock(), dead=dead, lan=good):
        await until(lambda: len(good.sent) == 50)
    assert len(dead.sent) < 100
