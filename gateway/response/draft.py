"""Draft: what one cause does to one case, collected step by step until it is a Decision.

The only place that turns a row of the transition table into a new Incident: state, version, timers and the
line of the timeline. It lives for one call of `respond`; the values it hands out are frozen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from devices.command import Command
from gateway.response import incident as table
from gateway.response.categories import Category
from gateway.response.guards import Attempt
from gateway.response.model import Changed, Decision, Incident, Message, Photo, Role, TimelineRow
from gateway.response.saying import facts_of, words_of
from gateway.response.timers import reminders, span_of, without
from gateway.response.world import World

SYSTEM = "system"
UNSAID = frozenset(
    {"note", "reason", "photos", "public_note", "release"}
)  # fields that have a place of their own
# Actions after which the one before can still be undone: they change nothing that it would put back.
KEEP_UNDO = frozenset({"undo", "note", "tick", "called", "nudge", "ask_suspend"})


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: a person with the roles of the session, or the system itself."""

    by: str = SYSTEM
    roles: tuple[Role, ...] = ("system",)
    channel: str = "timer"
    key: str | None = None  # idempotency key

    @property
    def role(self) -> str:
        return self.roles[0] if self.roles else ""


class Draft:
    """One case under change. `before` is the case as the cause found it."""

    def __init__(
        self, world: World, incident: Incident, *, now: datetime, seq: int, actor: Actor | None = None
    ) -> None:
        self.world = world
        self.before = incident
        self.incident = incident
        self.now = now
        self.seq = seq
        self.actor = actor or Actor()
        self.is_new = False  # a case that this cause opens
        self.rows: list[TimelineRow] = []
        self.messages: dict[str, Message] = {}
        self.withdraw: dict[tuple[str, str], None] = {}
        self.acknowledge: dict[tuple[str, str], None] = {}
        self.commands: list[Command] = []  # asked of devices
        self.first: list[Incident] = []  # other cases, to be written before this one (it takes their alerts)
        self.after: list[Incident] = []  # … and after it (they take its alerts)

    @property
    def category(self) -> Category:
        return self.world.category(self.incident.category)

    def name(self, person: str | None) -> str:
        """Return a person's name for sentences; an unknown id stands for itself."""
        known = self.world.people.get(person or "")
        return known.name if known is not None else (person or "–")

    def local(self, at: datetime) -> str:
        """Return an engine time as people of the site read it: month, day, hour and minute."""
        return self.world.wall(at).astimezone(self.world.site.zone).strftime("%m-%d %H:%M")

    def attempt(self, fields: Mapping[str, Any], actor: Actor | None = None) -> Attempt:
        """Return what the guards of the table look at."""
        who = actor or self.actor
        return Attempt(
            world=self.world,
            incident=self.incident,
            by=who.by,
            roles=who.roles,
            now=self.now,
            fields=dict(fields),
        )

    def move(
        self,
        action: str,
        fields: Mapping[str, Any] | None = None,
        *,
        actor: Actor | None = None,
        text: dict[str, str] | None = None,
    ) -> table.Transition:
        """Take one row of the table, or raise ActionRefused; returns the row.

        `text` is the line of the timeline; without it the note of the fields stands there.
        """
        fields = fields or {}
        who = actor or self.actor
        row = table.find(self.attempt(fields, who), action)
        source, target = self.incident.state, row.target or self.incident.state
        if action == "undo" and self.incident.previous is not None:
            target = self.incident.previous.incident.state
        version, previous = self.incident.version + 1, self.incident.previous
        self.change(
            state=target,
            version=version,
            timers=without(self.incident.timers, row.stops),
            previous=previous if action in KEEP_UNDO else None,
        )
        if row.decides:
            changed = Changed(by=who.by, action=action, at=self.now, version=version)
            self.change(decided=version, changed=changed)
        self.start(row.starts)
        self.write(
            action,
            text or words_of(self, action, fields),
            actor=who,
            from_state=source,
            to_state=target,
            reason=str(fields["reason"]) if fields.get("reason") else None,
            facts={
                **facts_of(self, action),
                **{k: v for k, v in fields.items() if k not in UNSAID},
            },
            attachments=self._attach(fields),
        )
        return row

    def _attach(self, fields: Mapping[str, Any]) -> tuple[str, ...]:
        """Add the photos of an action to the case; returns their hashes."""
        photos = [photo for photo in fields.get("photos", ()) if isinstance(photo, Photo)]
        known = set(self.incident.photos)
        self.change(photos=(*self.incident.photos, *(photo for photo in photos if photo not in known)))
        return tuple(photo.sha256 for photo in photos)

    def change(self, **fields: Any) -> None:
        """Set fields of the case."""
        self.incident = msgspec.structs.replace(self.incident, **fields)

    def grow(self, **fields: Any) -> None:
        """Set fields that no row of the table sets (an alert joined, the ladder climbed): a new version."""
        self.change(**fields, version=self.incident.version + 1)

    def start(self, timers: Iterable[str]) -> None:
        """Start timers that do not run yet; `stale` begins anew with every news."""
        for timer in timers:
            if timer in self.incident.timers and timer != "stale":
                continue
            span = span_of(timer, self.incident.level, self.category) if timer != "suspend" else None
            if span is not None:
                self.set_timer(timer, self.world.after(self.now, span))

    def set_timer(self, timer: str, due: datetime) -> None:
        """Run one timer, with its reminders, until `due`."""
        timers = without(self.incident.timers, (timer,))
        self.change(timers={**timers, timer: due, **reminders(timer, self.now, due, self.incident.level)})

    def stop(self, *timers: str) -> None:
        """Stop timers and their reminders."""
        self.change(timers=without(self.incident.timers, timers))

    def write(
        self,
        action: str,
        text: dict[str, str] | None = None,
        *,
        actor: Actor | None = None,
        incident: str | None = None,
        **more: Any,
    ) -> None:
        """Add a line to the timeline of this case (or of another one that it touches)."""
        who = actor or self.actor
        row = TimelineRow(
            incident=incident or self.incident.number,
            at=self.now,
            actor=who.by,
            role=who.role,
            channel=who.channel,
            action=action,
            text=text,
            key=who.key,
            **more,
        )
        self.rows.append(row)

    def note(self, action: str, text: dict[str, str], **facts: Any) -> None:
        """Add a line that the system writes, whoever caused it."""
        self.write(action, text, actor=Actor(), facts=facts)

    def acknowledge_alerts(self, by: str) -> None:
        """Let the engine acknowledge all alerts of the case."""
        self.acknowledge.update({(alert, by): None for alert in self.incident.alerts})

    def stop_messages(self, recipient: str = "*") -> None:
        """Withdraw what is still unsent, to everybody or to one."""
        self.withdraw[(self.incident.number, recipient)] = None

    def decision(self, reason: str = "", result: dict[str, Any] | None = None) -> Decision:
        """Return all of it as one value."""
        changed = (self.incident,) if self.is_new or self.incident != self.before else ()
        return Decision(
            incidents=(*self.first, *changed, *self.after),
            timeline=tuple(self.rows),
            messages=tuple(self.messages.values()),
            withdraw=tuple(self.withdraw),
            acknowledge=tuple(self.acknowledge),
            commands=tuple(self.commands),
            result=result or {},
            reason=reason,
        )
