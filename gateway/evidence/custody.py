"""Custody: who looked at a piece of proof, who took it away and why; each is a row in the timeline of its case."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from gateway.evidence.shelf import Shelf
from gateway.response.model import Person, TimelineRow
from gateway.store.bundles import Hold, set_hold
from gateway.store.read import Connection

LIFTED = timedelta(hours=8)  # a reason holds for one watch; a restart forgets it, and asks again
ONE_LOOK = timedelta(minutes=10)  # a page asks for its pictures again and again; within this it is one look
REMEMBERED = 5000


class Custody:
    """Writes the rows; belongs to the event loop. `now` is engine time, `touched` hears of cases with new rows."""

    def __init__(
        self, shelf: Shelf, *, now: Callable[[], datetime], touched: Callable[[Iterable[str]], None]
    ) -> None:
        self._shelf, self._now, self._touched = shelf, now, touched
        self._looks: OrderedDict[tuple[str, str, str], datetime] = OrderedDict()
        self._lifted: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        # Each seals what may be sealed of a case.
        self.before_taking: list[Callable[[str], Awaitable[None]]] = []

    async def viewed(self, person: Person, cases: Sequence[str], what: str) -> None:
        """Note that somebody saw a piece (a hash, or `bundles`) of these cases."""
        now = self._now()
        fresh = [case for case in cases if self._is_new(person.id, case, what, now)]
        short = "证据清单" if what == "bundles" else f"证据 {what[:12]}"
        english = "the list of evidence" if what == "bundles" else f"evidence {what[:12]}"
        words = {"zh": f"查看了{short}", "en": f"saw {english}"}
        await self._write(person, fresh, "evidence_viewed", words, {"what": what}, now)

    def is_first_look(self, person: Person, what: str) -> bool:
        """Tell whether somebody sees a piece that belongs to no case yet, and has not within the last minutes."""
        return self._is_new(person.id, "", what, self._now())

    async def taking(self, case: str) -> None:
        """Let what came late be sealed before the bundles of a case leave."""
        for seal in self.before_taking:
            await seal(case)

    async def downloaded(self, person: Person, case: str, reason: str, hashes: Sequence[str | None]) -> None:
        """Note that somebody took the bundles of a case away, and why."""
        words = {"zh": f"下载了证据包：{reason}", "en": f"downloaded the evidence: {reason}"}
        facts = {"reason": reason, "bundles": list(hashes)}
        await self._write(person, [case], "evidence_downloaded", words, facts, self._now())

    def is_lifted(self, person: str, what: str) -> bool:
        """Tell whether this person gave a reason for this picture or clip, and not too long ago."""
        at = self._lifted.get((person, what))
        return at is not None and self._now() - at < LIFTED

    async def revealed(self, person: Person, cases: Sequence[str], what: str, reason: str) -> None:
        """Note that somebody lifted the veil of a picture of these cases, and why; from then on they may see it."""
        words = {
            "zh": f"查看清晰画面 {what[:12]}：{reason}",
            "en": f"lifted the veil of picture {what[:12]}: {reason}",
        }
        facts = {"what": what, "reason": reason}
        now = self._now()
        await self._write(person, cases, "evidence_revealed", words, facts, now)
        self._lifted[person.id, what] = now
        self._lifted.move_to_end((person.id, what))
        if len(self._lifted) > REMEMBERED:
            self._lifted.popitem(last=False)

    async def hold(self, person: Person, case: str, reason: str, *, on: bool) -> None:
        """Put the media of a case under a legal hold, or lift it: the hold and its row stand together or not at all."""
        zh, en = ("设为依法保留", "put under legal hold") if on else ("解除依法保留", "legal hold lifted")
        words = {"zh": f"{zh}：{reason}", "en": f"{en}: {reason}"}
        now = self._now()
        hold = Hold(by=person.id, at=now, reason=reason) if on else None
        facts = {"held": on, "reason": reason}
        await self._write(
            person, [case], "evidence_held", words, facts, now, change=lambda c: set_hold(c, case, hold)
        )

    def _is_new(self, person: str, case: str, what: str, now: datetime) -> bool:
        key = (person, case, what)
        last = self._looks.get(key)
        if last is not None and now - last < ONE_LOOK:
            return False
        self._looks[key] = now
        self._looks.move_to_end(key)
        if len(self._looks) > REMEMBERED:
            self._looks.popitem(last=False)
        return True

    async def _write(
        self,
        person: Person,
        cases: Sequence[str],
        action: str,
        words: dict[str, str],
        facts: dict[str, Any],
        now: datetime,
        change: Callable[[Connection], None] = lambda _: None,
    ) -> None:
        rows = [
            TimelineRow(
                incident=case,
                at=now,
                actor=person.id,
                role=person.roles[0] if person.roles else "",
                channel="web",
                action=action,
                text=words,
                facts=facts,
            )
            for case in cases
        ]
        if not rows:
            return

        def job(connection: Connection) -> None:
            change(connection)
            self._shelf.append(connection, rows)

        await self._shelf.write(job)
        self._touched(cases)
