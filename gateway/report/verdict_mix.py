"""Verdict mix: what people found when they closed the cases of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, TypeAlias

from gateway.report.record import CaseRecord

Finding: TypeAlias = Literal["real", "false", "other", "open"]
FINDINGS: tuple[Finding, ...] = ("real", "false", "other", "open")


def finding_of(case: CaseRecord) -> Finding:
    """Return what was found: real, a false alarm, something that says neither, or nothing yet."""
    if case.close_code is None:
        return "open"
    if case.close_code.startswith("true_"):
        return "real"
    return "false" if case.close_code.startswith("false_") else "other"


def mix_of(cases: Iterable[CaseRecord]) -> dict[Finding, int]:
    """Return how many cases came to each finding, all of them named."""
    counts = Counter(finding_of(case) for case in cases)
    return {finding: counts[finding] for finding in FINDINGS}
