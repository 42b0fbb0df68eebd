"""Tables of shift work: handovers, duty records, patrol rounds and visits, tests of everything."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables import BIG, metadata

handovers = sa.Table(
    "handovers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),  # offered accepted withdrawn
    sa.Column("outgoing", sa.Text, nullable=False),
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("accepted_us", BIG),
    sa.Column("body", sa.Text, nullable=False),  # the Handover as JSON
    sa.Index("handovers_at", "at_us"),
)
duty_records = sa.Table(
    "duty_records",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("slot_us", BIG, nullable=False),  # wall time
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("duty_records_slot", "slot_us"),
)
patrol_rounds = sa.Table(
    "patrol_rounds",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
patrol_visits = sa.Table(
    "patrol_visits",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # made from the sender's key: a repeat finds its own row
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("patrol_visits_at", "at_us"),
)
trials = sa.Table(  # tests of everything, each with the times of its steps
    "trials",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("incident", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("trials_at", "at_us"),
)
