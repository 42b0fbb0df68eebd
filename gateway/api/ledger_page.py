"""A ledger for one viewer: read within their scope, shown as a view or as sheets in one language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec

from gateway.api.permissions import Scope
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.ledgers import (
    DeviceUptimeView,
    FindingView,
    LedgerDay,
    LedgerView,
    LineView,
    LoadView,
    LoudDevice,
    NoisyView,
    SpreadView,
    TypeUptimeView,
    UptimeView,
)
from gateway.api.views.lens import Lens, both
from gateway.report.ledger import Ledger, Line, Noisy, ledger_of
from gateway.report.period import Period
from gateway.report.sheet import Names
from gateway.report.type_words import type_words
from gateway.report.uptime import Uptime, uptime_of
from gateway.report.words import FINDINGS, STEPS
from gateway.response.roster import Roster, duties
from gateway.store.read import Connection
from gateway.store.read_availability import outages
from gateway.store.read_devices import device_states
from gateway.store.read_ledger import (
    alarms_between,
    cases_between,
    closed_between,
    listening_since,
    open_before,
)

SAMPLE = timedelta(hours=1)  # how often it is looked who was on duty


class Sight(Protocol):
    """For whom a ledger is: what lies in their scope. A viewer, or the whole site for what is sent by itself."""

    @property
    def scope(self) -> Scope: ...
    @property
    def grids(self) -> frozenset[str]: ...
    def sees_grid(self, grid: str | None) -> bool: ...


def ledger_for(
    connection: Connection, period: Period, lens: Lens, viewer: Sight, *, seats: float | None
) -> Ledger:
    """Return the ledger of a period as far as the viewer's scope reaches; of what has not come yet nothing is counted."""
    until = max(period.begin, min(period.end, lens.shown(lens.now)))
    zone = ZoneInfo(lens.community.timezone)
    cases = cases_between(connection, period.begin, until, offset=lens.offset)
    alarms = alarms_between(connection, period.begin, until, offset=lens.offset)
    whole = viewer.scope == "site"
    return ledger_of(
        [case for case in cases if whole or viewer.sees_grid(case.grid)],
        [each for each in alarms if whole or viewer.sees_grid(grid_of(each.device, lens))],
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
        uptime=_uptime(connection, period.begin, until, lens, viewer),
    )


def _uptime(connection: Connection, begin: datetime, until: datetime, lens: Lens, viewer: Sight) -> Uptime:
    """Return the availability of the devices in scope that ever spoke, from when the gateway began to listen."""
    since = listening_since(connection, offset=lens.offset)
    heard = device_states(connection)
    types = {
        each.id: each.type
        for each in lens.community.registry
        if each.id in heard and (viewer.scope == "site" or viewer.sees_grid(each.grid))
    }
    first = begin if since is None else min(max(begin, since), until)
    return uptime_of(types, outages(connection, first, until, offset=lens.offset), begin=first, end=until)


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
        rule=lambda rule: one(rule_name(rule, lens)),
        device=lambda device: one(lens.device_name(device) or both(None, device)),
        building=lambda building: one(lens.place({"building": building})),
        type=lambda kind: one(Bilingual(**type_words(kind))),
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
        by_building=[_line(each, _building_name(each.name, lens)) for each in ledger.by_building],
        times=[
            SpreadView(name=_word(STEPS[each.step]), **msgspec.structs.asdict(each)) for each in ledger.times
        ],
        mix=[
            FindingView(finding=finding, name=_word(FINDINGS[finding]), cases=count)
            for finding, count in ledger.mix.items()
        ],
        uptime=_uptime_view(ledger.uptime, lens),
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


def _word(word: tuple[str, str]) -> Bilingual:
    return Bilingual(zh=word[0], en=word[1])


def _uptime_view(uptime: Uptime | None, lens: Lens) -> UptimeView | None:
    if uptime is None:
        return None
    return UptimeView(
        devices=uptime.devices,
        share=uptime.share,
        by_type=[
            TypeUptimeView(name=Bilingual(**type_words(each.type)), **msgspec.structs.asdict(each))
            for each in uptime.by_type
        ],
        worst=[
            DeviceUptimeView(
                name=lens.device_name(each.device) or both(None, each.device),
                place=lens.place_of_device(lens.community.device(each.device)),
                **msgspec.structs.asdict(each),
            )
            for each in uptime.worst
        ],
    )


def _line(line: Line, name: Bilingual) -> LineView:
    figures = msgspec.structs.asdict(line)
    return LineView(**{**figures, "id": figures["name"], "name": name})


def _noisy(league: Sequence[Noisy], lens: Lens) -> list[NoisyView]:
    return [
        NoisyView(
            rule=each.rule,
            name=rule_name(each.rule, lens),
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


def rule_name(rule: str, lens: Lens) -> Bilingual:
    """Return what a rule is called; one that is gone stands for itself."""
    card = lens.community.rules.get(rule)
    return both(card.name if card else None, rule)


def _grid_name(grid: str, lens: Lens) -> Bilingual:
    return both(lens.community.grid_name(grid), grid) if grid else Bilingual(zh="未分网格", en="No grid")


def _building_name(building: str, lens: Lens) -> Bilingual:
    return lens.place({"building": building}) if building else Bilingual(zh="楼外", en="Outside buildings")


def grid_of(device: str | None, lens: Lens) -> str | None:
    """Return the grid in which a device stands."""
    known = lens.community.device(device) if device is not None else None
    return known.grid if known is not None else None
