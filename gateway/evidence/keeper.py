"""Keeper: opens a bundle of proof with each case, closes it a minute later, adds what comes late, erases what is over.

A part of the gateway beside the main path. What is open stands in the database with the engine time at which it
closes, so that a restart closes what fell due meanwhile; cases whose bundle was not opened are found by looking.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

import structlog

from gateway.batch import Committed
from gateway.clock import synchronised
from gateway.errors import StoreError
from gateway.evidence.erase import erase_media
from gateway.evidence.gather import Scene, gather
from gateway.evidence.limits import Keeping
from gateway.evidence.manifest import manifest_of
from gateway.evidence.shelf import Shelf
from gateway.evidence.stray import sweep_strays
from gateway.evidence.upload import Uploads
from gateway.response.model import Incident, TimelineRow
from gateway.response.world import SiteView
from gateway.store.bundles import (
    Bundle,
    Part,
    add_alerts,
    bundles_of,
    cases_without_bundle,
    close_bundle,
    due_bundles,
    late_media,
    next_close,
    open_bundle,
    parts_of,
)
from gateway.store.read import Connection
from gateway.store.read_incidents import incident

log = structlog.get_logger("evidence")
REMEMBERED = 20_000  # cases whose alerts and photos were looked at
AT_ONCE = 20
TRY_AGAIN_S = 5.0
LONGEST_S = 30.0
SWEEP = timedelta(hours=1)
LOOK_BACK = timedelta(days=7)


class Keeper:
    """The bundles of one gateway. `run` lives in the event loop, `committed` is called in the writer's thread."""

    name = "evidence"

    def __init__(
        self,
        shelf: Shelf,
        *,
        view: Callable[[], SiteView],
        now: Callable[[], datetime],
        offset: Callable[[], timedelta],
        uploads: Uploads,
        touched: Callable[[Iterable[str]], None],
        keeping: Callable[[], Keeping] = Keeping,
    ) -> None:
        """`view` is the site in force, `now` engine time, `offset` wall − engine time, `touched` hears of changed cases.

        `keeping` is asked at each round how long proof is kept.
        """
        self._shelf, self._view, self._now, self._offset = shelf, view, now, offset
        self._uploads, self._touched = uploads, touched
        self.keeping = keeping
        self._seen: OrderedDict[str, int] = OrderedDict()
        self._changed: set[str] = set()
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._swept_at: datetime | None = None
        self._aside: set[tuple[str, int]] = set()  # bundles that cannot be closed

    def committed(self, committed: Committed) -> None:
        """Note the cases that are new or have new alerts or photos."""
        fresh = [case.number for case in committed.incidents if self._is_news(case)]
        if fresh:
            self._loop.call_soon_threadsafe(self._note, fresh)

    async def run(self) -> None:
        """Open, close and sweep until cancelled."""
        while True:
            try:
                await self.turn()
                wait_s = await self._patience()
            except StoreError as error:  # a full disk: what is due stays due
                log.warning("proof waits", error=str(error))
                wait_s = TRY_AGAIN_S
            try:
                await asyncio.wait_for(self._wake.wait(), wait_s)
            except TimeoutError:
                continue

    async def turn(self) -> None:
        """Do everything that is due now."""
        self._wake.clear()
        sweeps = self._swept_at is None or self._now() - self._swept_at >= SWEEP
        if sweeps:
            self._aside.clear()
            await self._look_back()
        failed = [*await self._open_changed(), *await self._close_due()]
        if sweeps:  # last: what has just been sealed may need what another case no longer does
            await self._sweep()
        if failed:  # everything else is done
            raise failed[0]

    async def _open_changed(self) -> list[Exception]:
        """Open what the noted cases lack; return why some could not be, which are found again by looking back."""
        failed: list[Exception] = []
        while self._changed:
            number = min(self._changed)
            try:
                await self._shelf.write(partial(self._open, number=number))
            except StoreError:
                raise  # a full disk: all that is left stays noted
            except Exception as error:  # task boundary: one case must not keep the others from their proof
                log.exception("a bundle cannot be opened", incident=number)
                failed.append(error)
            self._changed.discard(number)
        return failed

    async def _close_due(self) -> list[Exception]:
        """Close what is due; return why some could not be, which are laid aside until the next sweep."""
        failed: list[Exception] = []
        while True:
            limit = AT_ONCE + len(self._aside)
            found = await self._shelf.read(partial(due_bundles, now=self._now(), limit=limit))
            due = [each for each in found if (each.incident, each.number) not in self._aside]
            if not due:
                return failed
            for bundle in due:
                try:
                    await self._close(bundle)
                except StoreError:
                    raise
                except Exception as error:  # task boundary: one bundle must not keep the others open
                    log.exception("a bundle cannot be closed", incident=bundle.incident, bundle=bundle.number)
                    self._aside.add((bundle.incident, bundle.number))
                    failed.append(error)

    async def seal_late(self, number: str) -> None:
        """Seal what came late to a case, now: it is about to leave.

        An addendum holds what is there, so closing it early loses nothing and what still comes gets the next one.
        A bundle waits for what devices around say within its minute: it stays open until then.
        """
        await self._shelf.write(partial(self._open, number=number))
        kept, now = await self._shelf.read(lambda c: bundles_of(c, number)), self._now()
        for bundle in kept:
            if bundle.manifest is not None or (bundle.kind == "bundle" and bundle.closes_at > now):
                continue
            try:
                await self._close(bundle)
            except StoreError:
                raise
            except Exception:  # task boundary: what can be taken is taken; the package says what is not in it
                log.exception("a bundle cannot be closed", incident=number, bundle=bundle.number)

    # --- opening ----------------------------------------------------------------------------------

    def _is_news(self, case: Incident) -> bool:
        mark = hash((case.alerts, len(case.photos)))
        if self._seen.get(case.number) == mark:
            return False
        self._seen[case.number] = mark
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return True

    def _note(self, numbers: Iterable[str]) -> None:
        self._changed.update(numbers)
        self._wake.set()

    def _open(self, connection: Connection, number: str) -> None:
        """Open what is missing for a case: its first bundle, one for alerts that joined, an addendum for photos."""
        row, now = incident(connection, number), self._now()
        if row is None:
            return
        case, kept = row.incident, bundles_of(connection, number)
        length = timedelta(seconds=self.keeping().open_s)
        if not kept:
            open_bundle(
                connection, number, "bundle", opened_at=case.opened_at, closes_at=case.opened_at + length, alerts=case.alerts
            )  # fmt: skip
            return
        still_open = [bundle for bundle in kept if bundle.manifest is None]
        known = {alert for bundle in kept for alert in bundle.alerts}
        joined = [alert for alert in case.alerts if alert not in known]
        first_open = next((bundle for bundle in still_open if bundle.kind == "bundle"), None)
        if joined and first_open is not None:
            add_alerts(connection, first_open, joined)
        elif joined:
            open_bundle(connection, number, "bundle", opened_at=now, closes_at=now + length, alerts=joined)
        elif not still_open and self._has_late(connection, case):
            open_bundle(connection, number, "addendum", opened_at=now, closes_at=now + length, alerts=())

    def _has_late(self, connection: Connection, case: Incident) -> bool:
        held = {part.sha256 for parts in parts_of(connection, case.number).values() for part in parts}
        return any(photo.sha256 not in held for photo in case.photos)

    # --- closing ----------------------------------------------------------------------------------

    async def _close(self, bundle: Bundle) -> None:
        now, offset, view = self._now(), self._offset(), self._view()

        def gathered(connection: Connection) -> list[Part]:
            scene = Scene(
                connection=connection,
                bundle=bundle,
                view=view,
                keeping=self.keeping(),
                now=now,
                offset=offset,
                synchronised=synchronised(),
                present=lambda sha256: self._shelf.store.blob_path(sha256).is_file(),
            )
            return gather(scene)

        parts = await self._shelf.read(gathered)
        manifest, hash_ = manifest_of(bundle, parts, site=view.id, closed_at=now, offset=offset)

        def job(connection: Connection) -> None:
            if close_bundle(connection, bundle, parts, manifest=manifest, hash_=hash_):
                self._shelf.append(connection, [_closed_row(bundle, parts, hash_, at=now)])

        await self._shelf.write(job)
        self._touched([bundle.incident])

    # --- now and then -----------------------------------------------------------------------------

    async def _look_back(self) -> None:
        now = self._now()
        missed = await self._shelf.read(lambda c: cases_without_bundle(c, since=now - LOOK_BACK))
        self._changed.update(missed)
        late = await self._shelf.read(lambda c: late_media(c, since=now - LOOK_BACK))
        await self._shelf.write(lambda c: self._open_late(c, sorted({number for number, _ in late})))

    async def _sweep(self) -> None:
        now = self._now()
        erased = await erase_media(self._shelf, now=now, after=timedelta(days=self.keeping().media_days))
        self._touched(erased)
        await self._uploads.sweep()
        strays = await sweep_strays(self._shelf, now=now, wall=now + self._offset())
        if strays:
            log.info("deleted files that nothing names", count=strays)
        self._swept_at = now

    def _open_late(self, connection: Connection, numbers: Iterable[str]) -> None:
        """Open an addendum for media that had not come when their bundle closed."""
        now = self._now()
        for number in numbers:
            parts = [part for each in parts_of(connection, number).values() for part in each]
            here = {part.sha256 for part in parts if part.media != "missing"}
            waits = any(bundle.manifest is None for bundle in bundles_of(connection, number))
            if not waits and any(part.sha256 not in here for part in parts if part.media == "missing"):
                length = timedelta(seconds=self.keeping().open_s)
                open_bundle(connection, number, "addendum", opened_at=now, closes_at=now + length, alerts=())

    async def _patience(self) -> float:
        due = await self._shelf.read(next_close)
        if due is None:
            return LONGEST_S
        if self._aside:  # what cannot be closed is always the next one
            return TRY_AGAIN_S
        return min(max((due - self._now()).total_seconds(), 0.0), LONGEST_S)


def _closed_row(bundle: Bundle, parts: list[Part], hash_: str, *, at: datetime) -> TimelineRow:
    missing = sum(part.media == "missing" for part in parts)
    named = {"bundle": ("证据包", "evidence bundle"), "addendum": ("证据补充", "evidence addendum")}[
        bundle.kind
    ]
    zh = f"{named[0]} {bundle.number} 已封存：{len(parts)} 份，校验值 {hash_}"
    en = f"{named[1]} {bundle.number} closed: {len(parts)} parts, hash {hash_}"
    return TimelineRow(
        incident=bundle.incident,
        at=at,
        actor="system",
        role="system",
        channel="timer",
        action="evidence_closed",
        text={"zh": zh, "en": en},
        facts={
            "bundle": bundle.number,
            "kind": bundle.kind,
            "hash": hash_,
            "parts": len(parts),
            "missing": missing,
        },
    )
