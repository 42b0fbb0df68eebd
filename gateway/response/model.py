"""The records of response: Incident, its Actions, its timeline, Messages, and the Decision that carries them.

All frozen. `respond` takes a World and one cause and returns a Decision; nothing here reads a clock.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec

State: TypeAlias = Literal[
    "pending_verify",
    "accepted",
    "dispatched",
    "taken",
    "on_scene",
    "resolved",
    "closed",
    "suspended",
    "transferred",
    "rejected",
    "merged",
]
TERMINAL: frozenset[str] = frozenset({"closed", "rejected", "merged"})
Role: TypeAlias = Literal[
    "guard", "worker", "leader", "maintenance", "manager", "checker", "administrator", "auditor", "resident", "system"
]


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who can be sent or told. `id` is the login name; contacts stay in channels' own settings."""

    id: str
    name: str
    roles: tuple[Role, ...]
    grids: tuple[str, ...] = ()  # empty: the whole site
    skills: tuple[str, ...] = ()
    contacts: dict[str, str] = {}  # channel name -> address on it


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as proof: re-encoded, hashed; captured-at and received-at stay apart."""

    sha256: str
    mime: str
    size: int
    captured_at: datetime | None
    received_at: datetime
    by: str


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One case that people handle. A change is a new value with `version` + 1; `timers` are due times in E."""

    number: str  # site-YYYYMMDD-nnn
    site: str
    state: State
    version: int
    category: str
    level: Literal["L1", "L2", "L3", "L4"]
    title: dict[str, str]  # {"zh", "en"}
    opened_at: datetime
    grid: str | None = None
    building: str | None = None
    place: dict[str, str | None] = {}  # building, unit, floor, zone
    device: str | None = None
    alerts: tuple[str, ...] = ()
    alert_keys: tuple[str, ...] = ()  # rule id + key, so that a reopened alert finds its case
    owner: str | None = None  # who took it
    takers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()  # who was sent at the current step
    refused: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    step: int = 0  # ladder step
    plan: dict[str, Any] = {}  # the response plan as it was when the case opened
    timers: dict[str, datetime] = {}
    resolver: str | None = None
    closed_at: datetime | None = None
    close_code: str | None = None
    photos: tuple[Photo, ...] = ()
    drill: bool = False
    late: bool = False
    rework: int = 0
    reopened: int = 0
    previous: dict[str, Any] | None = None  # what undo would restore, with who and until when


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """What a person did. `key` is the Idempotency-Key, `version` the incident's version they saw."""

    name: str  # accept, reject, dispatch, take, refuse, arrive, resolve, close, rework, undo, escalate, note …
    by: str
    roles: tuple[Role, ...]
    incident: str | None = None
    alert: str | None = None
    version: int | None = None
    key: str | None = None
    channel: str = "web"
    fields: dict[str, Any] = {}  # note, code, assignee, reason, photos …


class TimelineRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a case's history. The store adds seq and the hash chain; `text` lies in an erasable side row."""

    incident: str
    at: datetime
    actor: str  # person id, "system" or "rule:<id>"
    role: str
    channel: str
    action: str
    from_state: str | None = None
    to_state: str | None = None
    reason: str | None = None
    text: dict[str, str] | None = None  # {"zh", "en"} or {"note": …}
    facts: dict[str, Any] = {}
    attachments: tuple[str, ...] = ()
    key: str | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One notice to one destination, written in the transaction of its cause; `id` is its idempotency key."""

    id: str  # hash of (incident or alert, cause, channel, recipient)
    incident: str | None
    alert: str | None
    channel: str
    recipient: str  # person id, or "group" / "site"
    template: str  # wording in gateway/response/message.py
    params: dict[str, Any]
    level: str
    created_at: datetime
    not_after: datetime
    drill: bool = False


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from one cause: all of it data, all of it committed together or not at all."""

    incidents: tuple[Incident, ...] = ()
    timeline: tuple[TimelineRow, ...] = ()
    messages: tuple[Message, ...] = ()
    withdraw: tuple[tuple[str, str], ...] = ()  # (incident, recipient or "*"): unsent messages to stop
    acknowledge: tuple[tuple[str, str], ...] = ()  # (alert id, by): the engine acknowledges these
    result: dict[str, Any] = {}  # what an action's caller gets back
    reason: str = ""
