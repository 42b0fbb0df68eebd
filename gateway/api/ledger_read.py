"""Reading ledgers for a request: which period is meant, who was on duty, and the same for the periods it is compared with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from starlette.requests import Request

from gateway.api.answers import read, services
from gateway.api.ledger_page import ledger_for, seats_of
from gateway.api.permissions import Viewer
from gateway.api.views.lens import Lens
from gateway.report.ledger import Ledger
from gateway.report.period import Kind, Period, period_of
from gateway.store.read import Connection
from gateway.store.read_ledger import listening_since


def asked_period(kind: Kind, day: date | None, lens: Lens) -> Period:
    """Return the period in which a day of the site lies; today when none is named."""
    zone = ZoneInfo(lens.community.timezone)
    return period_of(kind, day or lens.shown(lens.now).astimezone(zone).date(), zone)


async def seats_in(request: Request, period: Period, lens: Lens) -> float | None:
    """Return how many guards were on duty on average; None where no roster says so."""
    sitebook = services(request).sitebook
    if sitebook is None:
        return None
    zone, now = ZoneInfo(lens.community.timezone), lens.shown(lens.now)
    return await asyncio.to_thread(seats_of, sitebook.view.roster, period, zone, now=now)


async def ledger_read(request: Request, period: Period, lens: Lens, viewer: Viewer) -> Ledger:
    """Return one ledger within the viewer's scope."""
    seats = await seats_in(request, period, lens)
    return await read(request, lambda connection: ledger_for(connection, period, lens, viewer, seats=seats))


async def ledgers_read(
    request: Request, period: Period, earlier: Sequence[Period], lens: Lens, viewer: Viewer
) -> tuple[Ledger, list[Ledger | None]]:
    """Return a ledger and those of earlier periods; one that began before the gateway listened is None.

    A period that still runs is compared with as much of the earlier ones as has passed of it.
    """
    seats = [await seats_in(request, each, lens) for each in (period, *earlier)]
    passed = min(period.end, max(lens.shown(lens.now), period.begin)) - period.begin

    def run(connection: Connection) -> tuple[Ledger, list[Ledger | None]]:
        since = listening_since(connection, offset=lens.offset)
        now = ledger_for(connection, period, lens, viewer, seats=seats[0])
        found: list[Ledger | None] = []
        for each, own in zip(earlier, seats[1:], strict=True):
            if since is None or each.begin < since:
                found.append(None)
                continue
            cut = each if period.end - period.begin == passed else _cut(each, each.begin + passed)
            found.append(ledger_for(connection, cut, lens, viewer, seats=own))
        return now, found

    return await read(request, run)


def _cut(period: Period, end: datetime) -> Period:
    return msgspec.structs.replace(period, end=min(period.end, end))
