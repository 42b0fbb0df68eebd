"""Making: everything a site is, as one sealed file that is there whole or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tarfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
import zstandard

from gateway import __version__
from gateway.backup.order import Entry, Made, Manifest, Order, passphrase_of
from gateway.backup.sealed_file import SealedWriter
from gateway.errors import BackupError
from gateway.store.copying import copy_database
from gateway.store.folder import write_whole

DATABASES = ("gateway.sqlite3", "telemetry.sqlite3")
WORK = "backup-work"  # in the data folder: a copy of the database in the clear never leaves it
MANIFEST = "manifest.json"
SUFFIX = ".scgb"
_ROOM = 64 << 20  # bytes that stay free beside


def make(order: Order, *, now: datetime) -> Made:
    """Make one backup of a site whose gateway may be running; `now` is wall time.

    A kill at any moment leaves what was there before: the file gets its name when it is whole and on the disk.

    Raises:
        BackupError: the folder is not there, there is no room, the passphrase cannot be used.
        StoreError: the database cannot be copied, or is damaged.
    """
    began = time.monotonic()
    passphrase = passphrase_of(order.passphrase_file)
    _check_room(order)
    work, name = order.data / WORK, f"{order.site}-{now:%Y%m%dT%H%M%SZ}{SUFFIX}"
    target, partial = order.folder / name, order.folder / f".{name}.partial"
    if target.exists():
        raise BackupError(f"{target}: is there already; nothing was overwritten / 已有同名备份，没有覆盖")
    _clear(order)
    try:
        copies = _copied(order, work)
        with partial.open("wb") as file:
            files = _write(order, copies, file, passphrase, now)
            file.flush()
            os.fsync(file.fileno())
        made = Made(
            name=name, site=order.site, made_at=now, version=__version__, size_bytes=partial.stat().st_size,
            sha256=hash_of(partial), files=files, seconds=round(time.monotonic() - began, 1), by=order.by,
        )  # fmt: skip
        write_whole(order.folder / f"{name}.json", msgspec.json.encode(made))
        partial.replace(target)
        _sync(order.folder)
    except OSError as error:
        raise BackupError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        _clear(order)
    return made


def hash_of(path: Path) -> str:
    """Return the hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_room(order: Order) -> None:
    if not order.folder.is_dir():
        raise BackupError(
            f"{order.folder}: there is no such folder; mount the disk for backups or make the folder"
            " / 没有这个备份文件夹，请挂上备份盘或建好文件夹"
        )
    databases = sum(path.stat().st_size for name in DATABASES if (path := order.data / name).exists())
    blobs = sum(path.stat().st_size for path in (order.data / "blobs").rglob("*") if path.is_file())
    for folder, need in ((order.data, databases), (order.folder, databases + blobs)):
        free = shutil.disk_usage(folder).free
        if free < need + _ROOM:
            raise BackupError(
                f"{folder}: {free >> 20} MiB are free, a backup may take {(need + _ROOM) >> 20} MiB; make room"
                f" / 剩余空间 {free >> 20} MiB 不够，备份最多要 {(need + _ROOM) >> 20} MiB"
            )


def _clear(order: Order) -> None:
    """Take away what a killed backup left behind."""
    shutil.rmtree(order.data / WORK, ignore_errors=True)
    partial = re.compile(rf"\.{re.escape(order.site)}-\d{{8}}T\d{{6}}Z{re.escape(SUFFIX)}\.partial")
    for left in order.folder.iterdir():
        if partial.fullmatch(left.name):  # a site whose id begins alike may be at work in the same folder
            left.unlink(missing_ok=True)


def _copied(order: Order, work: Path) -> list[tuple[str, Path]]:
    """Copy the databases; the pictures they name are then on the disk already."""
    work.mkdir(mode=0o700)
    found = []
    for name in DATABASES:
        if (order.data / name).exists():
            copy_database(order.data / name, work / name)
            found.append((f"data/{name}", work / name))
    if not found:
        raise BackupError(f"{order.data}: no gateway has run here yet, there is nothing to back up")
    return found


def _write(
    order: Order, copies: list[tuple[str, Path]], file: BinaryIO, passphrase: str, now: datetime
) -> int:
    sealed = SealedWriter(file, passphrase, site=order.site, made_at=now.isoformat())
    entries: list[Entry] = []
    gone: list[str] = []
    press = zstandard.ZstdCompressor(level=3)
    with (
        press.stream_writer(cast("BinaryIO", sealed), closefd=False) as pressed,
        tarfile.open(fileobj=pressed, mode="w|") as archive,
    ):
        for name, path in [*copies, *_files(order)]:
            try:
                entries.append(_add(archive, name, path))
            except FileNotFoundError:
                gone.append(name)
        manifest = Manifest(
            site=order.site, version=__version__, made_at=now, files=tuple(entries), gone=tuple(gone)
        )
        body = msgspec.json.encode(manifest)
        about = tarfile.TarInfo(MANIFEST)
        about.size = len(body)
        archive.addfile(about, io.BytesIO(body))
    sealed.close()
    return len(entries)


def _files(order: Order) -> Iterator[tuple[str, Path]]:
    """Yield everything but the databases: (name inside, path)."""
    for folder in (order.data / "secrets", order.data / "blobs"):
        for path in _below(folder):
            yield f"data/{path.relative_to(order.data).as_posix()}", path
    for part in order.parts:
        for path in _below(part):
            yield f"site/{path.relative_to(order.base).as_posix()}", path


def _below(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(each for each in path.rglob("*") if each.is_file() and not each.is_symlink())
    return [path] if path.is_file() else []


def _add(archive: tarfile.TarFile, name: str, path: Path) -> Entry:
    with path.open("rb") as file:
        about = tarfile.TarInfo(name)
        state = os.fstat(file.fileno())
        about.size, about.mode, about.mtime = state.st_size, state.st_mode & 0o777, int(state.st_mtime)
        hashed = Hashed(file)
        try:
            archive.addfile(about, cast("BinaryIO", hashed))
        except OSError as error:  # shorter than it was a moment ago
            raise BackupError(f"{path}: changed while it was read; try again") from error
        return Entry(path=name, size=about.size, sha256=hashed.sha256.hexdigest())


class Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        data = self._file.read(size)
        self.sha256.update(data)
        return data


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
