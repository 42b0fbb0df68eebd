"""Listing: rules and their versions as they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.rulebook.changing import pack_rule
from gateway.rulebook.entry import Entry, Isolation, Saved, Shadow
from gateway.rulebook.reading import body_of
from gateway.rulebook.standing import Files, Standing, Step
from gateway.rulebook.version import PREFIX, Edit, Version, difference
from gateway.store.read import Connection
from gateway.store.rule_versions import document_versions
from rules.engine import Engine
from rules.load import Loaded
from rules.replace import Replaced


def versions_of(connection: Connection, name: str) -> list[Version]:
    """Return the versions of a rule, newest first, each with its difference to the one before."""
    found: list[Version] = []
    before: Mapping[str, Any] = {}
    for row in reversed(document_versions(connection, f"{PREFIX}{name}")):
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


def entry_of(each: Standing, files: Files, isolation: Isolation | None, shadow: Shadow | None) -> Entry:
    """Return one rule as it stands."""
    body, pack = each.body, pack_rule(files, each.rule.id)
    return Entry(
        rule=each.rule, version=each.version, enabled=each.rule.enabled, origin=body.origin, file=body.file,
        author=each.author, at=each.at, reason=body.reason,
        overridden=pack is not None and pack.source != each.rule.source,
        newer_in_pack=pack is not None and each.changed and pack.source != each.read,
        isolation=isolation or Isolation(), shadow=shadow,
    )  # fmt: skip


def saved_of(made: Step, came: Replaced, read: Loaded | None = None) -> Saved:
    """Return what a change came to."""
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


def isolation_of(engine: Engine) -> dict[str, Isolation]:
    """Return what faults have switched off, by rule."""
    return {
        each.rule: Isolation(faults=each.faults, devices=each.devices, everywhere=each.everywhere)
        for each in engine.isolation.faults()
    }
