"""console: messages as lines of text, for the first day and for demos."""

from __future__ import annotations

import sys
from typing import ClassVar, TextIO

from gateway.notify.channel import (
    NO_LIMITS,
    Destination,
    Limits,
    Reach,
    Receipt,
    Surroundings,
    Wording,
    channel,
)
from gateway.notify.settings import Checked, NoSettings
from gateway.notify.text import marked
from gateway.response.model import Message

_UNSAFE = dict.fromkeys((*range(32), 127, *range(128, 160), 8232, 8233), " ")


@channel("console")
class Console:
    """Writes one line per message; text from devices cannot break the line or colour the terminal."""

    kind: ClassVar[str]
    reach: ClassVar[Reach] = "box"
    repeatable: ClassVar[bool] = True
    timeout_s: ClassVar[float] = 5.0
    at_once: ClassVar[int] = 1
    limits: ClassVar[Limits] = NO_LIMITS
    for_groups: ClassVar[bool] = False
    Settings: ClassVar[type[Checked]] = NoSettings

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    @classmethod
    def build(cls, settings: NoSettings, *, around: Surroundings) -> Console:
        """Return the channel."""
        return cls()

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Write the line; it counts as sent, because nobody says that somebody read it."""
        title = marked(message, wording.title)
        line = f"{message.level} → {destination.recipient}: {title} — {wording.text}"
        print(line.translate(_UNSAFE), file=self._stream or sys.stderr, flush=True)  # it is a console
        return Receipt(state="sent")
