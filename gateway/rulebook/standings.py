"""Standings: the rules in force, the engine made of them, and the way back through the journal.

Belongs to the writer's thread, but for `table`, which is replaced as a whole and may be read anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from gateway.batch import Document
from gateway.rulebook.reading import Reading
from gateway.rulebook.standing import (
    Files,
    Standing,
    Step,
    from_files,
    inhibits_document,
    stored_inhibits,
    stored_rule,
    stored_standings,
)
from gateway.rulebook.version import INHIBITS, PREFIX
from gateway.store.inputs import ConfigInput
from gateway.store.read import Connection
from gateway.store.rule_versions import Row, document_version, old_versions_at_work
from rules.engine import Engine
from rules.model import Inhibit, Rule
from rules.site import Site


class Reads(Protocol):
    """The part of the store that is asked here."""

    def read(self) -> AbstractContextManager[Connection]: ...


class Standings:
    """The newest version of every rule. `named` is kept up to date for whoever wants words: rule id -> rule.

    `site` returns the site in force: an engine that is built anew knows the devices of now.
    """

    def __init__(
        self,
        store: Reads,
        *,
        reading: Reading,
        files: Files,
        site: Callable[[], Site],
        named: dict[str, Rule],
    ) -> None:
        self.store = store
        self.reading = reading
        self.files = files
        self.named = named
        self._site = site
        self.zone = site().zone
        with store.read() as connection:
            self.table: Mapping[str, Standing] = stored_standings(connection, reading, files)
            self._inhibits_row: Row | None = stored_inhibits(connection)
        self.inhibits: tuple[Inhibit, ...] = ()
        self.begun = bool(self.table)
        if self._inhibits_row is not None:
            self.inhibits = reading.inhibits(self._inhibits_row.body)
        self._name(self.table.values())

    # --- what is in force -------------------------------------------------------------------------

    def versions(self) -> dict[str, int]:
        """Return the version in force of each rule."""
        return {name: each.version for name, each in self.table.items() if not each.gone}

    def engine(self) -> Engine:
        """Return an engine with the rules in force, and the old versions that the stored rows still need."""
        with self.store.read() as connection:
            old = [
                (found[0], version)
                for name, version in old_versions_at_work(connection)
                if (found := stored_rule(connection, self.reading, name, version)) is not None
            ]
        rules = [each.rule for each in self.table.values() if not each.gone]
        made = Engine(rules, self.inhibits, self._site(), self.versions(), old)
        made.isolation.keep()
        return made

    def bare_engine(self) -> Engine:
        """Return the engine as it was before the first input: every version came by the journal.

        But for versions of before that was so: they were there from the start, and their files are not known.
        """
        early = [each.rule for each in self.table.values() if each.body.act == "read" and not each.body.file]
        found = Engine(early, (), self._site())
        found.isolation.keep()
        return found

    def replay(self, engine: Engine, each: ConfigInput) -> None:
        """Put in force again what a journaled input put in force."""
        with self.store.read() as connection:
            if each.name == INHIBITS:
                row = document_version(connection, INHIBITS, each.version)
                engine.set_inhibits(self.reading.inhibits(row.body) if row is not None else ())
            elif each.name.startswith(PREFIX):
                name = each.name.removeprefix(PREFIX)
                found = stored_rule(connection, self.reading, name, each.version)
                gone = found is None or found[1].act == "removed"
                engine.replace(name, None if gone or found is None else found[0], each.version, now=each.at)

    # --- changes ----------------------------------------------------------------------------------

    def news(self, files: Files, *, at: datetime, author: str) -> tuple[list[Step], Document | None]:
        """Return what files that were read anew make necessary."""
        steps = from_files(self.table, files, at=at, author=author)
        return steps, inhibits_document(self._inhibits_row, files.loaded.inhibits, at=at, author=author)

    def take(self, steps: Iterable[Step], inhibits: Document | None = None) -> None:
        """Note what is in force from now on."""
        changed = {each.standing.rule.id: each.standing for each in steps}
        self.table = {**self.table, **changed}
        self._name(changed.values())
        if inhibits is not None:
            self.inhibits = self.reading.inhibits(inhibits.body)
            self._inhibits_row = Row(
                name=inhibits.name, version=inhibits.version, author=inhibits.author, at=inhibits.at, body=inhibits.body
            )  # fmt: skip

    def name_old(self, old: Iterable[tuple[Rule, int]]) -> None:
        """Keep the words of old versions that still have an open alert, as `id@version`, and of no others."""
        slots = {f"{rule.id}@{version}": rule for rule, version in old}
        for slot in [slot for slot in self.named if "@" in slot and slot not in slots]:
            del self.named[slot]
        self.named.update(slots)

    def begin(self, *, at: datetime) -> list[Document]:
        """Take the files as they are: nothing was stored before. Return the first versions."""
        steps, inhibits = self.news(self.files, at=at, author="file")
        self.take(steps, inhibits)
        self.begun = True
        return [*(each.document for each in steps), *([inhibits] if inhibits is not None else [])]

    def _name(self, standings: Iterable[Standing]) -> None:
        for each in standings:
            self.named[each.rule.id] = each.rule
