"""The same store on PostgreSQL: the same story leaves the same rows, over crashes too; one holder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from gateway.errors import StoreError
from gateway.store import schema
from gateway.store.engine import open_database
from gateway.store.store import Store
from gateway.store.tables import metadata
from tests.faults.test_store_faults import rows, tell
from tests.gateway.pump_parts import START, Bench

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]
FAST = "-c fsync=off -c listen_addresses='' -c shared_buffers=16MB -c max_connections=30"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL of our own on a socket; its user is not root, which PostgreSQL refuses to run as."""
    debian = ":".join(sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True))
    found = shutil.which("initdb") or shutil.which("initdb", path=debian)
    if found is None:
        pytest.skip("initdb is not installed (Debian package postgresql)")
    programs = Path(found).resolve().parent
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        folder = Path(name)
        if user is not None:
            shutil.chown(folder, user)

        def run(*command: str) -> None:
            subprocess.run(
                [*command],
                check=True,
                capture_output=True,
                user=user,
                cwd=folder,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            )

        run(
            str(programs / "initdb"),
            "-D",
            f"{folder}/db",
            "-U",
            "gateway",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        )
        control = [str(programs / "pg_ctl"), "-D", f"{folder}/db", "-w", "-l", f"{folder}/log"]
        run(*control, "-o", f"{FAST} -k {folder}", "start")
        try:
            yield f"postgresql+psycopg://gateway@/postgres?host={folder}"
        finally:
            run(*control, "-m", "immediate", "stop")


@pytest.fixture
def url(server: str) -> str:
    engine = sa.create_engine(server)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return server


def test_the_same_story_leaves_the_same_rows(url: str, tmp_path: Path) -> None:
    embedded = Bench(tmp_path / "embedded")
    tell(embedded)
    hub = Bench(tmp_path / "hub", url=url)
    tell(hub, commit_every=3)
    assert rows(hub) == rows(embedded)
    assert hub.store.verify() is None
    hub.crash()
    hub.open(START)
    assert hub.recovery.report.differences == ()
    assert hub.recovery.report.last_seq == embedded.store.last_seq
    hub.crash()
    embedded.crash()


def test_a_second_gateway_is_refused(url: str, tmp_path: Path) -> None:
    first = Store.open(url, folder=tmp_path / "one", reserve_bytes=4096)
    with pytest.raises(StoreError, match="another gateway already uses this database"):
        Store.open(url, folder=tmp_path / "two", reserve_bytes=4096)
    first.close()


def test_the_migrations_give_the_same_schema(url: str) -> None:
    database = open_database(url)
    schema.upgrade(database, "")
    with database.write.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()
