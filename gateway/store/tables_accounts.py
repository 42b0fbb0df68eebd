"""Second factors, tokens for programs, proofs of contacts, residents and their consents."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables import BIG, metadata

second_factors = sa.Table(
    "second_factors",
    metadata,
    sa.Column("user", sa.Text, primary_key=True),
    sa.Column("secret", sa.Text, nullable=False),  # sealed
    sa.Column("enrolled_us", BIG),  # NULL: shown, not yet confirmed by a code
    sa.Column("last_step", BIG, nullable=False),  # of the newest code that was taken: none is taken twice
)
recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("user", sa.Text, nullable=False),
    sa.Index("recovery_codes_user", "user"),
)
api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("user", sa.Text, nullable=False),  # its maker: it may never do more than they
    sa.Column("permissions", sa.Text, nullable=False),
    sa.Column("created_us", BIG, nullable=False),
    sa.Column("expires_us", BIG, nullable=False),
    sa.Column("used_us", BIG),
    sa.Column("used_from", sa.Text),
    sa.Column("revoked_us", BIG),
)
contact_proofs = sa.Table(  # that a message sent to this address reached this person
    "contact_proofs",
    metadata,
    sa.Column("user", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("address_mark", sa.Text, nullable=False),  # keyed hash: another address needs another proof
    sa.Column("code_hash", sa.Text),
    sa.Column("expires_us", BIG),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("verified_us", BIG),
)
residents = sa.Table(
    "residents",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # the reference that events and cases carry
    sa.Column("household", sa.Text),
    sa.Column("name", sa.Text),  # sealed, like all text about them
    sa.Column("name_mark", sa.Text),  # keyed hash, to find an exact name
    sa.Column("phone", sa.Text),
    sa.Column("phone_mark", sa.Text),
    sa.Column("note", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("created_us", BIG, nullable=False),
    sa.Column("updated_us", BIG, nullable=False),
    sa.Column("erased_us", BIG),  # everything said about them is gone; only that they were is left
    sa.Index("residents_household", "household"),
    sa.Index("residents_name", "name_mark"),
    sa.Index("residents_phone", "phone_mark"),
)
consents = sa.Table(  # rows are added and withdrawn, never changed
    "consents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),  # of the text that was agreed to
    sa.Column("given_us", BIG, nullable=False),
    sa.Column("given_to", sa.Text, nullable=False),
    sa.Column("withdrawn_us", BIG),
    sa.Index("consents_person", "person"),
)
