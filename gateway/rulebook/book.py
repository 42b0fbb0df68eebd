"""Rulebook: who asks for a change of a rule, and who asks how a rule stands, asks here; from any thread.

A change is checked where it is asked for, decided and put in force in the writer's thread at one place of the journal,
and answered after the commit. Nothing half-made is ever in force: a set with a mistake leaves everything as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Any, Protocol, TypeVar

from gateway.batch import Document
from gateway.rulebook.changing import (
    Decide,
    going_back,
    pack_rule,
    resetting,
    saving,
    standing_of,
    switching,
)
from gateway.rulebook.entry import Entry, Isolation, Precision, Reloaded, Saved
from gateway.rulebook.precision import precision_of
from gateway.rulebook.reading import as_written, body_of
from gateway.rulebook.standing import Files, Standing, Step
from gateway.rulebook.standings import Standings
from gateway.rulebook.version import PREFIX, Edit, Version, difference
from gateway.store.rule_versions import document_versions
from rules.dump import to_yaml
from rules.engine import Engine
from rules.load import Loaded
from rules.replace import Replaced

Prepare = Callable[[datetime], list[Document]]
Switch = Callable[[datetime], None]
Say = Callable[..., None]
Tell = Callable[[Mapping[str, Standing]], None]  # told what has changed, by rule id
T = TypeVar("T")
MOST_TOLD = 8  # mistakes of a file that an event names


def _silent(_kind: str, **_facts: object) -> None:
    """Nobody listens."""


class Configures(Protocol):
    """The part of the writer that is used here."""

    def configure(self, prepare: Prepare, switch: Switch) -> Future[None]: ...


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
        say: Say = _silent,
    ) -> None:
        self._standings = standings
        self._writer = writer
        self._engine = engine
        self._read_files = read_files
        self.say = say
        self.changed: list[Tell] = []  # called in the writer's thread when versions come into force
        self._isolation: Mapping[str, Isolation] = _isolation(engine())

    # --- how it stands ----------------------------------------------------------------------------

    def entries(self) -> list[Entry]:
        """Return every rule as it stands, by id."""
        table = self._standings.table
        return [self._entry(table[name]) for name in sorted(table) if not table[name].gone]

    def entry(self, name: str) -> Entry:
        """Return one rule as it stands.

        Raises:
            ActionRefused: there is no such rule.
        """
        return self._entry(standing_of(self._standings.table, name))

    def versions(self, name: str) -> list[Version]:
        """Return the versions of a rule, newest first, each with its difference to the one before; reads the store."""
        with self._standings.store.read() as connection:
            rows = document_versions(connection, f"{PREFIX}{name}")
        found: list[Version] = []
        before: Mapping[str, Any] = {}
        for row in reversed(rows):
            body = body_of(row.body)
            found.append(
                Version(
                    rule=name, version=row.version, author=row.author, at=row.at, act=body.act, reason=body.reason,
                    origin=body.origin, file=body.file, enabled=body.source.get("enabled", True) is True,
                    resets_state=body.resets, source=body.source, text=body.text,
                    difference=difference(before, body.source) if before else (),
                )
            )  # fmt: skip
            before = body.source
        return found[::-1]

    def precision(self, name: str, *, since: datetime | None = None) -> Precision:
        """Return how often a rule was right, from the close codes of its cases; reads the store."""
        with self._standings.store.read() as connection:
            return precision_of(connection, name, since=since, zone=self._standings.zone)

    def export(self) -> str:
        """Return, as one rule file, every rule of the community's own and every rule of a pack that it has changed."""
        own = (self._standings.table[name] for name in sorted(self._standings.table))
        return to_yaml(
            [each.rule for each in own if not each.gone and (each.body.origin == "site" or each.changed)]
        )

    def check(self, texts: Mapping[str, str]) -> Loaded:
        """Read files as if they were added; rules in force that they do not name stay beside them. Nothing is stored."""
        return self._standings.reading.all(texts)

    # --- changes ----------------------------------------------------------------------------------

    def save(self, written: str | Mapping[str, Any], *, author: str, reason: str = "") -> Future[Saved]:
        """Make what somebody wrote the newest version of its rule: the text of one rule, or its plain data."""
        read = self._standings.reading.one(written)
        if read.problems:
            return _done(Saved(problems=read.problems, lint=read.lint))
        (rule,) = read.rules
        text = written if isinstance(written, str) else ""
        return self._change(saving(rule, text, author=author, reason=reason), rule.id, read)

    def enable(self, name: str, *, by: str, reason: str = "") -> Future[Saved]:
        """Put a rule to work; faults that had switched it off are forgiven."""
        return self._switch(name, on=True, by=by, reason=reason)

    def disable(self, name: str, *, by: str, reason: str) -> Future[Saved]:
        """Let a rule rest; its open alerts stay until they clear."""
        return self._switch(name, on=False, by=by, reason=reason)

    def rollback(self, name: str, *, by: str, reason: str = "") -> Future[Saved]:
        """Make a new version equal to the one before the newest; reads the store."""
        with self._standings.store.read() as connection:
            rows = document_versions(connection, f"{PREFIX}{name}", limit=2)
        earlier = body_of(rows[1].body) if len(rows) > 1 else None
        newest = rows[0].version if rows else 0
        reading = self._standings.reading
        return self._change(
            going_back(name, earlier, expected=newest, by=by, reason=reason, reading=reading), name
        )

    def reset(self, name: str, *, by: str, reason: str = "") -> Future[Saved]:
        """Go back to what the pack says of a rule."""
        files = self._standings.files
        rule = pack_rule(files, name)
        text = as_written(
            files.texts, [each for each in files.loaded.rules if rule and each.file == rule.file]
        )
        return self._change(resetting(name, files, text.get(name, ""), by=by, reason=reason), name)

    def reload(self, *, by: str = "file") -> Future[Reloaded]:
        """Read the rule files again. A mistake in any leaves the running rules as they are, and is said aloud."""
        files = self._read_files()
        problems = files.loaded.problems
        if problems:
            told = "\n".join(str(each) for each in problems[:MOST_TOLD])
            self.say("system.rule", rule="*", state="refused", reason=told)
            return _done(Reloaded(problems=problems))
        return self._take_files(files, by=by)

    def start(self) -> Future[Reloaded]:
        """Take in what the files said at this start; call it before the writer starts."""
        for name, each in self._isolation.items():
            for device in (None,) if each.everywhere else each.devices:
                self._say_disabled(name, device, "still disabled since before this start")
        return self._take_files(self._standings.files, by="file")

    # --- in the writer's thread -------------------------------------------------------------------

    def committed(self, _committed: object) -> None:
        """After each commit: say which rules have just been switched off by their faults."""
        engine = self._engine()
        if news := engine.isolation.take():
            self._isolation = _isolation(engine)
            for each in news:
                self._say_disabled(each.rule, each.device, each.error)

    def _switch(self, name: str, *, on: bool, by: str, reason: str) -> Future[Saved]:
        reading = self._standings.reading
        return self._change(
            switching(name, on=on, by=by, reason=reason, reading=reading, faulty=self._faulty), name
        )

    def _faulty(self, name: str) -> bool:
        return name in self._isolation

    def _change(self, decide: Decide, name: str, read: Loaded = Loaded()) -> Future[Saved]:  # noqa: B008 - frozen
        made: list[Step] = []

        def prepare(at: datetime) -> list[Document]:
            found = decide(self._standings.table, at)
            made.extend([found] if found is not None else [])
            return [each.document for each in made]

        def answer(came: list[Replaced]) -> Saved:
            if not made:
                version = self._standings.table[name].version
                return Saved(rule=name, version=version, lint=read.lint, unchanged=True)
            return _saved(made[0], came[0], read)

        return self._configure(made, prepare, lambda: None, answer)

    def _take_files(self, files: Files, *, by: str) -> Future[Reloaded]:
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
            self._standings.take((), *inhibits)
            return Reloaded(saved=tuple(_saved(each, how) for each, how in zip(made, came, strict=True)))

        return self._configure(made, prepare, also, answer)

    def _configure(
        self,
        made: list[Step],
        prepare: Prepare,
        also: Callable[[], None],
        answer: Callable[[list[Replaced]], T],
    ) -> Future[T]:
        """Have the writer put steps in force; note them and answer when they are on disk."""
        came: list[Replaced] = []
        future: Future[T] = Future()

        def switch(at: datetime) -> None:
            engine = self._engine()
            for each in made:
                new = each.standing
                rule = None if new.gone else new.rule
                came.append(engine.replace(new.rule.id, rule, new.version, now=at))
            also()

        def finish(done: Future[None]) -> None:
            error = done.exception()
            if error is not None:
                future.set_exception(error)
                return
            self._standings.take(made)
            found = answer(came)
            if made:
                self._isolation = _isolation(self._engine())
                for tell in self.changed:
                    tell({each.standing.rule.id: each.standing for each in made})
            future.set_result(found)

        self._writer.configure(prepare, switch).add_done_callback(finish)
        return future

    def _say_disabled(self, name: str, device: str | None, reason: str) -> None:
        where = {"device": device} if device else {}
        self.say("system.rule", rule=name, state="disabled", reason=reason, **where)

    def _entry(self, each: Standing) -> Entry:
        name, body = each.rule.id, each.body
        pack = pack_rule(self._standings.files, name)
        return Entry(
            rule=each.rule, version=each.version, enabled=each.rule.enabled, origin=body.origin, file=body.file,
            author=each.author, at=each.at, reason=body.reason,
            overridden=pack is not None and pack.source != each.rule.source,
            newer_in_pack=pack is not None and each.changed and pack.source != each.read,
            isolation=self._isolation.get(name, Isolation()),
        )  # fmt: skip


def _saved(made: Step, came: Replaced, read: Loaded | None = None) -> Saved:
    before: Mapping[str, Any] = made.before.body.source if made.before is not None else {}
    edits: tuple[Edit, ...] = difference(before, made.standing.body.source) if before else ()
    return Saved(
        rule=made.standing.rule.id,
        version=made.standing.version,
        lint=read.lint if read is not None else (),
        resets_state=made.resets,
        keeps_open=came.keeps_open,
        difference=edits,
    )


def _isolation(engine: Engine) -> dict[str, Isolation]:
    return {
        each.rule: Isolation(faults=each.faults, devices=each.devices, everywhere=each.everywhere)
        for each in engine.isolation.faults()
    }


def _done(value: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(value)
    return future
