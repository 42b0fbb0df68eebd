"""Stories played: events through the rules into cases, people acting, time passing, with no clock but the story's.

`play` runs the same engine and the same `respond` as a live gateway, without sleeping, and compares what is
expected. It returns what did not hold, and a transcript that reads like the story it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from devices.document import parse_document
from devices.gateway_voice import GATEWAY
from gateway.builtin import builtin_packs
from gateway.errors import ActionRefused
from gateway.response.message import render
from gateway.response.model import Action, Decision, Incident, Message, TimelineRow
from gateway.response.respond import Cause, respond
from gateway.response.world import World
from gateway.scenario_check import Scene, unmet
from gateway.scenario_file import Step, Story, make_event, read_story
from gateway.watch.false_alarms import Tally, noticed
from gateway.watch.news import Memory, news
from rules.action import Acknowledge, ClearAlert, SetMode, SilenceAlerts
from rules.change import Change
from rules.duration import parse_duration
from rules.engine import Engine
from rules.playback import change_line


class Played(msgspec.Struct, kw_only=True):
    """What came of a story: what did not hold (empty: all did), and everything that happened, line by line."""

    failures: list[str]
    transcript: list[str]
    incidents: list[Incident]
    changes: list[Change]


def run_file(path: Path, say: Callable[[str], None]) -> str | None:
    """Play a story from its file, saying each change of an alert as one JSON line.

    A site it names is looked for beside it. Returns the mistakes of the file, or the first expectation that
    was not met; None when all held.
    """
    story, problems = read_story(
        path.read_text(encoding="utf-8"), str(path), packs=builtin_packs(), sites=site_of(path)
    )
    if story is None:
        return "\n".join(str(problem) for problem in problems)
    played = play(story)
    for change in played.changes:
        say(change_line(change, story.site.view.zone))
    return played.failures[0] if played.failures else None


def site_of(path: Path) -> dict[str, str]:
    """Return the site file that a story names by its path beside the story, as name and text."""
    value = parse_document(path.read_text(encoding="utf-8"), str(path)).value
    name = value.get("site") if isinstance(value, dict) else None
    file = path.parent / name if isinstance(name, str) else None
    return {str(name): file.read_text(encoding="utf-8")} if file is not None and file.is_file() else {}


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
        self.changes: list[Change] = []
        self.alerts: dict[str, Change] = {}  # newest change of each alert
        self.cases: dict[str, Incident] = {}  # in the order they were opened
        self.fresh: list[Message] = []  # since the last `expect`
        self.lines: list[TimelineRow] = []  # since the last `expect`
        self.failures: list[str] = []
        self.transcript: list[str] = []
        self.tally, self.memory = Tally(), Memory()

    def _engine(self) -> Engine:
        return Engine(self.story.rules.rules, self.story.rules.inhibits, self.story.site.rules)

    def play(self) -> Played:
        self._take_changes(self.engine.tick(self.now, seq=self._next()))
        for step in self.story.steps:
            self._pass_time(step.at, inclusive=step.what == "expect")
            if step.say:
                self._say(f"— {step.say}")
            self._take(step)
            self._watch(step)
        return Played(
            failures=self.failures,
            transcript=self.transcript,
            incidents=list(self.cases.values()),
            changes=self.changes,
        )

    def _next(self) -> int:
        self.seq += 1
        return self.seq

    def _watch(self, step: Step) -> None:
        """Let the gateway say what it has noticed of itself: here, devices with too many false alarms."""
        for reading in news(self.memory, noticed(self.tally.found()), now=self.now):
            said = {"device": GATEWAY.id, "kind": reading.kind, "data": reading.facts}
            self._take(msgspec.structs.replace(step, what="event", value=said))

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
                self._take_changes(self.engine.tick(due, seq=self._next()))
            for item in self.world.due(self.now):
                self._respond(item)
        self.now = until

    # --- what happens ---

    def _take(self, step: Step) -> None:
        value = step.value
        if step.what == "event":
            event = make_event(step, self.story.site.view.id, self._next())
            self._say(f"{event.device} {event.kind}")
            self._take_changes(self.engine.step(event, now=self.now))
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
        self._take_changes(self.engine.act(action, now=self.now, seq=self._next()))

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
        self._take_changes(self.engine.restart(self.now, down_for=down_for, seq=self._next()))

    def _take_changes(self, changes: list[Change]) -> None:
        for change in changes:
            self.changes.append(change)
            self.alerts[change.alert] = change
            self._say(f"  alert {change.change} {change.rule} {change.stage} {change.level}")
            self._respond(change)

    def _respond(self, cause: Cause) -> Decision:
        decision = respond(self.world, cause, now=self.now, seq=self._next())
        self.world.apply(decision)
        for case in decision.incidents:
            self.cases[case.number] = case
            self.tally.take(case)
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
            self._take_changes(
                self.engine.act(Acknowledge(alert=alert, by=by), now=self.now, seq=self._next())
            )

    def _expect(self, step: Step) -> None:
        scene = Scene(
            cases=list(self.cases.values()), alerts=self.alerts, messages=self.fresh, lines=self.lines
        )
        for words in unmet(scene, step.value):
            self._fail(step, words)
        self.fresh, self.lines = [], []

    def _fail(self, step: Step, words: str) -> None:
        line = self.story.document.line(step.path)
        self.failures.append(f"{self.story.file}:{line}: after {step.at - self.story.start}: {words}")

    def _say(self, words: str) -> None:
        self.transcript.append(f"{self.now - self.story.start!s:>8}  {words}")
