"""Child: a process with limits of its own that opens what strangers sent, so that whatever breaks, breaks there."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO


async def run_child(
    script: Path, given: Sequence[str], source: BinaryIO | bytes, *, wait_s: float
) -> bytes | None:
    """Run one of our scripts with `source` on its standard input; return what it wrote, None if it took too long.

    The script needs nothing of ours and sets its limits itself before it reads a byte.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(script), *given,
        stdin=asyncio.subprocess.PIPE if isinstance(source, bytes) else source.fileno(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        out, _ = await asyncio.wait_for(
            child.communicate(source if isinstance(source, bytes) else None), wait_s
        )
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return out
