"""What the stream carries: rows already encoded, who may see them, and the messages made of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec

from gateway.response.model import Person

Scope: TypeAlias = Literal["site", "grid", "own"]
List: TypeAlias = Literal["alerts", "incidents", "devices"]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One row as it is shown, encoded. `tail` completes the bytes for a person (what they may do)."""

    list: List
    id: str
    grid: str | None
    people: frozenset[str]  # whose own it is
    actors: frozenset[str] = frozenset()  # for whom `tail` differs from others with the same roles
    body: bytes
    tail: Callable[[Person], bytes] | None = None


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Rows read in one transaction that had seen every input up to `seq`."""

    seq: int
    items: tuple[Item, ...]
    truncated: bool = False
    late: bool = False  # holds device states that belong to numbers sent before

    def after(self, seq: int) -> bool:
        """Tell whether it has anything that was not complete at `seq`."""
        return self.seq > seq or (self.late and self.seq == seq)


class Touched(msgspec.Struct, kw_only=True):
    """Ids of what commits changed; collected until the next look."""

    seq: int = 0
    alerts: set[str] = msgspec.field(default_factory=set)
    incidents: set[str] = msgspec.field(default_factory=set)
    devices: set[str] = msgspec.field(default_factory=set)
    pages: set[str] = msgspec.field(
        default_factory=set
    )  # cases of which something else changed: a line, a message


class Watcher(msgspec.Struct, frozen=True, kw_only=True):
    """Who watches, how far they see, and whether their session still lives."""

    person: Person
    grids: frozenset[str]  # their own and all that lie in them
    scope: Scope
    devices: Scope | None
    alive: Callable[[], Awaitable[bool]]

    def sees(self, item: Item) -> bool:
        """Tell whether this row lies in the scope."""
        scope = self.devices if item.list == "devices" else self.scope
        if scope == "site" or (scope == "grid" and (item.grid is None or item.grid in self.grids)):
            return True
        return scope is not None and self.person.id in item.people


def delta_message(look: Look, watcher: Watcher, encoded: dict[object, bytes]) -> bytes:
    """Return the message for one watcher, empty when nothing in it is for them; equal ones are encoded once."""
    if not look.items:
        return b""
    mine = watcher.person.id
    own = any(mine in item.people or mine in item.actors for item in look.items)
    key: object = (mine,) if own else (watcher.scope, watcher.devices, watcher.person.roles, watcher.grids)
    if key not in encoded:
        seen = [item for item in look.items if watcher.sees(item)]
        encoded[key] = (
            sse(
                "delta",
                look.seq,
                b'{"seq":%d,%b}' % (look.seq, lists_of(seen, watcher, ("alerts", "incidents", "devices"))),
            )
            if seen
            else b""
        )
    return encoded[key]


def lists_of(items: Iterable[Item], watcher: Watcher, names: tuple[List, ...]) -> bytes:
    """Return the members `"alerts":[…],…` with the rows that this watcher may see."""
    parts: Mapping[str, list[bytes]] = {name: [] for name in names}
    for item in items:
        if watcher.sees(item) and item.list in parts:
            parts[item.list].append(item.body if item.tail is None else item.body + item.tail(watcher.person))
    return b",".join(b'"%b":[%b]' % (name.encode(), b",".join(bodies)) for name, bodies in parts.items())


def sse(event: str, seq: int, body: bytes) -> bytes:
    """Return one server-sent event; its id is the number a browser sends back when it reconnects."""
    return b"event: %b\nid: %d\ndata: %b\n\n" % (event.encode(), seq, body)
