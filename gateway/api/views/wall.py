"""What a wall screen shows, made of what is open, who is there and what the day brought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from gateway.api.plan_drawing import HEIGHT, WIDTH, draw_plan
from gateway.api.schemas.common import Bilingual, Level
from gateway.api.schemas.health import Health
from gateway.api.schemas.stream import DeviceCount
from gateway.api.schemas.wall import (
    WallAlarm,
    WallDay,
    WallHour,
    WallLevel,
    WallPerson,
    WallReporter,
    WallReporters,
    WallSpot,
    WallView,
)
from gateway.api.views.lens import Lens, both
from gateway.api.views.site import duty_view
from gateway.clock import to_us
from gateway.response.called import ROLES, called
from gateway.response.incident import STATE_NAMES
from gateway.response.model import Incident
from gateway.store.read import Connection
from gateway.store.read_alerts import AlertRow, open_alerts
from gateway.store.read_devices import reporting
from gateway.store.read_incidents import open_incidents
from gateway.store.read_wall import DayCount, by_hour, day_count, first_alert

LEVELS: tuple[Level, ...] = ("L1", "L2", "L3", "L4")
GRAVEST = 5
MOST = 2000  # of what is open; the counters of a worse day say at least this
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
DONE = "resolved"  # it waits to be checked
_MOMENT = timedelta(microseconds=1)  # a span ends before its end: what opened at this very moment counts
_SEEN = Bilingual(zh="已确认", en="acknowledged")
_NEW = Bilingual(zh="待处理", en="waiting")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is open, where it is, and how it is shown."""

    spot: str | None
    alarm: WallAlarm


def wall_view(connection: Connection, lens: Lens, health: Health, *, demo: bool) -> WallView:
    """Return everything on the wall as of now."""
    community, zone = lens.community, ZoneInfo(lens.community.timezone)
    found = sorted(standing(connection, lens), key=lambda each: (each.alarm.level, each.alarm.opened_at))
    now = lens.shown(lens.now).astimezone(zone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    duty = duty_view(lens)
    people = {person.id: person for grid in duty.grids for person in grid.people}
    return WallView(
        site=both(community.name, community.id), timezone=community.timezone, demo=demo, at=now,
        status=health.status, reasons=health.reasons if health.status != "ok" else [],
        levels=_levels(found), alarms=[each.alarm for each in found[:GRAVEST]], open=len(found),
        spots=_spots(lens, found), plan_ratio=WIDTH / HEIGHT,
        hours=_hours(connection, lens, now.replace(minute=0, second=0, microsecond=0)),
        today=_day(day_count(connection, midnight - lens.offset, lens.now + _MOMENT)),
        yesterday=_day(_the_day_before(connection, lens, midnight, now)),
        last_year=_last_year(connection, lens, midnight, now),
        people=[
            WallPerson(name=each.name, roles=[Bilingual(**called(ROLES, role)) for role in each.roles], until=each.until)
            for each in people.values()
        ],
        gaps=[grid.grid_name for grid in duty.grids if grid.gap],
        devices=DeviceCount(total=len(community.registry), online=reporting(connection)),
        names=False,
    )  # fmt: skip


def reporters(connection: Connection, lens: Lens) -> WallReporters:
    """Return who reported what is open, by its number."""
    rows = (row.incident for row in open_incidents(connection, limit=MOST))
    named = ((case.number, lens.name(case.reporter)) for case in rows if case.reporter)
    return WallReporters(items=[WallReporter(key=number, name=name) for number, name in named if name])


def standing(connection: Connection, lens: Lens) -> Iterable[Standing]:
    """Yield every case that somebody still has to go to, and every open alert that belongs to no case.

    The same as the counters of the desk count (`isActive` in `web/src/duty/rows.ts`): a case that is done and only waits to
    be checked is open on paper, and nobody has to look up for it. Its alerts stay with it.
    """
    cases = [row.incident for row in open_incidents(connection, limit=MOST)]
    there = {case.number for case in cases}
    yield from (_of_case(case, lens) for case in cases if case.state != DONE)
    yield from (
        _of_alert(row, lens) for row in open_alerts(connection, limit=MOST) if row.incident not in there
    )


def _of_case(case: Incident, lens: Lens) -> Standing:
    parts = {"building": case.building, **case.place, "text": None}  # never the words of a resident
    known = case.grid is not None or any(parts.values())
    at_work = [case.owner] if case.owner else list(case.assignees)
    return Standing(
        spot=case.building or case.place.get("zone"),
        alarm=WallAlarm(
            key=case.number, level=case.level, title=both(case.title, case.category),
            place=lens.place(parts, case.grid) if known else lens.place_of_device(lens.community.device(case.device)),
            state=both(STATE_NAMES[case.state], case.state), opened_at=lens.shown(case.opened_at),
            due_at=lens.maybe(min(case.timers.values(), default=None)), people=[lens.name(who) or who for who in at_work], drill=case.drill,
        ),
    )  # fmt: skip


def _of_alert(row: AlertRow, lens: Lens) -> Standing:
    change = row.change
    device, card = lens.community.device(change.device), lens.community.card(change.rule, change.version)
    name = lens.name(row.acknowledged_by)
    return Standing(
        spot=(device.building or device.zone) if device else None,
        alarm=WallAlarm(
            key=row.id, level=change.level, title=both(card.name if card else None, change.rule),
            place=lens.place_of_device(device), state=_SEEN if name else _NEW,
            opened_at=lens.shown(change.opened_at), due_at=None, people=[name] if name else [], drill=False,
        ),
    )  # fmt: skip


def _levels(found: Sequence[Standing]) -> list[WallLevel]:
    opened = {
        level: [each.alarm.opened_at for each in found if each.alarm.level == level] for level in LEVELS
    }
    return [
        WallLevel(level=level, count=len(times), oldest_at=min(times, default=None))
        for level, times in opened.items()
    ]


def _spots(lens: Lens, found: Sequence[Standing]) -> list[WallSpot]:
    levels: dict[str, list[Level]] = {}
    for each in found:
        if each.spot is not None:
            levels.setdefault(each.spot, []).append(each.alarm.level)
    return [
        WallSpot(
            id=marker.id, kind=marker.kind, name=marker.name, x=marker.x, y=marker.y,
            worst=min(levels.get(marker.id, ()), default=None), count=len(levels.get(marker.id, ())),
        )
        for marker in draw_plan(lens.community).markers
    ]  # fmt: skip


def _hours(connection: Connection, lens: Lens, this_hour: datetime) -> list[WallHour]:
    first = this_hour - 23 * _HOUR
    counts = by_hour(connection, first - lens.offset)
    return [
        WallHour(
            begin=first + place * _HOUR, counts={level: counts.get((place, level), 0) for level in LEVELS}
        )
        for place in range(24)
    ]


def _the_day_before(connection: Connection, lens: Lens, midnight: datetime, now: datetime) -> DayCount:
    begin = midnight - _DAY - lens.offset
    return day_count(connection, begin, begin + (now - midnight) + _MOMENT)


def _last_year(connection: Connection, lens: Lens, midnight: datetime, now: datetime) -> WallDay | None:
    day = 28 if (midnight.month, midnight.day) == (2, 29) else midnight.day
    begin = midnight.replace(year=midnight.year - 1, day=day) - lens.offset
    oldest = first_alert(connection)
    if oldest is None or oldest > to_us(begin):
        return None
    return _day(day_count(connection, begin, begin + (now - midnight)))


def _day(count: DayCount) -> WallDay:
    return WallDay(alerts=count.alerts, cases=count.cases, closed=count.closed, false=count.false)
