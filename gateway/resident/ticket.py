"""Tickets: an opened form gets one, and a report needs one that is neither brand new nor used nor old.

A program that posts without opening the form, or faster than a person reads, is refused; so is the same
ticket under a second report. Nothing is kept of people: the ticket is a signed time and a random word.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from gateway.clock import from_us, to_us
from gateway.resident.signing import Signer

SOONEST = timedelta(seconds=3)
LATEST = timedelta(hours=12)
REMEMBERED = 20_000

Flaw: TypeAlias = Literal["forged", "early", "old", "used"]


class Tickets:
    """Gives tickets out and takes each one once. Used ones are remembered until the process ends or they are old."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._used: OrderedDict[str, str] = OrderedDict()  # ticket -> the report it was used for

    def give(self, now: datetime, word: str) -> str:
        """Return a fresh ticket; `word` makes it differ from all others."""
        return self._signer.token(f"{to_us(now)} {word}")

    def flaw(self, ticket: str, report: str, now: datetime) -> Flaw | None:
        """Return what is wrong with a ticket for this report, or None."""
        text = self._signer.read(ticket)
        if text is None:
            return "forged"
        age = now - from_us(int(text.partition(" ")[0]))
        if age < SOONEST:
            return "early"
        if age > LATEST:
            return "old"
        return "used" if self._used.get(ticket, report) != report else None

    def use(self, ticket: str, report: str) -> None:
        """Remember that a ticket belongs to this report."""
        self._used[ticket] = report
        if len(self._used) > REMEMBERED:
            self._used.popitem(last=False)

    def give_back(self, ticket: str) -> None:
        """Let a ticket be used again: the report that it came with was refused."""
        self._used.pop(ticket, None)
