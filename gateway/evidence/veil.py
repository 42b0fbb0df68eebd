"""Veils: every picture in a form in which nobody is known, made once and kept while there is room.

Pages show this form first. The whole picture is asked for with a reason, which is written down (`Custody.revealed`).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from pathlib import Path

from gateway.evidence.child import run_child

CHILD_SECONDS = 20
KEPT = 400  # of about 6 KB
_CHILD = Path(__file__).with_name("veil_child.py")


class Veils:
    """Makes veiled pictures; belongs to the event loop. `darkroom` limits how many are made at once."""

    def __init__(self, darkroom: asyncio.Semaphore) -> None:
        self._darkroom = darkroom
        self._made: OrderedDict[str, bytes] = OrderedDict()

    async def of(self, sha256: str, path: Path) -> bytes | None:
        """Return the veiled form of a kept picture as JPEG, None when it cannot be read as one."""
        known = self._made.get(sha256)
        if known is not None:
            self._made.move_to_end(sha256)
            return known
        async with self._darkroom:
            content = await asyncio.to_thread(path.read_bytes)
            made = await run_child(_CHILD, (), content, wait_s=CHILD_SECONDS)
        if not made:
            return None
        self._made[sha256] = made
        if len(self._made) > KEPT:
            self._made.popitem(last=False)
        return made
