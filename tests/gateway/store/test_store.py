"""The store as a whole: one holder, one schema, pictures by hash, quarantine within bounds, counters over crashes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from devices.event import Blob, RawMessage
from gateway.batch import Batch, Position, Quarantined
from gateway.clock import to_us
from gateway.errors import StoreError, StoreFull
from gateway.store import quarantine, schema
from gateway.store.engine import open_database
from gateway.store.folder import Folder, write_whole
from gateway.store.inputs import TickInput
from gateway.store.store import Store
from gateway.store.tables import metadata

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path, reserve_bytes=1 << 16)


def place(first: int, last: int) -> Position:
    return Position(first_seq=first, last_seq=last, e_us=to_us(AT), offset_us=0)


def counted(**counts: int) -> Batch:
    batch = Batch()
    batch.counts.update(counts)
    return batch


# --- one holder ---


def test_a_second_gateway_is_refused_and_told_who_holds_it(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"another gateway \(process \d+\) already uses this data folder"):
        Store.open(tmp_path)
    store.close()
    Store.open(tmp_path, reserve_bytes=4096).close()


def test_another_process_is_refused_too(store: Store, tmp_path: Path) -> None:
    code = (
        f"from pathlib import Path; from gateway.store.folder import Folder; Folder(Path({str(tmp_path)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "already uses this data folder" in done.stderr


def test_readers_cannot_write(store: Store) -> None:
    with pytest.raises(StoreFull, match="readonly"), store.read() as connection:
        connection.execute(sa.text("DELETE FROM meta"))


@pytest.mark.usefixtures("waiting_disk")
def test_commits_survive_a_power_cut_by_setting(tmp_path: Path) -> None:
    store = Store.open(tmp_path, reserve_bytes=4096)
    with store.database.write.connect() as connection:
        assert connection.execute(sa.text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "wal"


def test_a_url_needs_a_folder() -> None:
    with pytest.raises(StoreError, match="needs a data folder"):
        Store.open("postgresql+psycopg://nowhere/none")


# --- one schema ---


def test_the_schema_of_a_new_database_is_that_of_all_migrations(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'migrated.sqlite3'}")
    schema.upgrade(database, "")
    with database.write.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_current_head() == schema.HEAD


def test_a_newer_database_is_refused(store: Store, tmp_path: Path) -> None:
    with store.database.write.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match="written by a newer gateway"):
        Store.open(tmp_path)


def test_a_start_at_head_does_not_import_alembic(store: Store, tmp_path: Path) -> None:
    store.close()
    code = (
        "import sys; from pathlib import Path; from gateway.store.store import Store; "
        f"Store.open(Path({str(tmp_path)!r}), reserve_bytes=4096).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_interrupted_migration_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'half.sqlite3'}")

    def stop(_: sa.Connection, table: sa.Table, *__: object, **___: object) -> None:
        if table.name == "meta":
            raise KeyboardInterrupt

    for table in metadata.tables.values():
        sa.event.listen(
            table, "before_create", lambda target, connection, **_: stop(connection, target), once=True
        )
    with pytest.raises(KeyboardInterrupt):
        schema.migrate(database)
    with database.read.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
    database.close()


# --- pictures ---


def test_a_picture_is_found_by_its_hash(store: Store) -> None:
    sha256, record = store.save_blob(b"picture", "image/jpeg", "wang", at_us=to_us(AT))
    assert sha256 == hashlib.sha256(b"picture").hexdigest()
    assert store.blob_path(sha256).read_bytes() == b"picture"
    future: Future[None] = Future()
    store.run([(record, future)])
    with store.read() as connection:
        row = connection.execute(sa.text('SELECT sha256, mime, size, "by" FROM blobs')).one()
    assert tuple(row) == (sha256, "image/jpeg", 7, "wang")


def test_a_picture_inside_a_message_is_on_disk_before_its_row(store: Store) -> None:
    batch = counted()
    sha256 = hashlib.sha256(b"snap").hexdigest()
    batch.blobs = [Blob(sha256=sha256, mime="image/jpeg", data=b"snap")] * 2
    batch.others = [TickInput(seq=1, at=AT)]
    store.commit(batch, place(1, 1))
    assert store.blob_path(sha256).read_bytes() == b"snap"


@pytest.mark.parametrize("text", ["", "../../etc/passwd", "0" * 63, "G" * 64, "A" * 64, "0" * 64 + "/"])
def test_a_path_is_only_made_of_a_hash(store: Store, text: str) -> None:
    with pytest.raises(StoreError, match="not a SHA-256"):
        store.blob_path(text)


def test_a_file_is_whole_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "ab" / "name", b"content")
    assert list((tmp_path / "ab").iterdir()) == []


def test_threads_that_write_the_same_file_at_once_all_succeed(tmp_path: Path) -> None:
    target, content = tmp_path / "folder" / "file", b"the same picture" * 4096
    for _ in range(20):
        with ThreadPoolExecutor(8) as threads:
            for done in [threads.submit(write_whole, target, content) for _ in range(8)]:
                done.result()
        assert target.read_bytes() == content
        assert [path.name for path in target.parent.iterdir()] == ["file"]
        target.unlink()


# --- the reserve ---


def test_the_reserve_is_real_given_once_and_refilled(tmp_path: Path) -> None:
    folder = Folder(tmp_path, reserve_bytes=1 << 20)
    assert folder.fill_reserve()
    assert (tmp_path / "reserve").stat().st_blocks * 512 >= 1 << 20
    assert folder.free_reserve()
    assert not folder.free_reserve()
    assert folder.fill_reserve()
    folder.close()


def test_no_room_for_the_reserve_is_no_error(tmp_path: Path) -> None:
    folder = Folder(tmp_path, reserve_bytes=1 << 60)
    assert not folder.fill_reserve()
    assert not (tmp_path / "reserve").exists()
    folder.close()


# --- quarantine ---


def bad(topic: str, number: int) -> Quarantined:
    message = RawMessage(topic=topic, payload=b"%d" % number, received_at=AT)
    return Quarantined(message=message, at=AT, code="malformed", reason="not JSON")


def test_quarantine_keeps_the_first_of_each_topic_and_counts_the_rest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "KEEP", 20)
    for start in (0, 15, 30):
        batch = counted()
        batch.quarantined = [bad("a", n) for n in range(start, start + 15)] + [bad("b", start)]
        store.commit(batch, place(1, 0))
    with store.read() as connection:
        rows = connection.execute(
            sa.text("SELECT topic, count(*), sum(count) FROM quarantine GROUP BY topic")
        ).all()
        assert [tuple(row) for row in rows] == [("a", quarantine.KEEP, 45), ("b", 3, 3)]
        raw = connection.execute(
            sa.text("SELECT raw FROM quarantine WHERE topic = 'a' ORDER BY id LIMIT 1")
        ).scalar()
        assert raw == b"0"


def test_invented_topics_cannot_fill_the_disk(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "ROWS", 50)
    for start in range(0, 200, 40):
        batch = counted()
        batch.quarantined = [bad(f"topic-{n}", n) for n in range(start, start + 40)]
        store.commit(batch, place(1, 0))
    with store.read() as connection:
        rows = connection.execute(sa.text("SELECT count(*), max(topic) FROM quarantine")).one()
    assert tuple(rows) == (50, "topic-199")


# --- counters ---


def test_counters_are_exact_over_crashes_and_summaries(store: Store, tmp_path: Path) -> None:
    for seq in range(1, 6):
        batch = counted(stored=2, seen=seq)
        batch.others = [TickInput(seq=seq, at=AT)]
        batch.snapshot = {} if seq == 3 else None
        store.commit(batch, place(seq, seq))
    store.close()
    again = Store.open(tmp_path, reserve_bytes=4096)
    assert again.counters() == {"stored": 10, "seen": 15}
    batch = counted(refused=1)
    batch.snapshot = {("rule", "key"): b"state"}
    again.commit(batch, place(6, 5))
    again.close()
    assert Store.open(tmp_path, reserve_bytes=4096).counters() == {"stored": 10, "seen": 15, "refused": 1}


# --- jobs ---


def test_jobs_share_a_commit_and_fail_alone(store: Store) -> None:
    insert = sa.text("INSERT INTO meta (name, value) VALUES (:name, '1')")
    futures: list[Future[object]] = [Future(), Future(), Future()]
    store.run(
        [
            (lambda c: c.execute(insert, {"name": "one"}).rowcount, futures[0]),
            (lambda c: c.execute(insert, {"name": "one"}).rowcount, futures[1]),
            (lambda c: c.execute(insert, {"name": "two"}).rowcount, futures[2]),
        ]
    )
    assert (futures[0].result(0), futures[2].result(0)) == (1, 1)
    with pytest.raises(sa.exc.IntegrityError):
        futures[1].result(0)


def test_damage_is_found_at_the_check(store: Store, tmp_path: Path) -> None:
    assert store.check() == []
    store.database.checkpoint()
    store.close()
    path = tmp_path / "gateway.sqlite3"
    content = bytearray(path.read_bytes())
    content[5000:9000] = b"\xff" * 4000
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged|malformed"):  # noqa: PT012 - opening or checking may find it first
        damaged = Store.open(tmp_path, reserve_bytes=4096)
        if found := damaged.check():
            raise StoreError(f"damaged: {found}")
