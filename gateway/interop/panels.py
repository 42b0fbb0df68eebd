"""Panels: the receiver that alarm panels call (SIA DC-09, TCP and UDP on one port).

A frame is answered only after what it says is on disk: ACK means that nobody has to say it again. Without an answer
the panel repeats; a repeat is recognised (repeats.py), acknowledged and counted once. NAK: clock or account are
wrong; DUH: the frame, or its code, is not understood (it is kept in quarantine). A frame that was damaged on its way
gets no answer at all.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import cast

import msgspec
import structlog

from devices.event import RawMessage
from devices.registry import Registry
from gateway.batch import Committed
from gateway.interop.dc09 import FRAME_BYTES, Account, Refusal, Report, answer, read_frame
from gateway.interop.door import Door
from gateway.interop.repeats import Repeats

PROFILE = "sia-dc09"
ANSWER_S = 10.0  # a commit that takes longer is not waited for: the panel repeats
IDLE_S = 300.0
CONNECTIONS = 256
WARNINGS = 200  # accounts that nobody knows are made up at will: the log need not name them all
HEARTBEAT_S = 45.0  # a panel that polls more often is journaled no more often
_log = structlog.get_logger(__name__)


class Panels:
    """One receiver. `registry` returns the present devices, `recall` the keys of the last minutes from the journal."""

    name = "panels"

    def __init__(
        self,
        *,
        host: str,
        port: int,
        accounts: Mapping[str, Account],
        door: Door,
        registry: Callable[[], Registry],
        recall: Callable[[], Iterable[str]] = tuple,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        answer_s: float = ANSWER_S,
    ) -> None:
        self._host, self._port = host, port
        self._accounts = dict(accounts)
        self._door, self._registry, self._recall = door, registry, recall
        self._wall, self._answer_s = wall, answer_s
        self._repeats = Repeats()
        self._heard: dict[str, float] = {}
        self._clocks_wrong: set[str] = set()
        self._warned: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.counts: Counter[str] = Counter()
        self.port = port

    def committed(self, committed: Committed) -> None:
        """Have nothing to hear of: the door tells."""

    async def run(self) -> None:
        """Listen until cancelled."""
        self._repeats = Repeats(await asyncio.to_thread(lambda: list(self._recall())))
        server = await asyncio.start_server(self._serve, self._host, self._port, limit=2 * FRAME_BYTES)
        try:
            async with server:
                self.port = int(server.sockets[0].getsockname()[1])
                loop = asyncio.get_running_loop()
                transport, _ = await loop.create_datagram_endpoint(
                    lambda: _Datagrams(self), local_addr=(self._host, self.port)
                )
                try:
                    await server.serve_forever()
                finally:
                    transport.close()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def hear(self, line: bytes) -> bytes | None:
        """Take one frame; return the answer, None for silence."""
        now = self._wall()
        found = read_frame(line[:FRAME_BYTES], self._accounts, now=now)
        if isinstance(found, Refusal):
            self._refused(found, now)
            return found.answer
        self._clock_is_right(found.account, now)
        if found.is_poll:
            self._beat(found, now)
            return answer("ACK", found, now=now)
        future = self._door.put(self._message(found, now))
        if future is None:
            self.counts["no_room"] += 1
            return None
        try:
            verdict = await asyncio.wait_for(asyncio.wrap_future(future), self._answer_s)
        except TimeoutError:
            self.counts["not_stored"] += 1
            return None
        self.counts[verdict.outcome] += 1
        word = "DUH" if verdict.code == "unknown_code" else "ACK"
        return answer(word, found, now=self._wall())  # type: ignore[arg-type]  # one of the two words

    def datagram(self, data: bytes, reply: Callable[[bytes], None]) -> None:
        """Take one UDP packet; called in the loop."""
        if len(self._tasks) >= CONNECTIONS:
            self.counts["no_room"] += 1
            return

        async def work() -> None:
            said = await self.hear(data.strip(b"\r\n"))
            if said is not None:
                reply(said)

        self._keep(asyncio.get_running_loop().create_task(work()))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._tasks) >= CONNECTIONS:
            self.counts["no_room"] += 1
            writer.close()
            return
        self._keep(task)
        try:
            while True:
                line = await asyncio.wait_for(reader.readuntil(b"\r"), IDLE_S)
                said = await self.hear(line.strip(b"\r\n"))
                if said is not None:
                    writer.write(said)
                    await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ConnectionError):
            return
        finally:
            writer.close()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _refused(self, refusal: Refusal, now: datetime) -> None:
        self.counts[f"refused.{refusal.why}"] += 1
        if refusal.why == "clock" and refusal.account not in self._clocks_wrong:
            self._clocks_wrong.add(refusal.account)
            self._say(refusal.account, {"event": "clock", "qualifier": "new", "code": "clock"}, now)
        if refusal.account in self._accounts:
            self.counts[f"refused.{refusal.why}.{refusal.account}"] += 1
        first = (refusal.why, refusal.account)
        if first not in self._warned and len(self._warned) < WARNINGS:
            self._warned.add(first)
            _log.warning("a panel was refused", why=refusal.why, account=refusal.account)

    def _clock_is_right(self, account: str, now: datetime) -> None:
        if account in self._clocks_wrong:
            self._clocks_wrong.discard(account)
            self._say(account, {"event": "clock", "qualifier": "restore", "code": "clock"}, now)

    def _beat(self, report: Report, now: datetime) -> None:
        self.counts["polls"] += 1
        steady = time.monotonic()
        if steady - self._heard.get(report.account, -HEARTBEAT_S) >= HEARTBEAT_S:
            self._heard[report.account] = steady
            self._say(report.account, {"event": "poll", "qualifier": "new", "code": ""}, now)

    def _say(self, account: str, facts: dict[str, str], now: datetime) -> None:
        """Say something of the panel itself; nobody waits for it."""
        key = {} if facts["event"] == "poll" else {"key": f"{int(now.timestamp())}|{facts['event']}"}
        body = {"device": account, "zone": "0", "partition": "", **facts, **key}
        self._door.put(_raw(account, body, now))

    def _message(self, report: Report, now: datetime) -> RawMessage:
        zone = f"{report.account}/{report.zone}"
        known = self._registry().resolve(PROFILE, zone) is not None
        parts = [
            report.account,
            report.sequence,
            report.event,
            report.qualifier,
            report.partition,
            report.zone,
        ]
        said = "|".join(parts)
        body = body_of(report, device=zone if known else report.account, key=self._repeats.key(said, now))
        return _raw(report.account, body, now)


class _Datagrams(asyncio.DatagramProtocol):
    """UDP side of the receiver."""

    def __init__(self, panels: Panels) -> None:
        self._panels = panels
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # the loop's own class is none by name

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        transport = self._transport
        if transport is not None:
            self._panels.datagram(data, lambda said: transport.sendto(said, addr))


def body_of(report: Report, *, device: str, key: str) -> dict[str, str]:
    """Return what a report says, as the profile `sia-dc09` reads it.

    Without its time: a panel stamps each repetition anew, and the same body is what makes it a repetition; a clock
    that is off is refused before (`Refusal`), so that the moment of receipt is as good.
    """
    return {
        "device": device,
        "event": report.event,
        "qualifier": report.qualifier,
        "code": report.code,
        "zone": report.zone,
        "partition": report.partition,
        "sequence": report.sequence,
        "key": key,
    }


def _raw(account: str, body: Mapping[str, str], now: datetime) -> RawMessage:
    return RawMessage(
        topic=f"panel/{account}", payload=msgspec.json.encode(body), received_at=now, adapter="http"
    )
