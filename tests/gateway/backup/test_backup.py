"""A backup of a site whose gateway writes on, killed in the middle, and brought back elsewhere."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.backup import making
from gateway.backup.child import Make, encoded
from gateway.backup.making import WORK, make
from gateway.backup.opening import restore, verify
from gateway.backup.order import Order
from gateway.backup.shelf import Shelf
from gateway.errors import BackupError
from gateway.secret_files import secret
from gateway.store.store import Store

NOW = datetime(2026, 3, 6, 3, 30, tzinfo=UTC)
PASS = "a passphrase of the site"


@pytest.fixture
def order(tmp_path: Path) -> Order:
    """A small site with a database, a picture, secrets, settings and a folder for backups."""
    base = tmp_path / "site"
    data = base / "data"
    store = Store.open(data, reserve_bytes=0)
    store.seal_with(secret(data / "secrets", "seal.key"))
    _, job = store.save_blob(b"a picture", "image/jpeg", "wang", at_us=1)
    audited(store, 20)
    with store.database.write.begin() as connection:
        job(connection)
    store.close()
    (base / "site.yaml").write_text("site: my-site\n", "utf-8")
    (base / "rules").mkdir()
    (base / "rules" / "own.yaml").write_text("rules: []\n", "utf-8")
    (base / "pass").write_text(PASS + "\n", "utf-8")
    (tmp_path / "shelf").mkdir()
    return Order(
        site="my-site", data=data, base=base, parts=(base / "site.yaml", base / "rules"),
        folder=tmp_path / "shelf", passphrase_file=base / "pass", by="zhou",
    )  # fmt: skip


def audited(store: Store, count: int) -> None:
    with store.database.write.begin() as connection:
        for number in range(count):
            store.append_audit(
                connection, at=NOW, actor="zhou", action="test", subject=str(number), facts={"n": number}
            )


def rows(data: Path) -> int:
    connection = sqlite3.connect(data / "gateway.sqlite3")
    try:
        return int(connection.execute("SELECT count(*) FROM audit").fetchone()[0])
    finally:
        connection.close()


def everything(base: Path) -> dict[str, bytes]:
    """Every file of a site but the databases and what a running gateway makes anew."""
    return {
        path.relative_to(base).as_posix(): path.read_bytes()
        for path in base.rglob("*")
        if path.is_file() and not path.name.startswith(("gateway.sqlite3", "gateway.lock", "reserve"))
    }


def dumped(data: Path) -> list[str]:
    """Every table and row of the database, as SQL."""
    connection = sqlite3.connect(data / "gateway.sqlite3")
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_a_restored_site_equals_the_one_that_was_backed_up(order: Order, tmp_path: Path) -> None:
    file = order.folder / make(order, now=NOW).name
    restore(file, PASS, tmp_path / "back")
    assert dumped(tmp_path / "back/data") == dumped(order.data)
    before, after = everything(order.base), everything(tmp_path / "back")
    assert {name: after.get(name) for name in before if name != "pass"} == {
        name: content for name, content in before.items() if name != "pass"
    }


def test_a_site_comes_back_as_it_was(order: Order, tmp_path: Path) -> None:
    made = make(order, now=NOW)
    file = order.folder / made.name
    manifest = restore(file, PASS, tmp_path / "back")
    back = tmp_path / "back"
    assert rows(back / "data") == 20
    assert (back / "rules/own.yaml").read_text("utf-8") == "rules: []\n"
    assert (back / "site.yaml").read_text("utf-8") == "site: my-site\n"
    key = back / "data/secrets/seal.key"
    assert key.read_bytes() == (order.data / "secrets/seal.key").read_bytes()
    assert key.stat().st_mode & 0o077 == 0
    (blob,) = (path for path in (back / "data/blobs").rglob("*") if path.is_file())
    assert blob.read_bytes() == b"a picture"
    assert len(manifest.files) == made.files
    assert not [path for path in order.folder.iterdir() if path.name.startswith(".")]
    assert not (order.data / WORK).exists()


def test_nothing_of_it_can_be_read_without_the_passphrase(order: Order) -> None:
    file = order.folder / make(order, now=NOW).name
    assert b"my-site\n" not in file.read_bytes()
    assert b"SQLite" not in file.read_bytes()
    with pytest.raises(BackupError, match="passphrase"):
        verify(file, "the wrong passphrase")


def test_a_gateway_that_writes_on_is_copied_at_one_moment(order: Order, tmp_path: Path) -> None:
    store, stop = Store.open(order.data, reserve_bytes=0), threading.Event()
    store.seal_with(secret(order.data / "secrets", "seal.key"))

    def write() -> None:
        while not stop.is_set():
            audited(store, 3)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [make(order, now=NOW + timedelta(seconds=number)) for number in range(3)]
    finally:
        stop.set()
        writer.join()
        store.close()
    counts = []
    for number, each in enumerate(made):
        restore(order.folder / each.name, PASS, tmp_path / f"back{number}")  # walks the chains
        counts.append(rows(tmp_path / f"back{number}/data"))
    assert counts == sorted(counts)
    assert (counts[-1] - 20) % 3 == 0, "a copy never holds half a transaction"
    assert counts[-1] > 20


def test_a_kill_in_the_middle_leaves_what_was_there_and_the_next_clears_up(order: Order) -> None:
    first = make(order, now=NOW)
    for number in range(40):  # enough pictures that it takes a while
        path = order.data / "blobs" / f"{number:02x}" / f"{number:064x}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(2 << 20))
    child = subprocess.Popen(
        [sys.executable, "-m", "gateway.backup.child"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert child.stdin is not None
    child.stdin.write(encoded(Make(order=order)))
    child.stdin.close()
    limit = time.monotonic() + 60
    while not list(order.folder.glob(".*.partial")) and time.monotonic() < limit:
        assert child.poll() is None, "it was done before it could be killed"
    child.send_signal(signal.SIGKILL)
    child.wait()
    shelf = Shelf(order.folder, "my-site")
    assert [each.name for each in shelf.all()] == [first.name], "half a backup is none"
    assert verify(order.folder / first.name, PASS).site == "my-site"
    neighbour = order.folder / ".my-site-2-20260306T033000Z.scgb.partial"  # another site is at work here
    neighbour.write_bytes(b"half")
    make(order, now=NOW + timedelta(days=1))
    assert len(shelf.all()) == 2
    assert list(order.folder.glob(".*.partial")) == [neighbour]
    assert not (order.data / WORK).exists()


def test_a_restore_that_was_killed_leaves_no_site_and_the_next_one_works(
    order: Order, tmp_path: Path
) -> None:
    file = order.folder / make(order, now=NOW).name
    stage = tmp_path / ".back.restoring"
    (stage / "data").mkdir(parents=True)
    (stage / "data/gateway.sqlite3").write_bytes(b"half")
    assert not (tmp_path / "back").exists()
    restore(file, PASS, tmp_path / "back")
    assert rows(tmp_path / "back/data") == 20
    assert not stage.exists()


def test_nothing_is_overwritten(order: Order, tmp_path: Path) -> None:
    file = order.folder / make(order, now=NOW).name
    (tmp_path / "full").mkdir()
    (tmp_path / "full/precious").write_text("x", "utf-8")
    with pytest.raises(BackupError, match="not empty"):
        restore(file, PASS, tmp_path / "full")
    with pytest.raises(BackupError, match="already"):
        make(order, now=NOW)


def test_rows_changed_in_the_database_are_found_when_it_comes_back(order: Order, tmp_path: Path) -> None:
    connection = sqlite3.connect(order.data / "gateway.sqlite3")
    connection.execute("UPDATE audit SET actor = 'nobody' WHERE id = 7")
    connection.commit()
    connection.close()
    file = order.folder / make(order, now=NOW).name
    with pytest.raises(BackupError, match="row 7 is bad"):
        restore(file, PASS, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_disk_that_is_not_mounted_is_not_filled_underneath(order: Order) -> None:
    order.folder.rmdir()
    with pytest.raises(BackupError, match="no such folder"):
        make(order, now=NOW)
    assert not order.folder.exists()


def test_no_room_is_said_before_anything_is_written(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_ROOM", 1 << 60)
    with pytest.raises(BackupError, match="make room"):
        make(order, now=NOW)
    assert list(order.folder.iterdir()) == []


def test_what_is_known_of_a_backup_stands_beside_it(order: Order) -> None:
    made = make(order, now=NOW)
    known = json.loads((order.folder / f"{made.name}.json").read_text("utf-8"))
    assert known["by"] == "zhou"
    assert known["size_bytes"] == (order.folder / made.name).stat().st_size
    shelf = Shelf(order.folder, "my-site")
    shelf.verified(made, at=NOW + timedelta(hours=1))
    assert shelf.all()[0].verified_at == NOW + timedelta(hours=1)
    for odd in ("../site/pass", "nothing.scgb", f".{made.name}.partial"):
        assert shelf.one(odd) is None
