"""Stories played: events through the rules into cases, people acting, time passing, with no clock but the story's.

`play` runs the same engine and the same `respond` as a live gateway, without sleeping, and compares what is
expected. It returns what did not hold, and a transcript that reads like the story it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from gateway.errors import ActionRefused
from gateway.response.message import render
from gateway.response.model import Action, Decision, Incident, Message, TimelineRow
from gateway.response.respond import Cause, respond
from gateway.response.timers import main_timer
from gateway.response.world import World
from gateway.scenario_file import Step, Story, make_event
from rules.action import Acknowledge, ClearAlert, SetMode, SilenceAlerts
from rules.change import Change
from rules.duration import parse_duration
from rules.engine import Engine

_CLOSING = ("cleared", "late_resolved")


class Played(msgspec.Struct, kw_only=True):
    """What came of a story: what did not hold (empty: all did), and everything that happened, line by line."""

    failures: list[str]
    transcript: list[str]
    incidents: list[Incident]


def play(story: Story) -> Played:
    """Play a story to its end."""
    return _Stage(story).play()


class _Stage:
    """The engine, the world and the hands that pass things between them."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.engine = self._engine()
        self.world = World(story.site.view)
        self.now = story.start
        self.seq = 0
        self.rows: dict[tuple[str, str], bytes] = {}
        self.alerts: dict[str, Change] = {}  # newest change of each alert
        self.cases: dict[str, Incident] = {}  # in the order they were opened
        self.fresh: list[Message] = []  # since the last `expect`
        self.lines: list[TimelineRow] = []  # since the last `expect`
        self.failures: list[str] = []
        self.transcript: list[str] = []

    def _engine(self) -> Engine:
        return Engine(self.story.rules.rules, self.story.rules.inhibits, self.story.site.rules)

    def play(self) -> Played:
        self._changes(self.engine.tick(self.now, seq=self._next()))
        for step in self.story.steps:
            self._pass_time(step.at, inclusive=step.what == "expect")
            if step.say:
                self._say(f"— {step.say}")
            self._take(step)
        return Played(failures=self.failures, transcript=self.transcript, incidents=list(self.cases.values()))

    def _next(self) -> int:
        self.seq += 1
        return self.seq

    # --- time ---

    def _pass_time(self, until: datetime, *, inclusive: bool) -> None:
        """Serve every deadline of rules and cases at its own instant, rules first."""
        while True:
            rule_due, case_due = self.engine.next_due(), self.world.next_due()
            due = min((d for d in (rule_due, case_due) if d is not None), default=None)
            if due is None or due > until or (due == until and not inclusive):
                break
            self.now = max(self.now, due)
            if rule_due == due:
                self._changes(self.engine.tick(due, seq=self._next()))
            for item in self.world.due(self.now):
                self._respond(item)
        self.now = until

    # --- what happens ---

    def _take(self, step: Step) -> None:
        value = step.value
        if step.what == "event":
            event = make_event(step, self.story.site.view.id, self._next())
            self._say(f"{event.device} {event.kind}")
            self._changes(self.engine.step(event, now=self.now))
        elif step.what == "action":
            self._act(step)
        elif step.what == "expect":
            self._expect(step)
        elif step.what == "restart":
            self._restart(timedelta(microseconds=parse_duration(value) or 0))
        else:
            self._site_action(step.what, value)

    def _act(self, step: Step) -> None:
        fields = {
            key: v
            for key, v in step.value.items()
            if key not in ("do", "by", "incident", "roles", "refused", "version")
        }
        if "until" in fields:
            fields["until"] = self.story.start + timedelta(microseconds=parse_duration(fields["until"]) or 0)
        if "photos" in fields:
            fields["photos"] = [self._photo(name, step.value["by"]) for name in fields["photos"]]
        person = self.world.people.get(step.value["by"])
        roles = step.value.get("roles") or (person.roles if person is not None else ("resident",))
        numbers = list(self.cases)
        which = int(step.value.get("incident", len(numbers)))
        action = Action(
            name=step.value["do"],
            by=step.value["by"],
            roles=tuple(roles),
            incident=numbers[which - 1] if 0 < which <= len(numbers) else None,
            version=step.value.get("version"),
            fields=fields,
        )
        self._say(f"{action.by}: {action.name}")
        wanted = step.value.get("refused")
        try:
            self._respond(action)
        except ActionRefused as refusal:
            self._say(f"  refused: {refusal}")
            if refusal.code != wanted:
                self._fail(step, f"{action.name} by {action.by} was refused ({refusal.code}): {refusal}")
        else:
            if wanted is not None:
                self._fail(step, f"{action.name} by {action.by} was not refused; expected {wanted}")

    def _photo(self, name: str, by: str) -> dict[str, object]:
        return {
            "sha256": name,
            "mime": "image/jpeg",
            "size": 1,
            "captured_at": self.now,
            "received_at": self.now,
            "by": by,
        }

    def _site_action(self, what: str, value: Mapping[str, Any]) -> None:
        by = str(value.get("by", ""))
        if what == "mode":
            flags = {str(k): bool(v) for k, v in value.items() if k != "zone"}
            self.world.set_mode(flags, value.get("zone"))
            action: Any = SetMode(flags=flags, zone=value.get("zone"), by=by)
        elif what == "silence":
            until = self.story.start + timedelta(microseconds=parse_duration(value.get("until")) or 0)
            action = SilenceAlerts(
                where=value["where"],
                until=until,
                by=by,
                reason=str(value.get("reason", "")),
                level=value.get("level"),
            )
        else:
            kind = Acknowledge if what == "ack" else ClearAlert
            action = kind(by=by, rule=value["rule"], key=value.get("key") or {})
        self._say(f"{what} {dict(value)}")
        self._changes(self.engine.act(action, now=self.now, seq=self._next()))

    def _restart(self, down_for: timedelta) -> None:
        """The process dies here and is back after `down_for`: rules from their rows, cases from theirs."""
        self.rows.update(
            {name: blob for name, blob in self.engine.dump_changed().items() if blob is not None}
        )
        self.engine = self._engine()
        self.engine.load(self.rows)
        self.world = World(self.story.site.view, incidents=self.world.incidents.values())
        self.now += down_for
        self._say(f"restart after {down_for}")
        self._changes(self.engine.restart(self.now, down_for=down_for, seq=self._next()))

    def _changes(self, changes: list[Change]) -> None:
        for change in changes:
            self.alerts[change.alert] = change
            self._say(f"  alert {change.change} {change.rule} {change.stage} {change.level}")
            self._respond(change)

    def _respond(self, cause: Cause) -> Decision:
        decision = respond(self.world, cause, now=self.now, seq=self._next())
        self.world.apply(decision)
        for case in decision.incidents:
            self.cases[case.number] = case
        self.fresh += decision.messages
        self.lines += decision.timeline
        for row in decision.timeline:
            words = (row.text or {}).get("zh") or (row.text or {}).get("note", "")
            self._say(f"  {row.incident} {row.action} {words}".rstrip())
        for message in decision.messages:
            self._say(f"    → {message.recipient} ({message.channel}) {render(message, 'zh').title}")
        for alert, by in decision.acknowledge:
            self._acknowledge(alert, by)
        return decision

    def _acknowledge(self, alert: str, by: str) -> None:
        if alert in self.engine.open_alerts():
            self._changes(self.engine.act(Acknowledge(alert=alert, by=by), now=self.now, seq=self._next()))

    # --- what must hold ---

    def _expect(self, step: Step) -> None:
        wanted = step.value
        if "alerts" in wanted:
            self._expect_alerts(step, wanted["alerts"])
        cases = list(self.cases.values())
        if isinstance(wanted.get("incidents"), int):
            self._same(step, "incidents", len(cases), wanted["incidents"])
        elif "incidents" in wanted:
            self._same(step, "incidents", len(cases), len(wanted["incidents"]))
            for case, fields in zip(cases, wanted["incidents"], strict=False):
                self._expect_case(step, case, fields)
        if "incident" in wanted:
            which = int(wanted["incident"].get("which", len(cases)))
            if not 0 < which <= len(cases):
                self._fail(step, f"there are {len(cases)} incidents")
            else:
                self._expect_case(step, cases[which - 1], wanted["incident"])
        if "messages" in wanted:
            self._expect_messages(step, wanted["messages"])
        for who in wanted.get("nobody_told", ()):
            found = [m.template for m in self.fresh if m.recipient == who]
            if found:
                self._fail(step, f"{who} was told: {', '.join(found)}")
        said = [row.action for row in self.lines]
        for action in wanted.get("lines", ()):
            if action not in said:
                self._fail(step, f"no line '{action}' in the timeline; there are {', '.join(said) or 'none'}")
        self.fresh, self.lines = [], []

    def _expect_alerts(self, step: Step, wanted: Any) -> None:
        standing = [c for c in self.alerts.values() if c.change not in _CLOSING]
        if isinstance(wanted, int):
            self._same(step, "open alerts", len(standing), wanted)
            return
        for fields in wanted:
            known = [{**msgspec.structs.asdict(c), "open": c in standing} for c in self.alerts.values()]
            if not any(all(alert.get(name) == value for name, value in fields.items()) for alert in known):
                there = [{name: alert.get(name) for name in fields} for alert in known]
                self._fail(step, f"no alert {fields}; there are {there}")

    def _expect_case(self, step: Step, case: Incident, wanted: Mapping[str, Any]) -> None:
        running = sorted({main_timer(timer) for timer in case.timers})
        for name, value in wanted.items():
            if name == "which":
                continue
            found: Any = running if name == "running" else msgspec.to_builtins(getattr(case, name))
            if isinstance(value, list):
                self._same(step, f"{case.number}.{name}", sorted(found), sorted(value))
            else:
                self._same(step, f"{case.number}.{name}", found, value)

    def _expect_messages(self, step: Step, wanted: list[dict[str, str]]) -> None:
        if not wanted and self.fresh:
            self._fail(step, f"expected no message; {self._sent()}")
        for message in wanted:
            found = any(
                m.recipient == message.get("to", m.recipient)
                and m.channel == message.get("by", m.channel)
                and m.template == message.get("about", m.template)
                for m in self.fresh
            )
            if not found:
                self._fail(step, f"no message {message}; {self._sent()}")

    def _sent(self) -> str:
        return "sent: " + (
            ", ".join(f"{m.template} to {m.recipient} by {m.channel}" for m in self.fresh) or "none"
        )

    def _same(self, step: Step, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            self._fail(step, f"{what} is {found!r}, expected {wanted!r}")

    def _fail(self, step: Step, words: str) -> None:
        line = self.story.document.line(step.path)
        self.failures.append(f"{self.story.file}:{line}: after {step.at - self.story.start}: {words}")

    def _say(self, words: str) -> None:
        self.transcript.append(f"{self.now - self.story.start!s:>8}  {words}")
