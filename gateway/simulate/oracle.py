"""Oracle: the alerts that the scripts make necessary, and how the gateway's alerts compare with them.

An expectation is met by one alert of its rule at its device that opened in its span and reached its stage. A second
such alert is doubled, one that opened after its span is late, an expectation without any is lost, an alert that
nothing expected is extra. What was not settled when the run ended is neither owed nor extra.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from gateway.simulate.situations import SITUATIONS, Expectation, Script

STAGES = {"warning": 1, "alarm": 2}
OWN_RULES = ("gateway.", "system.")  # the gateway about itself: no script makes them
LATE = timedelta(minutes=10)  # an alert that came so long after its span is the same one, late


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """The run an oracle belongs to: from when to when, how made, and how many messages of which fault."""

    site: str
    begin: datetime
    end: datetime
    seed: str = ""
    messages: int = 0
    faults: dict[str, int] = {}


class Oracle(msgspec.Struct, frozen=True, kw_only=True):
    """What had to come of a run."""

    expected: tuple[Expectation, ...]
    run: Run | None = None


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as the gateway tells it: the highest stage it reached, when it opened, whether nobody was told."""

    rule: str
    device: str
    stage: str
    opened_at: datetime
    muted: bool = False


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The comparison. `precision` and `recall` are None when there was nothing to judge."""

    met: int
    lost: tuple[Expectation, ...] = ()
    late: tuple[Expectation, ...] = ()
    low: tuple[Expectation, ...] = ()  # opened in time, but did not reach its stage
    doubled: tuple[Seen, ...] = ()
    extra: tuple[Seen, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether exactly what had to come came."""
        return not (self.lost or self.late or self.low or self.doubled or self.extra)

    @property
    def precision(self) -> float | None:
        """Of the alerts that came: how many were owed, in time and as high as owed."""
        alerts = self.met + len(self.low) + len(self.late) + len(self.doubled) + len(self.extra)
        return self.met / alerts if alerts else None

    @property
    def recall(self) -> float | None:
        """Of the alerts that were owed: how many came."""
        owed = self.met + len(self.low) + len(self.late) + len(self.lost)
        return self.met / owed if owed else None

    def lines(self) -> list[str]:
        """Return the verdict as lines for people, misses first."""
        found = [f"lost     {_owed(e)}" for e in self.lost]
        found += [f"late     {_owed(e)}" for e in self.late]
        found += [f"too low  {_owed(e)} did not reach {e.stage}" for e in self.low]
        found += [f"doubled  {a.rule} at {a.device}, {a.opened_at:%d %H:%M:%S}" for a in self.doubled]
        found += [f"extra    {a.rule} at {a.device}, {a.opened_at:%d %H:%M:%S}" for a in self.extra]
        precision, recall = (f"{v:.4f}" if v is not None else "-" for v in (self.precision, self.recall))
        found.append(
            f"met {self.met}, lost {len(self.lost)}, late {len(self.late)}, too low {len(self.low)}, "
            f"doubled {len(self.doubled)}, extra {len(self.extra)}; precision {precision}, recall {recall}"
        )
        return found


def _owed(expected: Expectation) -> str:
    muted = " (muted)" if expected.muted else ""
    return f"{expected.situation}: {expected.rule} at {expected.device}{muted}, {expected.begin:%d %H:%M:%S}"


def expectations(scripts: Iterable[Script]) -> list[Expectation]:
    """Return what a run owes, the first ones first."""
    found = [expected for script in scripts for expected in script.expects]
    return sorted(found, key=lambda one: (one.begin, one.rule, one.device))


def compare(
    owed: Sequence[Expectation],
    seen: Iterable[Seen],
    *,
    slack: timedelta = timedelta(),
    until: datetime | None = None,
) -> Verdict:
    """Compare what had to come with what came.

    Args:
        owed: the expectations.
        seen: the alerts.
        slack: widens every span on both sides (a slow network).
        until: when the run ended: what settles later may come or not.

    """
    alerts = sorted(seen, key=lambda alert: alert.opened_at)
    used: set[int] = set()
    met, missing = 0, list[Expectation]()
    low, doubled = list[Expectation](), list[Seen]()
    for expected in owed:
        fitting = _fitting(alerts, used, expected, slack, timedelta())
        settled = until is None or expected.settled <= until
        used.update(fitting)
        if not settled:
            continue
        if not fitting:
            missing.append(expected)
            continue
        doubled += [alerts[n] for n in fitting[1:]]
        if STAGES[alerts[fitting[0]].stage] >= STAGES[expected.stage]:
            met += 1
        else:
            low.append(expected)
    lost, late = list[Expectation](), list[Expectation]()
    for expected in missing:
        fitting = _fitting(alerts, used, expected, slack, LATE)
        (late if fitting else lost).append(expected)
        used.update(fitting[:1])
    extra = tuple(alert for n, alert in enumerate(alerts) if n not in used)
    return Verdict(
        met=met, lost=tuple(lost), late=tuple(late), low=tuple(low), doubled=tuple(doubled), extra=extra
    )


def _fitting(
    alerts: Sequence[Seen], used: set[int], expected: Expectation, slack: timedelta, late: timedelta
) -> list[int]:
    return [
        n
        for n, alert in enumerate(alerts)
        if n not in used
        and (alert.rule, alert.device, alert.muted) == (expected.rule, expected.device, expected.muted)
        and expected.begin - slack <= alert.opened_at <= expected.end + slack + late
    ]


def judge(oracle: Oracle, seen: Iterable[Seen], *, slack: timedelta = timedelta()) -> Verdict:
    """Compare within the run of an oracle: what opened before or after it is not its business."""
    run = oracle.run
    if run is None:
        return compare(oracle.expected, seen, slack=slack)
    within = [alert for alert in seen if run.begin - slack <= alert.opened_at <= run.end]
    return compare(oracle.expected, within, slack=slack, until=run.end - slack)


class _Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One expectation as the file has it."""

    rule: str
    key: str
    begin: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    stage: str
    settled: datetime
    situation: str
    why: str = ""
    muted: bool = False


def write_oracle(path: Path, owed: Iterable[Expectation], run: Run | None = None) -> int:
    """Write the run, and one expectation a line; return how many."""
    lines = [msgspec.json.encode(_line(expected)) for expected in owed]
    head = [msgspec.json.encode({"run": run})] if run is not None else []
    path.write_bytes(b"".join(line + b"\n" for line in (*head, *lines)))
    return len(lines)


def _line(expected: Expectation) -> _Line:
    known = SITUATIONS.get(expected.situation)
    return _Line(
        rule=expected.rule, key=expected.device, begin=expected.begin, end=expected.end, stage=expected.stage,
        settled=expected.settled, situation=expected.situation, muted=expected.muted, why=known.why if known else "",
    )  # fmt: skip


def read_oracle(path: Path) -> Oracle:
    """Read what `write_oracle` wrote; msgspec.DecodeError when it is something else."""
    run, found = None, list[Expectation]()
    for line in path.read_bytes().splitlines():
        if line.startswith(b'{"run":'):
            run = msgspec.convert(msgspec.json.decode(line)["run"], Run)
        elif line.strip():
            found.append(_expectation(msgspec.json.decode(line, type=_Line)))
    return Oracle(expected=tuple(found), run=run)


def _expectation(line: _Line) -> Expectation:
    return Expectation(
        situation=line.situation,
        rule=line.rule,
        device=line.key,
        stage=line.stage,
        begin=line.begin,
        end=line.end,
        settled=line.settled,
        muted=line.muted,
    )


def place_of(key: dict[str, Any]) -> str:
    """Return whom an alert is about: the device of its key, else the household, else the first thing in it."""
    for path in ("device", "subject.household"):
        if path in key:
            return str(key[path])
    return str(next(iter(key.values()), ""))
