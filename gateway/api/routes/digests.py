"""Digests: a day, a week or a month read aloud, beside the period before and the year before."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.digest_page import digest_view
from gateway.api.ledger_read import asked_period, ledgers_read
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.ledgers import OfDay, OfKind
from gateway.api.routes.noun import noun
from gateway.api.schemas.figures import DigestView
from gateway.api.views.figures import forms_of
from gateway.api.views.lens import lens_of
from gateway.report.period import before, year_before

router = noun("ledgers")


@router.get(
    "/api/ledgers/{kind}/digest", summary="A ledger read aloud", response_model=DigestView, responses=errors()
)
async def digest(
    kind: OfKind,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("ledgers.read"))],
    day: OfDay = None,
) -> Response:
    """Return a period as three sentences, four numbers with what they were, where most happened, and what to change first."""
    lens = lens_of(request)
    zone = ZoneInfo(lens.community.timezone)
    period = asked_period(kind, day, lens)
    now, (last, year) = await ledgers_read(
        request, period, (before(period, zone), year_before(period, zone)), lens, viewer
    )
    return answer(digest_view(period, now, last, year, lens, forms_of(services(request).rulebook)))
