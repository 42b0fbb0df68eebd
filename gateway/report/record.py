"""Records: one case and one alert as a ledger counts them; read from the store, never typed."""

from __future__ import annotations

from datetime import datetime

import msgspec


class CaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one case. Lengths are seconds from its opening; None: it has not come to that.

    `late` names the timers that ran out (verify, take, arrive, resolve, check …).
    """

    number: str
    category: str
    level: str
    opened_at: datetime
    grid: str | None = None
    building: str | None = None
    zone: str | None = None  # a place of the estate that is no building
    state: str = "accepted"
    close_code: str | None = None
    closed_at: datetime | None = None
    taken_s: float | None = None
    arrived_s: float | None = None
    resolved_s: float | None = None
    late: frozenset[str] = frozenset()
    rework: int = 0
    reopened: int = 0
    reported: bool = False  # by a person, not by an alarm
    drill: bool = False
    ratings: tuple[int, ...] = ()  # 1–5, from those who reported it


class AlertRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One alert that asked for somebody: rule, key, when it opened and cleared."""

    rule: str
    key: str
    level: str
    opened_at: datetime
    cleared_at: datetime | None = None
    device: str | None = None
    incident: str | None = None
    id: str = ""  # of the alert, to find it again
