"""Process: a question in a nice child process, its answers as they come, and its end whatever happens."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec

from gateway.backtest.child import Answer, Ask
from gateway.errors import GatewayError

END_WITHIN_S = 5.0
_LINE = 64 << 20  # bytes; a result is one line
_MODULE = "gateway.backtest.child"


class ChildFailed(GatewayError):
    """The child process ended without an answer."""


class Child:
    """One running child. Get it with `child`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ended = False  # it has closed its output: to signal it now would race with its own end

    async def answers(self, ask: Ask) -> AsyncIterator[Answer]:
        """Ask, and yield what it says until it ends.

        Raises:
            ChildFailed: it ended without a last word; the text is what it said on standard error.
        """
        process, last = self._process, False
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        with suppress(ConnectionError):  # it died at once; its last words are read below
            process.stdin.write(msgspec.json.encode(ask))
            process.stdin.close()
        async for line in process.stdout:
            answer = msgspec.json.decode(line, type=Answer)
            last = last or answer.is_last
            yield answer
        self._ended = True
        if not last:
            words = (await process.stderr.read()).decode("utf-8", "replace").strip().splitlines()
            raise ChildFailed(words[-1] if words else "the child process ended without an answer")

    def stop(self) -> None:
        """Ask it to end."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.terminate()

    async def gone(self) -> None:
        """Wait until it has ended; one that does not want to is killed."""
        if not self._ended:
            self.stop()
        try:
            await asyncio.wait_for(self._process.wait(), END_WITHIN_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def child() -> AsyncIterator[Child]:
    """Start a child; at the end of the block it is gone.

    Raises:
        ChildFailed: it cannot be started.
    """
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", _MODULE, stdin=pipe, stdout=pipe, stderr=pipe, limit=_LINE
        )
    except OSError as error:
        raise ChildFailed(f"the child process cannot be started: {error}") from error
    found = Child(process)
    try:
        yield found
    finally:
        await found.gone()
