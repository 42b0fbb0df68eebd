"""Result: what a backtest found, as values that are shown, sent and kept as they are. Times are wall time, aware."""

from __future__ import annotations

from datetime import datetime

import msgspec

Words = dict[str, str]
"""A text in both languages: {"zh": …, "en": …}."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Something worth knowing about the answer itself: history too short, the site changed meanwhile."""

    code: str
    text: Words


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One alert that opened, or would have. `case`: the case that the live alert led to, with its close code."""

    at: datetime
    key: dict[str, object]
    where: Words
    stage: str
    level: str
    sentence: Words
    events: list[str]
    notify: bool = True
    late: bool = False
    case: str | None = None
    close_code: str | None = None


class KeyCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often one key fired."""

    key: dict[str, object]
    where: Words
    count: int


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Against what the live rule raised in the same span: alerts of one key that overlap in time are the same."""

    same: int
    only_new: int
    only_old: int
    samples_new: list[Hit] = []
    samples_old: list[Hit] = []


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Of the hits that are the same as a live alert whose case was closed: how many were false alarms."""

    closed: int
    false: int

    @property
    def precision(self) -> float | None:
        """Return the share that was no false alarm, None when no case was closed."""
        return None if self.closed == 0 else round(1 - self.false / self.closed, 3)


class RuleResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule would have done; `headline` says it in a sentence.

    `by_hour` has 24 numbers, of the site's local hours, `by_day_hour` the same for each day on which it fired.
    """

    rule: str
    name: Words
    sentence: Words
    headline: Words
    fired: int
    reopened: int
    cleared: int
    notified: int
    cases: int
    levels: dict[str, int]
    by_day: dict[str, int]
    by_hour: list[int]
    by_key: list[KeyCount]
    samples: list[Hit]
    by_day_hour: dict[str, list[int]] = {}
    difference: Difference | None = None
    verdict: Verdict | None = None


class ShiftLoad(msgspec.Struct, frozen=True, kw_only=True):
    """What would have come in during one shift; `per_person` are cases, None when nobody is known to be on duty."""

    shift: str
    begin: datetime
    end: datetime
    alerts: int
    cases: int
    people: list[str] = []
    per_person: float | None = None


class Flood(msgspec.Struct, frozen=True, kw_only=True):
    """A while in which more came than a person can take in: more than 10 alerts in 10 minutes, until fewer than 5."""

    begin: datetime
    end: datetime
    alerts: int


class WarmUp(msgspec.Struct, frozen=True, kw_only=True):
    """From when the state was built before the span. `whole`: from the first input there is."""

    begin: datetime
    seconds: float
    whole: bool
    enough: bool


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked about: [begin, end)."""

    begin: datetime
    end: datetime


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. `events` were passed in span and warm-up, `told` of them concerned the rules."""

    site: str
    zone: str
    span: Span
    warm_up: WarmUp
    events: int
    told: int
    seconds: float
    rules: list[RuleResult]
    load: list[ShiftLoad]
    floods: list[Flood] = []
    said: list[Said] = []


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a backtest has come: `share` from 0 to 1, `at` the engine time reached, as wall time."""

    share: float
    events: int
    hits: int
    at: datetime
