"""Credentials of devices that push over HTTP."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables import BIG, metadata

push_credentials = sa.Table(
    "push_credentials",
    metadata,
    sa.Column("sender", sa.Text, primary_key=True),  # a device's `user`, or its id
    sa.Column("scheme", sa.Text, nullable=False),  # password | url
    sa.Column("verifier", sa.Text, nullable=False),  # password: sealed hashes; url: hash of the secret
    sa.Column("made_us", BIG, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
)
