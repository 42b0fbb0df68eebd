"""Test of everything: one marked alarm from a chosen device, all the way to the phone and back, with the time of each step.

It is a drill: every word of it is marked 【演练】 and nothing of it leaves the site. What could not be seen is said to
be missing, not assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from gateway.response.categories import Category
from gateway.response.model import Level
from gateway.response.timers import span_of

Name: TypeAlias = Literal["opened", "sounded", "sent", "delivered", "taken", "arrived", "resolved", "closed"]
ORDER: tuple[Name, ...] = ("opened", "sounded", "sent", "delivered", "taken", "arrived", "resolved", "closed")
_ACTIONS: dict[str, Name] = {"sent": "sent", "take": "taken", "arrive": "arrived", "resolve": "resolved", "settle": "resolved", "recall": "resolved", "close": "closed"}  # fmt: skip
STEP_NAMES: dict[Name, dict[str, str]] = {
    "opened": {"zh": "报警产生", "en": "alarm opened"},
    "sounded": {"zh": "值班台响铃", "en": "duty desk sounded"},
    "sent": {"zh": "派遣", "en": "sent to somebody"},
    "delivered": {"zh": "手机收到", "en": "arrived on a phone"},
    "taken": {"zh": "接单", "en": "taken"},
    "arrived": {"zh": "到场", "en": "on scene"},
    "resolved": {"zh": "处置", "en": "resolved"},
    "closed": {"zh": "核查结案", "en": "checked and closed"},
}


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One test of everything. `sounded` are the pages that said they made the sound."""

    id: str
    at: datetime  # engine time
    by: str
    device: str
    incident: str
    sounded: tuple[tuple[str, datetime], ...] = ()


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step: when, and how many seconds after the alarm opened; None: it has not been seen."""

    name: Name
    at: datetime | None
    seconds: float | None
    who: str | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What came back for one message of the test."""

    recipient: str
    channel: str
    state: str
    at: datetime | None


def heard(trial: Trial, *, by: str, now: datetime) -> Trial:
    """Return the test with one more page that made the sound; each person's first counts."""
    if any(person == by for person, _ in trial.sounded):
        return trial
    return msgspec.structs.replace(trial, sounded=(*trial.sounded, (by, now)))


def steps_of(
    trial: Trial,
    opened_at: datetime,
    moments: Iterable[tuple[str, str, datetime]],
    deliveries: Iterable[Delivery],
) -> tuple[Step, ...]:
    """Return every step in its order; `moments` are (action, actor, at) of the case's timeline, oldest first."""
    found: dict[Name, tuple[datetime, str | None]] = {"opened": (opened_at, None)}
    for action, actor, at in moments:
        name = _ACTIONS.get(action)
        if name is not None:
            found.setdefault(name, (at, actor))
    arrived = [
        d
        for d in deliveries
        if d.state == "delivered" and d.at is not None and d.recipient not in {"site", "group"}
    ]
    for delivery in sorted(arrived, key=lambda each: each.at or opened_at):
        found.setdefault("delivered", (delivery.at or opened_at, delivery.recipient))
    for person, at in trial.sounded:
        found.setdefault("sounded", (at, person))
    return tuple(_step(name, found, opened_at) for name in ORDER)


def allowed_of(steps: Iterable[Step], level: Level, category: Category) -> dict[Name, float]:
    """Return by how many seconds after the opening each step was due, by the times that a real case of this kind has.

    Sending: looking and choosing together. What follows counts from the sending, and is left out before it. Times that
    count working hours only, and steps without a promise, are left out too.
    """
    sent = next((step.seconds for step in steps if step.name == "sent"), None)
    look, choose = span_of("verify", level, category), span_of("dispatch", level, category)
    found: dict[Name, float] = {}
    if look is not None and choose is not None and not (look.work or choose.work):
        found["sent"] = look.seconds + choose.seconds
    if sent is None:
        return found
    timed: tuple[tuple[Name, str], ...] = (("taken", "take"), ("arrived", "arrive"), ("resolved", "resolve"))
    for name, timer in timed:
        span = span_of(timer, level, category)
        if span is not None and not span.work:
            found[name] = sent + span.seconds
    return found


def _step(name: Name, found: Mapping[Name, tuple[datetime, str | None]], opened_at: datetime) -> Step:
    at, who = found.get(name, (None, None))
    seconds = None if at is None else round(max((at - opened_at).total_seconds(), 0.0), 3)
    return Step(name=name, at=at, seconds=seconds, who=who)
