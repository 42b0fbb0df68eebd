"""Tables of commands: each with its whole state, and the counter of each device, which never goes back."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables import BIG, metadata

commands = sa.Table(
    "commands",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # made from its cause: a repeat finds its own row
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("counter", BIG, nullable=False),
    sa.Column("incident", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_us", BIG, nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # the Command as JSON
    sa.Index("commands_device", "device", "counter", unique=True),
    sa.Index("commands_incident", "incident"),
    sa.Index("commands_state", "state", "created_us"),
)
command_counters = sa.Table(
    "command_counters",
    metadata,
    sa.Column("device", sa.Text, primary_key=True),
    sa.Column("last", BIG, nullable=False),
)
