"""Precision: how often a rule was right, from what people found when they closed its cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Literal

from gateway.rulebook.entry import Precision, Verdicts
from gateway.store.read import Connection
from gateway.store.verdicts import Verdict, verdicts

Finding = Literal["true", "false", "unknown"]


def finding(code: str | None) -> Finding:
    """Return what a close code says of the alarm; drills, duplicates and the like say nothing."""
    if code is not None and code.startswith("true_"):
        return "true"
    return "false" if code is not None and code.startswith("false_") else "unknown"


def precision_of(
    connection: Connection, rule: str, *, since: datetime | None, zone: tzinfo | None
) -> Precision:
    """Return the counts of one rule, by device and by month of the close."""
    found = verdicts(connection, rule=rule, since=since)
    devices: dict[str, list[Verdict]] = {}
    months: dict[str, list[Verdict]] = {}
    for each in found:
        devices.setdefault(each.device or "", []).append(each)
        months.setdefault(each.at.astimezone(zone).strftime("%Y-%m"), []).append(each)
    return Precision(
        rule=rule,
        whole=counted(found),
        by_device={device: counted(devices[device]) for device in sorted(devices)},
        by_month={month: counted(months[month]) for month in sorted(months)},
    )


def counted(found: Iterable[Verdict]) -> Verdicts:
    """Count cases by what was found; a case of several devices counts once."""
    cases = {each.incident: finding(each.code) for each in found}
    counts = Counter(cases.values())
    return Verdicts(closed=len(cases), true=counts["true"], false=counts["false"], unknown=counts["unknown"])
