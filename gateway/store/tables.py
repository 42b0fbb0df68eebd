"""Every table of the gateway, in SQLAlchemy Core; the same definitions serve SQLite and PostgreSQL.

Times are integers: microseconds since 1970 UTC in engine time E (columns `*_us`), unless a name says
`wall`. JSON columns hold canonical JSON text. Nothing outside `gateway/store` reads this module.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _table(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *columns)


# --- the journal of all inputs: one blob per batch, one narrow row per searchable event ---
journal = _table(
    "journal",
    sa.Column("first_seq", BIG, primary_key=True, autoincrement=False),
    sa.Column("last_seq", BIG, nullable=False),
    sa.Column("e_us", BIG, nullable=False),  # engine time of the last input of the batch
    sa.Column("offset_us", BIG, nullable=False),  # wall − E when it was written
    sa.Column("inputs", sa.LargeBinary, nullable=False),  # msgpack, zstd above 1 KiB
    sa.Column(
        "dedup", sa.LargeBinary
    ),  # 12 bytes an event that has a dedup key: hash of the key, of the body
    sa.Column("counts", sa.Text),  # what this batch adds to `counters` and is not yet summed there
)
event_index = _table(
    "event_index",
    sa.Column("seq", BIG, primary_key=True, autoincrement=False),
    sa.Column("batch", BIG, nullable=False),  # journal.first_seq
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Index("event_index_device_at", "device", "at_us"),
    sa.Index("event_index_at", "at_us"),
)
engine_state = _table(
    "engine_state",
    sa.Column("rule", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("state", sa.LargeBinary, nullable=False),
)
meta = _table(
    "meta", sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False)
)
documents = _table(  # saved configuration: every save is a new immutable version
    "documents",
    sa.Column("name", sa.Text, primary_key=True),  # site, rule:<id>, plan:<id> …
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
shadow = _table(
    "shadow",
    sa.Column("device", sa.Text, primary_key=True),
    sa.Column("online", sa.Boolean),
    sa.Column("at_us", BIG, nullable=False),  # newest event
    sa.Column("reported", sa.Text, nullable=False),
    sa.Column("skew_ms", sa.Integer),
)
quarantine = _table(
    "quarantine",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("device", sa.Text),
    sa.Column("profile", sa.Text),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column(
        "count", sa.Integer, nullable=False, server_default="1"
    ),  # this one and later ones that were not kept
    sa.Column("envelope", sa.Text),  # how it came, for reading it anew
    sa.Column("settled_us", BIG),  # when that succeeded; it is done once
    sa.Column("outcome", sa.Text),
    sa.Index("quarantine_code_topic", "code", "topic"),
)
faults = _table(  # an input that our own code could not carry through; nothing of it was half applied
    "faults",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("seq", BIG, nullable=False),
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),  # rules, respond
    sa.Column("subject", sa.Text, nullable=False),  # event id, alert id, action name
    sa.Column("error", sa.Text, nullable=False),
)
notes = _table(  # descriptions that came after the event they describe
    "notes",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("track", sa.Text, nullable=False),
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("notes_device_track", "device", "track"),
)
counters = _table(  # in = stored + deduplicated + shed + quarantined + ignored, per reason
    "counters",
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", BIG, nullable=False),
)
blobs = _table(  # pictures and clips lie in files named by their hash; this row is the truth about them
    "blobs",
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("mime", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

# --- alerts ---
alerts = _table(
    "alerts",
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("dedup_key", sa.Text, nullable=False),  # rule id + canonical key values
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("device", sa.Text),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("acknowledged_by", sa.Text),
    sa.Column("incident", sa.Text),
    sa.Column("opened_us", BIG, nullable=False),
    sa.Column("last_us", BIG, nullable=False),
    sa.Column("cleared_us", BIG),
    sa.Column("updated_seq", BIG, nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # the newest Change as JSON
    sa.Index(
        "alerts_one_open",
        "dedup_key",
        unique=True,
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    ),
    sa.Index("alerts_opened", "opened_us"),
    sa.Index("alerts_incident", "incident"),
)
alert_changes = _table(
    "alert_changes",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("seq", BIG, nullable=False),  # the input that caused it
    sa.Column("alert", sa.Text, nullable=False),
    sa.Column("t_us", BIG, nullable=False),
    sa.Column("change", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("alert_changes_alert", "alert", "t_us"),
)

# --- incidents ---
incidents = _table(
    "incidents",
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("grid", sa.Text),
    sa.Column("building", sa.Text),
    sa.Column("owner", sa.Text),
    sa.Column("drill", sa.Boolean, nullable=False),
    sa.Column("opened_us", BIG, nullable=False),
    sa.Column("closed_us", BIG),
    sa.Column("due_us", BIG),  # the next timer
    sa.Column("updated_seq", BIG, nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # the Incident as canonical JSON
    sa.Index("incidents_open", "open", "level", "opened_us"),
    sa.Index("incidents_opened", "opened_us"),
)
incident_alert_keys = _table(  # at most one open incident per alert key, enforced here
    "incident_alert_keys",
    sa.Column("alert_key", sa.Text, primary_key=True),
    sa.Column("incident", sa.Text, nullable=False),
)
timeline = _table(  # append-only hash chain; readable text and names lie in timeline_text
    "timeline",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("incident", sa.Text, nullable=False),
    sa.Column("seq", BIG, nullable=False),
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("from_state", sa.Text),
    sa.Column("to_state", sa.Text),
    sa.Column("key", sa.Text),
    sa.Column("text_hash", sa.Text, nullable=False),
    sa.Column("previous_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index("timeline_incident", "incident", "id"),
    sa.Index("timeline_key", "key"),
)
timeline_text = _table(
    "timeline_text",
    sa.Column("id", sa.Integer, primary_key=True),  # timeline.id
    sa.Column("body", sa.Text),  # reason, text, facts, attachments as JSON; NULL is a tombstone
)
action_results = _table(  # a late duplicate of an action returns the first result
    "action_results",
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
)

# --- messages out ---
outbox = _table(
    "outbox",
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("incident", sa.Text),
    sa.Column("alert", sa.Text),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column(
        "state", sa.Text, nullable=False
    ),  # pending sending sent delivered failed expired withdrawn unknown
    sa.Column("order", BIG, nullable=False),  # per (incident, recipient) in order of writing
    sa.Column("due_us", BIG, nullable=False),
    sa.Column("not_after_us", BIG, nullable=False),
    sa.Column("claimed_us", BIG),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("receipt", sa.Text),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("place", sa.Text),  # of which the message speaks: the first of a place jumps the queue
    sa.Column("bundle", sa.Text),  # the message with which this one went out, or that told of its loss
    sa.Column("stopped", sa.Boolean),  # withdrawn while it was being sent: it is not tried again
    sa.Column("settled_us", BIG),  # when the receipt came, or it ended without one
    sa.Index("outbox_due", "state", "due_us"),
    sa.Index("outbox_incident", "incident"),
    sa.Index("outbox_alert", "alert"),
    sa.Index("outbox_expiry", "state", "not_after_us"),
    sa.Index(
        "outbox_waiting",
        "channel",
        "level",
        "order",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    ),
    sa.Index(
        "outbox_lost",
        "channel",
        "recipient",
        sqlite_where=sa.text("state = 'expired' AND bundle IS NULL"),
        postgresql_where=sa.text("state = 'expired' AND bundle IS NULL"),
    ),
    sa.Index("outbox_reached", "channel", "settled_us"),
)
cursors = _table(
    "cursors",
    sa.Column("sink", sa.Text, primary_key=True),
    sa.Column("seq", BIG, nullable=False),  # last acknowledged
    sa.Column("updated_us", BIG, nullable=False),
)

# --- people ---
users = _table(
    "users",
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("grids", sa.Text, nullable=False),
    sa.Column("password", sa.Text),  # Argon2id; NULL: only one-time links
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("language", sa.Text, nullable=False, server_default="zh-CN"),
    sa.Column("failed", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked_until_us", BIG),
)
sessions = _table(
    "sessions",
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("user", sa.Text, nullable=False),
    sa.Column("csrf", sa.Text, nullable=False),
    sa.Column("created_us", BIG, nullable=False),
    sa.Column("seen_us", BIG, nullable=False),
    sa.Column("expires_us", BIG, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
)
login_links = _table(
    "login_links",
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("user", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),  # first_run, demo, invite
    sa.Column("expires_us", BIG, nullable=False),
    sa.Column("used_us", BIG),
)
audit = _table(
    "audit",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at_us", BIG, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("previous_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
