"""Bring a database to the schema of this version, and refuse one that a newer version wrote.

Alembic is imported only when there is something to migrate: a start on a current database reads one row.
A new database is created from `tables.py` at once and stamped; a test proves that this equals the path
through all migrations.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from gateway.errors import StoreError
from gateway.store import (  # noqa: F401 - its tables belong to the metadata
    tables_accounts,
    tables_clocks,
    tables_commands,
    tables_evidence,
    tables_outbox,
    tables_push,
    tables_reports,
    tables_search,
    tables_shifts,
)
from gateway.store.engine import Database, translated
from gateway.store.tables import metadata

HEAD = "0003"
MIGRATIONS = Path(__file__).with_name("migrations")
_VERSION = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), primary_key=True, nullable=False),
)


def migrate(database: Database) -> str | None:
    """Create or upgrade the schema; return the version it had before (None: it was new).

    Raises:
        StoreError: the database was written by a newer version of the gateway.
    """
    with translated("reading the schema version"), database.write.begin() as connection:
        found = _found(connection)
        if found == HEAD:
            return HEAD
        if found is None:
            metadata.create_all(connection, checkfirst=False)
            _VERSION.create(connection)
            connection.execute(_VERSION.insert().values(version_num=HEAD))
            return None
    upgrade(database, found)
    return found


def _found(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(sa.select(_VERSION.c.version_num)).scalar_one_or_none()


def upgrade(database: Database, found: str) -> None:
    """Run the migrations after `found` in one transaction: an interrupted upgrade leaves the old schema."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    if found:
        try:
            ScriptDirectory.from_config(config).get_revision(found)
        except CommandError as error:
            raise StoreError(
                f"the database has schema {found}, this version knows up to {HEAD}: "
                "it was written by a newer gateway; install that version again, or restore the backup made before the upgrade"
            ) from error
    with translated("migrating the schema"), database.write.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
