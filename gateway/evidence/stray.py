"""Stray: files on the disk that no row names, left by a refused report or a stopped process, are deleted in time."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from gateway.errors import StoreFull
from gateway.evidence.shelf import Shelf
from gateway.store.strays import forget_unnamed, recorded

YOUNGEST = timedelta(hours=1)  # a file lies on the disk before its row is written
AT_ONCE = 200
_FOLDERS = 256


async def sweep_strays(shelf: Shelf, *, now: datetime, wall: datetime) -> int:
    """Delete files without a row that are older than an hour by the wall clock; return how many.

    Raises:
        StoreFull: the disk does not let go of one.
    """
    await shelf.write(lambda connection: forget_unnamed(connection, before=now - YOUNGEST, limit=AT_ONCE))
    oldest, gone = (wall - YOUNGEST).timestamp(), 0
    for number in range(_FOLDERS):
        try:
            gone += await asyncio.to_thread(_sweep_folder, shelf, f"{number:02x}", oldest)
        except OSError as error:
            raise StoreFull(f"deleting files that nothing names: {error}") from error
    return gone


def _sweep_folder(shelf: Shelf, prefix: str, before_s: float) -> int:
    folder = shelf.store.blob_path(prefix.ljust(64, "0")).parent
    old = [path for path in folder.glob(f"{prefix}*") if path.stat().st_mtime < before_s]
    if not old:
        return 0
    with shelf.store.read() as connection:
        named = recorded(connection, [path.name for path in old])
    strays = [path for path in old if path.name not in named and path.stat().st_mtime < before_s]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
