"""Answer: why a rule did or did not fire at a moment, as values that are shown and sent. Times are wall time, aware."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from gateway.backtest.result import Said, Words


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """The alert that was open at the moment."""

    since: datetime
    stage: str
    level: str
    count: int
    acknowledged: bool


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """One change before or after the moment, with its reasons."""

    at: datetime
    change: str
    key: dict[str, Any]
    stage: str
    level: str
    count: int
    notify: bool
    sentence: Words
    events: list[str]
    why: dict[str, Any]


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """How near it came, and what stopped the newest events; `facts` are what the sentences are made of."""

    text: Words
    facts: dict[str, Any]


class HeardEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event of a kind that the rule reads: what it said, and each part of the rule's conditions about it.

    A part that reads the device's state before the event is `unknown` here; the changes know it.
    """

    id: str
    kind: str
    device: str
    at: datetime
    arrived: datetime
    mode: str
    data: dict[str, Any]
    clauses: list[dict[str, Any]]


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer; `answer` says it in short."""

    rule: str
    name: Words
    sentence: Words
    key: dict[str, Any]
    where: Words
    at: datetime
    answer: Words
    alert: Presence | None
    before: list[Around]
    after: list[Around]
    near: Near | None
    standing: dict[str, Any] | None
    heard: list[HeardEvent]
    last_heard: dict[str, Any] | None
    version: int | None = None
    said: list[Said] = []
