"""Devices as they are edited, commanded and let in: the tables around the estate."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables that are new, noun by noun."""
    _push_credentials()
    _commands()
    _quarantine()
    _clocks()


def _push_credentials() -> None:
    op.create_table(
        "push_credentials",
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("made_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sender"),
    )


def _commands() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "commands",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("counter", big, nullable=False),
        sa.Column("incident", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_us", big, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("commands_device", "commands", ["device", "counter"], unique=True)
    op.create_index("commands_incident", "commands", ["incident"], unique=False)
    op.create_index("commands_state", "commands", ["state", "created_us"], unique=False)
    op.create_table(
        "command_counters",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("last", big, nullable=False),
        sa.PrimaryKeyConstraint("device"),
    )


def _quarantine() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("quarantine", sa.Column("envelope", sa.Text(), nullable=True))
    op.add_column("quarantine", sa.Column("settled_us", big, nullable=True))
    op.add_column("quarantine", sa.Column("outcome", sa.Text(), nullable=True))


def _clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("kept_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("device"),
    )
