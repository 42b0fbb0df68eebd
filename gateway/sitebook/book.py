"""Sitebook: who changes the site, and who asks what it says, asks here; from any thread.

A change is laid over the site and the whole is checked as a site file is checked; with a mistake nothing is saved.
It is put in force in the writer's thread at one place of the journal. Who did it and the messages that it causes are
stored in the same transaction; it is answered after the commit, when everybody who follows the site has heard of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

import structlog

from devices.document import parse_document
from devices.form import Profile
from devices.problem import Problem
from gateway.amendments import Configures, answered
from gateway.batch import AuditLine, Beside, Document
from gateway.core import Core
from gateway.errors import ActionRefused
from gateway.response.model import Message
from gateway.response.what_if import WhatIf, Where, what_if
from gateway.response.world import SiteView
from gateway.rulebook.version import difference
from gateway.site import SiteFile
from gateway.sitebook.entry import Kept, Reread, Saved, Version
from gateway.sitebook.layer import Bodies, Value
from gateway.sitebook.layers import Layers
from gateway.sitebook.names import FILE
from gateway.sitebook.reread import differing, same_devices
from gateway.sitebook.sealed import as_kept
from gateway.sitebook.trial import Make, next_versions, tried, tried_file
from gateway.store.rule_versions import Row, document_versions

T = TypeVar("T")
log = structlog.get_logger("site")
Cause: TypeAlias = Callable[[SiteView, SiteView, datetime], Iterable[Message]]
"""Return the messages that a change causes, from the site before it and the one after it, at an engine time."""


class Writes(Configures, Protocol):
    """The part of the writer that is used here."""

    def call(self, work: Callable[[Any], Any]) -> Future[Any]: ...


class Sitebook:
    """The site of a running gateway; others follow it in the writer's thread.

    `causes` are asked before the commit for the messages to be stored with a change; one that fails undoes it.
    `changed` are told after it of the site that is in force now; one that fails is logged, and the others hear.
    """

    def __init__(self, core: Core, writer: Writes) -> None:
        self._core = core
        self._layers: Layers = core.sites
        self._writer = writer
        self.causes: list[Cause] = []
        self.changed: list[Callable[[SiteView], None]] = []

    # --- how it stands ----------------------------------------------------------------------------

    @property
    def view(self) -> SiteView:
        """The site in force, as response sees it."""
        return self._layers.view

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The device profiles in force: those that ship, those of the site's folder, and those that were saved."""
        return self._layers.site.profiles

    @property
    def lint(self) -> tuple[Problem, ...]:
        """What is worth a warning in the site in force; what was put aside at the start comes first."""
        aside = (
            Problem(
                file=name, line=1, path="document", message=f"put aside, it does not fit the site file: {why}"
            )
            for name, why in self._layers.aside.items()
        )
        return (*aside, *self._layers.site.lint)

    def documents(self, prefix: str) -> list[Kept]:
        """Return the newest version of every saved document whose name begins so; deleted ones are left out."""
        kept = self._layers.kept
        return [
            kept[name] for name in sorted(kept) if name.startswith(prefix) and kept[name].value is not None
        ]

    def document(self, name: str) -> Kept | None:
        """Return the newest version of a saved document, also of a deleted one; None: it was never saved."""
        return self._layers.kept.get(name)

    def version(self, name: str) -> int:
        """Return the newest version of a document; 0: only the site file, or the product, says something of it."""
        kept = self._layers.kept.get(name)
        return kept.version if kept is not None else 0

    def present(self, name: str) -> Value | None:
        """Return the entry as the site has it, saved or from its file; None: neither says anything."""
        return self._layers.present(name)

    def in_file(self, name: str) -> Value | None:
        """Return what the site file itself says under a name; None: nothing."""
        return self._layers.in_file(name)

    def opened(self, row: Row | None) -> Value | None:
        """Return the entry of a stored version, readable; None: deleted by it, or there is none."""
        return None if row is None else self._layers.kept_of(row).value

    def versions(self, name: str) -> list[Version]:
        """Return the versions of a document, newest first; reads the store."""
        with self._core.store.read() as connection:
            rows = [self._layers.kept_of(row) for row in document_versions(connection, name)]
        before = [*(each.value or {} for each in rows[1:]), {}][: len(rows)]
        return [
            Version(
                name=each.name, version=each.version, author=each.author, at=each.at, value=each.value,
                reason=each.reason, difference=difference(earlier, each.value or {}),
            )
            for each, earlier in zip(rows, before, strict=True)
        ]  # fmt: skip

    def check(self, name: str, body: Value | None) -> Saved:
        """Return what a save would come to; nothing is stored."""
        return self.try_out({name: body})

    def try_out(self, bodies: Bodies) -> Saved:
        """Return what a save of several documents would come to; nothing is stored."""
        trial = tried(self._layers, lambda _: bodies)
        return Saved(problems=trial.problems, lint=tuple(trial.site.lint))

    def foresee(self, category: str, where: Where, at: datetime) -> Future[WhatIf]:
        """Return what would happen if such a case opened at an engine time; answered where the live cases are."""
        return self._writer.call(lambda _: what_if(self._core.world, category, where, at))

    # --- changes ----------------------------------------------------------------------------------

    def save(
        self, name: str, body: Value | None, *, by: str, expected: int | None = None, reason: str = ""
    ) -> Future[Saved]:
        """Make what somebody wrote the newest version of a document; None deletes it.

        `expected` is the version that they saw (0: none saved yet); refused when it is another by now.
        """
        seen = {} if expected is None else {name: expected}
        return self.amend(lambda _: {name: body}, by=by, expected=seen, reason=reason)

    def amend(
        self,
        make: Make,
        *,
        by: str,
        expected: Mapping[str, int] | None = None,
        reason: str = "",
        about: Mapping[str, Any] | None = None,
    ) -> Future[Saved]:
        """Make several documents new versions, all or none; `make` may be asked again when somebody was faster.

        `about` says in the audit log what was done, where the document alone does not.
        """
        try:
            trials = [tried(self._layers, make)]
        except ActionRefused as refused:
            return _failed(refused)
        made: dict[str, Kept] = {}

        def prepare(at: datetime) -> list[Document]:
            for name, version in (expected or {}).items():
                self._expect(name, version)
            if trials[0].on is not self._layers.kept:
                trials[0] = tried(self._layers, make)
            made.update(next_versions(self._layers, trials[0], at=at, by=by, reason=reason))
            return [self._document(each) for each in made.values()]

        def switch(at: datetime) -> Beside:
            return self._switch(
                trials[0].site, at, audit=tuple(_line(each, about or {}) for each in made.values())
            )

        def answer() -> Saved:
            trial = trials[0]
            if made:
                self._layers.take(made, trial.site)
                self._tell()
            return Saved(
                versions={name: self.version(name) for name in trial.bodies},
                problems=trial.problems, lint=tuple(trial.site.lint), unchanged=not made and not trial.problems,
            )  # fmt: skip

        return answered(self._writer.configure(prepare, switch), answer)

    def reread(self, path: Path | None = None, *, by: str = "file") -> Future[Reread]:
        """Read the site file again under what was saved. A mistake leaves the site as it is, and is logged.

        Channels, calendars and holidays are taken at the next start; the answer names those that differ.
        """
        file = path or self._core.written.settings.site
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problem = Problem(file=str(file), line=1, path="document", message=f"cannot be read: {error}")
            return _done(Reread(problems=(problem,)))
        document = parse_document(text, str(file))
        later = differing(self._layers.file, document)
        trials = [tried_file(self._layers, document)]
        if trials[0].problems:
            mistakes = [str(each) for each in trials[0].problems]
            log.warning("site file refused; the site stays", mistakes=mistakes)
            return _done(Reread(problems=trials[0].problems))
        made: list[Document] = []

        def prepare(at: datetime) -> list[Document]:
            if trials[0].on is not self._layers.kept:
                trials[0] = tried_file(self._layers, document)
            if text == self._layers.text or trials[0].problems:
                return []
            with self._core.store.read() as connection:
                version = next((row.version for row in document_versions(connection, FILE, limit=1)), 0)
            body = as_kept(text, trials[0].site.view, self._core.sealer)
            made.append(Document(name=FILE, version=version + 1, author=by, at=at, body=body))
            return made

        def switch(at: datetime) -> Beside:
            return self._switch(trials[0].site, at)

        def answer() -> Reread:
            if not made:
                return Reread(problems=trials[0].problems, unchanged=not trials[0].problems)
            self._layers.take({}, trials[0].site, text)
            self._tell()
            log.info("site file read", later=list(later))
            return Reread(later=later)

        read = answered(self._writer.configure(prepare, switch), answer)
        read.add_done_callback(_tell_failure)  # a signal waits for no answer
        return read

    # --- within -----------------------------------------------------------------------------------

    def _document(self, kept: Kept) -> Document:
        body = self._layers.written(kept)
        return Document(name=kept.name, version=kept.version, author=kept.author, at=kept.at, body=body)

    def _expect(self, name: str, version: int) -> None:
        kept = self._layers.kept.get(name)
        if (kept.version if kept is not None else 0) != version:
            by = kept.author if kept is not None else ""
            facts = {"document": name, "expected": version, "current_version": self.version(name), "by": by}
            raise ActionRefused(
                "stale_document", f"{name} is at version {self.version(name)} by now", **facts
            )

    def _switch(self, site: SiteFile, at: datetime, *, audit: tuple[AuditLine, ...] = ()) -> Beside:
        """Put a site in force; return what its commit carries. Recovery takes it back when that fails."""
        view, registry = site.view, site.rules.registry
        messages = tuple(each for cause in self.causes for each in cause(self._layers.view, view, at))
        self._core.world.replace_site(view)
        if site.profiles != self._layers.site.profiles:
            self._core.decoder.replace_profiles(site.profiles)
        if not same_devices(registry, self._layers.site.rules.registry):
            self._core.engine.relist(registry, now=at)
            self._core.decoder.registry = registry
        return Beside(audit=audit, messages=messages)

    def _tell(self) -> None:
        for tell in self.changed:
            try:
                tell(self._layers.view)
            except Exception:  # task boundary: the site is in force, whoever fails to hear it
                log.exception("a listener of the site failed")


def _tell_failure(read: Future[Reread]) -> None:
    if (error := read.exception()) is not None:
        log.error("site file not taken; the site stays", error=str(error))


def _line(made: Kept, about: Mapping[str, Any]) -> AuditLine:
    action = "site.delete" if made.value is None else "site.save"
    facts = {"version": made.version, "reason": made.reason, **about}
    return AuditLine(at=made.at, by=made.author, action=action, subject=made.name, facts=facts)


def _done(value: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(value)
    return future


def _failed(error: Exception) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(error)
    return future
