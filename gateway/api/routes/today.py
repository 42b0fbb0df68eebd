"""Today (今日): five sentences, four numbers, and what needs somebody."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, read
from gateway.api.governing import heard_between
from gateway.api.ledger_page import rule_name
from gateway.api.ledger_read import asked_period, ledgers_read
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.figures import TodayView
from gateway.api.today_now import needs_of, now_standing
from gateway.api.views.figures import figure_views, words
from gateway.api.views.lens import lens_of
from gateway.report.heat import heat_of
from gateway.report.period import before, year_before
from gateway.report.story import figures_of, today_sentences
from gateway.store.read import Connection

router = noun("today")


@router.get("/api/today", summary="Today", response_model=TodayView, responses=errors())
async def today(request: Request, viewer: Annotated[Viewer, Depends(Require("today.read"))]) -> Response:
    """Return how today has gone so far beside yesterday by this time, and what waits for somebody."""
    lens = lens_of(request)
    zone = ZoneInfo(lens.community.timezone)
    period = asked_period("daily", None, lens)
    now, (yesterday, year) = await ledgers_read(
        request, period, (before(period, zone), year_before(period, zone)), lens, viewer
    )

    def run(connection: Connection) -> TodayView:
        at = lens.shown(lens.now)
        seen = now_standing(connection, lens, viewer)
        heard = heard_between(connection, period.begin, max(at, period.begin), lens, viewer)
        hours = [0] * (at.astimezone(zone).hour + 1)
        for row in heat_of(heard.opened, hour_of=lambda moment: moment.astimezone(zone).hour):
            hours = [count + row.hours[hour] for hour, count in enumerate(hours)]
        sentences = today_sentences(
            now, yesterday, seen.standing,
            rule=lambda rule: rule_name(rule, lens).model_dump(),
            clock=lambda moment: f"{moment.astimezone(zone):%H:%M}",
        )  # fmt: skip
        return TodayView(
            at=at,
            sentences=[words(each) for each in sentences],
            figures=figure_views(figures_of(now, yesterday, year)),
            needs=needs_of(seen, now),
            hours=hours,
        )

    return answer(await read(request, run))
