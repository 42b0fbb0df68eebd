"""Reception: takes a resident's report in. Kept first, then the case, then the event; each step may be repeated.

Whoever got an answer has a report that is kept, has a case and was told to the rules. What a stopped process
left between two steps is finished at the next start, or when the phone sends the same report again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias, TypeVar

import msgspec
import structlog

from devices.event import Evidence, RawMessage, canonical_json
from devices.resident_voice import KIND, Said
from gateway.batch import Committed
from gateway.errors import GatewayError, StoreError
from gateway.resident.signing import Signer, hashed
from gateway.response.model import SOMEBODY, Action, Photo
from gateway.sealing import Sealer
from gateway.store import reports
from gateway.store.read import Connection
from gateway.store.reports import Report

T = TypeVar("T")
Record: TypeAlias = Callable[[Connection], None]  # notes one stored file inside a transaction
HEARD_S = 15.0  # so long the writer has for one event before the sender is asked to repeat
PHONE_KEPT = timedelta(days=30)  # after the case was closed
SWEEP_S = 6 * 3600.0
_FACTS = ("building", "unit", "floor", "zone")
log = structlog.get_logger("resident")


class Writes(Protocol):
    """The part of the writer that is used here."""

    def act(self, action: Action) -> Future[dict[str, Any]]: ...

    def call(self, work: Callable[[Connection], T]) -> Future[T]: ...

    def put(self, message: RawMessage, ack: Callable[[], None]) -> None: ...


class KeyUsed(GatewayError):
    """This idempotency key belongs to a report with other words."""


class Unfinished(GatewayError):
    """A kept report still has no case, or the rules have not heard of it."""

    def __init__(self, report: str, why: Exception) -> None:
        said = str(why) if isinstance(why, GatewayError) else type(why).__name__
        super().__init__(f"{report}: {said}")


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A report as it was said. `place` are parts of a known place; `sent` are the hashes of its files as they came."""

    reporter: str  # a login name or SOMEBODY
    category: str
    place: dict[str, str]
    device: str | None
    words: str
    phone: str | None
    language: str
    sent: tuple[str, ...] = ()


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a report. `token` opens its answer; it is nowhere stored."""

    report: str
    incident: str
    token: str


class Reception:
    """One per gateway; also a Part, which finishes what was left and erases telephone numbers in time."""

    name = "reception"

    def __init__(
        self,
        *,
        secret: bytes,
        sealer: Sealer,
        writer: Writes,
        read: Callable[[Callable[[Connection], Any]], Any],
        now: Callable[[], datetime],
        offset: Callable[[], timedelta],
    ) -> None:
        """`read` runs a query on a read connection; `now` is engine time, `offset` wall − engine time."""
        self._ids, self._answers = Signer(secret, "report"), Signer(secret, "answer")
        self._sealer, self._writer, self._read = sealer, writer, read
        self._now, self._offset = now, offset

    # --- taking in --------------------------------------------------------------------------------

    def id_of(self, key: str) -> str:
        """Return the id that a report with this idempotency key has."""
        return f"r-{hashlib.sha256(self._ids.mark(key).encode()).hexdigest()[:20]}"

    async def again(self, said: Incoming, kept: Report) -> Taken:
        """Return the answer that a kept report got; of the repeat only the fingerprint is looked at.

        Raises:
            KeyUsed: the key belongs to a report that said something else.
        """
        if kept.fingerprint != self._fingerprint(said):
            raise KeyUsed(kept.id)
        return await self.finish(kept)

    async def keep(
        self, said: Incoming, *, report: str, pieces: tuple[Photo, ...], records: Sequence[Record]
    ) -> Report:
        """Keep a report, and note its files in the same transaction; return the one that is kept under this id.

        `pieces` are its files as they lie on the disk, each of `records` notes one of them. `finish` does the rest.
        """
        row = Report(
            id=report,
            answer=hashed(self._answers.mark(report)),
            fingerprint=self._fingerprint(said),
            at=self._now(),
            reporter=said.reporter,
            category=said.category,
            place={**said.place, **({"device": said.device} if said.device else {})},
            language=said.language,
            words=self._sealer.seal(said.words) if said.words else None,
            phone=self._sealer.seal(said.phone) if said.phone else None,
            pieces=pieces,
        )

        def job(connection: Connection) -> Report:
            kept = reports.add(connection, row)
            if kept is row:
                for record in records:
                    record(connection)
            return kept

        return await self._call(job)

    async def finish(self, row: Report) -> Taken:
        """Do what is still to be done for a kept report: open or join its case, tell the rules."""
        place = {part: value for part, value in row.place.items() if part != "device"}
        fields = {"report": row.id, "category": row.category, "place": place, "photos": row.pieces}
        if "device" in row.place:
            fields["device"] = row.place["device"]
        action = Action(
            name="report", by=row.reporter, roles=("resident",), key=f"{SOMEBODY}:{row.id}",
            channel="form", fields=fields,
        )  # fmt: skip
        result = await asyncio.wrap_future(self._writer.act(action))
        number = str(result["incident"])
        if row.incident is None:
            await self._call(lambda connection: reports.set_incident(connection, row.id, number))
        if not row.told:
            await self._tell(row, number, drill=result.get("drill") is True)
            await self._call(lambda connection: reports.set_told(connection, row.id))
        return Taken(report=row.id, incident=number, token=self._answers.mark(row.id))

    async def _tell(self, row: Report, number: str, *, drill: bool) -> None:
        """Say it as an event, and wait until that is journaled."""
        facts: dict[str, str | bool] = {part: row.place[part] for part in _FACTS if part in row.place}
        if "device" in row.place:
            facts["place"] = row.place["device"]
        facts |= {"category": row.category, "text": row.id, "incident": number, "drill": drill}
        evidence = tuple(
            Evidence(sha256=piece.sha256, mime=piece.mime, size=piece.size, at=piece.captured_at)
            for piece in row.pieces
        )
        message = RawMessage(
            topic=KIND,
            payload=msgspec.json.encode(Said(facts=facts, evidence=evidence)),
            received_at=row.at + self._offset(),
            adapter="self",
        )
        heard: Future[None] = Future()
        await asyncio.to_thread(self._writer.put, message, lambda: heard.set_result(None))
        await asyncio.wait_for(asyncio.wrap_future(heard), HEARD_S)

    def _fingerprint(self, said: Incoming) -> str:
        """Return what tells two reports apart; without the box's key nothing can be guessed from it."""
        body = [said.reporter, said.category, said.place, said.device, said.words, said.phone, *said.sent]
        return self._ids.mark(canonical_json(body).decode())

    # --- what was said ----------------------------------------------------------------------------

    def words_of(self, connection: Connection, number: str, *, only: str | None = None) -> dict[str, str]:
        """Return the words of the reports of a case by their ids, of all or only those of one reporter."""
        return {
            row.id: self._sealer.open(row.words)
            for row in reports.of_case(connection, number)
            if row.words is not None and only in (None, row.reporter)
        }

    def opened(self, sealed: str | None) -> str | None:
        """Return sealed words in the clear."""
        return None if sealed is None else self._sealer.open(sealed)

    def sealed(self, words: str) -> str | None:
        """Return words as they are kept; None when there are none."""
        return self._sealer.seal(words) if words else None

    # --- the part beside the main path ------------------------------------------------------------

    async def run(self) -> None:
        """Finish what was left, then erase telephone numbers whose time is over, again and again."""
        failed = await self._finish_left()
        while True:
            erased = await self._call(self._forget_phones)
            if erased:
                log.info("erased telephone numbers of reports", count=erased)
            if failed:  # everything else is done; they are tried again with the next run
                raise failed[0]
            await asyncio.sleep(SWEEP_S)

    async def _finish_left(self) -> list[Exception]:
        """Finish what was left, each report by itself; return why some could not be."""
        failed: list[Exception] = []
        for row in await asyncio.to_thread(self._read, reports.unfinished):
            try:
                await self.finish(row)
            except StoreError:
                raise  # the others would fare no better
            except Exception as error:  # task boundary: one report must not keep the others from their cases
                log.exception("a report that was left cannot be finished", report=row.id)
                failed.append(Unfinished(row.id, error))
            else:
                log.info("finished a report that was left", report=row.id)
        return failed

    def committed(self, committed: Committed) -> None:
        """Nothing here follows commits."""

    def _forget_phones(self, connection: Connection) -> int:
        return reports.forget_phones(connection, closed_before=self._now() - PHONE_KEPT)

    async def _call(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._writer.call(work))
