"""The table of what was learned of the clocks of devices."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables import BIG, metadata

clocks = sa.Table(
    "clocks",
    metadata,
    sa.Column("device", sa.Text, primary_key=True),
    sa.Column("kept_us", BIG, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
