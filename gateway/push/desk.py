"""Desk: what happens to a request once its head is read: may it come in at all, and what is it answered.

    head ─ address allowed? ─ too many? ─ who is it? ─ too many of it? ─ does anybody read this? ─┐
    body ─ pictures counted ─ handed in ─ committed ─ answered ◄──────────────────────────────────┘

Everything that is refused is counted by its reason, and the newest refusal of each reason is shown with address and
path, so that whoever sets a device up sees what it does wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import structlog

from gateway.push.gauge import Rates
from gateway.push.proof import Proof, Proven
from gateway.push.reception import Reception
from gateway.push.request import Answer, Head, refusal, within
from gateway.push.senders import PLAIN, Senders
from gateway.push.settings import Push

WARNINGS = 200  # addresses can be many: the log need not name them all
_SHOWN = 120  # characters of a path
_BOUNDARY = re.compile(r'boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;,]{1,200}))', re.IGNORECASE)
_log = structlog.get_logger("push")


class Desk:
    """Belongs to the event loop. `senders` returns who may push now; `steady` is a clock that never jumps."""

    def __init__(
        self,
        settings: Push,
        *,
        proof: Proof,
        reception: Reception,
        senders: Callable[[], Senders],
        steady: Callable[[], float],
    ) -> None:
        self._settings, self._proof, self._reception = settings, proof, reception
        self._senders, self._steady = senders, steady
        self._rates = Rates()
        self._warned: set[tuple[str, str]] = set()
        self.counts: Counter[str] = Counter()
        self.refused: dict[str, str] = {}  # reason -> the newest request refused for it

    def enter(self, head: Head) -> Proven | Answer:
        """Return who sends, or why nothing of this is read."""
        settings, now = self._settings, self._steady()
        if not within(head.address, settings.allow):
            return refusal("not_allowed")
        if wait := self._rates.wait(f"from {head.address}", settings.per_address, now):
            return refusal("too_many_of_address", wait_s=wait)
        proven = self._proof.who(head, self._reception.readers(head))
        if isinstance(proven, Answer):
            return proven
        if wait := self._rates.longest_wait([(f"of {name}", self._rate(name)) for name in proven.names], now):
            return refusal("too_many_of_device", wait_s=wait)
        return self._reception.turned_away(head) or proven

    async def take(self, head: Head, proven: Proven, body: bytes) -> Answer:
        """Hand in what a proven sender said; the answer comes after the commit, or tells to send it again."""
        if _parts(head, body) > self._settings.max_parts:
            return refusal("too_many_parts")
        return await self._reception.take(head, proven, body)

    def note(self, answer: Answer, *, address: str, path: str = "") -> None:
        """Count what was answered; a refusal also by its reason."""
        self.counts["requests"] += 1
        if not answer.why:
            self.counts["taken"] += 1
            return
        self.turn_away(answer.why, address=address, path=path)

    def turn_away(self, why: str, *, address: str, path: str = "") -> None:
        """Count a refusal, and keep the newest one of each reason to be shown."""
        self.counts[f"refused.{why}"] += 1
        shown = "".join(sign if sign.isprintable() else "?" for sign in path[:_SHOWN])
        self.refused[why] = f"{address} {shown}".rstrip()
        if (why, address) not in self._warned and len(self._warned) < WARNINGS:
            self._warned.add((why, address))
            _log.warning("a push was refused", why=why, address=address, path=shown)

    def _rate(self, name: str) -> float:
        return self._senders().settings.get(name, PLAIN).per_second or self._settings.per_device


def _parts(head: Head, body: bytes) -> int:
    """Return how many parts a multipart body has; 0 for any other."""
    kind = head.headers.get("content-type", "")
    found = _BOUNDARY.search(kind) if kind.lower().startswith("multipart/") else None
    if found is None:
        return 0
    return max(0, body.count(b"--" + (found[1] or found[2]).encode("latin-1", "replace")) - 1)
