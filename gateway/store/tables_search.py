"""What a case is found by: its codes and words, in a narrow table that a search can walk quickly."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables import BIG, metadata

incident_words = sa.Table(
    "incident_words",
    metadata,
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("opened_us", BIG, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("building", sa.Text),
    sa.Column("grid", sa.Text),
    sa.Column("owner", sa.Text),
    sa.Column("words", sa.Text, nullable=False),  # titles, place, device in both languages; lower case
    sa.Index("incident_words_opened", "opened_us", "number"),
)
