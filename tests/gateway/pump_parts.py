"""Small, real stand-ins that honour the pump's contracts: a rule engine, cases, a decoder, a machine's clock.

`DoorRules` knows two rules. `forced`: each `access.forced` opens an alert of its device, or repeats it.
`held`: a `contact.opened` that is not followed by `contact.closed` within 30 s opens an alert at its
deadline; closing clears it. Its state is a value per (rule, key), as the real engine's.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from devices.event import Decoded, Event, Ignored, Quarantine, RawMessage, Telemetry
from gateway.clock import ClockMark, to_us
from gateway.errors import ActionRefused
from gateway.pump import Pump
from gateway.response.model import Action, Decision, Due, Incident, Message, TimelineRow
from gateway.store.recover import Recovery
from gateway.store.store import Store
from rules.action import Acknowledge, ClearAlert, SetMode
from rules.change import Change
from rules.measured import Wanted
from rules.model import Rule

START = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
HELD_FOR = timedelta(seconds=30)
TAKE_WITHIN = timedelta(seconds=60)


class Alarm(msgspec.Struct, kw_only=True):
    """One alert, open or closed, of one rule and device."""

    alert: str = ""
    open: bool = False
    acknowledged: bool = False
    count: int = 0
    opened_at: datetime = START
    last_at: datetime = START
    due: datetime | None = None
    events: tuple[str, ...] = ()


class DoorRules:
    """The two rules; `fails_on` makes it raise on events of a kind, with its state half changed."""

    def __init__(self, *, fails_on: str = "") -> None:
        self.alarms: dict[tuple[str, str], Alarm] = {}
        self.fails_on = fails_on
        self.rules: tuple[Rule, ...] = ()
        self.armed = False
        self.offset = timedelta(0)
        self.held = False
        self.reads: dict[str, Wanted] = {}  # measurements, by metric
        self._changed: set[tuple[str, str]] = set()

    def step(self, event: Event, *, now: datetime) -> list[Change]:
        if event.kind == "access.forced":
            alarm = self._alarm("forced", event.device)
            alarm.count += 1
            if event.kind == self.fails_on:
                raise ZeroDivisionError("a fault in the engine")
            alarm.last_at, alarm.events = event.at, (*alarm.events, event.id)[-8:]
            if alarm.open:
                return [self._change("repeated", "forced", event.device, now)]
            return [self._open("forced", event.device, now, event.seq)]
        if event.kind == self.fails_on:
            self._alarm("held", event.device).count += 7
            raise ZeroDivisionError("a fault in the engine")
        if event.kind == "contact.opened":
            alarm = self._alarm("held", event.device)
            if not alarm.open and alarm.due is None:
                alarm.due, alarm.events = now + HELD_FOR, (event.id,)
        elif event.kind == "contact.closed":
            alarm = self._alarm("held", event.device)
            alarm.due = None
            if alarm.open:
                return [self._clear("held", event.device, now)]
        return []

    def tick(self, now: datetime, *, seq: int) -> list[Change]:
        return [] if self.held else self._serve(now, now, seq)

    def _serve(self, until: datetime, now: datetime, seq: int) -> list[Change]:
        due = sorted(
            (a.due, rule, device) for (rule, device), a in self.alarms.items() if a.due and a.due <= until
        )
        found = []
        for _, rule, device in due:
            self._alarm(rule, device).due = None
            found.append(self._open(rule, device, now, seq))
        return found

    def act(self, action: Any, *, now: datetime, seq: int) -> list[Change]:
        if isinstance(action, SetMode):
            self.armed = action.flags.get("armed", self.armed)
            return []
        for (rule, device), alarm in self.alarms.items():
            if alarm.open and alarm.alert == action.alert:
                if isinstance(action, ClearAlert):
                    return [self._clear(rule, device, now)]
                assert isinstance(action, Acknowledge)
                if alarm.acknowledged:
                    return []
                self._alarm(rule, device).acknowledged = True
                return [self._change("acknowledged", rule, device, now, by=action.by)]
        raise LookupError(f"no open alert {action.alert}")

    def set_offset(self, offset: timedelta) -> None:
        self.offset = offset

    def restart(self, now: datetime, *, down_for: timedelta, seq: int, waits: bool = False) -> list[Change]:
        self._hold(waits)
        return self.tick(now, seq=seq)

    def hold(self, now: datetime, *, until: datetime | None, seq: int) -> list[Change]:
        found = self._serve(until or now, now, seq) if self.held else []
        self._hold(until is not None)
        return found

    def wanted(self, device: str, metric: str) -> Wanted | None:
        return self.reads.get(metric)

    def _hold(self, held: bool) -> None:
        if held is not self.held:
            self.held = held
            self._changed.add(("", "held"))

    def next_due(self) -> datetime | None:
        return None if self.held else min((a.due for a in self.alarms.values() if a.due), default=None)

    def dump_changed(self) -> dict[tuple[str, str], bytes | None]:
        changed, self._changed = self._changed, set()
        return {place: msgspec.json.encode(self.alarms.get(place, self.held)) for place in changed}

    def load(self, rows: Mapping[tuple[str, str], bytes]) -> None:
        rows = dict(rows)
        self.held = msgspec.json.decode(rows.pop(("", "held"), b"false"))
        self.alarms = {place: msgspec.json.decode(row, type=Alarm) for place, row in rows.items()}

    def open_alerts(self) -> dict[str, Alarm]:
        return {alarm.alert: alarm for alarm in self.alarms.values() if alarm.open}

    def _alarm(self, rule: str, device: str) -> Alarm:
        self._changed.add((rule, device))
        return self.alarms.setdefault((rule, device), Alarm())

    def _open(self, rule: str, device: str, now: datetime, seq: int) -> Change:
        alarm = self._alarm(rule, device)
        alarm.alert, alarm.open, alarm.acknowledged = f"{rule}-{device}-{seq}", True, False
        alarm.opened_at = alarm.last_at = now
        return self._change("opened", rule, device, now)

    def _clear(self, rule: str, device: str, now: datetime) -> Change:
        change = self._change("cleared", rule, device, now)
        self._alarm(rule, device).open = False
        return change

    def _change(self, name: str, rule: str, device: str, now: datetime, **why: Any) -> Change:
        alarm = self.alarms[rule, device]
        return Change(
            t=now, change=name, rule=rule, version=1, key={"device": device}, stage="alarm", level="L2",  # type: ignore[arg-type]  # any name of a change
            count=alarm.count, notify=True, respond=name == "opened", late=False, delayed=False, why=why,
            alert=alarm.alert, opened_at=alarm.opened_at, last_at=alarm.last_at, device=device,
            category="0207", acknowledged=alarm.acknowledged, events=alarm.events,
        )  # fmt: skip


class Cases:
    """One case per opened alert, with a timer to be taken within a minute; then the next one is told."""

    def __init__(
        self, incidents: Any = (), numbers: Mapping[str, int] | None = None, modes: Any = None
    ) -> None:
        self.incidents: dict[str, Incident] = {each.number: each for each in incidents}
        self.opened = max((numbers or {}).values(), default=0)
        self.modes: dict[str, dict[str, bool]] = modes or {}

    def apply(self, decision: Decision) -> None:
        for each in decision.incidents:
            self.opened = max(self.opened, int(each.number.rpartition("-")[2]))
            self.incidents[each.number] = each

    def next_due(self) -> datetime | None:
        return min((due for each in self.incidents.values() for due in each.timers.values()), default=None)

    def due(self, now: datetime) -> list[Due]:
        found = [
            (due, n, t) for n, each in self.incidents.items() for t, due in each.timers.items() if due <= now
        ]
        return [Due(incident=number, timer=timer, at=due) for due, number, timer in sorted(found)]

    def set_offset(self, offset: timedelta) -> None:
        self.offset = offset

    def set_mode(self, flags: Mapping[str, bool], zone: str | None = None) -> None:
        self.modes.setdefault(zone or "", {}).update(flags)


class Responding:
    """`respond` of the stand-in cases; `fails_on` names changes or timers on which it raises.

    `double` makes it open a second case for an alert key that an open case holds.
    """

    def __init__(self, *fails_on: str) -> None:
        self.fails_on = fails_on

    def __call__(self, cases: Cases, cause: Change | Action | Due, *, now: datetime, seq: int) -> Decision:
        name = (
            cause.change
            if isinstance(cause, Change)
            else cause.timer
            if isinstance(cause, Due)
            else cause.name
        )
        if name in self.fails_on:
            raise KeyError(f"a fault in response on {name}")
        if isinstance(cause, Change):
            return self._change(cases, cause, now)
        if isinstance(cause, Due):
            return self._due(cases.incidents[cause.incident], now)
        return self._action(cases, cause, now)

    def _change(self, cases: Cases, change: Change, now: datetime) -> Decision:
        key = f"{change.rule} {change.device}"
        held = any(key in each.alert_keys for each in cases.incidents.values())
        if change.respond and (not held or "double" in self.fails_on):
            number = f"sc-{now:%Y%m%d}-{cases.opened + 1:03d}"
            incident = Incident(
                number=number, site="sc", state="dispatched", version=1, category=change.category, level="L2",
                title={"zh": "强行闯入", "en": "Forced"}, opened_at=now, device=change.device, alerts=(change.alert,),
                alert_keys=(key,), timers={"take": now + TAKE_WITHIN},
            )  # fmt: skip
            return _told(incident, now, "open", "wang")
        case = next((each for each in cases.incidents.values() if change.alert in each.alerts), None)
        if case is None or change.change == "repeated":
            return Decision()
        return Decision(timeline=(_row(case, now, change.change),))

    def _due(self, incident: Incident, now: datetime) -> Decision:
        step = incident.step + 1
        timers = {"take": now + TAKE_WITHIN} if step < 3 else {}
        again = msgspec.structs.replace(incident, step=step, timers=timers, version=incident.version + 1)
        return msgspec.structs.replace(
            _told(again, now, "climb", f"person-{step}"), withdraw=((incident.number, "*"),)
        )

    def _action(self, cases: Cases, action: Action, now: datetime) -> Decision:
        incident = cases.incidents.get(action.incident or "")
        if incident is None or incident.state == "taken":
            raise ActionRefused(
                "not_allowed", "nothing to take", state=incident.state if incident else "none"
            )
        taken = msgspec.structs.replace(
            incident, state="taken", owner=action.by, timers={}, version=incident.version + 1
        )
        return Decision(
            incidents=(taken,), timeline=(_row(taken, now, "take", actor=action.by),), withdraw=((taken.number, "*"),),
            acknowledge=tuple((alert, action.by) for alert in taken.alerts), result={"state": "taken"},
        )  # fmt: skip


def _row(incident: Incident, now: datetime, action: str, actor: str = "system") -> TimelineRow:
    return TimelineRow(
        incident=incident.number, at=now, actor=actor, role="system", channel="system", action=action,
        to_state=incident.state, text={"zh": "记录", "en": "note"},
    )  # fmt: skip


def _told(incident: Incident, now: datetime, action: str, person: str) -> Decision:
    message = Message(
        id=f"{incident.number}-{incident.version}-{person}", incident=incident.number, alert=incident.alerts[0],
        channel="lan", recipient=person, template="dispatch", params={}, level="L2", created_at=now,
        not_after=now + timedelta(minutes=30),
    )  # fmt: skip
    return Decision(incidents=(incident,), timeline=(_row(incident, now, action),), messages=(message,))


class PlainDecoder:
    """Reads `{"device", "kind", "n"?, "state"?}`; several lines are several events."""

    def decode(self, message: RawMessage, *, mint: Callable[[], str]) -> list[Decoded]:
        if message.topic == "telemetry":
            return [Telemetry(device="meter", metric="power", value=1.0, at=message.received_at)]
        if message.topic == "crash":
            raise RuntimeError("a fault in the decoder")
        try:
            said = [msgspec.json.decode(line, type=dict[str, Any]) for line in message.payload.splitlines()]
        except msgspec.DecodeError as error:
            return [Quarantine(code="malformed", reason=str(error))]
        if not said:
            return [Ignored(code="empty", reason="nothing in it")]
        return [self._event(each, message, mint()) for each in said]

    @staticmethod
    def _event(said: dict[str, Any], message: RawMessage, event_id: str) -> Event:
        return Event(
            id=event_id, site="sc", device=said["device"], kind=said["kind"], at=message.received_at,
            received_at=message.received_at, dedup=said.get("n"), state=said.get("state", {}), data=said.get("data", {}),
        )  # fmt: skip


class Bench:
    """A pump on a data folder, fed by hand; `crash` forgets everything that is not on disk."""

    def __init__(
        self,
        folder: Path,
        *,
        rules: Callable[[], DoorRules] = DoorRules,
        respond: Responding | None = None,
        module: ModuleType | None = None,
        url: str | None = None,
    ) -> None:
        self.folder, self.module, self.url = folder, module, url
        self.rules, self.respond = rules, respond or Responding()
        self.acked: list[int] = []
        self.ids = (f"event-{number}" for number in itertools.count())
        self.told: list[Any] = []
        self.open()

    def open(self, at: datetime = START) -> None:
        self.store = Store.open(
            self.url or self.folder, folder=self.folder, reserve_bytes=4096, module=self.module
        )
        self.recovery = Recovery(self.store, make_rules=self.rules, make_cases=Cases)
        mark = ClockMark(boot="b", base_us=to_us(START), offset_us=0, synchronised=True)
        self.pump = Pump(
            store=self.store, decoder=PlainDecoder(), recover=self.recovery, respond=self.respond,
            mint=lambda: next(self.ids), mark=mark, now=at,
        )  # fmt: skip
        self.pump.listeners.append(self.told.append)

    def crash(self) -> None:
        self.store.close()

    def say(self, number: int, at: datetime, device: str, kind: str, **more: Any) -> None:
        body = msgspec.json.encode({"device": device, "kind": kind, "n": str(number), **more})
        message = RawMessage(topic=f"door/{device}", payload=body, received_at=at)
        self.pump.message(message, at, lambda: self.acked.append(number))
