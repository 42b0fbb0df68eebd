"""People, shifts, uploads and reports: the tables around the work on a case."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables that are new, part by part."""
    _search()
    _accounts()
    _evidence()
    _reports()


def _search() -> None:
    words = op.create_table(
        "incident_words",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("opened_us", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=True),
        sa.Column("grid", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("incident_words_opened", "incident_words", ["opened_us", "number"], unique=False)
    cases = op.get_bind().execute(sa.text("SELECT opened_us, body FROM incidents"))
    while some := cases.fetchmany(1000):
        op.bulk_insert(words, [{"opened_us": row.opened_us, **_words(json.loads(row.body))} for row in some])


def _words(case: dict) -> dict:
    said = [case["number"], case.get("device"), *case["title"].values(), *case.get("place", {}).values()]
    codes = {name: case.get(name) for name in ("number", "category", "building", "grid", "owner")}
    return {**codes, "words": " ".join(dict.fromkeys(s for s in said if s)).casefold()}
