"""Case event: one step of a case as a CloudEvent 1.0, with nothing in it that tells of a person or a home.

What may leave is the list below; a receiver's settings can only make it shorter. `id` comes from the line's own
hash, so that a repeat is recognised for ever; `sequence` counts the published steps of a case from 1 without a
gap, so that a receiver sees order and loss.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from devices.event import canonical_json
from gateway.response.model import Incident
from gateway.response.world import SiteView
from gateway.store.case_feed import Step

SCHEMA = "urn:smart-community-gateway:incident:1"
# action of the timeline -> word of the type
WORDS: dict[str, str] = {
    "open": "opened",
    "accept": "accepted",
    "reject": "rejected",
    "dispatch": "dispatched",
    "reassign": "dispatched",
    "take": "taken",
    "arrive": "arrived",
    "expire": "expired",
    "escalate": "escalated",
    "suspend": "suspended",
    "resume": "resumed",
    "transfer": "transferred",
    "return": "returned",
    "feedback": "resolved",
    "resolve": "resolved",
    "settle": "resolved",
    "recall": "resolved",
    "rework": "reworked",
    "close": "closed",
    "reopen": "reopened",
    "merge": "merged",
    "split": "split",
    "level": "level_changed",
    "undo": "undone",
    "overdue": "sla.breached",
}


class CaseEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event on its way out. `drill` never stands in a body: a drill is refused before it has one."""

    id: str
    incident: str
    level: str
    grid: str | None
    drill: bool
    body: bytes
    content_type: str = "application/cloudevents+json; charset=utf-8"


def _category_name(incident: Incident, site: SiteView) -> dict[str, str] | None:
    known = site.categories.get(incident.category)
    return dict(known.name) if known is not None else None


def _discreet(incident: Incident, site: SiteView) -> bool:
    known = site.categories.get(incident.category)
    return known is not None and known.discreet


Give = Callable[[Step, SiteView], Any]
FIELDS: dict[str, Give] = {
    "number": lambda step, _: step.incident.number,
    "action": lambda step, _: step.action,
    "from": lambda step, _: step.from_state,
    "state": lambda step, _: step.to_state,
    "timer": lambda step, _: step.timer,
    "level": lambda step, _: step.incident.level,
    "category": lambda step, _: step.incident.category,
    "category_name": lambda step, site: _category_name(step.incident, site),
    "discreet": lambda step, site: _discreet(step.incident, site),
    "grid": lambda step, _: step.incident.grid,
    "building": lambda step, _: step.incident.building,
    "close_code": lambda step, _: step.incident.close_code if step.to_state == "closed" else None,
    "into": lambda step, _: step.incident.primary if step.to_state == "merged" else None,
}
ALLOWED: tuple[str, ...] = (*FIELDS, "opened_at")


def case_event(
    step: Step,
    *,
    site: SiteView,
    gateway: str,
    offset: timedelta,
    fields: Collection[str] = (),
) -> CaseEvent:
    """Return the event of a step. `offset` is wall − engine time; `fields` of FIELDS, empty means all of them.

    A field that says nothing at this step is left out.
    """
    incident = step.incident
    wanted = [name for name in FIELDS if not fields or name in fields]
    said = {name: FIELDS[name](step, site) for name in wanted}
    data: Mapping[str, Any] = {name: value for name, value in said.items() if value is not None}
    if not fields or "opened_at" in fields:
        data = {**data, "opened_at": incident.opened_at + offset}
    event_id = step.key[:32]
    body = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/gw/{site.id}/{gateway}",
        "type": f"community.incident.{WORDS[step.action]}.v1",
        "subject": incident.number,
        "time": step.at + offset,
        "datacontenttype": "application/json",
        "dataschema": SCHEMA,
        "sequence": f"{step.sequence:06d}",  # compared as text, as the extension asks
        "severity": incident.level,
        "data": data,
    }
    if incident.grid is not None:
        body["grid"] = incident.grid
    return CaseEvent(
        id=event_id,
        incident=incident.number,
        level=incident.level,
        grid=incident.grid,
        drill=incident.drill,
        body=canonical_json(body),
    )
