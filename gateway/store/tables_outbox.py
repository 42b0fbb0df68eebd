"""The tables beside the outbox: what went where of late, and the short codes of cases for text messages."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables import BIG, _table

outbox_sends = _table(  # one row per attempt on a channel with limits; kept for a day
    "outbox_sends",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("at_us", BIG, nullable=False),
    sa.Index("outbox_sends_destination", "channel", "recipient", "at_us"),
    sa.Index("outbox_sends_at", "at_us"),
)
case_codes = _table(  # six digits to type where a link cannot go; random, unique among those that are kept
    "case_codes",
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("incident", sa.Text, nullable=False, unique=True),
    sa.Column("at_us", BIG, nullable=False),
)
