"""Case feed: the steps of cases for other systems, in the order in which they were written, nobody's name in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us
from gateway.response.model import Incident
from gateway.store.read import Connection
from gateway.store.tables import incidents, timeline, timeline_text

STATELESS = ("overdue",)  # lines of this action name no state; others without one only comment a step
_incident = msgspec.json.Decoder(Incident)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a timeline: `sequence` counts the wanted lines of its case from 1, `key` is the line's own hash.

    `incident` is the case as it is when it is read, not as it was at that line; times are engine time.
    """

    id: int
    sequence: int
    key: str
    at: datetime
    action: str
    from_state: str | None
    to_state: str | None
    timer: str | None  # of a line that says that a time was over
    incident: Incident


def steps_after(
    connection: Connection, position: int, limit: int, actions: Collection[str]
) -> tuple[list[Step], int]:
    """Return the wanted steps among the next `limit` lines after a position, and the position reached."""
    query = (
        sa.select(timeline, timeline_text.c.body.label("text"), incidents.c.body.label("case"))
        .join(incidents, incidents.c.number == timeline.c.incident)
        .outerjoin(timeline_text, timeline_text.c.id == timeline.c.id)
        .where(timeline.c.id > position)
        .order_by(timeline.c.id)
        .limit(limit)
    )
    rows = list(connection.execute(query))
    if not rows:
        return [], _last(connection, position)
    wanted = [row for row in rows if row.action in actions and (row.to_state or row.action in STATELESS)]
    counts = _counts(connection, {row.incident for row in wanted}, position, actions)
    found = []
    for row in wanted:
        counts[row.incident] += 1
        found.append(_step(row, counts[row.incident]))
    return found, int(rows[-1].id)


def last_step(connection: Connection) -> int:
    """Return the position of the newest line; 0 when there is none."""
    return _last(connection, 0)


def steps_of(connection: Connection, number: str, actions: Collection[str]) -> list[Step]:
    """Return the wanted steps of one case, the oldest first; empty when there is no such case."""
    query = (
        sa.select(timeline, timeline_text.c.body.label("text"), incidents.c.body.label("case"))
        .join(incidents, incidents.c.number == timeline.c.incident)
        .outerjoin(timeline_text, timeline_text.c.id == timeline.c.id)
        .where(timeline.c.incident == number, _wanted(actions))
        .order_by(timeline.c.id)
    )
    return [_step(row, sequence) for sequence, row in enumerate(connection.execute(query), 1)]


def _last(connection: Connection, position: int) -> int:
    return max(position, int(connection.execute(sa.select(sa.func.max(timeline.c.id))).scalar() or 0))


def _wanted(actions: Collection[str]) -> sa.ColumnElement[bool]:
    moves = timeline.c.to_state.is_not(None) | timeline.c.action.in_(STATELESS)
    return timeline.c.action.in_(list(actions)) & moves


def _counts(
    connection: Connection, numbers: Collection[str], position: int, actions: Collection[str]
) -> defaultdict[str, int]:
    """Return how many wanted lines each case has up to a position."""
    query = (
        sa.select(timeline.c.incident, sa.func.count())
        .where(timeline.c.incident.in_(list(numbers)), timeline.c.id <= position, _wanted(actions))
        .group_by(timeline.c.incident)
    )
    return defaultdict(int, {number: int(count) for number, count in connection.execute(query)})


def _step(row: Any, sequence: int) -> Step:
    return Step(
        id=row.id,
        sequence=sequence,
        key=row.hash,
        at=from_us(row.at_us),
        action=row.action,
        from_state=row.from_state,
        to_state=row.to_state,
        timer=_timer(row.text),
        incident=_incident.decode(row.case),
    )


def _timer(text: str | None) -> str | None:
    found = msgspec.json.decode(text) if text else {}
    timer = (found.get("facts") or {}).get("timer") if isinstance(found, dict) else None
    return timer if isinstance(timer, str) else None
