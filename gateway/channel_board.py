"""Channel board: how each channel fares, and a real test message through one of them, marked 【测试】.

A test goes straight to the channel, not through the outbox: whoever asks sees the vendor's own answer at once.
What keeps a demo on its box keeps its tests there too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import msgspec
import structlog
from uuid_utils.compat import uuid7

from gateway.access import Access
from gateway.errors import GatewayError, Rejected, RetryLater, Unknown
from gateway.notify.channel import Channel, Destination, kept_inside
from gateway.response.model import Message, Person
from gateway.store.read_channels import Fares, how_it_fares

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


class ChannelBoard:
    """Belongs to the event loop. `channels` are those of the site by name."""

    def __init__(
        self,
        access: Access,
        *,
        channels: Mapping[str, Channel],
        demo: bool = False,
        public_url: str | None = None,
    ) -> None:
        self._access, self._demo = access, demo
        self._link = f"{public_url.rstrip('/')}/m" if public_url else ""
        self.channels = dict(channels)
        self._tested: dict[str, datetime] = {}

    async def fares(self) -> dict[str, Fares]:
        """Return how every channel fares, by name."""
        names = sorted(self.channels)
        return await self._access.read(lambda connection: {n: how_it_fares(connection, n) for n in names})

    async def test(self, name: str, *, by: Person) -> Tested:
        """Send a test through one channel, to the group or to whoever asks, and write down that it was done.

        Raises:
            TooSoon: the last one was less than 30 seconds ago.
        """
        now = self._access.now()
        before = self._tested.get(name)
        if before is not None and now - before < PAUSE:
            raise TooSoon(int((PAUSE - (now - before)).total_seconds()) + 1)
        self._tested[name] = now
        channel = self.channels[name]
        began = time.perf_counter()
        became = await tried(channel, name, now=now, to=self._to(channel, name, by), demo=self._demo)
        became = msgspec.structs.replace(became, took_ms=round((time.perf_counter() - began) * 1000))
        facts = {"state": became.state, "detail": became.detail, "reference": became.reference}
        await self._access.audit(by.id, "channel.test", name, facts)
        return became

    def _to(self, channel: Channel, name: str, by: Person) -> Destination:
        return Destination(
            recipient="group" if channel.for_groups else by.id,
            address=by.contacts.get(name, by.contacts.get(channel.kind, "")),
            roles=tuple(by.roles),
            grids=tuple(by.grids),
            link=self._link,
        )


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
