"""lan: the pages that are open on the site's own network; it works with no internet.

The stream of the API connects every page with the person who looks at it. A message is delivered when at
least one page of its recipient got it; while none is open it waits, and it goes out the moment one opens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import msgspec

from gateway.errors import RetryLater
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
from gateway.response.model import Message

_LOOK_AGAIN_S = 30.0  # a page that opens says so itself; this only covers a lost word


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a page shows (and sounds): the message in words."""

    id: str
    level: str
    title: str
    text: str
    incident: str | None
    alert: str | None
    drill: bool
    title_en: str = ""  # the same in English, where a page shows the notice in its own language
    text_en: str = ""
    unsaved: bool = False  # said while nothing can be stored: the page keeps it in view
    over: bool = False  # everything is stored again: what was unsaved may go from view


class _Page:
    def __init__(
        self, person: str, roles: frozenset[str], grids: frozenset[str], tell: Callable[[Notice], None]
    ) -> None:
        self.person = person
        self.roles = roles
        self.grids = grids
        self.tell = tell

    def is_for(self, destination: Destination) -> bool:
        if destination.recipient == self.person:
            return True
        if destination.recipient not in {"group", "site"}:
            return False
        if destination.roles and not self.roles & set(destination.roles):
            return False
        return not destination.grids or not self.grids or bool(self.grids & set(destination.grids))


@channel("lan")
class Lan:
    """Knows the open pages. Belongs to the event loop: every method is called there."""

    kind: ClassVar[str]
    reach: ClassVar[Reach] = "box"
    repeatable: ClassVar[bool] = True
    timeout_s: ClassVar[float] = 5.0
    at_once: ClassVar[int] = 16
    limits: ClassVar[Limits] = NO_LIMITS
    for_groups: ClassVar[bool] = False
    Settings: ClassVar[type[Checked]] = NoSettings

    def __init__(self) -> None:
        self._pages: set[_Page] = set()
        self.opened: Callable[[str], None] = lambda _person: None  # the outbox asks to be told

    @classmethod
    def build(cls, settings: NoSettings, *, around: Surroundings) -> Lan:
        """Return the one channel of all pages, under whatever names it is configured."""
        return around.lan if isinstance(around.lan, Lan) else cls()

    def connect(
        self, person: str, *, roles: frozenset[str], grids: frozenset[str], tell: Callable[[Notice], None]
    ) -> Callable[[], None]:
        """Add an open page; `tell` must not block. Returns the function that takes the page away again."""
        page = _Page(person, roles, grids, tell)
        self._pages.add(page)
        self.opened(person)
        return lambda: self._pages.discard(page)

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Show the message on every open page of its recipient.

        Raises:
            RetryLater: no page of this recipient is open.
        """
        if not any(page.is_for(destination) for page in self._pages):
            raise RetryLater(f"no page of {destination.recipient} is open", after_s=_LOOK_AGAIN_S)
        notice = Notice(
            id=message.id,
            level=message.level,
            title=wording.title,
            text=wording.text,
            incident=message.incident,
            alert=message.alert,
            drill=message.drill,
        )
        return Receipt(state="delivered", detail=f"{self.show(notice, destination)} page(s)")

    def show(self, notice: Notice, destination: Destination) -> int:
        """Put a notice on every open page it is for, now; return how many there are."""
        pages = [page for page in self._pages if page.is_for(destination)]
        for page in pages:
            page.tell(notice)
        return len(pages)
