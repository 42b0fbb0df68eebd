"""What the stream shows: rows as items, the snapshot's head, the beat's figures, and which commit touched what."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

import msgspec

from gateway.api.permissions import involved, people_of
from gateway.api.schemas.alerts import AlertView
from gateway.api.schemas.health import Health
from gateway.api.schemas.stream import DeviceCount, DeviceDelta, HealthShort, Load
from gateway.api.services import ReadSide
from gateway.api.views.alerts import alert_views
from gateway.api.views.incidents import incident_view
from gateway.api.views.lens import Lens
from gateway.api.views.site import duty_view
from gateway.batch import Committed
from gateway.response.model import Person
from gateway.store.read import last_seq
from gateway.store.read_alerts import AlertRow, alerts_by_id, load, open_alerts
from gateway.store.read_devices import DeviceState, device_states, reporting
from gateway.store.read_incidents import IncidentRow, incidents_by_number, open_incidents
from gateway.stream import Source
from gateway.stream_rows import Item, Look, Touched

MOST_ALERTS, MOST_INCIDENTS = 2000, 1000  # in a snapshot; the lists have the rest
MANY = 20  # alerts of one case that are sent again with it
FLOOD = 10  # alerts in ten minutes that one person can just handle
BEATS_A_MINUTE = 12
_TAIL = b'"allowed":[]}'


def touched_by(committed: Committed) -> Touched:
    """Return the ids that a commit changed for the screens. Runs in the writer's thread: only collects."""
    touched = Touched(seq=committed.last_seq)
    touched.alerts.update(change.alert for _, change in committed.changes)
    for case in committed.incidents:
        touched.incidents.add(case.number)
        touched.alerts.update(case.alerts[:MANY])
    touched.devices.update(committed.shadows)
    touched.pages.update(row.incident for row in committed.timeline)
    touched.pages.update(message.incident for message in committed.messages if message.incident)
    return touched


class Live:
    """Reads for the hub; `lens` shows as of now."""

    def __init__(self, *, store: ReadSide, lens: Callable[[], Lens], health: Callable[[], Health]) -> None:
        self._store, self._lens, self._health = store, lens, health
        self._totals: deque[tuple[datetime, int]] = deque(maxlen=BEATS_A_MINUTE)
        self._online = 0
        self._duty, self._beats = b"", 0
        self._seen: Health | None = None  # as last looked at by a worker thread: the look reads the machine

    def source(self) -> Source:
        """Return what the hub asks."""
        return Source(open=self.open, rows=self.rows, head=self.head, beat=self.beat)

    def open(self) -> Look:
        """Return everything open (worker thread)."""
        lens, self._seen = self._lens(), self._health()
        with self._store.read() as connection:
            seq = last_seq(connection)
            cases = open_incidents(connection, limit=MOST_INCIDENTS)
            alerts = open_alerts(connection, limit=MOST_ALERTS)
            beside = incidents_by_number(connection, _linked(alerts, cases))
            views = alert_views(connection, alerts, lens)
            self._online = reporting(connection)
        full = len(cases) == MOST_INCIDENTS or len(alerts) == MOST_ALERTS
        items = [*_alert_items(views, [*cases, *beside]), *(case_item(case, lens) for case in cases)]
        return Look(seq=seq, items=tuple(items), truncated=full)

    def rows(self, alerts: Collection[str], incidents: Collection[str], devices: Collection[str]) -> Look:
        """Return these rows as they stand now (worker thread)."""
        lens = self._lens()
        with self._store.read() as connection:
            seq = last_seq(connection)
            found = alerts_by_id(connection, alerts)
            cases = incidents_by_number(connection, incidents)
            beside = incidents_by_number(connection, _linked(found, cases))
            views = alert_views(connection, found, lens)
            states = device_states(connection, devices) if devices else {}
        items = [*_alert_items(views, [*cases, *beside]), *(case_item(case, lens) for case in cases)]
        items += [device_item(device, state, lens) for device, state in states.items()]
        return Look(seq=seq, items=tuple(items))

    def head(self) -> bytes:
        """Return the members of a snapshot beside its lists; `open` has looked before."""
        lens = self._lens()
        return b'"at":%b,"duty":%b,"health":%b' % (_time(lens), _on_duty(lens), self._short(lens))

    async def beat(self) -> bytes:
        """Return the members of a beat; who is on duty goes with it when that has changed, and once a minute."""
        lens = self._lens()
        figures = await asyncio.to_thread(self._figures, lens)
        said = b'"at":%b,"load":%b,"health":%b' % (_time(lens), figures, self._short(lens))
        duty, before = _on_duty(lens), self._duty
        self._duty, self._beats = duty, self._beats + 1
        return said if duty == before and self._beats % BEATS_A_MINUTE else said + b',"duty":' + duty

    def _figures(self, lens: Lens) -> bytes:
        self._seen = self._health()
        with self._store.read() as connection:
            found = load(
                connection,
                hour_ago=lens.now - timedelta(hours=1),
                ten_minutes_ago=lens.now - timedelta(minutes=10),
            )
            self._online = reporting(connection)
        self._totals.append((lens.now, self._store.counters().get("in", 0)))
        (began, first), (ended, last) = self._totals[0], self._totals[-1]
        minutes = (ended - began) / timedelta(minutes=1)
        view = Load(
            hour=found.hour,
            ten_minutes=found.ten_minutes,
            flood=found.ten_minutes > FLOOD,
            events_per_minute=round((last - first) / minutes) if minutes else 0,
            open_alerts=found.open_alerts,
            open_incidents=found.open_incidents,
        )
        return view.model_dump_json().encode()

    def _short(self, lens: Lens) -> bytes:
        whole = self._seen or self._health()
        count = DeviceCount(total=len(lens.community.registry), online=self._online)
        return (
            HealthShort(status=whole.status, reasons=whole.reasons, devices=count).model_dump_json().encode()
        )


def case_item(row: IncidentRow, lens: Lens) -> Item:
    """Return a case for the stream; what a person may do is added for each kind of person."""
    case = row.incident
    body = incident_view(row, lens, ()).model_dump_json().encode()
    if not body.endswith(_TAIL):  # IncidentView ends with `allowed`; the tests hold that
        raise AssertionError(body[-40:])
    actors = {case.resolver, *((case.previous.by,) if case.previous else ()), *case.takers, *case.assignees}
    kept: dict[tuple[str, ...], bytes] = {}

    def tail(person: Person) -> bytes:
        key = (person.id,) if person.id in actors or involved(case, person.id) else person.roles
        if key not in kept:
            options = [option.action for option in lens.community.allowed(case, person, lens.now)]
            kept[key] = msgspec.json.encode(options) + b"}"
        return kept[key]

    return Item(
        list="incidents",
        id=case.number,
        grid=case.grid,
        people=people_of(case),
        actors=frozenset(actor for actor in actors if actor),
        body=body[: -len(b"[]}")],
        tail=tail,
    )


def device_item(device: str, state: DeviceState, lens: Lens) -> Item:
    """Return what changed about a device."""
    known = lens.community.device(device)
    view = DeviceDelta(id=device, online=state.online, last_at=state.last_at, reported=state.reported)
    return Item(
        list="devices",
        id=device,
        grid=known.grid if known else None,
        people=frozenset(),
        body=view.model_dump_json().encode(),
    )


def _alert_items(views: Iterable[AlertView], cases: Iterable[IncidentRow]) -> list[Item]:
    people = {case.incident.number: people_of(case.incident) for case in cases}
    return [
        Item(
            list="alerts",
            id=view.id,
            grid=view.grid,
            people=people.get(view.incident or "", frozenset()),
            body=view.model_dump_json().encode(),
        )
        for view in views
    ]


def _linked(alerts: Iterable[AlertRow], cases: Iterable[IncidentRow]) -> set[str]:
    known = {case.incident.number for case in cases}
    return {row.incident for row in alerts if row.incident and row.incident not in known}


def _on_duty(lens: Lens) -> bytes:
    return duty_view(lens).model_dump_json().encode()


def _time(lens: Lens) -> bytes:
    return msgspec.json.encode(lens.shown(lens.now))
