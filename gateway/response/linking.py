"""Cases and their alerts: which alert belongs to which case, and how alerts move when cases are merged or undone.

One alert key belongs to at most one open case. When a case is merged its alerts go to the primary case; it
keeps their list, so that a split can take them back.
"""

from __future__ import annotations

import msgspec

from devices.event import canonical_json
from devices.gateway_voice import GATEWAY
from devices.registry import Device, Registry
from gateway.response.draft import Draft
from gateway.response.model import Incident
from gateway.response.wording import line
from gateway.response.world import World
from rules.change import Change


def alert_key(change: Change) -> str:
    """Return what one condition is known by: rule id and key values. A reopened alert keeps it."""
    return f"{change.rule}|{canonical_json(change.key).decode()}"


def subject_of(registry: Registry, change: Change) -> Device | None:
    """Return the device that an alert is about: its own, or the one the gateway speaks of when it says it.

    What the gateway says about a device (`system.noisy`, `system.false_alarms`) is keyed by that device, and
    people must go there, not to the gateway.
    """
    own = registry.get(change.device or "")
    if change.device != GATEWAY.id:
        return own
    named = (registry.get(str(value)) for value in change.key.values())
    return next((device for device in named if device is not None), own)


def muted_by(change: Change) -> str | None:
    """Return the alert or the device that mutes an alert, or None."""
    by = change.why.get("muted_by")
    named = (by.get("parent") or by.get("alert")) if isinstance(by, dict) else None
    return str(named) if named else None


def case_of_muting(world: World, name: str | None) -> Incident | None:
    """Return the open case of the alert, or of the device, that mutes another one."""
    if name is None:
        return None
    case = world.case_of_alert(name) or next(iter(world.cases_of_device(name)), None)
    return case if case is not None and case.is_open else None


def link_alert(draft: Draft, change: Change) -> None:
    """Let an alert belong to the case; a no-op for one that already does and still holds."""
    incident = draft.incident
    alerts = tuple(dict.fromkeys((*incident.alerts, change.alert)))
    open_alerts = tuple(dict.fromkeys((*incident.open_alerts, change.alert)))
    key = alert_key(change)
    holder = draft.world.case_of_key(key)
    free = holder is None or holder.number == incident.number
    keys = tuple(dict.fromkeys((*incident.alert_keys, key))) if free else incident.alert_keys
    if (alerts, open_alerts, keys) != (incident.alerts, incident.open_alerts, incident.alert_keys):
        draft.grow(alerts=alerts, open_alerts=open_alerts, alert_keys=keys)


def lend_alerts(draft: Draft, into: str) -> None:
    """Move what hangs on this case, which was just merged, to the primary one."""
    child, primary = draft.incident, draft.world.incidents[into]
    reporters = () if child.reporter is None else (child.reporter,)
    waiting = dict.fromkeys((*primary.watchers, *reporters, *child.watchers))  # they hear how it ends
    moved = msgspec.structs.replace(
        primary,
        version=primary.version + 1,
        alerts=tuple(dict.fromkeys((*primary.alerts, *child.alerts))),
        open_alerts=tuple(dict.fromkeys((*primary.open_alerts, *child.open_alerts))),
        alert_keys=tuple(dict.fromkeys((*primary.alert_keys, *child.alert_keys))),
        photos=tuple(dict.fromkeys((*primary.photos, *child.photos))),
        told=tuple(dict.fromkeys((*primary.told, *child.told))),
        watchers=tuple(who for who in waiting if who != primary.reporter),
    )
    draft.change(primary=into, owner=None, takers=(), assignees=(), paused={})
    draft.after.append(moved)
    draft.note("merged", line("merged_into", into=into))
    facts = {"child": child.number, "told": list(child.told), "takers": list(child.takers)}
    draft.write("merge", line("merged_from", child=child.number), incident=into, facts=facts)


def take_back_alerts(draft: Draft) -> None:
    """Take this case's own alerts back from the primary one, if that is still held."""
    child = draft.incident
    primary = draft.world.root_of(child)
    draft.change(primary=None, step=0, loops=0, asked=())
    if primary.number == child.number:
        return
    left = msgspec.structs.replace(
        primary,
        version=primary.version + 1,
        alerts=tuple(a for a in primary.alerts if a not in child.alerts),
        open_alerts=tuple(a for a in primary.open_alerts if a not in child.alerts),
        alert_keys=tuple(k for k in primary.alert_keys if k not in child.alert_keys),
    )
    still = tuple(a for a in primary.open_alerts if a in child.alerts)
    draft.change(open_alerts=still)
    draft.first.append(left)
    draft.write("split", line("split_from", child=child.number), incident=primary.number)


def undo_move(draft: Draft) -> None:
    """Put the case back to what it was before the last action, keeping what machines added since."""
    now: Incident = draft.incident
    previous = now.previous
    assert previous is not None  # the table's guard saw it
    back = previous.incident
    draft.change(
        **{
            **{name: getattr(back, name) for name in Incident.__struct_fields__},
            "version": now.version,
            "decided": now.decided,
            "changed": now.changed,
            "alerts": now.alerts,
            "open_alerts": now.open_alerts,
            "alert_keys": now.alert_keys,
            "photos": now.photos,
            "watchers": now.watchers,
            "ticks": now.ticks,
            "calls": now.calls,
            "previous": None,
        }
    )
