"""Aside: work that takes minutes, in a process of its own: one question as JSON on its standard input, one answer back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress

import msgspec


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a process came to."""

    code: int
    out: bytes
    wrong: str  # the last line that it wrote to standard error


async def aside(module: str, ask: bytes) -> Said:
    """Let `python -m module` answer; cancelling ends it and whatever it has started.

    Raises:
        OSError: it cannot be started.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
    )
    try:
        out, wrong = await process.communicate(ask)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    lines = wrong.decode("utf-8", "replace").strip().splitlines()
    return Said(code=process.returncode or 0, out=out, wrong=lines[-1] if lines else "")
