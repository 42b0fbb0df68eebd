"""What proof is made of: uploads on their way, closed bundles with their parts, cases whose media must stay."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.tables import BIG, metadata

uploads = sa.Table(  # the bytes of an open upload lie in a file named by its id; its length is the offset
    "uploads",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # open, done, refused
    sa.Column("created_us", BIG, nullable=False),
    sa.Column("received_us", BIG),  # when the last byte had come
    sa.Column("announced", sa.Text, nullable=False),  # what the client said it would send, as JSON
    sa.Column("result", sa.Text),  # what the first finish answered, as JSON
    sa.Index("uploads_state", "state", "created_us"),
    sa.Index("uploads_by", "by", "state"),
)
bundles = sa.Table(
    "bundles",
    metadata,
    sa.Column("incident", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),  # 1, 2 … within the case
    sa.Column("kind", sa.Text, nullable=False),  # bundle, addendum
    sa.Column("opened_us", BIG, nullable=False),
    sa.Column("closes_us", BIG, nullable=False),
    sa.Column("alerts", sa.Text, nullable=False),  # ids as JSON
    sa.Column("manifest", sa.Text),  # canonical JSON; NULL while it is open
    sa.Column("hash", sa.Text),
    sa.Index("bundles_closes", "closes_us", sqlite_where=sa.text("manifest IS NULL"), postgresql_where=sa.text("manifest IS NULL")),
)  # fmt: skip
bundle_parts = sa.Table(
    "bundle_parts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("incident", sa.Text, nullable=False),
    sa.Column("bundle", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("mime", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("captured_us", BIG),  # as the source says, in its own clock
    sa.Column("origin", sa.Text, nullable=False),  # event:<id>, person:<id>, or what it was made from
    sa.Column("body", sa.Text),  # JSON parts lie here; media lie in files named by their hash
    sa.Column("media", sa.Text, nullable=False),  # none, kept, missing, erasing, erased
    sa.Index("bundle_parts_bundle", "incident", "bundle"),
    sa.Index("bundle_parts_sha256", "sha256"),
)
legal_holds = sa.Table(
    "legal_holds",
    metadata,
    sa.Column("incident", sa.Text, primary_key=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
