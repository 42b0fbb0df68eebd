"""wecom: the robot of a 企业微信 group. Its address is its only secret; 20 messages a minute.

Text up to 2048 bytes, markdown up to 4096 (https://developer.work.weixin.qq.com/document/path/91770). An HTTP
200 carries `errcode`: 45009 is too fast, 93000 a robot that is gone.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from gateway.notify.address import Resolve, resolve
from gateway.notify.bot import Bot, BotSettings, Later
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
from gateway.notify.text import cut, marked, notice, tame
from gateway.response.model import Message

TEXT_BYTES = 2048
MARKDOWN_BYTES = 4096
_CODES = {-1: Later(), 45009: Later(60.0), 45033: Later(1.0)}
_HINTS = {
    93000: "the robot is gone or its address is wrong: copy the address again from the group's robot",
    40058: "the text is too long or a field is missing",
    45009: "more than 20 messages in a minute",
}


class WecomSettings(BotSettings, frozen=True, kw_only=True):
    """`webhook_file` holds the address that the group shows for its robot."""

    key_in: ClassVar[str] = "key"
    format: Literal["text", "markdown"] = "text"


@channel("wecom")
class Wecom:
    """Writes to one group."""

    kind: ClassVar[str]
    reach: ClassVar[Reach] = "outside"
    repeatable: ClassVar[bool] = True
    timeout_s: ClassVar[float] = 10.0
    at_once: ClassVar[int] = 1
    limits: ClassVar[Limits] = Limits(per_minute=20, bundle=True, text_bytes=TEXT_BYTES, attempts=6)
    for_groups: ClassVar[bool] = True
    Settings: ClassVar[type[Checked]] = WecomSettings

    def __init__(self, settings: WecomSettings, *, using: Resolve = resolve, timeout_s: float = 5.0) -> None:
        self._format = settings.format
        self._bot = Bot(settings, codes=_CODES, hints=_HINTS, using=using, timeout_s=timeout_s)

    @classmethod
    def build(cls, settings: WecomSettings, *, around: Surroundings) -> Wecom:
        """Return the channel to one group."""
        return cls(settings)

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Write one message; the answer's code says whether the group has it."""
        only_groups(destination)
        if self._format == "markdown":
            body = {"msgtype": "markdown", "markdown": {"content": _markdown(message, wording, destination)}}
        else:
            text = notice(message, wording, destination, most_bytes=TEXT_BYTES)
            body = {"msgtype": "text", "text": {"content": text}}
        await self._bot.post(body)
        return Receipt(state="sent", detail="errcode 0")

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._bot.close()


def _markdown(message: Message, wording: Wording, destination: Destination) -> str:
    link = f"\n[打开]({destination.link})" if destination.link else ""
    said = f"**{tame(marked(message, wording.title))}**\n{tame(wording.text)}"
    return cut(said, MARKDOWN_BYTES - len(link.encode())) + link
