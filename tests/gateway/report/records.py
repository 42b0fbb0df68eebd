"""Records and ledgers of one day, for the tests of figures."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from gateway.report.ledger import Ledger, ledger_of
from gateway.report.period import period_of
from gateway.report.record import AlertRecord, CaseRecord

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = period_of("daily", date(2026, 3, 6), SHANGHAI)


def case(number: str, minute: float = 0, **more: object) -> CaseRecord:
    """Return a case that opened some minutes after midnight."""
    given = {
        "category": "0205",
        "level": "L2",
        "opened_at": DAY.begin + timedelta(minutes=minute),
        "grid": "g1",
    }
    return CaseRecord(number=number, **{**given, **more})  # type: ignore[arg-type]  # plain facts


def alarm(minute: float, **more: object) -> AlertRecord:
    """Return an alarm that opened some minutes after midnight."""
    given = {"rule": "door", "key": "gate-1", "level": "L2", "opened_at": DAY.begin + timedelta(minutes=minute), "device": "gate-1"}  # fmt: skip
    return AlertRecord(**{**given, **more})  # type: ignore[arg-type]  # plain facts


def ledger(cases: list[CaseRecord], alarms: list[AlertRecord] | None = None) -> Ledger:
    """Return the ledger of that day."""
    return ledger_of(
        cases, alarms or [], period=DAY, day_of=lambda at: f"{at.astimezone(SHANGHAI):%Y-%m-%d}", seats=2
    )
