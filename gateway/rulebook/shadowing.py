"""Shadowing: to begin and to end a shadow run, at one place of the journal, and to come back to it after a restart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from gateway.amendments import Prepare, Switch
from gateway.batch import AuditLine, Beside, Document
from gateway.errors import ActionRefused
from gateway.rulebook.entry import Saved
from gateway.rulebook.shadows import MOST, PREFIX, ShadowBody, Shadows
from gateway.rulebook.standing import Standing
from gateway.rulebook.standings import Reads
from gateway.store.rule_versions import Row, newest_documents
from rules.model import Rule

_encode = msgspec.json.Encoder(order="deterministic").encode


class Shadowing:
    """The documents of the runs; `prepare` belongs to the writer's thread."""

    def __init__(self, store: Reads, shadows: Shadows) -> None:
        self.shadows = shadows
        with store.read() as connection:
            rows = newest_documents(connection, PREFIX)
        self._versions = {row.name: row.version for row in rows}
        for row in rows:
            shadows.take(row)

    def asks(
        self, name: str, rule: Rule | None, *, text: str, draft: bool, by: str
    ) -> tuple[Prepare, Switch, list[Row]]:
        """Return how to begin a run of a rule (None: to end the run of `name`), and where its document will be."""
        made: list[Row] = []

        def prepare(at: datetime) -> list[Document]:
            runs = self.shadows.runs
            if rule is None and name not in runs:
                raise ActionRefused("no_shadow", f"rule {name} has no shadow run", rule=name)
            if rule is not None and name not in runs and len(runs) >= MOST:
                raise ActionRefused(
                    "too_many_shadows", f"{MOST} shadow runs at one time are enough; end one first", most=MOST
                )
            source: Mapping[str, Any] = rule.source if rule is not None else {}
            body = ShadowBody(on=rule is not None, source=dict(source), text=text, draft=draft)
            full = f"{PREFIX}{name}"
            row = Row(
                name=full, version=self._versions.get(full, 0) + 1, author=by, at=at, body=_encode(body).decode()
            )  # fmt: skip
            made.append(row)
            return [Document(name=row.name, version=row.version, author=row.author, at=row.at, body=row.body)]

        def switch(at: datetime) -> Beside:
            facts = {"version": made[0].version, "on": rule is not None}
            return Beside(audit=(AuditLine(at=at, by=by, action="rule.shadow", subject=name, facts=facts),))

        return prepare, switch, made

    def answer(self, name: str, row: Row) -> Saved:
        """It is on disk: begin or end."""
        self._versions[row.name] = row.version
        self.shadows.take(row)
        return Saved(rule=name, version=row.version)


def source_for(written: str | Mapping[str, Any], standings: Mapping[str, Standing]) -> Standing | None:
    """Return the standing that is meant when `written` is the id of a rule; None: it is the text of one."""
    return standings.get(written.strip()) if isinstance(written, str) and "\n" not in written else None
