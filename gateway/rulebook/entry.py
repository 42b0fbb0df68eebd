"""What the rulebook answers: entries, results of a save, shadow runs, precision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from devices.problem import Problem
from gateway.rulebook.version import Edit, Origin
from rules.model import Rule


class Isolation(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule's own faults have switched off: `devices` -> number of faults; `everywhere` after ten of them."""

    faults: Mapping[str, int] = {}
    devices: tuple[str, ...] = ()  # disabled for these
    everywhere: bool = False


class Shadow(msgspec.Struct, frozen=True, kw_only=True):
    """A draft or version that is evaluated beside the real rules and tells nobody.

    It hears the journal some moments after the real rules; alone, so that nothing mutes it.
    """

    rule: str
    since: datetime  # the run counts from here
    by: str
    draft: bool = False  # not the version in force
    text: str = ""
    fired: int = 0  # alerts that it would have opened
    reopened: int = 0
    notified: int = 0
    cases: int = 0  # incidents that it would have opened
    by_key: tuple[tuple[Mapping[str, Any], int], ...] = ()  # the most frequent first
    by_day: Mapping[str, int] = {}
    newest: tuple[datetime, ...] = ()  # the newest openings, at most 10
    events: int = 0  # that were passed
    behind_s: float = (
        0.0  # how far it is behind the real rules; after a start it hears everything since `since` again
    )
    anew: bool = False  # the journal no longer reaches back to its start: `since` is where the journal begins
    ended: bool = False  # its time is over; what it counted stays until it is switched off
    failed: str = ""  # why it stopped
    cpu_s: float = 0.0  # what it cost since the start of the process, in seconds of one core
    said: Mapping[str, str] = {}  # in one sentence, zh and en


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of the rulebook as it stands."""

    rule: Rule
    version: int
    enabled: bool
    origin: Origin
    file: str
    author: str
    at: datetime
    reason: str
    overridden: bool = False  # a rule of a pack that the community has changed: it can be reset
    newer_in_pack: bool = False  # and the pack's own rule is another one by now
    isolation: Isolation = Isolation()
    shadow: Shadow | None = None


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What a change of a rule came to. With `problems` nothing was saved and `version` is None."""

    rule: str | None = None
    version: int | None = None
    problems: tuple[Problem, ...] = ()
    lint: tuple[Problem, ...] = ()
    resets_state: bool = False  # `by` or what the operator looks at changed: what was pending is forgotten
    keeps_open: int = 0  # open alerts that stay on the version which opened them until they clear
    difference: tuple[Edit, ...] = ()
    unchanged: bool = False  # it is as it was: no version was made


class Reloaded(msgspec.Struct, frozen=True, kw_only=True):
    """What reading the files again came to. With `problems` the running rules are as they were."""

    problems: tuple[Problem, ...] = ()
    saved: tuple[Saved, ...] = ()


class Verdicts(msgspec.Struct, frozen=True, kw_only=True):
    """Closed cases by what the person who closed them found: `closed` = `true` + `false` + `unknown`."""

    closed: int = 0
    true: int = 0
    false: int = 0
    unknown: int = 0


class Precision(msgspec.Struct, frozen=True, kw_only=True):
    """How often a rule was right, from the close codes of its cases."""

    rule: str
    whole: Verdicts = Verdicts()
    by_device: Mapping[str, Verdicts] = {}
    by_month: Mapping[str, Verdicts] = {}  # "2026-03", of the close, in the site's zone
