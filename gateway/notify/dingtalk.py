"""dingtalk: the robot of a 钉钉 group, with signature, keyword or both.

Signed: `timestamp` (milliseconds) and `sign` in the query, sign = base64(HMAC-SHA256(key=secret, "ms\\nsecret")),
URL-encoded exactly once; the clock may differ by an hour. More than 20 messages a minute block the robot for
ten minutes, so after 130101 nothing is even tried for that long.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import ClassVar

from gateway.errors import RetryLater
from gateway.notify.address import Resolve, resolve
from gateway.notify.bot import Bot, GuardedBotSettings, Later
from gateway.notify.channel import (
    Destination,
    Limits,
    Reach,
    Receipt,
    Surroundings,
    Wording,
    channel,
    only_groups,
)
from gateway.notify.settings import Checked, Mistake
from gateway.notify.text import notice
from gateway.response.model import Message

TEXT_BYTES = 18_000  # the whole request may have about 20,000 bytes
BLOCKED_S = 600.0
TOO_FAST = 130101
_KEYWORD_MOST = 10
_CODES = {-1: Later(), TOO_FAST: Later(BLOCKED_S), 90018: Later(60.0)}
_HINTS = {
    TOO_FAST: "more than 20 messages in a minute: the robot is blocked for ten minutes",
    310000: "refused by the robot's security settings: compare signature secret, keyword and allowed addresses, and the clock of this box",
    460101: "the message is too long",
    300001: "the robot's address is wrong: copy it again from the group",
    400101: "the robot's address is wrong: copy it again from the group",
    400102: "the robot was stopped in the group's settings",
}


class DingtalkSettings(GuardedBotSettings, frozen=True, kw_only=True):
    """`secret_file` for the kind of robot that signs, `keyword` for the kind that wants a word in each text."""

    key_in: ClassVar[str] = "access_token"

    def problems(self) -> list[Mistake]:
        """Return what is wrong, all of it."""
        found = super().problems()
        if len(self.keyword) > _KEYWORD_MOST:
            found.append(("keyword", f"has {len(self.keyword)} characters, expected at most {_KEYWORD_MOST}"))
        return found


@channel("dingtalk")
class Dingtalk:
    """Writes to one group."""

    kind: ClassVar[str]
    reach: ClassVar[Reach] = "outside"
    repeatable: ClassVar[bool] = True
    timeout_s: ClassVar[float] = 10.0
    at_once: ClassVar[int] = 1
    limits: ClassVar[Limits] = Limits(per_minute=20, bundle=True, text_bytes=TEXT_BYTES, attempts=6)
    for_groups: ClassVar[bool] = True
    Settings: ClassVar[type[Checked]] = DingtalkSettings

    def __init__(
        self,
        settings: DingtalkSettings,
        *,
        using: Resolve = resolve,
        timeout_s: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._blocked_until = 0.0
        self._bot = Bot(settings, codes=_CODES, hints=_HINTS, using=using, timeout_s=timeout_s)

    @classmethod
    def build(cls, settings: DingtalkSettings, *, around: Surroundings) -> Dingtalk:
        """Return the channel to one group."""
        return cls(settings)

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Write one message; the answer's code says whether the group has it."""
        only_groups(destination)
        now = self._clock()
        if now < self._blocked_until:
            raise RetryLater(f"{TOO_FAST}: {_HINTS[TOO_FAST]}", after_s=self._blocked_until - now)
        before = self._settings.before(wording)
        text = notice(message, wording, destination, most_bytes=TEXT_BYTES, before=before)
        query = None
        if self._settings.key:
            timestamp_ms = int(now * 1000)
            query = {"timestamp": str(timestamp_ms), "sign": sign(self._settings.key, timestamp_ms)}
        try:
            await self._bot.post({"msgtype": "text", "text": {"content": text}}, query=query)
        except RetryLater as error:
            if error.after_s == BLOCKED_S:
                self._blocked_until = now + BLOCKED_S
            raise
        return Receipt(state="sent", detail="errcode 0")

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._bot.close()


def sign(secret: str, timestamp_ms: int) -> str:
    """Return the signature in base64, not yet URL-encoded: encoding twice is the classic way to get 310000."""
    digest = hmac.new(secret.encode(), f"{timestamp_ms}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
