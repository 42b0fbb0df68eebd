"""Rulebook: who asks for a change of a rule, and who asks how a rule stands, asks here; from any thread.

A change is checked where it is asked for, decided and put in force in the writer's thread at one place of the journal,
and answered after the commit. Nothing half-made is ever in force: a set with a mistake leaves everything as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Any, TypeVar

import structlog

from gateway.amendments import Configures, answered
from gateway.rulebook.changing import (
    going_back,
    pack_rule,
    resetting,
    saving,
    standing_of,
    switching,
)
from gateway.rulebook.entry import Entry, Isolation, Precision, Reloaded, Saved, Shadow
from gateway.rulebook.force import Force
from gateway.rulebook.listing import entry_of, isolation_of, versions_of
from gateway.rulebook.precision import precision_of
from gateway.rulebook.reading import as_written, body_of
from gateway.rulebook.shadowing import Shadowing, source_for
from gateway.rulebook.standing import Files, Standing
from gateway.rulebook.standings import Standings
from gateway.rulebook.version import PREFIX, Version
from gateway.store.rule_versions import document_versions
from rules.dump import to_yaml
from rules.engine import Engine
from rules.load import Loaded

Say = Callable[..., None]
T = TypeVar("T")
log = structlog.get_logger("rules")
FILES = "*"  # stands for the rule files as a whole in events
MOST_TOLD = 8  # mistakes of a file that an event names


def _silent(_kind: str, **_facts: object) -> None:
    """Nobody listens."""


class Rulebook:
    """The rules of a running gateway.

    `engine` returns the engine at work, `read_files` reads the rule files anew,
    `say` says a `system.*` event.
    """

    def __init__(
        self,
        standings: Standings,
        *,
        writer: Configures,
        engine: Callable[[], Engine],
        read_files: Callable[[], Files],
        shadowing: Shadowing,
        say: Say = _silent,
    ) -> None:
        self._standings = standings
        self._shadowing = shadowing
        self._writer = writer
        self._force = Force(standings, writer, engine)
        self._engine = engine
        self._read_files = read_files
        self.say = say
        self._refused = False  # the files, when they were last read
        self.changed = self._force.changed
        self.changed.append(lambda _: self._forgive())
        self._isolation: Mapping[str, Isolation] = isolation_of(engine())
        standings.name_old(engine().retired)
        engine().isolation.take()  # what the replay noted is in what stands

    # --- how it stands ----------------------------------------------------------------------------

    def entries(self) -> list[Entry]:
        """Return every rule as it stands, by id."""
        table, shadows = self._standings.table, self.shadows()
        return [self._entry(table[name], shadows) for name in sorted(table) if not table[name].gone]

    def entry(self, name: str) -> Entry:
        """Return one rule as it stands.

        Raises:
            ActionRefused: there is no such rule.
        """
        return self._entry(standing_of(self._standings.table, name), self.shadows())

    def versions(self, name: str) -> list[Version]:
        """Return the versions of a rule, newest first, each with its difference to the one before; reads the store."""
        with self._standings.store.read() as connection:
            return versions_of(connection, name)

    def precision(self, name: str, *, since: datetime | None = None) -> Precision:
        """Return how often a rule was right, from the close codes of its cases; reads the store."""
        with self._standings.store.read() as connection:
            return precision_of(connection, name, since=since, zone=self._standings.zone)

    def shadows(self) -> dict[str, Shadow]:
        """Return how each shadow run stands, by rule id."""
        return self._shadowing.shadows.values()

    def export(self) -> str:
        """Return, as one rule file, every rule of the community's own and every rule of a pack that it has changed."""
        own = (self._standings.table[name] for name in sorted(self._standings.table))
        return to_yaml(
            [each.rule for each in own if not each.gone and (each.body.origin == "site" or each.changed)]
        )

    def check(self, texts: Mapping[str, str]) -> Loaded:
        """Read files as if they were added; rules in force that they do not name stay beside them. Nothing is stored."""
        return self._standings.reading.all(texts)

    def read(self, written: str | Mapping[str, Any]) -> Loaded:
        """Read one rule as `save` would: the text of one, or its plain data. Nothing is stored."""
        return self._standings.reading.one(written)

    def calendars(self) -> list[str]:
        """Return the names of the calendars that a rule may use."""
        return self._standings.reading.calendars()

    # --- changes ----------------------------------------------------------------------------------

    def save(
        self,
        written: str | Mapping[str, Any],
        *,
        author: str,
        reason: str = "",
        expected: int | None = None,
    ) -> Future[Saved]:
        """Make what somebody wrote the newest version of its rule: the text of one rule, or its plain data.

        `expected`, here and below: the version that they saw (0: none); refused when it is another by now.
        """
        read = self._standings.reading.one(written)
        if read.problems:
            return _done(Saved(problems=read.problems, lint=read.lint))
        (rule,) = read.rules
        text = written if isinstance(written, str) else ""
        return self._force.change(saving(rule, text, author=author, reason=reason), rule.id, expected, read)

    def save_all(
        self,
        rules: Iterable[Mapping[str, Any]],
        *,
        author: str,
        reason: str = "",
        expected: Mapping[str, int],
    ) -> Future[tuple[Saved, ...]]:
        """Make each of these rules (plain data) the newest version of itself: all of them, or none.

        `expected`: the version of each that was seen (0: none). Answers with those that made a version.
        """
        reads = [self._standings.reading.one(each) for each in rules]
        wrong = tuple(problem for read in reads for problem in read.problems)
        if wrong:
            return _done((Saved(problems=wrong),))
        steps = [
            (saving(rule, "", author=author, reason=reason), rule.id, expected.get(rule.id, 0))
            for read in reads
            for rule in read.rules
        ]
        return self._force.change_all(steps)

    def enable(self, name: str, *, by: str, reason: str = "", expected: int | None = None) -> Future[Saved]:
        """Put a rule to work; faults that had switched it off are forgiven."""
        return self._switch(name, expected, on=True, by=by, reason=reason)

    def disable(self, name: str, *, by: str, reason: str, expected: int | None = None) -> Future[Saved]:
        """Let a rule rest; its open alerts stay until they clear."""
        return self._switch(name, expected, on=False, by=by, reason=reason)

    def rollback(self, name: str, *, by: str, reason: str = "", expected: int | None = None) -> Future[Saved]:
        """Make a new version equal to the one before the newest; reads the store."""
        with self._standings.store.read() as connection:
            rows = document_versions(connection, f"{PREFIX}{name}", limit=2)
        earlier = body_of(rows[1].body) if len(rows) > 1 else None
        newest = rows[0].version if rows else 0
        reading = self._standings.reading
        return self._force.change(
            going_back(name, earlier, expected=newest, by=by, reason=reason, reading=reading), name, expected
        )

    def reset(self, name: str, *, by: str, reason: str = "", expected: int | None = None) -> Future[Saved]:
        """Go back to what the pack says of a rule."""
        files = self._standings.files
        rule = pack_rule(files, name)
        text = as_written(
            files.texts, [each for each in files.loaded.rules if rule and each.file == rule.file]
        )
        return self._force.change(
            resetting(name, files, text.get(name, ""), by=by, reason=reason), name, expected
        )

    def reload(self, *, by: str = "file") -> Future[Reloaded]:
        """Read the rule files again. A mistake in any leaves the running rules as they are, and is said aloud."""
        files = self._read_files()
        problems = files.loaded.problems
        if problems:
            told = "\n".join(str(each) for each in problems[:MOST_TOLD])
            self.say("system.rule", rule=FILES, state="refused", reason=told)
            self._refused = True
            log.warning(
                "rule files refused; the running rules stay", mistakes=[str(each) for each in problems]
            )
            return _done(Reloaded(problems=problems))
        if self._refused:
            self._refused = False
            self.say("system.rule", rule=FILES, state="enabled", reason="the files have no mistake any more")
        return self._force.take_files(files, by=by)

    def shadow(
        self, written: str | Mapping[str, Any], *, on: bool, by: str, text: str | None = None
    ) -> Future[Saved]:
        """Begin (or end) a run beside the real rules of a rule in force, by its id, or of a draft, by its text or data."""
        table = self._standings.table
        standing = source_for(written, table) if text is None else None
        read = Loaded()
        if on and standing is None:
            read = self._standings.reading.one(text if text is not None else written)
            if read.problems:
                return _done(Saved(problems=read.problems, lint=read.lint))
        rule = standing.rule if standing is not None else next(iter(read.rules), None)
        name = rule.id if rule is not None else str(written)
        shown = text if text is not None else written if isinstance(written, str) else ""
        asked = self._shadowing.asks(
            name, rule if on else None, text="" if standing else shown, draft=standing is None, by=by
        )
        done = self._writer.configure(asked[0], asked[1])
        return answered(done, lambda: self._shadowing.answer(name, asked[2][0]))

    def start(self) -> Future[Reloaded]:
        """Take in what the files said at this start; call it before the writer starts."""
        for name, each in self._isolation.items():
            for device in (None,) if each.everywhere else each.devices:
                self._say_disabled(name, device, "still disabled since before this start")
        return self._force.take_files(self._standings.files, by="file")

    def stop(self) -> None:
        """Let the shadow runs rest; call it before the store closes."""
        self._shadowing.shadows.stop()

    # --- in the writer's thread -------------------------------------------------------------------

    def committed(self, _committed: object) -> None:
        """After each commit: say which rules have just been switched off by their faults."""
        self._shadowing.shadows.committed()
        engine = self._engine()
        if news := engine.isolation.take():
            self._isolation = isolation_of(engine)
            for each in news:
                self._say_disabled(each.rule, each.device, each.error)

    def _switch(self, name: str, expected: int | None, *, on: bool, by: str, reason: str) -> Future[Saved]:
        reading = self._standings.reading
        return self._force.change(
            switching(name, on=on, by=by, reason=reason, reading=reading, faulty=self._faulty), name, expected
        )

    def _forgive(self) -> None:
        """What came into force begins without faults; those that had been switched off are at work again."""
        before, self._isolation = self._isolation, isolation_of(self._engine())
        for name, each in before.items():
            if name not in self._isolation and (each.devices or each.everywhere):
                self.say("system.rule", rule=name, state="enabled", reason="enabled by a person")

    def _faulty(self, name: str) -> bool:
        return name in self._isolation

    def _say_disabled(self, name: str, device: str | None, reason: str) -> None:
        where = {"device": device} if device else {}
        self.say("system.rule", rule=name, state="disabled", reason=reason, **where)

    def _entry(self, each: Standing, shadows: Mapping[str, Shadow]) -> Entry:
        name = each.rule.id
        return entry_of(each, self._standings.files, self._isolation.get(name), shadows.get(name))


def _done(value: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(value)
    return future
