"""Backtests on the wire: what is asked, how far it is, what rules would have raised."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from gateway.api.schemas.common import Bilingual, Request, View, WallTime

Duration = Annotated[str, Field(pattern=r"^\d{1,9}(ms|s|m|h|d)$", examples=["7d"])]
RuleId = Annotated[str, Field(min_length=1, max_length=80)]


class BacktestRequest(Request):
    """Which rules, over which span. Rules as a file's text, as plain data, or by the ids of rules in force."""

    text: str | None = Field(default=None, max_length=200_000, description="a rule file, YAML")
    draft: dict[str, Any] | None = Field(default=None, description="one rule as plain data, as a file has it")
    ids: list[RuleId] = Field(default=[], max_length=100)
    begin: WallTime | None = Field(
        default=None, alias="from", description="begin; default: `last` before the end"
    )
    end: WallTime | None = Field(
        default=None, alias="to", description="end, not included; default: the newest"
    )
    last: Duration | None = Field(default=None, description="instead of `from`; default 7d")

    @model_validator(mode="after")
    def _one_of(self) -> BacktestRequest:
        if self.text is None and self.draft is None and not self.ids:
            raise ValueError("one of text, draft and ids is needed")
        if self.begin is not None and self.last is not None:
            raise ValueError("either from or last, not both")
        if self.begin is not None and self.end is not None and self.begin >= self.end:
            raise ValueError("from must lie before to")
        return self


class ProgressView(View):
    """How far it is: `share` from 0 to 1, the moment of the past it has reached."""

    share: float = Field(examples=[0.42])
    events: int
    hits: int
    at: datetime


class SaidView(View):
    """Something to know about the answer, such as a history that is too short."""

    code: str = Field(examples=["history_short"])
    text: Bilingual


class HitView(View):
    """One alert that opened or would have; `case` and `close_code` when a live one like it led to a case."""

    at: datetime
    key: dict[str, Any]
    where: Bilingual
    stage: str
    level: str
    sentence: Bilingual
    events: list[str]
    notify: bool
    late: bool
    case: str | None
    close_code: str | None


class KeyCountView(View):
    """How often one key fired."""

    key: dict[str, Any]
    where: Bilingual
    count: int


class DifferenceView(View):
    """Against the alerts that were raised: alerts of one key that overlap in time are the same."""

    same: int
    only_new: int
    only_old: int
    samples_new: list[HitView]
    samples_old: list[HitView]


class VerdictView(View):
    """Of the hits whose live counterpart led to a closed case: how many were false alarms."""

    closed: int
    false: int


class RuleResultView(View):
    """What one rule would have done. `by_hour` has 24 numbers, of the site's local hours."""

    rule: str
    name: Bilingual
    sentence: Bilingual
    headline: Bilingual
    fired: int
    reopened: int
    cleared: int
    notified: int
    cases: int = Field(description="at most: cases that would have been joined count each")
    levels: dict[str, int]
    by_day: dict[str, int]
    by_hour: list[int]
    by_day_hour: dict[str, list[int]] = Field(description="24 numbers for each day on which it fired")
    by_key: list[KeyCountView]
    samples: list[HitView]
    difference: DifferenceView | None
    verdict: VerdictView | None


class ShiftLoadView(View):
    """What would have come in during one shift; `per_person` are cases for each person on duty."""

    shift: str
    begin: datetime
    end: datetime
    alerts: int
    cases: int
    people: list[str]
    per_person: float | None


class FloodView(View):
    """A while in which more would have come than a person can take in: above 10 alerts in 10 minutes, until below 5."""

    begin: datetime
    end: datetime
    alerts: int


class SpanView(View):
    """[begin, end)."""

    begin: datetime
    end: datetime


class WarmUpView(View):
    """From when the state was built before the span; `whole`: from the first input there is."""

    begin: datetime
    seconds: float
    whole: bool
    enough: bool


class BacktestResult(View):
    """The whole answer."""

    site: str
    zone: str
    span: SpanView
    warm_up: WarmUpView
    events: int
    told: int = Field(description="of these concerned the rules")
    seconds: float
    rules: list[RuleResultView]
    load: list[ShiftLoadView]
    floods: list[FloodView] = Field(description="of the tested rules together")
    said: list[SaidView]


class BacktestView(View):
    """One backtest: waiting, running, or at its end. `problems` say what is wrong with the question."""

    id: str
    by: str
    at: datetime
    state: Literal["waiting", "running", "done", "refused", "failed", "cancelled"]
    progress: ProgressView | None
    result: BacktestResult | None
    problems: list[str]
    failed: str


class PresenceView(View):
    """The alert that was open at the moment."""

    since: datetime
    stage: str
    level: str
    count: int
    acknowledged: bool


class AroundView(View):
    """A change before or after the moment, with its reasons."""

    at: datetime
    change: str
    key: dict[str, Any]
    stage: str
    level: str
    count: int
    notify: bool
    sentence: Bilingual
    events: list[str]
    why: dict[str, Any]


class NearView(View):
    """How near it came and what stopped the newest events; `facts` are what the sentences are made of."""

    text: Bilingual
    facts: dict[str, Any]


class HeardView(View):
    """An event of a kind that the rule reads, with each part of the rule's conditions about it."""

    id: str
    kind: str
    device: str
    at: datetime
    arrived: datetime
    mode: str
    data: dict[str, Any]
    clauses: list[dict[str, Any]]


class PastView(View):
    """Why the rule did or did not fire at a moment of the past, from the journal; `answer` says it in short."""

    rule: str
    name: Bilingual
    sentence: Bilingual
    key: dict[str, Any]
    where: Bilingual
    at: datetime
    answer: Bilingual
    alert: PresenceView | None
    before: list[AroundView]
    after: list[AroundView]
    near: NearView | None
    standing: dict[str, Any] | None
    heard: list[HeardView]
    last_heard: dict[str, Any] | None
    version: int | None
    said: list[SaidView]
