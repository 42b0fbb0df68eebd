"""feishu: the robot of a 飞书 group. Its signature is its own kind and stands in the body.

sign = base64(HMAC-SHA256(key="seconds\\nsecret", empty message)), with `timestamp` in seconds; the clock may differ
by an hour. 100 messages a minute, 5 a second, a request of at most 20 KB.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any, ClassVar

from gateway.errors import Rejected, RetryLater
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
from gateway.notify.settings import Checked
from gateway.notify.text import notice
from gateway.response.model import Message

TEXT_BYTES = 18_000  # the whole request may have 20 KB
_CODES = {11232: Later(60.0), 11233: Later(60.0), 99991400: Later(60.0), 11247: Later()}
_HINTS = {
    19001: "the robot's address is wrong: copy it again from the group",
    19002: "the request was not understood",
    19007: "the robot is not enabled",
    19021: "the signature does not fit: compare secret_file, and the clock of this box (it may differ by an hour)",
    19022: "this address is not in the robot's list of allowed addresses",
    19024: "the robot wants a keyword in each text: set `keyword`",
    9499: "the request was not understood, or there were too many",
    11232: "more than the group may get in a minute",
}


class FeishuSettings(GuardedBotSettings, frozen=True, kw_only=True):
    """`secret_file` for a robot with 签名校验, `keyword` for one with 自定义关键词."""


@channel("feishu")
class Feishu:
    """Writes to one group."""

    kind: ClassVar[str]
    reach: ClassVar[Reach] = "outside"
    repeatable: ClassVar[bool] = True
    timeout_s: ClassVar[float] = 10.0
    at_once: ClassVar[int] = 2
    limits: ClassVar[Limits] = Limits(per_minute=100, bundle=True, text_bytes=TEXT_BYTES, attempts=6)
    for_groups: ClassVar[bool] = True
    Settings: ClassVar[type[Checked]] = FeishuSettings

    def __init__(
        self,
        settings: FeishuSettings,
        *,
        using: Resolve = resolve,
        timeout_s: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._bot = Bot(settings, codes=_CODES, hints=_HINTS, using=using, timeout_s=timeout_s)

    @classmethod
    def build(cls, settings: FeishuSettings, *, around: Surroundings) -> Feishu:
        """Return the channel to one group."""
        return cls(settings)

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Write one message; the answer's code says whether the group has it."""
        only_groups(destination)
        before = self._settings.before(wording)
        text = notice(message, wording, destination, most_bytes=TEXT_BYTES, before=before)
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if self._settings.key:
            seconds = int(self._clock())
            body = {"timestamp": str(seconds), "sign": sign(self._settings.key, seconds), **body}
        try:
            await self._bot.post(body)
        except Rejected as error:
            if str(error).startswith("9499 ") and "too many" in str(error).partition(";")[0]:
                raise RetryLater(str(error), after_s=60.0) from None  # one code for two things
            raise
        return Receipt(state="sent", detail="code 0")

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._bot.close()


def sign(secret: str, seconds: int) -> str:
    """Return the signature: time and secret together are the key, and nothing is signed."""
    digest = hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
