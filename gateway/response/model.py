"""The records of response: Incident, its Actions, its timeline, Messages, and the Decision that carries them.

All frozen. `respond` takes a World and one cause and returns a Decision; nothing here reads a clock.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec

from devices.command import Command

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
SOMEBODY = "@resident"  # who reports without an account; no login name looks like this
TERMINAL: frozenset[str] = frozenset({"closed", "rejected", "merged"})
Level: TypeAlias = Literal["L1", "L2", "L3", "L4"]
Role: TypeAlias = Literal[
    "guard",
    "worker",
    "leader",
    "maintenance",
    "manager",
    "checker",
    "administrator",
    "auditor",
    "resident",
    "system",
]


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who can be sent or told. `id` is the login name; contacts stay in channels' own settings."""

    id: str
    name: str
    roles: tuple[Role, ...]
    grids: tuple[str, ...] = ()  # empty: the whole site
    skills: tuple[str, ...] = ()
    household: str | None = None  # where a resident lives: the place of their reports when they name no other
    contacts: dict[str, str] = {}  # channel name -> address on it
    active: bool = True  # False: has left; old cases still know the name, nobody sends or tells them anything


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A picture or a voice note (by `mime`) as proof: made anew, hashed; captured-at and received-at stay apart."""

    sha256: str
    mime: str
    size: int
    captured_at: datetime | None
    received_at: datetime
    by: str
    where: tuple[float, float] | None = None  # latitude and longitude in degrees, when the camera knew
    skew_ms: int | None = None  # the phone's clock − ours when it was sent
    length_s: float | None = None  # of a voice note

    @property
    def is_picture(self) -> bool:
        """Whether this shows something: a voice note is no photo."""
        return self.mime.startswith("image/")


class Span(msgspec.Struct, frozen=True):
    """A length of time: natural seconds, or seconds of working hours (`work`), counted by the site's calendar."""

    seconds: float
    work: bool = False


class LadderStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rung of a plan: who is sent, how long we wait for somebody to take the case before the next rung."""

    to: tuple[Role, ...] = ()
    responders: bool = False  # the category's own responders come first; resolved when a case gets the plan
    wait: Span | None = None  # None: the take time of the case's level and category
    everyone: bool = False  # True: all of them at once; False: the best one
    off_duty: bool = False  # True: when none of them is on duty, all who hold the role are told all the same
    channels: tuple[str, ...] = ()  # empty: every channel the person has, by the site's settings
    prompt: dict[str, str] = {}  # what the guard must do now by hand ("call 119 and say …"), zh/en


class PlanCommand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A command of a plan: to one device by its id, or to those of a type (`role`) at the place of the case.

    With `confirm` a person has to say yes first: whatever moves, opens or sounds for everybody. Without it the rung
    `step` orders it by itself; only what is harmless twice and lets nobody in may be left to it.
    """

    kind: str  # what is asked of the device: a name of `devices.command`, or what plans call it, like "siren.on"
    name: dict[str, str]
    device: str | None = None
    role: str | None = None
    confirm: bool = True
    step: int = 0  # the rung of the ladder that orders it, from 0; without `confirm` only


class Plan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A response plan (预案): what to check, who goes, who is next. A copy lies on every case it opened."""

    id: str
    version: int = 1
    name: dict[str, str] = {}
    checklist: tuple[
        dict[str, str], ...
    ] = ()  # zh, en; `kind` (say look do call); `sign`: the role that does it
    commands: tuple[PlanCommand, ...] = ()
    steps: tuple[LadderStep, ...] = ()
    loops: int = 0  # how often the last rung is repeated; -1: until taken
    loop_every: Span = Span(120)
    need_acks: int = 1


class Channel(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A configured way to reach people, as dispatch sees it; keys and addresses of servers stay at the edge."""

    name: str
    kind: str  # lan, console, webhook, wecom, dingtalk, feishu, sms, voice, email, mqtt, ntfy …
    group: bool = False  # one message for a whole chat group: least detail, no names
    levels: tuple[str, ...] = ("L1", "L2", "L3", "L4")


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """The last decision on a case, so that somebody with an older view learns what happened and who did it."""

    by: str
    action: str
    at: datetime
    version: int


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the plan's checklist that somebody did; `step` counts from 0."""

    step: int
    by: str
    at: datetime


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A telephone call that a person made to an agency (119, the power company …): it is never dialled by machine.

    Who answered and what was said lie in the timeline, where they can be erased.
    """

    agency: str
    number: str
    at: datetime
    by: str


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One case that people handle. A change is a new value with a higher `version`; `timers` are due times in E.

    `decided` is the version of the last decision that makes an older view stale: what machines add (an alert
    joins or clears, the ladder climbs) raises `version` only, so a worker's tap is not refused because of it.
    """

    number: str  # site-YYYYMMDD-nnn
    site: str
    state: State
    version: int
    category: str
    level: Level
    title: dict[str, str]  # {"zh", "en"}
    opened_at: datetime
    why: dict[str, str] = {}  # the sentence of the alert that opened it, zh/en
    decided: int = 1
    changed: Changed | None = None
    grid: str | None = None
    building: str | None = None
    place: dict[str, str | None] = {}  # building, unit, floor, zone
    device: str | None = None
    origin: Literal["alert", "report"] = "alert"
    reporter: str | None = None  # who reported it and gets the answer
    alerts: tuple[str, ...] = ()
    open_alerts: tuple[str, ...] = ()  # those of `alerts` whose condition still holds
    alert_keys: tuple[str, ...] = ()  # rule id + key, so that a reopened alert finds its case
    muted_by: str | None = None  # the alert, or the device, that muted the alert which opened it
    quiet: bool = False  # opened by a muted or silent alert: recorded, nobody told until the mute ends
    owner: str | None = None  # who took it
    takers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()  # who was sent at the current step
    refused: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()  # those of `told` whom the present round of the ladder asked
    watchers: tuple[str, ...] = ()  # who hears how it ends besides the reporter: those of merged cases
    reach: Literal["grid", "community", "street"] = "grid"  # how far up the tree it has gone
    sent_at: datetime | None = None  # when somebody was last sent
    news_at: datetime | None = None  # when people were last told that an alert joined or came back
    step: int = 0  # ladder step
    loops: int = 0  # repeats of the last ladder step so far
    ordered: tuple[
        int, ...
    ] = ()  # the commands of the plan that its rungs have ordered, by their place in it
    plan: Plan = Plan(id="")  # the response plan as it was when the case opened
    timers: dict[str, datetime] = {}
    paused: dict[str, float] = {}  # seconds left of resting timers, of working time where they count that
    transfer: dict[str, str] = {}  # agency, person, contact, ticket, called_at, result
    ticks: tuple[Tick, ...] = ()  # lines of the plan's checklist that are done
    calls: tuple[Call, ...] = ()
    primary: str | None = None  # the case this one was merged into
    resolver: str | None = None
    checker: str | None = None
    closed_at: datetime | None = None
    close_code: str | None = None
    photos: tuple[Photo, ...] = ()
    drill: bool = False
    late: bool = False
    rework: int = 0
    reopened: int = 0
    previous: Undo | None = None  # what undo would restore, by whom and until when

    @property
    def group(self) -> str:
        """The two-digit category group."""
        return self.category[:2]

    @property
    def is_open(self) -> bool:
        """Whether the case still waits for something."""
        return self.state not in TERMINAL


class Undo(msgspec.Struct, frozen=True, kw_only=True):
    """The case as it was before the last action, restored by `undo` of the same person before `until`."""

    by: str
    action: str
    until: datetime
    incident: Incident


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A timer of a case has run out: time passed, the third kind of cause."""

    incident: str
    timer: str
    at: datetime


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """What a person did. `key` is the Idempotency-Key, `version` the incident's version they saw."""

    name: str  # an action of the table in incident.py, or `report`
    by: str
    roles: tuple[Role, ...]
    incident: str | None = None
    alert: str | None = None
    version: int | None = None
    key: str | None = None
    channel: str = "web"
    fields: dict[str, Any] = {}  # note, code, assignees, reason, photos (tuple of Photo) …


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

    incidents: tuple[Incident, ...] = ()  # in the order in which the store must write them
    timeline: tuple[TimelineRow, ...] = ()
    messages: tuple[Message, ...] = ()
    withdraw: tuple[tuple[str, str], ...] = ()  # (incident, recipient or "*"): unsent messages to stop
    acknowledge: tuple[tuple[str, str], ...] = ()  # (alert id, by): the engine acknowledges these
    commands: tuple[
        Command, ...
    ] = ()  # asked of devices; numbered and recorded with all the rest, sent after it
    result: dict[str, Any] = {}  # what an action's caller gets back
    reason: str = ""
