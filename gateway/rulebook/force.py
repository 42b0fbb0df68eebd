"""Force: versions are put in force in the writer's thread, at one place of the journal, and noted when they are on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import TypeAlias, TypeVar

import structlog

from gateway.amendments import Configures, Prepare, answered
from gateway.batch import AuditLine, Beside, Document
from gateway.rulebook.changing import Decide, check_version
from gateway.rulebook.entry import Reloaded, Saved
from gateway.rulebook.listing import saved_of
from gateway.rulebook.standing import Files, Standing, Step
from gateway.rulebook.standings import Standings
from gateway.rulebook.version import Act
from rules.engine import Engine
from rules.load import Loaded
from rules.replace import Replaced

T = TypeVar("T")
log = structlog.get_logger("rules")
NOTHING_READ = Loaded()
Tell: TypeAlias = Callable[[Mapping[str, Standing]], None]
"""Told, in the writer's thread, which versions have come into force, by rule id."""
_DONE_BY_PEOPLE: Mapping[Act, str] = {
    "saved": "rule.save",
    "enabled": "rule.enable",
    "disabled": "rule.disable",
    "rolled_back": "rule.rollback",
    "reset": "rule.reset",
}
"""What the audit log calls an act; a version that a file made is not in it."""


class Force:
    """`engine` returns the engine at work; `changed` are told when versions have come into force.

    Who changed a rule stands in the audit log by the same commit; what a file says is told by its version alone.
    """

    def __init__(self, standings: Standings, writer: Configures, engine: Callable[[], Engine]) -> None:
        self._standings = standings
        self._writer = writer
        self._engine = engine
        self.changed: list[Tell] = []

    def change(
        self, decide: Decide, name: str, expected: int | None, read: Loaded = NOTHING_READ
    ) -> Future[Saved]:
        made: list[Step] = []

        def prepare(at: datetime) -> list[Document]:
            check_version(self._standings.table, name, expected)
            found = decide(self._standings.table, at)
            made.extend([found] if found is not None else [])
            return [each.document for each in made]

        def answer(came: list[Replaced]) -> Saved:
            if not made:
                version = self._standings.table[name].version
                return Saved(rule=name, version=version, lint=read.lint, unchanged=True)
            return saved_of(made[0], came[0], read)

        return self._put(made, prepare, lambda: None, answer)

    def change_all(self, wanted: Sequence[tuple[Decide, str, int | None]]) -> Future[tuple[Saved, ...]]:
        """Put several decisions in force at one place of the journal: all of them, or none.

        Answers with those that made a version.
        """
        made: list[Step] = []

        def prepare(at: datetime) -> list[Document]:
            for _, name, expected in wanted:
                check_version(self._standings.table, name, expected)
            made.extend(
                found for decide, _, _ in wanted if (found := decide(self._standings.table, at)) is not None
            )
            return [each.document for each in made]

        def answer(came: list[Replaced]) -> tuple[Saved, ...]:
            return tuple(saved_of(each, how, NOTHING_READ) for each, how in zip(made, came, strict=True))

        return self._put(made, prepare, lambda: None, answer)

    def take_files(self, files: Files, *, by: str) -> Future[Reloaded]:
        made: list[Step] = []
        inhibits: list[Document] = []

        def prepare(at: datetime) -> list[Document]:
            steps, inhibited = self._standings.news(files, at=at, author=by)
            made.extend(steps)
            inhibits.extend([inhibited] if inhibited is not None else [])
            return [*(each.document for each in made), *inhibits]

        def also() -> None:
            if inhibits:
                self._engine().set_inhibits(self._standings.reading.inhibits(inhibits[0].body))

        def answer(came: list[Replaced]) -> Reloaded:
            self._standings.files = files
            log.info(
                "rule files read",
                versions=[f"{each.standing.rule.id}@{each.standing.version}" for each in made],
            )
            self._standings.take((), *inhibits)
            return Reloaded(saved=tuple(saved_of(each, how) for each, how in zip(made, came, strict=True)))

        return self._put(made, prepare, also, answer)

    def _put(
        self,
        made: list[Step],
        prepare: Prepare,
        also: Callable[[], None],
        answer: Callable[[list[Replaced]], T],
    ) -> Future[T]:
        """Have the writer put steps in force; note them and answer when they are on disk."""
        came: list[Replaced] = []

        def switch(at: datetime) -> Beside:
            engine = self._engine()
            for each in made:
                new = each.standing
                rule = None if new.gone else new.rule
                came.append(engine.replace(new.rule.id, rule, new.version, now=at))
            also()
            return Beside(audit=tuple(line for each in made if (line := _line(each.standing)) is not None))

        def stands() -> T:
            self._standings.take(made)
            self._standings.name_old(self._engine().retired)
            found = answer(came)
            if made:
                self._tell({each.standing.rule.id: each.standing for each in made})
            return found

        return answered(self._writer.configure(prepare, switch), stands)

    def _tell(self, changed: Mapping[str, Standing]) -> None:
        for tell in self.changed:
            try:
                tell(changed)
            except Exception:  # task boundary: the versions are in force, whoever fails to hear it
                log.exception("a listener of the rules failed")


def _line(made: Standing) -> AuditLine | None:
    action = _DONE_BY_PEOPLE.get(made.body.act)
    if action is None:
        return None
    facts = {"version": made.version, "reason": made.body.reason}
    return AuditLine(at=made.at, by=made.author, action=action, subject=made.rule.id, facts=facts)
