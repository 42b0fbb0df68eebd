"""Channel: one way to tell people or systems something. The contract and the register of all of them.

A new channel is one new file: a class with the attributes below, `build` and `send`, registered with
`@channel("name")`; a built-in one also stands in the list of `gateway/channels.py`. What `send` may raise says
what happens next:

- `RetryLater`: not delivered, and sending the same message again is right;
- `Rejected`: the receiver refused this message for good;
- `Unknown`: it may have arrived and must not be repeated (SMS, voice).

Returning a `Receipt` means that the receiver took it: read the answer's body, not only its status.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, TypeVar, runtime_checkable

import msgspec

from gateway.errors import Rejected
from gateway.notify.settings import Checked
from gateway.register import enter
from gateway.response.model import Message

Reach = Literal["box", "site", "outside"]
Publish = Callable[[str, bytes], Awaitable[None]]  # returns after the broker's PUBACK, raises RetryLater


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
    link_note: dict[str, str] = {}  # said with the link (where it opens), zh and en


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


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel may use of the gateway it is built in."""

    site: str
    publish: Publish  # to the broker
    lan: Any = None  # the one `Lan` that knows the open pages; None: there are no pages


class Channel(Protocol):
    """What every channel offers.

    `reach` says where it ends: on this box, on the site's network, or outside. A demo site uses only
    what ends on the box; a drill never leaves the site. `repeatable`: after no answer sending again is right,
    because the receiver knows the message by its id or because a double does less harm than silence.
    `for_groups`: it reaches everybody in a chat group and never takes a message meant for one person.
    """

    kind: ClassVar[str]
    reach: ClassVar[Reach]
    repeatable: ClassVar[bool]
    timeout_s: ClassVar[float]
    at_once: ClassVar[int]  # how many messages may be under way together
    limits: ClassVar[Limits]  # per destination
    for_groups: ClassVar[bool]
    Settings: ClassVar[type[Checked]]

    @classmethod
    def build(cls, settings: Any, *, around: Surroundings) -> Channel: ...

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt: ...


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A message that a vendor took over: the vendor's own id for it, to whom it goes, and since when."""

    reference: str
    address: str
    at: datetime


@runtime_checkable
class Askable(Protocol):
    """A channel whose vendor can be asked later whether a message arrived (SMS, voice)."""

    async def ask(self, sent: Sent) -> Receipt | None:
        """Return the receipt, or None while it is still under way.

        Raises:
            Rejected: it did not arrive and never will.
            RetryLater: the vendor cannot say now.
        """
        ...


def kept_inside(channel: Channel, *, demo: bool, drill: bool, name: str = "") -> str | None:
    """Return why nothing may go through this channel now, or None.

    A demo site reaches nothing outside its box, and a drill never leaves the site.
    """
    if demo and channel.reach != "box":
        return f"demo site: '{name or channel.kind}' would leave this box"
    if drill and channel.reach == "outside":
        return f"drill: '{name or channel.kind}' would leave the site"
    return None


def only_groups(destination: Destination) -> None:
    """Refuse what is meant for somebody: it may hold a name or a room, and a whole chat group reads it.

    Raises:
        Rejected: the recipient is not the group.
    """
    if destination.recipient != "group":
        raise Rejected(
            f"a chat group gets only what is written for groups, not the message to {destination.recipient}; set group: true"
        )


CHANNELS: dict[str, type[Channel]] = {}
_C = TypeVar("_C", bound=type[Any])


def channel(kind: str) -> Callable[[_C], _C]:
    """Register a channel class under `kind`; a second one with the same name is refused, naming both."""

    def register(cls: _C) -> _C:
        enter(CHANNELS, "channel", kind, cls)
        cls.kind = kind
        return cls

    return register
