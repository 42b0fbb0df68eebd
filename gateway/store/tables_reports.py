"""Tables of what residents report: their words and phone sealed and erasable, their ratings, numbers by name."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables import BIG, metadata

resident_reports = sa.Table(
    "resident_reports",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # made from the sender's key: a repeat finds its own row
    sa.Column("answer", sa.Text, nullable=False, unique=True),  # hash of the token of the answer link
    sa.Column(
        "fingerprint", sa.Text, nullable=False
    ),  # of what was said; the same key with other words is refused
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("reporter", sa.Text, nullable=False),  # a login name, or the seat of those without one
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),  # parts as JSON, no free words
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("words", sa.Text),  # sealed; None: erased
    sa.Column("phone", sa.Text),  # sealed; None: not given, or erased
    sa.Column("pieces", sa.Text, nullable=False),  # pictures and voice as JSON: hash, kind, size, times
    sa.Column("incident", sa.Text),  # None: the case is not made yet
    sa.Column("told", sa.Boolean, nullable=False),  # whether the rules have heard of it
    sa.Column("erased_us", BIG),
    sa.Index("resident_reports_incident", "incident"),
)
report_ratings = sa.Table(
    "report_ratings",
    metadata,
    sa.Column("report", sa.Text, primary_key=True),
    sa.Column("incident", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("grid", sa.Text),
    sa.Column("score", sa.Integer, nullable=False),  # 1 to 5
    sa.Column("words", sa.Text),  # sealed; None: none, or erased
    sa.Column("first_us", BIG, nullable=False),
    sa.Column("at_us", BIG, nullable=False),
    sa.Index("report_ratings_at", "at_us"),
)
report_numbers = sa.Table(  # numbers by name: which round of place codes is valid
    "report_numbers",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)
