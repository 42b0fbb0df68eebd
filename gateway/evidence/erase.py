"""Erase: pictures and sounds of cases whose time is over go; manifest, hashes and the row that proves it stay.

Three steps, so that a crash between any two is made good by the next round: mark, delete the files, look that they
are gone and write the row.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from gateway.errors import StoreFull
from gateway.evidence.shelf import Shelf
from gateway.response.model import TimelineRow
from gateway.store.bundles import begin_erasing, end_erasing, erasing, still_wanted
from gateway.store.read import Connection

CASES_AT_ONCE = 200


async def erase_media(shelf: Shelf, *, now: datetime, after: timedelta) -> list[str]:
    """Erase the media of cases that were closed longer than `after` ago and are not held; return their numbers."""
    await shelf.write(lambda c: begin_erasing(c, closed_before=now - after, limit=CASES_AT_ONCE))
    marked = await shelf.read(erasing)
    for number, hashes in marked.items():
        wanted = await shelf.read(partial(still_wanted, hashes=hashes))
        gone = [each for each in hashes if each not in wanted]
        await asyncio.to_thread(_delete, shelf, gone)
        await shelf.write(partial(_proven, shelf=shelf, number=number, gone=gone, wanted=wanted, now=now))
    return list(marked)


def _delete(shelf: Shelf, hashes: Collection[str]) -> None:
    for sha256 in hashes:
        path = shelf.store.blob_path(sha256)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreFull(f"erasing {path}: {error}") from error


def _proven(
    connection: Connection, *, shelf: Shelf, number: str, gone: list[str], wanted: set[str], now: datetime
) -> None:
    end_erasing(connection, number, gone)
    row = TimelineRow(
        incident=number,
        at=now,
        actor="system",
        role="system",
        channel="timer",
        action="evidence_erased",
        text={
            "zh": f"保存期限已到或本人要求，删除影像和录音 {len(gone)} 份；清单和校验值保留",
            "en": f"the time to keep media is over, or their person asked for it: {len(gone)} files deleted; manifests and hashes stay",
        },
        facts={"files": gone, "kept_for_other_cases": sorted(wanted)},
    )
    shelf.append(connection, [row])
