"""People, shifts, uploads and reports: the tables around the work on a case."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables that are new, part by part."""
    _search()
    _outbox()
    _accounts()
    _evidence()
    _reports()
    _shifts()


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


def _words(case: dict[str, Any]) -> dict[str, Any]:
    said = [case["number"], case.get("device"), *case["title"].values(), *case.get("place", {}).values()]
    codes = {name: case.get(name) for name in ("number", "category", "building", "grid", "owner")}
    return {**codes, "words": " ".join(dict.fromkeys(s for s in said if s)).casefold()}


def _outbox() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    for column in (
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("bundle", sa.Text(), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=True),
        sa.Column("settled_us", big, nullable=True),
    ):
        op.add_column("outbox", column)
    _index_where("outbox_waiting", ["channel", "level", "order"], "state = 'pending'")
    _index_where("outbox_lost", ["channel", "recipient"], "state = 'expired' AND bundle IS NULL")
    op.create_index("outbox_reached", "outbox", ["channel", "settled_us"], unique=False)
    op.create_table(
        "outbox_sends",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("at_us", big, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "outbox_sends_destination", "outbox_sends", ["channel", "recipient", "at_us"], unique=False
    )
    op.create_index("outbox_sends_at", "outbox_sends", ["at_us"], unique=False)
    op.create_table(
        "case_codes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("at_us", big, nullable=False),
        sa.PrimaryKeyConstraint("code"),
        sa.UniqueConstraint("incident"),
    )


def _index_where(name: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "outbox", columns, unique=False, sqlite_where=only, postgresql_where=only)


def _accounts() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "second_factors",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("enrolled_us", big, nullable=True),
        sa.Column("last_step", big, nullable=False),
        sa.PrimaryKeyConstraint("user"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_index("recovery_codes_user", "recovery_codes", ["user"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("permissions", sa.Text(), nullable=False),
        sa.Column("created_us", big, nullable=False),
        sa.Column("expires_us", big, nullable=False),
        sa.Column("used_us", big, nullable=True),
        sa.Column("used_from", sa.Text(), nullable=True),
        sa.Column("revoked_us", big, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_table(
        "contact_proofs",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_mark", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("expires_us", big, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("verified_us", big, nullable=True),
        sa.PrimaryKeyConstraint("user", "channel"),
    )
    _residents()


def _residents() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "residents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("household", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_mark", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_mark", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_us", big, nullable=False),
        sa.Column("updated_us", big, nullable=False),
        sa.Column("erased_us", big, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("residents_household", "residents", ["household"], unique=False)
    op.create_index("residents_name", "residents", ["name_mark"], unique=False)
    op.create_index("residents_phone", "residents", ["phone_mark"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("given_us", big, nullable=False),
        sa.Column("given_to", sa.Text(), nullable=False),
        sa.Column("withdrawn_us", big, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("consents_person", "consents", ["person"], unique=False)


def _evidence() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "uploads",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_us", big, nullable=False),
        sa.Column("received_us", big, nullable=True),
        sa.Column("announced", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("uploads_state", "uploads", ["state", "created_us"], unique=False)
    op.create_index("uploads_by", "uploads", ["by", "state"], unique=False)
    op.create_table(
        "bundles",
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("opened_us", big, nullable=False),
        sa.Column("closes_us", big, nullable=False),
        sa.Column("alerts", sa.Text(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("incident", "number"),
    )
    still_open = sa.text("manifest IS NULL")
    op.create_index(
        "bundles_closes",
        "bundles",
        ["closes_us"],
        unique=False,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_table(
        "bundle_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("bundle", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("captured_us", big, nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("media", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("bundle_parts_bundle", "bundle_parts", ["incident", "bundle"], unique=False)
    op.create_index("bundle_parts_sha256", "bundle_parts", ["sha256"], unique=False)
    op.create_table(
        "legal_holds",
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at_us", big, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("incident"),
    )


def _reports() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "resident_reports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("at_us", big, nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("pieces", sa.Text(), nullable=False),
        sa.Column("incident", sa.Text(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("erased_us", big, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("answer"),
    )
    op.create_index("resident_reports_incident", "resident_reports", ["incident"], unique=False)
    op.create_table(
        "report_ratings",
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("grid", sa.Text(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("first_us", big, nullable=False),
        sa.Column("at_us", big, nullable=False),
        sa.PrimaryKeyConstraint("report"),
    )
    op.create_index("report_ratings_at", "report_ratings", ["at_us"], unique=False)
    op.create_table(
        "report_numbers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _shifts() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "handovers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outgoing", sa.Text(), nullable=False),
        sa.Column("at_us", big, nullable=False),
        sa.Column("accepted_us", big, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("handovers_at", "handovers", ["at_us"], unique=False)
    op.create_table(
        "duty_records",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("slot_us", big, nullable=False),
        sa.Column("at_us", big, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("duty_records_slot", "duty_records", ["slot_us"], unique=False)
    op.create_table(
        "patrol_rounds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "patrol_visits",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("point", sa.Text(), nullable=False),
        sa.Column("at_us", big, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("patrol_visits_at", "patrol_visits", ["at_us"], unique=False)
    op.create_table(
        "trials",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at_us", big, nullable=False),
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("trials_at", "trials", ["at_us"], unique=False)
