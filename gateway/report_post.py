"""Report post: sends the managers yesterday's report every morning, on Mondays the week's, on the first the month's.

The id of a message follows from the period, so that a restart sends nothing twice. What cannot be stored is tried
again every minute; a gateway that was off all morning sends nothing that is hours old.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from gateway.access import Write
from gateway.api.digest_page import digest_view, ledgers_at
from gateway.api.ledger_page import seats_of
from gateway.api.permissions import Scope
from gateway.api.schemas.figures import DigestView
from gateway.api.services import Services
from gateway.api.views.figures import forms_of
from gateway.api.views.lens import Lens
from gateway.batch import Committed
from gateway.core import Core
from gateway.outbox import Outbox
from gateway.part import Part
from gateway.report.letter import Letter, Number, due_on, text_of
from gateway.report.period import Kind, before, period_of, year_before
from gateway.response.duty_notices import Notice, messages
from gateway.response.world import SiteView
from gateway.rulebook.book import Rulebook
from gateway.store.outbox import write_messages
from gateway.store.read_ledger import listening_since
from gateway.writer import Writer

EVERY_S = 60.0
TEMPLATE = "report.due"
_LATE = timedelta(hours=2)


class WholeSite:
    """Nothing is out of sight: managers read of the whole site."""

    scope: Scope = "site"
    grids: frozenset[str] = frozenset()

    def sees_grid(self, grid: str | None) -> bool:
        """Everything is seen."""
        del grid
        return True


class ReportPost:
    """`at` is wall time of the site (HH:MM); `digest` tells a period aloud (in a thread; None: nothing was heard in it)."""

    name = "report post"

    def __init__(
        self,
        at: str,
        *,
        digest: Callable[[Kind, date], DigestView | None],
        view: Callable[[], SiteView],
        write: Write,
        wake: Callable[[], None],
        now: Callable[[], datetime],
        wall: Callable[[], datetime],
    ) -> None:
        self._at = time.fromisoformat(at)
        self._digest, self._view, self._write, self._wake = digest, view, write, wake
        self._now, self._wall = now, wall
        self._sent: date | None = None

    async def run(self) -> None:
        """Look every minute whether it is time."""
        while True:
            await self.turn()
            await asyncio.sleep(EVERY_S)

    def committed(self, committed: Committed) -> None:
        """A report is of what is over: no commit changes it."""

    async def turn(self) -> int:
        """Write what is due this morning and not written yet; return how many messages that were."""
        view = self._view()
        local = self._wall().astimezone(view.zone)
        due = datetime.combine(local.date(), self._at, view.zone)
        if self._sent == local.date() or not due <= local < due + _LATE:
            return 0
        notices = []
        for kind, day in due_on(local.date()):
            told = await asyncio.to_thread(self._digest, kind, day)
            notices += notices_of(view, told) if told is not None else []
        found = messages(view, notices, now=self._now())

        def job(connection: Any) -> int:
            return write_messages(connection, found)

        written = await asyncio.wrap_future(self._write(job))
        self._sent = local.date()
        if written:
            self._wake()
        return written


def notices_of(view: SiteView, digest: DigestView) -> list[Notice]:
    """Return a digest as a notice for each manager."""
    params = {"title": digest.title.model_dump(), "report": text_of(letter_of(digest))}
    about = f"report {digest.kind} {digest.first}"
    return [
        Notice(to=person.id, template=TEMPLATE, about=about, params=params)
        for person in view.people.values()
        if "manager" in person.roles
    ]


def letter_of(digest: DigestView) -> Letter:
    """Return what is sent of a digest."""
    return Letter(
        sentences=tuple(each.model_dump() for each in digest.sentences),
        numbers=tuple(
            Number(
                title=each.title.model_dump(),
                text=each.text.model_dump(),
                way=None if each.before is None else each.before.way,
                moved=None if each.before is None else each.before.text.model_dump(),
            )
            for each in digest.figures
        ),
        places=tuple((each.name.model_dump(), each.cases) for each in digest.places),
        suggestions=tuple(
            {
                "zh": f"{each.rule_name.zh}：{each.text.zh}（{each.why.zh}）" if each.rule_name else f"{each.text.zh}（{each.why.zh}）",
                "en": f"{each.rule_name.en}: {each.text.en} ({each.why.en})" if each.rule_name else f"{each.text.en} ({each.why.en})",
            }
            for each in digest.suggestions
        ),
    )  # fmt: skip


def post_of(
    at: str | None, core: Core, writer: Writer, services: Services, rulebook: Rulebook, outbox: Outbox
) -> list[Part]:
    """Return the post of a running gateway; nothing where the settings say never."""
    if at is None:
        return []

    def digest(kind: Kind, day: date) -> DigestView | None:
        lens = Lens(community=services.community(), now=services.now(), offset=services.offset())
        zone = core.view.zone
        period = period_of(kind, day, zone)
        earlier = (before(period, zone), year_before(period, zone))
        wall = lens.shown(lens.now)
        seats = [seats_of(core.view.roster, each, zone, now=wall) for each in (period, *earlier)]
        with core.store.read() as connection:
            since = listening_since(connection, offset=lens.offset)
            if since is None or since >= period.end:
                return None
            now, (last, year) = ledgers_at(connection, period, earlier, lens, WholeSite(), seats=seats)
        return digest_view(period, now, last, year, lens, forms_of(rulebook))

    return [
        ReportPost(
            at,
            digest=digest,
            view=lambda: core.view,
            write=writer.call,
            wake=outbox.wake,
            now=core.clock.now,
            wall=lambda: core.clock.now() + core.clock.offset,
        )
    ]
