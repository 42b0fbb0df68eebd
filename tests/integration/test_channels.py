"""Channels at the outbox: real vendors' fakes behind real sockets, limits kept, nothing doubled, nothing leaked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from gateway.notify.channel import Destination
from gateway.notify.secret import Secret
from gateway.notify.sms_aliyun import SmsAliyun, SmsAliyunSettings
from gateway.notify.wecom import Wecom, WecomSettings
from gateway.outbox import Outbox
from gateway.response.message import Rendered
from gateway.store.tables import outbox, timeline_text
from tests.contracts.channel import PATIENCE_S, message
from tests.fakes.clouds import FakeAliyun
from tests.fakes.robots import FakeWecom
from tests.fakes.web import running
from tests.gateway.outbox_parts import Clock, Writer, insert, read, settled, states, until, writing

NUMBER = "13812341234"


async def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writing(tmp_path) as one:
        yield one


@pytest.fixture
async def robot() -> AsyncIterator[FakeWecom]:
    async with running(FakeWecom()) as one:
        yield one


@pytest.fixture
async def cloud() -> AsyncIterator[FakeAliyun]:
    async with running(FakeAliyun()) as one:
        yield one


def group_chat(robot: FakeWecom) -> Wecom:
    settings = WecomSettings(webhook=Secret(robot.url), allow_private=True)
    return Wecom(settings, using=loopback, timeout_s=PATIENCE_S)


def text_messages(cloud: FakeAliyun) -> SmsAliyun:
    settings = SmsAliyunSettings(
        access_key_id=cloud.KEY_ID, access_key_secret=Secret(cloud.SECRET), sign_name="幸福里",
        template="SMS_154950909", endpoint=cloud.url, allow_private=True,
    )  # fmt: skip
    return SmsAliyun(settings, using=loopback, timeout_s=PATIENCE_S, now=lambda: cloud.now)


def box_of(writer: Writer, clock: Clock, **channels: Wecom | SmsAliyun) -> Outbox:
    return Outbox(
        write=writer,
        channels=channels,
        render=lambda m, _: Rendered(title=f"小区通知 {m.id}", text="有 L2 级案件,请登录查看。"),
        destination=lambda m: Destination(
            recipient=m.recipient, address=NUMBER if m.channel == "sms" else ""
        ),
        now=clock,
    )


async def test_a_storm_reaches_a_group_within_its_vendors_limit(writer: Writer, robot: FakeWecom) -> None:
    clock, chat = Clock(), group_chat(robot)
    start = robot.now
    late = clock.at + timedelta(hours=24)
    insert(
        writer,
        *(
            message(
                f"m{n:03}",
                incident=f"sc-{n:03}",
                channel="chat",
                recipient="group",
                level="L3",
                not_after=late,
            )
            for n in range(100)
        ),
    )
    box = box_of(writer, clock, chat=chat)
    work = asyncio.create_task(box.run())
    seconds = 0
    async with asyncio.timeout(240):
        while set(states(writer).values()) - {"sent"}:
            clock.at += timedelta(seconds=10)
            seconds += 10
            robot.now = start + seconds
            box.wake()
            await settled(box)  # what was allowed in these ten seconds has gone
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await chat.close()
    assert len(robot.requests) == len(robot.texts)  # not one was refused as too fast
    assert len(robot.texts) < 100  # what was too much went as bundles
    for at in robot.times:
        assert sum(1 for other in robot.times if at - 60 < other <= at) <= 20


@pytest.mark.parametrize("mode", ["silence", "half", "reset", "html", "bad gateway"])
async def test_a_text_message_whose_fate_is_open_is_never_sent_again(
    writer: Writer, cloud: FakeAliyun, mode: str
) -> None:
    clock, sms = Clock(), text_messages(cloud)
    cloud.mode = mode
    insert(writer, message("m1", channel="sms", not_after=clock.at + timedelta(hours=24)))
    for _ in range(2):  # the second one is after a restart
        work = asyncio.create_task(box_of(writer, clock, sms=sms).run())
        await until(lambda: states(writer) == {"m1": "unknown"})
        clock.at += timedelta(hours=1)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    await sms.close()
    assert len(cloud.requests) == 1


async def test_what_the_vendor_says_is_kept_and_the_secrets_are_not(
    writer: Writer, cloud: FakeAliyun
) -> None:
    clock, sms = Clock(), text_messages(cloud)
    cloud.forced = (200, "isv.AMOUNT_NOT_ENOUGH", f"账户余额不足 {cloud.SECRET}")
    insert(writer, message("m1", channel="sms"))
    work = asyncio.create_task(box_of(writer, clock, sms=sms).run())
    await until(lambda: states(writer) == {"m1": "failed"})
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await sms.close()
    (row,) = read(writer, sa.select(outbox))
    assert "账户余额不足" in msgspec.json.decode(row["receipt"])["detail"]
    kept = str(read(writer, sa.select(outbox))) + str(read(writer, sa.select(timeline_text)))
    assert cloud.SECRET not in kept
    assert "账户余额不足" in str(read(writer, sa.select(timeline_text)))
