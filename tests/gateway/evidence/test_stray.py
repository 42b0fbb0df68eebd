"""Files that nothing names are deleted when they are old; whatever a row names stays."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from gateway.clock import to_us
from gateway.evidence.shelf import Shelf
from gateway.evidence.stray import sweep_strays
from gateway.response.model import SOMEBODY
from tests.gateway.api.house import House, house
from tests.gateway.resident.street import picture, reported

DAY = timedelta(days=1)


def lying(folder: Path) -> set[str]:
    """Return the names of all files in the folder of pictures."""
    return {path.name for path in folder.rglob("blobs/*/*")}


def aged(folder: Path, *, s: float) -> None:
    """Make all pictures as old as this second of the epoch."""
    for path in folder.rglob("blobs/*/*"):
        os.utime(path, (s, s))


async def swept(it: House, *, after: timedelta = timedelta(0)) -> int:
    now = it.clock.now() + after
    return await sweep_strays(Shelf(it.store, it.writer), now=now, wall=now)


async def test_a_file_without_a_row_goes_after_an_hour_and_no_sooner(tmp_path):
    async with house(tmp_path) as it:
        await reported(it, photos=(picture(),))
        named = lying(tmp_path)
        it.store.save_blob(b"refused", "image/jpeg", SOMEBODY, at_us=0)
        now_s = it.clock.now().timestamp()
        aged(tmp_path, s=now_s - 3500)
        assert await swept(it) == 0
        assert len(lying(tmp_path)) == 2
        aged(tmp_path, s=now_s - 3700)
        assert await swept(it) == 1
        assert lying(tmp_path) == named


async def test_a_file_that_comes_again_is_young_again(tmp_path):
    async with house(tmp_path) as it:
        it.store.save_blob(b"once", "image/jpeg", SOMEBODY, at_us=0)
        aged(tmp_path, s=it.clock.now().timestamp() - 7200)
        it.store.save_blob(b"once", "image/jpeg", SOMEBODY, at_us=0)
        assert await swept(it) == 0
        assert len(lying(tmp_path)) == 1


async def test_a_recorded_file_of_the_form_that_no_report_names_goes_and_that_of_a_device_stays(tmp_path):
    async with house(tmp_path) as it:
        await reported(it, photos=(picture(),))
        named = lying(tmp_path)
        at_us = to_us(it.clock.now() - DAY)
        _, stray = it.store.save_blob(b"of a refused report", "image/jpeg", SOMEBODY, at_us=at_us)
        seen, device = it.store.save_blob(b"of a camera", "image/jpeg", "device", at_us=at_us)
        it.write(stray)
        it.write(device)
        aged(tmp_path, s=it.clock.now().timestamp() - 7200)
        assert await swept(it, after=timedelta(hours=2)) == 1
        assert lying(tmp_path) == named | {seen}
