"""Subscriptions: what the client asks the broker for, in an order that survives a broker's quirks.

Ordinary filters go in one request. Filters that begin with `$` follow one by one, because some brokers
close the connection when asked for one: the filter that was asked for and never answered is then set
aside and named, and the rest is received. A filter that the broker answers with a failure is named too.

A filter that a wider one covers is not asked for: of a message that two subscriptions match, a broker may send two
copies (MQTT 5.0, 3.3.4), and a device whose messages have no key would then say everything twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

Ask = Callable[[list[str]], int | None]  # sends one request for these filters, returns its packet id
Leave = Callable[[list[str]], object]  # sends word that these are no longer wanted


class Subscriptions:
    """The filters of one client and what became of them."""

    def __init__(self, filters: Iterable[str], *, share: str | None = None) -> None:
        self._share = share
        self._ordinary, self._special = _sorted(filters)
        self._left: list[str] = []  # filters of before that the broker may still hold for us
        self._waiting: list[str] = []
        self._asked: dict[int, list[str]] = {}
        self.refused: list[str] = []

    @property
    def filters(self) -> list[str]:
        """What is asked for, as the profiles name it."""
        return [*self._ordinary, *self._special]

    def follow(self, filters: Iterable[str], ask: Ask, leave: Leave, *, connected: bool) -> None:
        """Ask for what is new and leave what is no longer wanted; without a connection the next one brings both."""
        before = set(self.filters)
        self._ordinary, self._special = _sorted(filters)
        wanted = set(self.filters)
        self._left = [*(f for f in self._left if f not in wanted), *sorted(before - wanted)]
        self.refused = [f for f in self.refused if f in wanted]
        if not connected:
            return
        fresh = [f for f in self._ordinary if f not in before]
        self._waiting += [f for f in self._special if f not in before]
        if fresh:
            self._request(ask, [self._shared(f) for f in fresh])
        elif not self._asked:
            self._next(ask)
        self.leave(
            leave
        )  # after the wider one was asked for that may stand for it: nothing is missed between

    def leave(self, leave: Leave) -> None:
        """Tell the broker what is no longer wanted; its session remembers what was asked for before."""
        if self._left:
            leave([self._shared(f) for f in self._left])
            self._left = []

    def begin(self, ask: Ask, *, own: Sequence[str] = ()) -> None:
        """Ask for everything on a new connection; `own` are topics that are never shared."""
        self._asked = {}
        self._waiting = [f for f in self._special if f not in self.refused]
        first = [self._shared(f) for f in self._ordinary] + list(own)
        if first:
            self._request(ask, first)
        else:
            self._next(ask)

    def answered(self, ask: Ask, packet: int, granted: Sequence[bool]) -> None:
        """Take the broker's answer to one request and ask for what comes next."""
        for name, good in zip(self._asked.pop(packet, []), granted, strict=False):
            if not good:
                self._refuse(name)
        self._next(ask)

    def ended(self) -> None:
        """Take the end of the connection: a lone special filter without an answer is to blame for it."""
        for names in self._asked.values():
            if len(names) == 1 and names[0] in map(self._shared, self._special):
                self._refuse(names[0])
        self._asked = {}

    def _shared(self, name: str) -> str:
        return f"$share/{self._share}/{name}" if self._share else name

    def _next(self, ask: Ask) -> None:
        if self._waiting:
            self._request(ask, [self._shared(self._waiting.pop(0))])

    def _request(self, ask: Ask, names: list[str]) -> None:
        packet = ask(names)
        if packet is not None:
            self._asked[packet] = names

    def _refuse(self, name: str) -> None:
        plain = name.removeprefix(f"$share/{self._share}/") if self._share else name
        if plain not in self.refused:
            self.refused.append(plain)


def _sorted(filters: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return ordinary and special filters, each once, none that another one covers."""
    unique = list(dict.fromkeys(filters))
    levels = [each.split("/") for each in unique]
    widest = [
        each
        for each, narrow in zip(unique, levels, strict=True)
        if not any(wide is not narrow and covers(wide, narrow) for wide in levels)
    ]
    return [f for f in widest if not f.startswith("$")], [f for f in widest if f.startswith("$")]


def covers(wide: Sequence[str], narrow: Sequence[str]) -> bool:
    """Tell whether all that the levels of one filter match is matched by another's, `$…` only by its own name."""
    if wide[0] in ("+", "#") and narrow[0].startswith("$"):
        return False
    for place, level in enumerate(wide):
        if level == "#":
            return True
        if place == len(narrow) or narrow[place] == "#" or level not in ("+", narrow[place]):
            return False
    return len(wide) == len(narrow)
