"""Standing: which version of each rule is in force, and what the files say; belongs to the writer's thread.

The store is the truth. What a file says becomes a version when it differs from what the file said last; a version
that a person saved stands until the file itself changes. A rule of a pack that the community has changed stays as the
community has it, whatever later packs say, until somebody resets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from gateway.batch import Document
from gateway.rulebook.reading import Reading, as_written, body_of, written_body, written_inhibits
from gateway.rulebook.version import INHIBITS, PREFIX, Body, Origin
from gateway.store.read import Connection
from gateway.store.rule_versions import Row, document_version, document_versions, newest_documents
from rules.carry import keeps_pending
from rules.load import Loaded
from rules.model import Inhibit, Rule

FROM_FILE = ("read", "reset")
"""Acts that take a rule as its file has it."""


class Files(msgspec.Struct, frozen=True, kw_only=True):
    """The rule files as last read: their texts, what they hold, and which of them ship with the gateway."""

    texts: Mapping[str, str] = {}
    loaded: Loaded = Loaded()
    packs: frozenset[str] = frozenset()

    def origin(self, rule: Rule) -> Origin:
        """Return where a rule of these files comes from."""
        return "pack" if rule.file in self.packs else "site"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The newest version of one rule; `read` is what a file said of it when it was last read."""

    rule: Rule
    version: int
    author: str
    at: datetime
    body: Body
    read: Mapping[str, Any] | None = None

    @property
    def changed(self) -> bool:
        """Whether the community has made something else of what a file says."""
        return self.read is not None and self.read != self.body.source

    @property
    def gone(self) -> bool:
        """Whether it was removed from its file and nobody has kept it."""
        return self.body.act == "removed"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A version that is about to be made, with its standing and the one before."""

    standing: Standing
    before: Standing | None
    resets: bool

    @property
    def document(self) -> Document:
        """Return it as a document."""
        new = self.standing
        return Document(
            name=f"{PREFIX}{new.rule.id}", version=new.version, author=new.author, at=new.at, body=written_body(new.body)
        )  # fmt: skip


def step(
    before: Standing | None, rule: Rule, body: Body, *, author: str, at: datetime, version: int | None = None
) -> Step:
    """Return the next version of a rule; `body.resets` is worked out here."""
    old = before.rule if before is not None and not before.gone and before.rule.enabled else None
    resets = old is not None and (body.act == "removed" or not rule.enabled or not keeps_pending(old, rule))
    number = version or (before.version + 1 if before is not None else 1)
    read = body.source if body.act in FROM_FILE else before.read if before is not None else None
    whole = msgspec.structs.replace(body, resets=resets)
    new = Standing(rule=rule, version=number, author=author, at=at, body=whole, read=read)
    return Step(standing=new, before=before, resets=resets)


def from_files(
    standings: Mapping[str, Standing], files: Files, *, at: datetime, author: str = "file"
) -> list[Step]:
    """Return the versions that what the files say now makes necessary."""
    texts: dict[str, str] | None = None
    steps: list[Step] = []
    said: set[str] = set()
    for rule in files.loaded.rules:
        said.add(rule.id)
        before, origin = standings.get(rule.id), files.origin(rule)
        if before is not None and _stands(before, rule, origin):
            continue
        texts = as_written(files.texts, files.loaded.rules) if texts is None else texts
        body = Body(source=rule.source, text=texts.get(rule.id, ""), origin=origin, file=rule.file)
        steps.append(step(before, rule, body, author=author, at=at))
    for name, before in standings.items():
        if name not in said and before.body.act in FROM_FILE:
            body = msgspec.structs.replace(before.body, act="removed", reason="")
            steps.append(step(before, before.rule, body, author=author, at=at))
    return steps


def _stands(before: Standing, rule: Rule, origin: Origin) -> bool:
    """Tell whether a standing version is not touched by what a file says of the rule."""
    if before.gone:
        return False
    if before.changed and origin == "pack":
        return True  # the community's own word on a rule of a pack
    return before.read == rule.source


def stored_standings(connection: Connection, reading: Reading, files: Files) -> dict[str, Standing]:
    """Return the newest versions as stored; a rule that this program no longer understands is left out."""
    by_source = {rule.id: rule for rule in files.loaded.rules}
    found: dict[str, Standing] = {}
    for row in newest_documents(connection, PREFIX):
        name, body = row.name.removeprefix(PREFIX), body_of(row.body)
        said = by_source.get(name)
        rule = said if said is not None and said.source == body.source else reading.stored(body)
        if rule is None:
            continue
        read = body.source if body.act in FROM_FILE else _last_read(connection, row.name)
        found[name] = Standing(
            rule=rule, version=row.version, author=row.author, at=row.at, body=body, read=read
        )
    return found


def _last_read(connection: Connection, name: str) -> Mapping[str, Any] | None:
    for row in document_versions(connection, name):
        body = body_of(row.body)
        if body.act in FROM_FILE:
            return body.source
    return None


def stored_rule(
    connection: Connection, reading: Reading, rule: str, version: int
) -> tuple[Rule, Body] | None:
    """Return one version of a rule, or None: there is none, or it is no longer understood."""
    row = document_version(connection, f"{PREFIX}{rule}", version)
    body = body_of(row.body) if row is not None else None
    found = reading.stored(body) if body is not None else None
    return (found, body) if found is not None and body is not None else None


def stored_inhibits(connection: Connection) -> Row | None:
    """Return the newest version of the inhibitions."""
    return next(iter(document_versions(connection, INHIBITS, limit=1)), None)


def inhibits_document(
    before: Row | None, inhibits: Iterable[Inhibit], *, at: datetime, author: str
) -> Document | None:
    """Return a new version of the inhibitions, or None: they are as they were."""
    body = written_inhibits(inhibits)
    if before is not None and before.body == body:
        return None
    version = before.version + 1 if before is not None else 1
    return Document(name=INHIBITS, version=version, author=author, at=at, body=body)
