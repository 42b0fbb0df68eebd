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

FLAWS: dict[str, dict[str, str]] = {
    "early": {
        "zh": "提交得太快。内容还在，请过几秒再点一次提交。",
        "en": "That was very fast. What you wrote is still here; wait a few seconds and send it again.",
    },
    "old": {
        "zh": "页面打开超过 12 小时。内容还在，请刷新页面后再提交。",
        "en": "The page was open for more than 12 hours. What you wrote is still here; reload the page, then send it.",
    },
    "used": {
        "zh": "这张表已经提交过一件事。要报另一件，请刷新页面重新填写。",
        "en": "This form has sent a report already. For another one reload the page.",
    },
    "forged": {
        "zh": "这张表不完整。请刷新页面后再提交。",
        "en": "This form is not complete. Reload the page, then send it.",
    },
}


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
