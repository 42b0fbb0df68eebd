"""Heads: the order of writing, per case, recipient and channel: a message waits for the one before it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from gateway.store.tables import outbox

OPEN = ("pending", "sending")


def heads() -> sa.Select[Any]:
    """Select pending rows that have no unfinished row of the same case, recipient and channel before them."""
    earlier = outbox.alias("earlier")
    unfinished = (
        (earlier.c.state + "").in_(OPEN),
        earlier.c.recipient == outbox.c.recipient,
        earlier.c.channel + "" == outbox.c.channel,
        earlier.c.order < outbox.c.order,
    )
    # An empty text added keeps the planner from the indexes of state and channel: a case has few messages.
    # Two look-ups by index instead of one over everything that waits: a page nobody opens gathers thousands.
    of_case = sa.exists().where(earlier.c.incident == outbox.c.incident, *unfinished)
    of_alert = sa.exists().where(
        outbox.c.incident.is_(None),
        earlier.c.alert == outbox.c.alert,
        earlier.c.incident.is_(None),
        *unfinished,
    )
    return sa.select(outbox).where(outbox.c.state == sa.literal_column("'pending'"), ~of_case, ~of_alert)
