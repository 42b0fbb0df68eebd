"""Digests: a day, a week or a month read aloud, beside the period before and the year before."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.ledger_page import rule_name
from gateway.api.ledger_read import asked_period, ledgers_read
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.ledgers import OfDay, OfKind
from gateway.api.routes.noun import noun
from gateway.api.schemas.figures import DigestView
from gateway.api.views.figures import figure_views, forms_of, remedy_view, words
from gateway.api.views.lens import both, lens_of
from gateway.report.ledger import Ledger
from gateway.report.noise import Loud
from gateway.report.period import before, year_before
from gateway.report.remedy import remedy_for
from gateway.report.story import figures_of, sentences_of

router = noun("ledgers")
MOST = 3  # suggestions: more are not read


@router.get(
    "/api/ledgers/{kind}/digest", summary="A ledger read aloud", response_model=DigestView, responses=errors()
)
async def digest(
    kind: OfKind,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("ledgers.read"))],
    day: OfDay = None,
) -> Response:
    """Return a period as three sentences, four numbers with what they were, and what to change first."""
    lens = lens_of(request)
    zone = ZoneInfo(lens.community.timezone)
    period = asked_period(kind, day, lens)
    now, (last, year) = await ledgers_read(
        request, period, (before(period, zone), year_before(period, zone)), lens, viewer
    )
    form = forms_of(services(request).rulebook)
    found = (remedy_for(each, form(each.rule)) for each in louds(now))
    return answer(
        DigestView(
            kind=period.kind,
            first=period.first,
            last=period.last,
            title=both(period.title, ""),
            running=lens.shown(lens.now) < period.end,
            sentences=[
                words(each)
                for each in sentences_of(now, last, rule=lambda rule: rule_name(rule, lens).model_dump())
            ],
            figures=figure_views(figures_of(now, last, year)),
            suggestions=[remedy_view(each, lens) for each in found if each is not None][:MOST],
        )
    )


def louds(ledger: Ledger) -> list[Loud]:
    """Return the rules of a ledger's league as proposals are made from them."""
    return [
        Loud(
            name=each.rule, alarms=each.alarms, share=each.share, false=each.false, found=each.found, short=0,
            chatters=any(name.split(" ")[0] == each.rule for name in ledger.load.chattering), rule=each.rule, rule_share=1.0,
            device=each.devices[0][0] if each.devices else None,
            device_share=round(each.devices[0][1] / each.alarms, 4) if each.devices else 0.0,
        )
        for each in ledger.noisy
    ]  # fmt: skip
