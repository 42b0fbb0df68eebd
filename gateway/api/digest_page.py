"""A digest: a period as three sentences, four numbers, the places with most cases, and what to change first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from gateway.api.ledger_page import Sight, ledger_for, rule_name
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.figures import BusyPlace, DigestView
from gateway.api.views.figures import Form, figure_views, remedy_view, words
from gateway.api.views.lens import Lens, both
from gateway.report.ledger import Ledger
from gateway.report.noise import Loud
from gateway.report.period import Period
from gateway.report.remedy import remedy_for
from gateway.report.spot import Spot
from gateway.report.story import figures_of, sentences_of
from gateway.store.read import Connection
from gateway.store.read_ledger import listening_since

MOST = 3  # suggestions: more are not read


def ledgers_at(
    connection: Connection,
    period: Period,
    earlier: Sequence[Period],
    lens: Lens,
    sight: Sight,
    *,
    seats: Sequence[float | None],
) -> tuple[Ledger, list[Ledger | None]]:
    """Return a ledger and those of earlier periods; one that began before the gateway listened is None.

    A period that still runs is compared with as much of the earlier ones as has passed of it. `seats` are the guards
    on duty on average, for the period and for each of the earlier ones.
    """
    passed = min(period.end, max(lens.shown(lens.now), period.begin)) - period.begin
    since = listening_since(connection, offset=lens.offset)
    now = ledger_for(connection, period, lens, sight, seats=seats[0])
    found: list[Ledger | None] = []
    for each, own in zip(earlier, seats[1:], strict=True):
        if since is None or each.begin < since:
            found.append(None)
            continue
        cut = each if period.end - period.begin == passed else _cut(each, each.begin + passed)
        found.append(ledger_for(connection, cut, lens, sight, seats=own))
    return now, found


def _cut(period: Period, end: datetime) -> Period:
    return msgspec.structs.replace(period, end=min(period.end, end))


def digest_view(
    period: Period, now: Ledger, last: Ledger | None, year: Ledger | None, lens: Lens, form: Form
) -> DigestView:
    """Return a period read aloud; `form` says what may be changed about a rule."""
    found = (remedy_for(each, form(each.rule)) for each in louds(now))
    return DigestView(
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
        places=[
            BusyPlace(name=_spot_name(each, lens), cases=each.cases, share=each.share) for each in now.spots
        ],
        suggestions=[remedy_view(each, lens) for each in found if each is not None][:MOST],
    )


def _spot_name(spot: Spot, lens: Lens) -> Bilingual:
    return lens.place({"building": spot.building, "zone": spot.zone})


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
