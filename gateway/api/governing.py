"""Governing alarms: what is read for the page of alarm governance and for the load of the shift."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from gateway.api.ledger_page import grid_of, rule_name
from gateway.api.permissions import Viewer
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.figures import (
    AlarmFlood,
    GovernanceView,
    HeatView,
    OftenSilenced,
    StandingView,
    TremblingView,
)
from gateway.api.views.figures import Form, device_words, gauge_views, loud_views, words
from gateway.api.views.lens import Lens
from gateway.report.gauge import Extra, gauges_of, worst_of
from gateway.report.governed import governed
from gateway.report.heat import heat_of
from gateway.report.load import load_of
from gateway.report.noise import floods, league, silenced_often, standing, trembling
from gateway.report.record import AlertRecord, CaseRecord
from gateway.store.read import Connection
from gateway.store.read_audit import AuditFilter, list_audit
from gateway.store.read_ledger import alarms_between, cases_between, listening_since
from rules.aloud import aloud

MOST_SILENCES = 2000  # audit rows that are looked through
MOST_STANDING = 50


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What a span is made of, within somebody's scope: no drills."""

    begin: datetime  # not before the gateway listened
    end: datetime
    alerts: list[AlertRecord]  # those that stand from before, too
    cases: list[CaseRecord]
    silences: list[str]  # the condition of each that was set in the span

    @property
    def opened(self) -> list[AlertRecord]:
        """Return what opened within the span."""
        return [each for each in self.alerts if self.begin <= each.opened_at < self.end]


def heard_between(
    connection: Connection, begin: datetime, end: datetime, lens: Lens, viewer: Viewer
) -> Heard:
    """Read alarms, cases and silences of [begin, end) of wall time as far as the viewer's scope reaches."""
    since = listening_since(connection, offset=lens.offset)
    whole = viewer.scope == "site"
    cases = cases_between(connection, begin, end, offset=lens.offset)
    drills = {case.number for case in cases if case.drill}
    alerts = alarms_between(connection, begin, end, offset=lens.offset)
    wanted = AuditFilter(action="silence", at_from=begin - lens.offset, at_to=end - lens.offset)
    set_by_people = list_audit(connection, wanted, after=None, limit=MOST_SILENCES).rows
    return Heard(
        begin=begin if since is None else min(max(begin, since), end),
        end=end,
        alerts=[
            each
            for each in alerts
            if each.incident not in drills and (whole or viewer.sees_grid(grid_of(each.device, lens)))
        ],
        cases=[case for case in cases if not case.drill and (whole or viewer.sees_grid(case.grid))],
        silences=[str(row.facts.get("where", "")) for row in set_by_people] if whole else [],
    )


def governance_view(
    heard: Heard, lens: Lens, form: Form, *, seats: float | None, silenced: int | None, days: int
) -> GovernanceView:
    """Return the page of alarm governance."""
    zone = ZoneInfo(lens.community.timezone)
    opened = heard.opened
    load = load_of(heard.alerts, begin=heard.begin, end=heard.end, seats=seats)
    hour, minute = worst_of(each.opened_at for each in opened)
    gauges = gauges_of(load, Extra(worst_hour=hour, worst_minute=minute, silenced=silenced, seats=seats))
    by_rule = league(opened, heard.cases, by=lambda each: each.rule)
    by_device = league(opened, heard.cases, by=lambda each: each.device)
    by_place = league(opened, heard.cases, by=building_of(heard, lens))
    return GovernanceView(
        begin=heard.begin,
        end=heard.end,
        days=days,
        seats=None if seats is None else round(seats, 2),
        sentence=words(governed(load, gauges)),
        gauges=gauge_views(gauges),
        levels=load.levels,  # type: ignore[arg-type]  # keyed by level
        rules=loud_views(by_rule, lens, form, name=lambda rule: rule_name(rule, lens)),
        devices=loud_views(by_device, lens, form, name=lambda device: device_words(device, lens), about_device=True),
        places=loud_views(by_place, lens, form, name=lambda building: place_words(building, lens)),
        standing=[_standing(each, lens) for each in standing(heard.alerts, at=heard.end)[:MOST_STANDING]],
        chattering=[
            TremblingView(
                rule=each.rule, name=rule_name(each.rule, lens), device=each.device, device_name=lens.device_name(each.device),
                alarms=each.alarms, worst=each.worst, last_at=each.last_at,
            )
            for each in trembling(opened)
        ],
        silenced_often=[
            OftenSilenced(where=where, text=Bilingual(zh=aloud(where, "zh"), en=aloud(where, "en")), times=times)
            for where, times in silenced_often(heard.silences)
        ],
        floods=[
            AlarmFlood(
                begin=each.begin, end=each.end, alarms=each.alarms, rule=each.rule, name=rule_name(each.rule, lens),
                rule_alarms=each.rule_alarms,
            )
            for each in floods(heard.alerts, begin=heard.begin, end=heard.end)
        ],
        heat=heat_views(opened, lens, zone),
    )  # fmt: skip


def heat_views(alerts: list[AlertRecord], lens: Lens, zone: ZoneInfo) -> list[HeatView]:
    """Return hits per rule and hour of the day."""
    rows = heat_of(alerts, hour_of=lambda at: at.astimezone(zone).hour)
    return [
        HeatView(
            rule=row.rule,
            name=Bilingual(zh="其他规则", en="Other rules")
            if row.rule is None
            else rule_name(row.rule, lens),
            hours=list(row.hours),
        )
        for row in rows
    ]


def building_of(heard: Heard, lens: Lens) -> Callable[[AlertRecord], str | None]:
    """Return the question in which building an alert lies: that of its device, or else of its case; "" is outside."""
    cases = {case.number: case.building for case in heard.cases}

    def building(alert: AlertRecord) -> str:
        device = lens.community.device(alert.device)
        own = device.building if device is not None else None
        return own or cases.get(alert.incident or "") or ""

    return building


def place_words(building: str, lens: Lens) -> Bilingual:
    """Return what a building is called; what lies in none is outside."""
    return lens.place({"building": building}) if building else Bilingual(zh="楼外", en="Outside buildings")


def _standing(alert: AlertRecord, lens: Lens) -> StandingView:
    device = lens.community.device(alert.device)
    return StandingView(
        alert=alert.id, rule=alert.rule, name=rule_name(alert.rule, lens), level=alert.level, device=alert.device,  # type: ignore[arg-type]  # a level
        place=lens.place_of_device(device), since=alert.opened_at,
    )  # fmt: skip


def span_of(days: int, lens: Lens) -> tuple[datetime, datetime]:
    """Return the last so many days of wall time, up to now."""
    now = lens.shown(lens.now)
    return now - timedelta(days=days), now
