"""Channel: one way to tell people or systems something. The contract and the register of all of them.

A new channel is one new file: a class with the attributes below and `send`, registered with
`@channel("name")`. What `send` may raise says what happens next:

- `RetryLater`: not delivered, and sending the same message again is right;
- `Rejected`: the receiver refused this message for good;
- `Unknown`: it may have arrived and must not be repeated (SMS, voice).

Returning a `Receipt` means that the receiver took it: read the answer's body, not only its status.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal, Protocol, TypeVar

import msgspec

from gateway.register import enter
from gateway.response.model import Message

Reach = Literal["box", "site", "outside"]


class Wording(Protocol):
    """A message in words, as the renderer of response gives it."""

    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """To whom: the person id, `group` or `site`, with their address on this channel and their roles."""

    recipient: str
    address: str = ""
    roles: tuple[str, ...] = ()
    grids: tuple[str, ...] = ()
    link: str = ""  # where to look; carries no identity


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the receiver answered: `sent` (taken over) or `delivered` (seen on a device), and its own id."""

    state: Literal["sent", "delivered"] = "sent"
    detail: str = ""
    reference: str = ""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one destination of a channel may get, as its vendor allows it; None: no limit of the vendor's.

    The worker of the outbox keeps to the counts; `bundle`: what would be too much goes as one message.
    `text_bytes` is the length of a text in UTF-8 that the channel still sends whole. `attempts`: after so many
    tries a message that may be doubled is given up.
    """

    per_minute: int | None = None
    per_hour: int | None = None
    per_day: int | None = None
    bundle: bool = False
    text_bytes: int | None = None
    attempts: int | None = None


NO_LIMITS = Limits()


class Channel(Protocol):
    """What every channel offers.

    `reach` says where it ends: on this box, on the site's network, or outside. A demo site uses only
    what ends on the box; a drill never leaves the site. `repeatable`: after no answer sending again is right,
    because the receiver knows the message by its id or because a double does less harm than silence.
    """

    kind: ClassVar[str]
    reach: ClassVar[Reach]
    repeatable: ClassVar[bool]
    timeout_s: ClassVar[float]
    at_once: ClassVar[int]  # how many messages may be under way together
    limits: ClassVar[Limits]  # per destination

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt: ...


CHANNELS: dict[str, type[Channel]] = {}
_C = TypeVar("_C", bound=type[Any])


def channel(kind: str) -> Callable[[_C], _C]:
    """Register a channel class under `kind`; a second one with the same name is refused, naming both."""

    def register(cls: _C) -> _C:
        enter(CHANNELS, "channel", kind, cls)
        cls.kind = kind
        return cls

    return register
