"""The data folder: who holds it, the reserve that a full disk gives back, and files written whole or not at all."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

from gateway.errors import StoreError

RESERVE_BYTES = 64 << 20


class Folder:
    """One data folder, held by one gateway at a time until `close`.

    Raises:
        StoreError: when another gateway holds it.
    """

    def __init__(self, path: Path, *, reserve_bytes: int = RESERVE_BYTES) -> None:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = path
        self.database = path / "gateway.sqlite3"
        self.blobs = path / "blobs"
        self.uploads = path / "uploads"  # partial files
        self._reserve = path / "reserve"
        self._reserve_bytes = reserve_bytes
        self._lock = _hold(path / "gateway.lock")

    @property
    def has_reserve(self) -> bool:
        """Whether the reserve is there."""
        return self._reserve.exists()

    def fill_reserve(self) -> bool:
        """Reserve real blocks again if the reserve was given back; False when there is no room for it now."""
        try:
            with self._reserve.open("ab") as file:
                os.posix_fallocate(
                    file.fileno(), 0, self._reserve_bytes
                )  # a sparse file would reserve nothing
        except OSError:
            self.free_reserve()  # a part of it would only make the disk fuller
            return False
        return True

    def free_reserve(self) -> bool:
        """Give the reserve back to the file system; False when it was already given."""
        if not self._reserve.exists():
            return False
        try:
            self._reserve.unlink()
        except OSError:  # a read-only file system gives nothing back
            return False
        return True

    def close(self) -> None:
        """Let another gateway have the folder."""
        os.close(self._lock)


def _hold(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(handle)
        raise StoreError(
            f"{path.parent}: another gateway (process {holder}) already uses this data folder; "
            "stop it first, or give this one its own folder with --data"
        ) from error
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that after any crash it is either absent or whole (temporary file, fsync, rename, fsync).

    Threads may write the same path at once: each has a temporary file of its own.

    Raises:
        OSError: when there is no room or the disk fails; the path is then unchanged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
