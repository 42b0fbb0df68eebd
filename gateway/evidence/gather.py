"""Gather: what belongs to a bundle when it closes, each kind of part in one small function of a read connection.

References only: ids of people, cards, plates and homes as devices said them, no names from our own files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from devices.event import Event, Evidence
from gateway.evidence.around import neighbours
from gateway.evidence.limits import Keeping
from gateway.evidence.manifest import json_part
from gateway.response.model import Incident, Photo
from gateway.response.roster import duties
from gateway.response.world import SiteView
from gateway.store.bundles import Bundle, Part, parts_of
from gateway.store.read import Connection
from gateway.store.read_alerts import AlertRow, alerts_by_id
from gateway.store.read_devices import blob, device_states
from gateway.store.read_events import EventFilter, events_by_id, search_events
from gateway.store.read_incidents import incident
from rules.explain import sentence
from rules.words import Lang

LANGUAGES: tuple[Lang, ...] = ("zh", "en")
BATTERY = ("battery", "battery_v", "battery_low", "power")


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundle is gathered from. `present` tells whether a file with this hash lies in the store."""

    connection: Connection
    bundle: Bundle
    view: SiteView
    keeping: Keeping
    now: datetime
    offset: timedelta
    synchronised: bool
    present: Callable[[str], bool]


def gather(scene: Scene) -> list[Part]:
    """Return every part of a bundle that is about to close; of an addendum: what came since."""
    row = incident(scene.connection, scene.bundle.incident)
    if row is None:
        return []
    if scene.bundle.kind == "addendum":
        return _late(scene, row.incident)
    alerts = alerts_by_id(scene.connection, scene.bundle.alerts)
    triggers = _trigger_events(scene, alerts)
    devices = list(
        dict.fromkeys([*(e.device for e in triggers), *(a.change.device for a in alerts if a.change.device)])
    )
    around = neighbours(scene.view.registry, devices, limit=scene.keeping.devices)
    events, cut = _events_around(scene, around)
    return [
        *(_why(scene, alert) for alert in alerts),
        json_part("events.json", [_shown(event) for event in triggers], "the alerts' own events"),
        json_part(
            "around.json",
            {"devices": around, "cut": cut, "events": [_shown(e) for e in events]},
            "the journal",
        ),
        _devices(scene, around),
        _clock(scene),
        _duty(scene),
        *_media(scene, [*triggers, *events]),
        *_photos(scene, row.incident.photos),
    ]


def _trigger_events(scene: Scene, alerts: Iterable[AlertRow]) -> list[Event]:
    ids = dict.fromkeys(event for alert in alerts for event in alert.change.events)
    return events_by_id(scene.connection, list(ids))


def _why(scene: Scene, alert: AlertRow) -> Part:
    change = alert.change
    rule = scene.view.rules.get(f"{change.rule}@{change.version}") or scene.view.rules.get(change.rule)
    words = {each: sentence(change, each, rule=rule, zone=scene.view.zone) for each in LANGUAGES}
    body = {
        "alert": alert.id,
        "rule": change.rule,
        "version": change.version,
        "key": change.key,
        "category": change.category,
        "level": change.level,
        "stage": change.stage,
        "opened_at": change.opened_at,
        "count": change.count,
        "why": change.why,
        "words": words,
    }
    return json_part(f"why-{alert.id[:12]}.json", body, f"alert:{alert.id}")


def _events_around(scene: Scene, devices: list[str]) -> tuple[list[Event], bool]:
    """Return what the neighbours said around the opening, and whether there was more than is kept."""
    around = timedelta(seconds=scene.keeping.around_s)
    at = scene.bundle.opened_at
    wanted = EventFilter(devices=devices, at_from=at - around, at_to=at + around)
    found = search_events(scene.connection, wanted, after=None, limit=scene.keeping.events)
    return list(reversed(found.rows)), found.next is not None


def _devices(scene: Scene, devices: list[str]) -> Part:
    states = device_states(scene.connection, devices)
    body = [
        {
            "device": each,
            "online": state.online,
            "last_heard": state.last_at,
            "clock_error_ms": state.skew_ms,
            **{name: state.reported[name] for name in BATTERY if name in state.reported},
        }
        for each in devices
        if (state := states.get(each)) is not None
    ]
    silent = [each for each in devices if each not in states]
    return json_part(
        "devices.json", {"devices": body, "never_heard": silent}, "what devices last said of themselves"
    )


def _clock(scene: Scene) -> Part:
    body = {
        "engine_time": scene.now,
        "wall_offset_ms": round(scene.offset / timedelta(milliseconds=1)),
        "synchronised": scene.synchronised,
    }
    return json_part("clock.json", body, "the gateway's clock")


def _duty(scene: Scene) -> Part:
    at = scene.bundle.opened_at + scene.offset  # rosters run on the wall clock
    body = [
        {
            "person": duty.person,
            "role": duty.role,
            "grid": duty.grid,
            "shift": duty.shift,
            "until": duty.until,
        }
        for duty in duties(scene.view.roster, at, scene.view.zone)
    ]
    return json_part("duty.json", body, "the roster")


def _media(scene: Scene, events: Iterable[Event]) -> list[Part]:
    pieces: dict[str, tuple[Event, Evidence]] = {}
    for event in events:
        for piece in event.evidence:
            pieces.setdefault(piece.sha256, (event, piece))
    return [
        Part(
            name=f"media/{number:03}-{piece.sha256[:12]}{ending(piece.mime)}",
            mime=piece.mime,
            size=piece.size,
            sha256=piece.sha256,
            origin=f"event:{event.id}",
            captured_at=piece.at or event.at,
            media="kept" if _is_here(scene, piece.sha256) else "missing",
        )
        for number, (event, piece) in enumerate(pieces.values(), 1)
    ]


def _photos(scene: Scene, photos: Iterable[Photo]) -> list[Part]:
    return [
        Part(
            name=f"people/{photo.sha256[:12]}{ending(photo.mime)}",
            mime=photo.mime,
            size=photo.size,
            sha256=photo.sha256,
            origin=f"person:{photo.by}",
            captured_at=photo.captured_at,
            media="kept" if _is_here(scene, photo.sha256) else "missing",
        )
        for photo in {each.sha256: each for each in photos}.values()
    ]


def _late(scene: Scene, case: Incident) -> list[Part]:
    """Return what was not in an earlier bundle, and what was missing there and has come."""
    earlier = [part for parts in parts_of(scene.connection, case.number).values() for part in parts]
    here = {part.sha256 for part in earlier if part.media != "missing"}
    missing = {part.sha256: part for part in earlier if part.media == "missing" and part.sha256 not in here}
    came = [
        msgspec.structs.replace(part, media="kept")
        for part in missing.values()
        if part.sha256 not in here and _is_here(scene, part.sha256)
    ]
    fresh = [photo for photo in case.photos if photo.sha256 not in here and photo.sha256 not in missing]
    return [*came, *_photos(scene, fresh)]


def _is_here(scene: Scene, sha256: str) -> bool:
    return blob(scene.connection, sha256) is not None and scene.present(sha256)


def _shown(event: Event) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(event)
    return shown


def ending(mime: str) -> str:
    """Return the ending of a file's name for a media type."""
    known = {"image/jpeg": ".jpg", "audio/mpeg": ".mp3", "audio/mp4": ".m4a"}
    kind = mime.partition("/")[2].partition(";")[0]
    return known.get(mime) or (f".{kind}" if kind.isalnum() else ".bin")
