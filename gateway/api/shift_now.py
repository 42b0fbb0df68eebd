"""What the next shift has to know, gathered from the store and the core: the snapshot of a handover."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request

from gateway.api.answers import read, services
from gateway.api.schemas.common import Bilingual
from gateway.api.views.lens import Lens, both, lens_of
from gateway.report.load import load_of
from gateway.response.timers import next_timer
from gateway.shift.handover import Offline, OpenCase, Silenced, Snapshot
from gateway.shift.record import missed
from gateway.store.read import Connection
from gateway.store.read_alerts import AlertFilter, list_alerts
from gateway.store.read_devices import device_states
from gateway.store.read_incidents import open_incidents
from gateway.store.read_ledger import alarms_between, cases_between
from gateway.store.shifts import newest_handovers, records_since
from rules.aloud import aloud
from rules.duration import from_us
from rules.memory import SilenceState

SHIFT = timedelta(hours=12)  # how far back is looked when nobody ever handed over
MOST_CASES = 5000  # gravest first: what is left out would be the lightest
DONE = frozenset({"closed", "rejected", "merged"})


async def shift_now(request: Request) -> Snapshot:
    """Return how it stands at this moment."""
    lens, estate = lens_of(request), services(request).estate
    if estate is None:
        return await read(request, lambda connection: _snapshot(connection, lens, (), {}))
    silences = await asyncio.wrap_future(estate.silences())
    flags = await asyncio.wrap_future(estate.flags())
    return await read(request, lambda connection: _snapshot(connection, lens, silences, flags))


def _snapshot(
    connection: Connection,
    lens: Lens,
    silences: Sequence[SilenceState],
    flags: Mapping[str, Mapping[str, bool]],
) -> Snapshot:
    now, zone = lens.shown(lens.now), ZoneInfo(lens.community.timezone)
    since = since_handover(connection, lens, now)
    cases = [case for case in cases_between(connection, since, now, offset=lens.offset) if not case.drill]
    alarms = alarms_between(connection, since, now, offset=lens.offset)
    records = records_since(connection, since - timedelta(hours=2), now)
    load = load_of(alarms, begin=since, end=max(now, since + timedelta(seconds=1)), seats=None)
    unseen = list_alerts(connection, AlertFilter(open=True, stage="alarm"), after=None, limit=1000).rows
    return Snapshot(
        since=since,
        at=now,
        open_cases=_open_cases(connection, lens),
        unseen=sum(alert.acknowledged_by is None for alert in unseen),
        silenced=tuple(
            _silenced(each, lens)
            for each in silences
            if from_us(each.start) <= lens.now < from_us(each.until)
        ),
        offline=_offline(connection, lens),
        drills=tuple(sorted(zone_id or "" for zone_id, each in flags.items() if each.get("drill"))),
        opened=len(cases),
        done=sum(case.state in DONE for case in cases),
        alarms=load.alarms,
        worst_window=load.worst_window,
        records_missed=len(missed(records, begin=since, end=now, zone=zone)),
    )


def since_handover(connection: Connection, lens: Lens, now: datetime) -> datetime:
    """Return when the present shift took over: the last handover that was accepted, or twelve hours ago."""
    last = newest_handovers(connection, limit=1, state="accepted")
    if last and last[0].accepted_at is not None:
        return min(last[0].accepted_at + lens.offset, now)
    return now - SHIFT


def _open_cases(connection: Connection, lens: Lens) -> tuple[OpenCase, ...]:
    found = []
    for row in open_incidents(connection, limit=MOST_CASES):
        case = row.incident
        due = next_timer(case.timers)
        found.append(
            OpenCase(
                number=case.number,
                level=case.level,
                state=case.state,
                title=case.title,
                place=_words(lens.place({"building": case.building, **case.place}, case.grid)),
                owner=lens.name(case.owner),
                due_at=lens.shown(due[1]) if due is not None else None,
                drill=case.drill,
            )
        )
    return tuple(found)


def _offline(connection: Connection, lens: Lens) -> tuple[Offline, ...]:
    return tuple(
        Offline(
            device=device,
            name=_words(lens.device_name(device) or both(None, device)),
            since=lens.shown(state.last_at),
        )
        for device, state in sorted(device_states(connection).items())
        if state.online is False
    )


def _silenced(silence: SilenceState, lens: Lens) -> Silenced:
    return Silenced(
        text={lang: aloud(silence.where, lang) for lang in ("zh", "en")},
        until=lens.shown(from_us(silence.until)),
        by=lens.name(silence.by) or silence.by,
        reason=silence.reason,
    )


def _words(name: Bilingual) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}
