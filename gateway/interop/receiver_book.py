"""Receiverbook: who names other systems on the page, pauses them and takes them away, asks here; from any thread.

Each is a document of its own (`receiver:street`), saved through the door of rules and site; whoever feeds the receivers
follows it without a restart.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import msgspec
import structlog

from gateway.amendments import Configures, answered
from gateway.batch import AuditLine, Beside, Document
from gateway.errors import ActionRefused
from gateway.interop.saved_receiver import (
    PREFIX,
    SECRET_BYTES,
    Entry,
    Saved,
    entry_mistakes,
    name_mistakes,
    new_secret,
    saved_of,
    written,
)
from gateway.notify.settings import Mistake
from gateway.sealing import Sealer
from gateway.store.read import Connection
from gateway.store.rule_versions import Row, newest_documents

log = structlog.get_logger("receivers")


class Receiverbook:
    """The receivers of a running gateway that were named on its page; `in_file` are the names of the others."""

    def __init__(
        self, rows: Iterable[Row], writer: Configures, *, sealer: Sealer, in_file: Iterable[str]
    ) -> None:
        self._writer, self._sealer = writer, sealer
        self.in_file = frozenset(in_file)
        self.saved: Mapping[str, Saved] = {
            each.name: each for each in (saved_of(row, sealer.open) for row in rows)
        }
        self.changed: list[Callable[[], None]] = []
        for name in sorted(
            self.in_file & {each.name for each in self.saved.values() if each.entry is not None}
        ):
            log.warning(
                "gateway.yaml names a receiver that the page named too; the page's waits", receiver=name
            )

    def live(self) -> dict[str, Saved]:
        """Return those that are there, by name; one of the file's name waits for another file."""
        return {
            name: each
            for name, each in self.saved.items()
            if each.entry is not None and name not in self.in_file
        }

    def mistakes(self, name: str, entry: Entry, *, grids: Iterable[str]) -> list[Mistake]:
        """Return everything that is wrong with a new receiver, by field."""
        named = name_mistakes(name, in_file=self.in_file, saved=self.saved)
        return [*named, *entry_mistakes(entry, grids=frozenset(grids))]

    def add(self, name: str, entry: Entry, *, by: str) -> Future[Saved]:
        """Name a receiver without mistakes, with a secret made for it; the answer has the secret, nothing else ever."""
        made = msgspec.structs.replace(entry, secret=new_secret(os.urandom(SECRET_BYTES)))

        def change(before: Saved | None) -> Entry:
            if before is not None and before.entry is not None:  # somebody was faster
                raise _stale(before)
            return made

        return self._change(name, change, by=by, action="receiver.add")

    def pause(self, name: str, *, paused: bool, by: str) -> Future[Saved]:
        """Hold a receiver back, or let it go on; what happened meanwhile is sent then, in its order."""

        def change(before: Saved | None) -> Entry:
            return msgspec.structs.replace(_there(name, before), paused=paused)

        return self._change(name, change, by=by, action="receiver.pause" if paused else "receiver.resume")

    def remove(self, name: str, *, by: str) -> Future[Saved]:
        """Take a receiver away; its secret signs nothing more."""

        def change(before: Saved | None) -> None:
            _there(name, before)

        return self._change(name, change, by=by, action="receiver.remove")

    def _change(
        self, name: str, change: Callable[[Saved | None], Entry | None], *, by: str, action: str
    ) -> Future[Saved]:
        made: list[Saved] = []

        def prepare(at: datetime) -> list[Document]:
            before = self.saved.get(name)
            entry = change(before)
            if before is not None and before.entry == entry:
                return []
            version = before.version + 1 if before is not None else 1
            anew = before is None or before.entry is None
            since = version if anew or before is None else before.since
            made.append(Saved(name=name, version=version, author=by, at=at, entry=entry, since=since))
            body = written(made[0], self._sealer.seal)
            return [Document(name=PREFIX + name, version=version, author=by, at=at, body=body)]

        def switch(at: datetime) -> Beside:
            return Beside(
                audit=(AuditLine(at=at, by=by, action=action, subject=name, facts=_facts(made[0])),)
            )

        def answer() -> Saved:
            if made:
                self.saved = {**self.saved, name: made[0]}
                for tell in self.changed:
                    tell()
            return self.saved[name]

        return answered(self._writer.configure(prepare, switch), answer)


def receiver_documents(connection: Connection) -> list[Row]:
    """Return the newest version of every receiver that was named on the page."""
    return newest_documents(connection, PREFIX)


def _there(name: str, saved: Saved | None) -> Entry:
    if saved is None or saved.entry is None:
        raise ActionRefused("unknown_receiver", f"there is no receiver {name} that the page named", name=name)
    return saved.entry


def _stale(before: Saved) -> ActionRefused:
    facts = {"document": PREFIX + before.name, "expected": 0, "current_version": before.version, "by": before.author}  # fmt: skip
    return ActionRefused("stale_document", f"receiver {before.name} was added meanwhile", **facts)


def _facts(saved: Saved) -> dict[str, Any]:
    """Return what the audit log says of a version: to whom and what for, never an address or a secret."""
    facts: dict[str, Any] = {"version": saved.version}
    if saved.entry is not None:
        entry = saved.entry
        facts |= {"recipient": entry.recipient, "purpose": entry.purpose, "format": entry.format}
    return facts
