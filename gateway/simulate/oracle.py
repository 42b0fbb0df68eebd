"""Oracle: the alerts that the scripts make necessary, and how the gateway's alerts compare with them.

An expectation is met by one alert of its rule at its device that opened in its span and reached its stage. A
second such alert is doubled, an expectation without one is lost, an alert that nothing expected is extra.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from gateway.simulate.situations import Expectation, Script

STAGES = {"warning": 1, "alarm": 2}
OWN_RULES = ("gateway.", "system.")  # the gateway about itself: no script makes them


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as the gateway tells it: the highest stage it reached, when it opened."""

    rule: str
    device: str
    stage: str
    opened_at: datetime


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The comparison. `precision` and `recall` are None when there was nothing to judge."""

    met: int
    lost: tuple[Expectation, ...] = ()
    low: tuple[Expectation, ...] = ()  # opened in time, but did not reach its stage
    doubled: tuple[Seen, ...] = ()
    extra: tuple[Seen, ...] = ()

    @property
    def precision(self) -> float | None:
        alerts = self.met + len(self.low) + len(self.doubled) + len(self.extra)
        return self.met / alerts if alerts else None

    @property
    def recall(self) -> float | None:
        owed = self.met + len(self.low) + len(self.lost)
        return self.met / owed if owed else None

    def lines(self) -> list[str]:
        """Return the verdict as lines for people, misses first."""
        found = [f"lost     {e.situation}: {e.rule} at {e.device}, {e.begin:%d %H:%M:%S}" for e in self.lost]
        found += [f"too low  {e.situation}: {e.rule} at {e.device} did not reach {e.stage}" for e in self.low]
        found += [f"doubled  {a.rule} at {a.device}, {a.opened_at:%d %H:%M:%S}" for a in self.doubled]
        found += [f"extra    {a.rule} at {a.device}, {a.opened_at:%d %H:%M:%S}" for a in self.extra]
        precision, recall = (f"{v:.4f}" if v is not None else "-" for v in (self.precision, self.recall))
        found.append(
            f"met {self.met}, lost {len(self.lost)}, too low {len(self.low)}, doubled {len(self.doubled)}, "
            f"extra {len(self.extra)}; precision {precision}, recall {recall}"
        )
        return found


def expectations(scripts: Iterable[Script]) -> list[Expectation]:
    return [expected for script in scripts for expected in script.expects]


def compare(owed: Sequence[Expectation], seen: Iterable[Seen], *, slack: timedelta = timedelta()) -> Verdict:
    """Compare what had to come with what came; `slack` widens every span on both sides (a slow network)."""
    alerts = sorted(seen, key=lambda alert: alert.opened_at)
    used: set[int] = set()
    met, lost, low, doubled = 0, [], [], []
    for expected in owed:
        fitting = [
            n
            for n, alert in enumerate(alerts)
            if n not in used
            and (alert.rule, alert.device) == (expected.rule, expected.device)
            and expected.begin - slack <= alert.opened_at <= expected.end + slack
        ]
        if not fitting:
            lost.append(expected)
            continue
        used.update(fitting)
        doubled += [alerts[n] for n in fitting[1:]]
        if STAGES[alerts[fitting[0]].stage] >= STAGES[expected.stage]:
            met += 1
        else:
            low.append(expected)
    extra = tuple(alert for n, alert in enumerate(alerts) if n not in used)
    return Verdict(met=met, lost=tuple(lost), low=tuple(low), doubled=tuple(doubled), extra=extra)


def write_oracle(path: Path, owed: Iterable[Expectation]) -> int:
    """Write one expectation a line; return how many."""
    lines = [msgspec.json.encode(expected) for expected in owed]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return len(lines)


def read_oracle(path: Path) -> list[Expectation]:
    return [
        msgspec.json.decode(line, type=Expectation) for line in path.read_bytes().splitlines() if line.strip()
    ]


def seen_of(alert: dict[str, Any]) -> Seen | None:
    """Return an alert of `GET /api/alerts` for the comparison; None for what the gateway says about itself."""
    if alert["rule"].startswith(OWN_RULES):
        return None
    opened = datetime.fromisoformat(alert["opened_at"])
    return Seen(rule=alert["rule"], device=place_of(alert["key"]), stage=alert["stage"], opened_at=opened)


def place_of(key: dict[str, Any]) -> str:
    """Return whom an alert is about: the device of its key, else the household, else the first thing in it."""
    for path in ("device", "subject.household"):
        if path in key:
            return str(key[path])
    return str(next(iter(key.values()), ""))
