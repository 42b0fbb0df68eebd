"""Tries of channels: a real test message, marked 【测试】, straight to a channel and at most one in thirty seconds.

It does not go through the outbox: whoever asks sees the other side's own answer at once. What keeps a demo on its
box keeps its tests there too.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import msgspec
import structlog
from uuid_utils.compat import uuid7

from gateway.errors import GatewayError, Rejected, RetryLater, Unknown
from gateway.notify.channel import Channel, Destination, kept_inside
from gateway.response.model import Message

_log = structlog.get_logger(__name__)
PAUSE = timedelta(seconds=30)  # between two tests of one channel
TITLE = "【测试】小区网关测试消息"
TEXT = "这是一条测试消息，收到即表示渠道可用，不用处理。 This is a test; nothing needs to be done."
TEST_CODE = "000000"  # what a text message or a call says instead of a case code
Became: TypeAlias = Literal["sent", "delivered", "later", "rejected", "unknown"]


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The test in words."""

    title: str = TITLE
    text: str = TEXT


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a test: the receipt, or the refusal in the vendor's words."""

    state: Became
    detail: str
    reference: str = ""
    took_ms: int = 0
    after_s: float | None = None


class TooSoon(GatewayError):
    """The channel was tested a moment ago."""

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s
        super().__init__(f"wait {wait_s} s")


class Tries:
    """The tests of one board: each channel keeps its own pace."""

    def __init__(self, *, demo: bool) -> None:
        self._demo = demo
        self._last: dict[str, datetime] = {}

    async def one(self, channel: Channel, name: str, *, now: datetime, to: Destination) -> Tested:
        """Send one test; return what became of it and how long that took.

        Raises:
            TooSoon: the last one was less than 30 seconds ago.
        """
        before = self._last.get(name)
        if before is not None and now - before < PAUSE:
            raise TooSoon(int((PAUSE - (now - before)).total_seconds()) + 1)
        self._last[name] = now
        began = time.perf_counter()
        became = await tried(channel, name, now=now, to=to, demo=self._demo)
        return msgspec.structs.replace(became, took_ms=round((time.perf_counter() - began) * 1000))


async def tried(channel: Channel, name: str, *, now: datetime, to: Destination, demo: bool) -> Tested:
    """Send one test message and say what became of it; whatever the channel raises is an answer too."""
    why = kept_inside(channel, demo=demo, drill=False, name=name)
    if why is not None:
        return Tested(state="rejected", detail=why)
    message = Message(
        id=f"test-{uuid7()}",
        incident=None,
        alert=None,
        channel=name,
        recipient=to.recipient,
        template="channel.test",
        params={"code": TEST_CODE},
        level="L4",
        created_at=now,
        not_after=now + timedelta(minutes=10),
    )
    try:
        async with asyncio.timeout(channel.timeout_s):
            receipt = await channel.send(message, Words(), to)
    except RetryLater as error:
        return Tested(state="later", detail=str(error), after_s=error.after_s)
    except Rejected as error:
        return Tested(state="rejected", detail=str(error))
    except Unknown as error:
        return Tested(state="unknown", detail=str(error))
    except TimeoutError:
        state: Became = "later" if channel.repeatable else "unknown"
        return Tested(state=state, detail=f"no answer within {channel.timeout_s:g} s")
    except Exception as error:  # noqa: BLE001  # task boundary: a fault in one channel is what the test found
        _log.exception("channel failed at its test", channel=name)
        return Tested(state="rejected", detail=f"fault in the channel: {type(error).__name__}")
    return Tested(state=receipt.state, detail=receipt.detail, reference=receipt.reference)
