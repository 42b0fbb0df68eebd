"""Late receipts: vendors of text messages and calls are asked whether what they took over has arrived.

Asked after 20 s, then less and less often, for a day. Their answer goes into the timeline like every other one; a
call that nobody answered is seen there before the ladder's next step is due.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

import structlog

from gateway.access import Write
from gateway.batch import Committed
from gateway.errors import Rejected, RetryLater, StoreError
from gateway.notify.channel import Askable, Destination, Sent
from gateway.response.model import Message
from gateway.store.late_receipts import OnItsWay, conclude, on_their_way

KEPT = timedelta(hours=24)
AFTER = tuple(timedelta(seconds=s) for s in (20, 60, 180, 600, 1800, 7200, 28800, 72000))
AT_ONCE = 8  # questions; calls come first, the ladder waits for them
_LOOK_S = 10.0
_ANSWER_S = 15.0
_T = TypeVar("_T")
_log = structlog.get_logger(__name__)


class LateReceipts:
    """A part of the gateway. `channels` are those whose vendors can be asked; `destination` knows the number.

    `offset` turns engine time into the wall time by which vendors know a message.
    """

    name = "receipts"

    def __init__(
        self,
        channels: Mapping[str, Askable],
        *,
        write: Write,
        destination: Callable[[Message], Destination],
        now: Callable[[], datetime],
        offset: Callable[[], timedelta] = timedelta,
        seal_key: bytes = b"",
    ) -> None:
        self._channels = dict(channels)
        self._write = write
        self._destination = destination
        self._now = now
        self._offset = offset
        self._seal_key = seal_key
        self._asked: dict[
            str, int
        ] = {}  # message -> how often; forgotten with a restart, which only asks again

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            try:
                await self.turn()
            except StoreError as error:
                _log.warning("receipts wait for the store", error=str(error))
            await asyncio.sleep(_LOOK_S)

    def committed(self, committed: Committed) -> None:
        """Nothing here follows commits."""

    async def turn(self) -> int:
        """Ask about everything whose time has come; return how many answers came."""
        now = self._now()
        waiting = await self._job(
            lambda connection: on_their_way(connection, channels=self._channels, since=now - KEPT)
        )
        known = {each.message.id for each in waiting}
        self._asked = {key: times for key, times in self._asked.items() if key in known}
        due = [each for each in waiting if self._is_due(each, now)]
        due.sort(key=lambda each: (self._kind(each) != "voice", each.message.level, each.at))
        room = asyncio.Semaphore(AT_ONCE)

        async def ask(each: OnItsWay) -> bool:
            async with room:
                return await self._ask(each)

        found = await asyncio.gather(*(ask(each) for each in due), return_exceptions=True)
        for error in found:
            if isinstance(error, BaseException):  # the others are written down by now
                raise error
        return sum(answer is True for answer in found)

    def _kind(self, each: OnItsWay) -> str:
        return str(getattr(self._channels[each.message.channel], "kind", ""))

    def _is_due(self, each: OnItsWay, now: datetime) -> bool:
        times = self._asked.get(each.message.id, 0)
        return times < len(AFTER) and now - each.at >= AFTER[times]

    async def _ask(self, each: OnItsWay) -> bool:
        message, now = each.message, self._now()
        past = sum(
            1 for after in AFTER if now - each.at >= after
        )  # those that a restart missed are not made up for
        self._asked[message.id] = max(past, self._asked.get(message.id, 0) + 1)
        sent = Sent(
            reference=each.reference,
            address=self._destination(message).address,
            at=each.at + self._offset(),
        )
        state: Literal["delivered", "failed"] = "delivered"
        try:
            async with asyncio.timeout(_ANSWER_S):
                receipt = await self._channels[message.channel].ask(sent)
        except Rejected as error:
            state, detail = "failed", str(error)
        except (RetryLater, TimeoutError) as error:
            _log.info("a vendor cannot say yet what became of a message", message=message.id, why=str(error))
            return False
        else:
            if receipt is None:
                return False
            detail = receipt.detail
        key = self._seal_key
        await self._job(
            lambda c: conclude(c, message.id, state=state, detail=detail, now=self._now(), seal_key=key)
        )
        return True

    async def _job(self, job: Callable[[Any], _T]) -> _T:
        return await asyncio.wrap_future(self._write(job))
