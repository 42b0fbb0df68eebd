"""A ledger for one viewer: read within their scope, shown as a view or as sheets in one language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.api.permissions import Viewer
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.ledgers import LedgerDay, LedgerView, LineView, LoadView, LoudDevice, NoisyView
from gateway.api.views.lens import Lens, both
from gateway.report.ledger import Ledger, Line, Noisy, ledger_of
from gateway.report.period import Period
from gateway.report.sheet import Names
from gateway.response.roster import Roster, duties
from gateway.store.read import Connection
from gateway.store.read_ledger import (
    alarms_between,
    cases_between,
    closed_between,
    listening_since,
    open_before,
)

SAMPLE = timedelta(hours=1)  # how often it is looked who was on duty


def ledger_for(
    connection: Connection, period: Period, lens: Lens, viewer: Viewer, *, seats: float | None
) -> Ledger:
    """Return the ledger of a period as far as the viewer's scope reaches; of what has not come yet nothing is counted."""
    until = max(period.begin, min(period.end, lens.shown(lens.now)))
    zone = ZoneInfo(lens.community.timezone)
    cases = cases_between(connection, period.begin, until, offset=lens.offset)
    alarms = alarms_between(connection, period.begin, until, offset=lens.offset)
    whole = viewer.scope == "site"
    return ledger_of(
        [case for case in cases if whole or viewer.sees_grid(case.grid)],
        [each for each in alarms if whole or viewer.sees_grid(_grid(each.device, lens))],
        period=msgspec.structs.replace(period, end=until),
        day_of=lambda at: f"{at.astimezone(zone):%Y-%m-%d}",
        closed=closed_between(
            connection, period.begin, until, offset=lens.offset, grids=None if whole else viewer.grids
        ),
        carried_in=open_before(
            connection, period.begin, offset=lens.offset, grids=None if whole else viewer.grids
        ),
        since=listening_since(connection, offset=lens.offset),
        seats=seats,
    )


def seats_of(roster: Roster, period: Period, zone: ZoneInfo, *, now: datetime) -> float | None:
    """Return how many guards were on duty on average, looked at every hour; None before it began or with no guards."""
    counts: list[int] = []
    at, end = period.begin, min(period.end, now)
    while at < end:
        counts.append(len({duty.person for duty in duties(roster, at, zone) if duty.role == "guard"}))
        at += SAMPLE
    return sum(counts) / len(counts) if any(counts) else None


def names_of(lens: Lens, lang: str) -> Names:
    """Return what codes are called in one language."""

    def one(name: Bilingual) -> str:
        return name.en if lang == "en" else name.zh

    return Names(
        category=lambda code: f"{code} {one(lens.category(code))}",
        grid=lambda grid: one(both(lens.community.grid_name(grid), grid)) if grid else "",
        rule=lambda rule: one(_rule(rule, lens)),
        device=lambda device: one(lens.device_name(device) or both(None, device)),
    )


def ledger_view(ledger: Ledger, period: Period, lens: Lens) -> LedgerView:
    """Return the ledger as the API shows it."""
    load: dict[str, Any] = msgspec.structs.asdict(ledger.load)
    worst = ledger.load.worst_at
    return LedgerView(
        kind=period.kind,
        first=period.first,
        last=period.last,
        title=both(period.title, ""),
        whole=_line(ledger.whole, Bilingual(zh="全部", en="Everything")),
        by_category=[_line(each, lens.category(each.name)) for each in ledger.by_category],
        by_level=[_line(each, both(None, each.name)) for each in ledger.by_level],
        by_grid=[_line(each, _grid_name(each.name, lens)) for each in ledger.by_grid],
        by_day=[LedgerDay(day=day, opened=opened, closed=closed) for day, opened, closed in ledger.by_day],  # type: ignore[arg-type]  # pydantic reads the date
        drills=ledger.drills,
        carried_in=ledger.carried_in,
        noisy=_noisy(ledger.noisy, lens),
        load=LoadView(
            **{
                **load,
                "worst_at": worst and worst.astimezone(UTC),
                "chattering": list(ledger.load.chattering),
            }
        ),
    )


def _line(line: Line, name: Bilingual) -> LineView:
    figures = msgspec.structs.asdict(line)
    return LineView(**{**figures, "id": figures["name"], "name": name})


def _noisy(league: Sequence[Noisy], lens: Lens) -> list[NoisyView]:
    return [
        NoisyView(
            rule=each.rule,
            name=_rule(each.rule, lens),
            alarms=each.alarms,
            share=each.share,
            cases=each.cases,
            false=each.false,
            found=each.found,
            devices=[
                LoudDevice(id=device, name=lens.device_name(device) or both(None, device), alarms=count)
                for device, count in each.devices
            ],
        )
        for each in league
    ]


def _rule(rule: str, lens: Lens) -> Bilingual:
    card = lens.community.rules.get(rule)
    return both(card.name if card else None, rule)


def _grid_name(grid: str, lens: Lens) -> Bilingual:
    return both(lens.community.grid_name(grid), grid) if grid else Bilingual(zh="未分网格", en="No grid")


def _grid(device: str | None, lens: Lens) -> str | None:
    known = lens.community.device(device) if device is not None else None
    return known.grid if known is not None else None
