"""Partial files: the bytes of uploads on their way, each a file whose length is the offset.

A chunk is added only at the end. What the file already holds may come again: it is compared, not written.
After a crash the file is as long as what reached the disk, and the client goes on from there; that the whole
is what was announced is proven by its hash at the end.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from gateway.errors import StoreFull
from gateway.evidence.refused import UploadRefused

_READ = 1024 * 1024


class Partials:
    """The folder of partial files. Its methods block; call them in a worker thread, one at a time for each id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, upload_id: str) -> Path:
        """Return where the bytes of an upload lie; ids are ours (hex), never a client's."""
        return self.folder / f"{upload_id}.part"

    def offset(self, upload_id: str) -> int:
        """Return how many bytes are there."""
        try:
            return self.path(upload_id).stat().st_size
        except FileNotFoundError:
            return 0

    def add(self, upload_id: str, offset: int, chunk: bytes, *, size: int, sha256: str) -> int:
        """Put a chunk at its offset; return the new length of the file.

        A chunk that is already there changes nothing; one that overlaps the end adds what is new.

        Raises:
            UploadRefused: `upload_damaged`, `upload_overrun`, `upload_offset`, `upload_differs`.
            StoreFull: no room; the file is as it was.
        """
        held = self.offset(upload_id)
        if hashlib.sha256(chunk).hexdigest() != sha256:
            raise UploadRefused("upload_damaged", offset=held)
        if offset + len(chunk) > size:
            raise UploadRefused("upload_overrun", size=size, end=offset + len(chunk), offset=held)
        if offset > held:
            raise UploadRefused("upload_offset", offset=held, given=offset)
        again = min(len(chunk), held - offset)
        try:
            if again and self._read(upload_id, offset, again) != chunk[:again]:
                raise UploadRefused("upload_differs", offset=held)
            if again < len(chunk):
                self._append(upload_id, held, chunk[again:])
        except OSError as error:
            raise StoreFull(f"keeping a part of an upload: {error}") from error
        return max(held, offset + len(chunk))

    def sha256(self, upload_id: str) -> str:
        """Return the hash of what is there, read piece by piece."""
        total = hashlib.sha256()
        try:
            with self.path(upload_id).open("rb") as file:
                while piece := file.read(_READ):
                    total.update(piece)
        except FileNotFoundError:
            pass
        return total.hexdigest()

    def head(self, upload_id: str, length: int = 64) -> bytes:
        """Return the first bytes, by which a file tells what it is."""
        try:
            with self.path(upload_id).open("rb") as file:
                return file.read(length)
        except FileNotFoundError:
            return b""

    def drop(self, upload_id: str) -> None:
        """Delete the bytes of an upload, if there are any."""
        self.path(upload_id).unlink(missing_ok=True)

    def ids(self) -> set[str]:
        """Return the ids of all files that lie here."""
        return {path.stem for path in self.folder.glob("*.part")}

    def _read(self, upload_id: str, offset: int, length: int) -> bytes:
        with self.path(upload_id).open("rb") as file:
            return os.pread(file.fileno(), length, offset)

    def _append(self, upload_id: str, held: int, chunk: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.path(upload_id), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            _write_all(handle, held, chunk)
            os.fdatasync(handle)
        except OSError:
            os.ftruncate(handle, held)  # a torn chunk would only be found out at the end
            raise
        finally:
            os.close(handle)


def _write_all(handle: int, at: int, chunk: bytes) -> None:
    left = memoryview(chunk)
    while left:
        done = os.pwrite(handle, left, at)
        left, at = left[done:], at + done
