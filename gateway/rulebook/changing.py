"""Changing: what a person's word makes of the standing version of a rule. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from gateway.errors import ActionRefused
from gateway.rulebook.reading import Reading
from gateway.rulebook.standing import Files, Standing, Step, step
from gateway.rulebook.version import Act, Body
from rules.model import Rule

Decide: TypeAlias = Callable[[Mapping[str, Standing], datetime], Step | None]
"""Return the version to make of what stands at a time; None: it is as it should be already."""
_ENABLED = re.compile(r"^(?P<indent>[ -]*)enabled: *(true|false) *(#.*)?$", re.MULTILINE)
_ID = re.compile(r"^(?P<indent>[ -]*)id:.*$", re.MULTILINE)


def saving(rule: Rule, text: str, *, author: str, reason: str) -> Decide:
    """Make a version of what somebody wrote."""

    def decide(standings: Mapping[str, Standing], at: datetime) -> Step | None:
        before = standings.get(rule.id)
        same = before is not None and not before.gone and before.rule.source == rule.source
        if same and before is not None and (not text or text == before.body.text):
            return None
        file = before.body.file if before is not None else ""
        body = Body(source=rule.source, text=text, act="saved", reason=reason, origin="site", file=file)
        return step(before, rule, body, author=author, at=at)

    return decide


def switching(
    name: str, *, on: bool, by: str, reason: str, reading: Reading, faulty: Callable[[str], bool]
) -> Decide:
    """Enable or disable a rule. One that its faults have switched off (`faulty`) is enabled anew, as it is."""

    def decide(standings: Mapping[str, Standing], at: datetime) -> Step | None:
        before = standing_of(standings, name)
        if before.rule.enabled == on and not (on and faulty(name)):
            return None
        source = {key: value for key, value in before.rule.source.items() if key != "enabled"}
        if not on:
            source["enabled"] = False
        act: Act = "enabled" if on else "disabled"
        text = _switched(before.body.text, on=on)
        read = reading.one(text).rules if text else ()
        body = Body(
            source=source, text=text if len(read) == 1 and read[0].source == source else "", act=act, reason=reason,
            origin=before.body.origin, file=before.body.file,
        )  # fmt: skip
        return _of_body(before, body, reading, author=by, at=at)

    return decide


def going_back(
    name: str, earlier: Body | None, *, expected: int, by: str, reason: str, reading: Reading
) -> Decide:
    """Make a version equal to the one before the `expected` newest."""

    def decide(standings: Mapping[str, Standing], at: datetime) -> Step | None:
        before = standing_of(standings, name)
        if earlier is None:
            raise ActionRefused("nothing_to_roll_back", f"rule {name} has only one version", rule=name)
        check_version(standings, name, expected)
        body = Body(
            source=earlier.source, text=earlier.text, act="rolled_back", reason=reason, origin=earlier.origin, file=earlier.file
        )  # fmt: skip
        return _of_body(before, body, reading, author=by, at=at)

    return decide


def resetting(name: str, files: Files, text: str, *, by: str, reason: str) -> Decide:
    """Go back to what the pack says now."""

    def decide(standings: Mapping[str, Standing], at: datetime) -> Step | None:
        before = standing_of(standings, name)
        rule = pack_rule(files, name)
        if rule is None:
            raise ActionRefused("not_in_a_pack", f"rule {name} is in no pack", rule=name)
        if before.rule.source == rule.source:
            return None
        body = Body(source=rule.source, text=text, act="reset", reason=reason, origin="pack", file=rule.file)
        return step(before, rule, body, author=by, at=at)

    return decide


def standing_of(standings: Mapping[str, Standing], name: str) -> Standing:
    """Return the standing of a rule.

    Raises:
        ActionRefused: there is no such rule.
    """
    found = standings.get(name)
    if found is None or found.gone:
        raise ActionRefused("unknown_rule", f"there is no rule {name}", rule=name)
    return found


def check_version(standings: Mapping[str, Standing], name: str, expected: int | None) -> None:
    """See that a rule is still at the version that somebody saw; None: they do not mind.

    Raises:
        ActionRefused: it was changed meanwhile.
    """
    found = standings.get(name)
    version = found.version if found is not None else 0
    if expected is not None and version != expected:
        raise ActionRefused(
            "stale_version", f"rule {name} was changed meanwhile: it is at version {version}",
            rule=name, current_version=version,
        )  # fmt: skip


def pack_rule(files: Files, name: str) -> Rule | None:
    """Return what the packs say of a rule."""
    found = (rule for rule in files.loaded.rules if rule.id == name and rule.file in files.packs)
    return next(found, None)


def _of_body(before: Standing, body: Body, reading: Reading, *, author: str, at: datetime) -> Step:
    rule = reading.stored(body)
    if rule is None:
        raise ActionRefused(
            "not_understood", f"that version of rule {before.rule.id} is no longer understood", rule=before.rule.id
        )  # fmt: skip
    return step(before, rule, body, author=author, at=at)


def _switched(text: str, *, on: bool) -> str:
    """Return a rule's text with its `enabled:` set; empty when that cannot be said of this text."""
    found = _ENABLED.search(text)
    if found is not None:
        value = "true" if on else "false"
        if on:
            return text[: found.start()] + text[found.end() :].removeprefix("\n")
        return f"{text[: found.start()]}{found['indent']}enabled: {value}{text[found.end() :]}"
    place = _ID.search(text)
    if on or place is None:
        return text if on else ""
    indent = place["indent"].replace("-", " ")
    return f"{text[: place.end()]}\n{indent}enabled: false{text[place.end() :]}"
