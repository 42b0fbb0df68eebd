"""Change: what the engine says happened to one alert, with why. The only output of the engine."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec

Stage: TypeAlias = Literal["warning", "alarm"]
Level: TypeAlias = Literal["L1", "L2", "L3", "L4"]
ChangeName: TypeAlias = Literal[
    "opened",
    "repeated",
    "stepped_up",
    "stepped_down",
    "acknowledged",
    "cleared",
    "late_resolved",
    "reopened",
    "silenced",
    "inhibited",
    "flapping",
]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one alert. The first block is the public line of `rules run`; the second is for us.

    `t` is the engine time at which it happened (a deadline's own time, or the start-up when it fell due
    in downtime). `respond` is true only on the change that first enters a stage `alarm` of a rule whose
    `respond` is not `none`.
    """

    t: datetime
    change: ChangeName
    rule: str
    version: int
    key: dict[str, Any]
    stage: Stage
    level: Level
    count: int
    notify: bool
    respond: bool
    late: bool
    delayed: bool
    why: dict[str, Any]

    alert: str  # the alert's id: hash of (site, rule, key, opening seq)
    opened_at: datetime
    last_at: datetime
    device: str | None = None  # of the newest event, or the device in the key
    category: str = ""
    plan: str | None = None  # the rule's `respond:` when it names a plan
    acknowledged: bool = False
    silent: bool = False  # opened outside the rule's `notify` calendar, or muted
    events: tuple[str, ...] = ()  # ids of first, last and up to 8 sample events
