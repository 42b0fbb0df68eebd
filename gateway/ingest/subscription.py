"""Subscriptions: what the client asks the broker for, in an order that survives a broker's quirks.

Ordinary filters go in one request. Filters that begin with `$` follow one by one, because some brokers
close the connection when asked for one: the filter that was asked for and never answered is then set
aside and named, and the rest is received. A filter that the broker answers with a failure is named too.

A filter that a wider one covers is not asked for: of a message that two subscriptions match, a broker may send two
copies (MQTT 5.0, 3.3.4), and a device whose messages have no key would then say everything twice. A wider one that is
refused covers nothing: what it would have stood for is asked for then, and nothing is left before all is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

Ask = Callable[[list[str]], int | None]  # sends one request for these filters, returns its packet id
Leave = Callable[[list[str]], object]  # sends word that these are no longer wanted


class Subscriptions:
    """The filters of one client and what became of them."""

    def __init__(self, filters: Iterable[str], *, share: str | None = None) -> None:
        self._share = share
        self._wanted = list(dict.fromkeys(filters))
        self._said: set[str] = set()  # asked for on this connection
        self._held: dict[str, None] = {}  # what the broker may hold for us, also from a connection before
        self._asked: dict[int, list[str]] = {}  # by packet: what has no answer yet
        self.refused: list[str] = []

    @property
    def filters(self) -> list[str]:
        """What is asked for, as the profiles name it."""
        ordinary, special = self._sought()
        return [*ordinary, *special]

    def follow(self, filters: Iterable[str], ask: Ask, leave: Leave, *, connected: bool) -> None:
        """Ask for what is new and leave what is no longer wanted; without a connection the next one brings both."""
        self._wanted = list(dict.fromkeys(filters))
        self.refused = [f for f in self.refused if f in self._wanted]
        if connected:
            self._go_on(ask, leave)

    def begin(self, ask: Ask, leave: Leave, *, own: Sequence[str] = ()) -> None:
        """Ask for everything on a new connection; `own` are topics that are never shared.

        What was refused before is tried again, but for what begins with `$`: that might end this connection too.
        """
        self._said, self._asked = set(), {}
        self.refused = [f for f in self.refused if f.startswith("$")]
        self._go_on(ask, leave, own)

    def answered(self, ask: Ask, leave: Leave, packet: int, granted: Sequence[bool]) -> None:
        """Take the broker's answer to one request and ask for what comes next."""
        for name, good in zip(self._asked.pop(packet, []), granted, strict=False):
            if not good:
                self._refuse(name)
        self._go_on(ask, leave)

    def ended(self) -> None:
        """Take the end of the connection: a lone special filter without an answer is to blame for it."""
        for names in self._asked.values():
            if len(names) == 1 and self._plain(names[0]).startswith("$"):
                self._refuse(names[0])
        self._asked = {}

    def _go_on(self, ask: Ask, leave: Leave, own: Sequence[str] = ()) -> None:
        """Ask for what was not asked for yet; once all is answered, leave what no longer counts."""
        ordinary, special = self._sought()
        fresh = [f for f in ordinary if f not in self._said]
        if not fresh and not own and not self._asked:
            fresh = [f for f in special if f not in self._said][:1]
        if fresh or own:
            self._said.update(fresh)
            self._held |= dict.fromkeys(fresh)
            names = [*map(self._shared, fresh), *own]
            packet = ask(names)
            if packet is not None:
                self._asked[packet] = names
        if not self._asked and (gone := [f for f in self._held if f not in ordinary and f not in special]):
            leave([self._shared(f) for f in gone])
            self._held = {f: None for f in self._held if f not in gone}
            self._said -= set(gone)

    def _sought(self) -> tuple[list[str], list[str]]:
        return _sorted(f for f in self._wanted if f not in self.refused)

    def _shared(self, name: str) -> str:
        return f"$share/{self._share}/{name}" if self._share else name

    def _plain(self, name: str) -> str:
        return name.removeprefix(f"$share/{self._share}/") if self._share else name

    def _refuse(self, name: str) -> None:
        plain = self._plain(name)
        self._held.pop(plain, None)
        self._said.discard(plain)
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
