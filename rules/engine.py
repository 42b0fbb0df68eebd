"""Engine: (state, event | action | clock) → (state, changes). Live, backtest and tests run this one.

Events are found by kind and by one equality of a rule's scope, so one touches only rules that can react.
Time comes in as `now` (engine time) and never from a clock; deadlines are part of the state, and whether
`tick` is called often or seldom makes no difference. At one instant events come before deadlines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from heapq import heapify, heappop
from typing import Any

import msgspec

from devices.event import Event
from devices.expression import BudgetExceeded
from devices.kinds import KINDS
from rules import acts, judge
from rules.action import Action
from rules.change import Change
from rules.core import Core
from rules.duration import MINUTE_US, from_us, to_us
from rules.faults import faulted
from rules.keyed import dump, load, phase_of
from rules.memory import DeviceMemory, SiteMemory, StateView, remember
from rules.model import Inhibit, Rule
from rules.operators import LATENESS_US
from rules.paths import value_at
from rules.roster import enroll
from rules.runtime import RuleAtWork, build_index
from rules.site import Site
from rules.turn import Turn

MEMORY_ROW = ("", "memory")
_DEVICE = "device:"
_MAX_AGE_US = {name: kind.max_age // timedelta(microseconds=1) for name, kind in KINDS.items()}
_LATE = {name: kind.late for name, kind in KINDS.items()}


class OpenAlert(msgspec.Struct, frozen=True, kw_only=True):
    """One open alert as the engine has it."""

    rule: str
    key: dict[str, Any]
    stage: str
    level: str
    count: int
    acknowledged: bool
    opened_at: datetime


class Engine:
    """The rule engine of one site. Not for several threads at once."""

    def __init__(
        self,
        rules: Iterable[Rule],
        inhibits: Iterable[Inhibit],
        site: Site,
        versions: Mapping[str, int] | None = None,
    ) -> None:
        self._core = Core(rules, inhibits, site, versions or {})
        self._index = build_index(self._core.rules.values())

    @property
    def rules(self) -> Iterator[Rule]:
        """The rules at work."""
        return (work.rule for work in self._core.rules.values())

    # --- inputs ----------------------------------------------------------------------------------

    def step(self, event: Event, *, now: datetime) -> list[Change]:
        """Take in one event that arrived at `now`; return what it changed, deadlines before it first."""
        core, moment = self._core, to_us(now)
        turn = self._begin(moment, event.seq)
        self._run(moment, turn, inclusive=False)
        core.memory.now = max(core.memory.now, moment)
        if core.memory.seen_before(event.id):
            return turn.out
        index = self._index.get(event.kind)
        device = core.device(event.device)
        known = core.device_memory(event.device)
        at = to_us(event.at)
        believed = at <= moment + LATENESS_US
        at = at if believed else moment
        if device.unlisted and not known.heard:
            enroll(core, moment)
        late = (
            event.mode == "backfill"
            or at < known.newest - LATENESS_US
            or at < moment - _MAX_AGE_US[event.kind]
        )
        if index is not None and event.mode != "test":
            self._judge(index.candidates(_values(device)), event, turn, at, late)
        self._remember(event, known, at, believed, turn)
        return turn.out

    def _judge(self, candidates: list[RuleAtWork], event: Event, turn: Turn, at: int, late: bool) -> None:
        core = self._core
        device = core.device(event.device)
        turn.at, turn.late, turn.event, turn.device, turn.zone = at, late, event.id, event.device, device.zone
        turn.env = {
            "kind": event.kind, "at": from_us(at + core.offset_us), "mode": event.mode, "late": late,
            "time_quality": event.time_quality, "data": event.data, "subject": event.subject, "device": device,
            "state": StateView(core.device_memory(event.device)), "site": core.memory.site(core.site.id, device.zone),
        }  # fmt: skip
        cancel_only = event.mode in ("snapshot", "retained")
        for work in candidates:
            policy = (work.rule.late or _LATE[event.kind]) if late else "evaluate"
            if policy == "record" or self._is_off(work, event.device):
                continue
            turn.quiet = policy == "open"
            try:
                judge.judge(core, work, event.kind, turn, cancel_only=cancel_only)
            except BudgetExceeded as error:
                faulted(core, work, event.device, turn, error)
        turn.quiet = False

    def _is_off(self, work: RuleAtWork, device: str) -> bool:
        memory = self._core.memory
        if work.rule.id in memory.disabled:
            return True
        faults = memory.faults.get(work.rule.id)
        return faults is not None and faults.get(device, 0) >= 3

    def _remember(self, event: Event, known: DeviceMemory, at: int, believed: bool, turn: Turn) -> None:
        core, was = self._core, known.online
        remember(known, event, at, believed=believed)
        core.dirty.add(("", _DEVICE + event.device))
        if known.online and was is False:
            core.unmute_later(lambda muted: muted.get("parent") == event.device, turn.now + 2 * MINUTE_US)

    def tick(self, now: datetime, *, seq: int) -> list[Change]:
        """Let time pass: every deadline due by `now` takes effect, each at its own time."""
        moment = to_us(now)
        turn = self._begin(moment, seq)
        self._run(moment, turn, inclusive=True)
        self._core.memory.now = max(self._core.memory.now, moment)
        return turn.out

    def act(self, action: Action, *, now: datetime, seq: int) -> list[Change]:
        """A person did something to an alert or to the site.

        Raises:
            LookupError: the action names an alert that is not open; only deadlines before it took effect.
        """
        moment = to_us(now)
        turn = self._begin(moment, seq)
        self._run(moment, turn, inclusive=False)
        self._core.memory.now = max(self._core.memory.now, moment)
        acts.act(self._core, action, turn)
        return turn.out

    def restart(self, now: datetime, *, down_for: timedelta, seq: int) -> list[Change]:
        """The process was away and is back at `now`: what fell due meanwhile takes effect now, once, delayed."""
        core, moment = self._core, to_us(now)
        died = moment - down_for // timedelta(microseconds=1)
        if core.memory.started is None:
            return self._begin(moment, seq).out
        turn = self._begin(moment, seq)
        acts.restarted(core, died, moment)
        turn.delayed = True
        self._run(moment, turn, inclusive=False, at=moment)
        core.memory.now = max(core.memory.now, moment)
        return turn.out

    def advance_to(self, now: datetime, *, seq: int) -> list[Change]:
        """Let time pass up to `now`, but leave what is due at that very instant: something happens then."""
        moment = to_us(now)
        turn = self._begin(moment, seq)
        self._run(moment, turn, inclusive=False)
        self._core.memory.now = max(self._core.memory.now, moment)
        return turn.out

    # --- deadlines -------------------------------------------------------------------------------

    def _begin(self, moment: int, seq: int) -> Turn:
        core = self._core
        if core.memory.started is None:
            core.memory.started = core.memory.now = moment
            acts.plan_shifts(core, moment)
            enroll(core, moment)
        return Turn(now=max(moment, core.memory.now), seq=seq, out=[])

    def _run(self, limit: int, turn: Turn, *, inclusive: bool, at: int | None = None) -> None:
        """Let deadlines up to `limit` take effect in order; `at`: all of them at this one moment."""
        core, heap = self._core, self._core.heap
        end = turn.now
        while heap and (heap[0][0] < limit or (inclusive and heap[0][0] == limit)):
            due, phase, rule, key, slot = heappop(heap)
            turn.now = max(due, core.memory.now) if at is None else at
            turn.late = False
            if not rule:
                acts.shift(core, slot, due, turn)
                continue
            work = core.rules.get(rule)
            state = work.keys.get(key) if work is not None else None
            if work is None or state is None or state.deadlines.get(slot) != due:
                continue
            del state.deadlines[slot]
            core.memory.now = turn.now
            try:
                judge.fall_due(core, work, state, slot, turn, phase=phase)
            except BudgetExceeded as error:
                faulted(core, work, state.device or "", turn, error)
        turn.now = end

    def next_due(self) -> datetime | None:
        """Return when the next deadline falls due, or None."""
        core = self._core
        while core.heap:
            due, _, rule, key, slot = core.heap[0]
            if not rule and core.memory.shifts.get(slot) == due:
                return from_us(due)
            work = core.rules.get(rule)
            state = work.keys.get(key) if work is not None else None
            if state is not None and state.deadlines.get(slot) == due:
                return from_us(due)
            heappop(core.heap)
        return None

    def set_offset(self, offset: timedelta) -> None:
        """Calendars follow the wall clock: wall − E changed."""
        self._core.offset_us = offset // timedelta(microseconds=1)
        self._core.forget_spans()
        if self._core.memory.started is not None:
            acts.plan_shifts(self._core, self._core.memory.now)

    # --- state -----------------------------------------------------------------------------------

    def dump_changed(self) -> dict[tuple[str, str], bytes | None]:
        """Return the rows that changed since the last call: (rule, key) -> state, None for one that is gone."""
        core = self._core
        rows: dict[tuple[str, str], bytes | None] = {MEMORY_ROW: msgspec.msgpack.encode(core.memory)}
        for rule, key in core.dirty:
            if not rule:
                rows[rule, key] = msgspec.msgpack.encode(core.devices[key.removeprefix(_DEVICE)])
                continue
            work = core.rules.get(rule)
            state = work.keys.get(key) if work is not None else None
            rows[rule, key] = dump(state) if state is not None else None
        core.dirty.clear()
        return rows

    def load(self, rows: Mapping[tuple[str, str], bytes]) -> None:
        """Take the state from the rows of a snapshot; rows of rules that are gone are left out."""
        core = self._core
        for (rule, key), blob in rows.items():
            if (rule, key) == MEMORY_ROW:
                core.memory = msgspec.msgpack.decode(blob, type=SiteMemory)
            elif not rule:
                core.devices[key.removeprefix(_DEVICE)] = msgspec.msgpack.decode(blob, type=DeviceMemory)
            elif rule in core.rules:
                core.rules[rule].keys[key] = load(blob)
        for work in core.rules.values():
            for key, state in work.keys.items():
                for text, alert in state.alerts.items():
                    if alert.open:
                        core.open[alert.id] = (work.rule.id, key, text)
                for slot, due in state.deadlines.items():
                    core.heap.append((due, phase_of(slot), work.rule.id, key, slot))
        core.heap += [
            (due, 0, "", "", name) for name, due in core.memory.shifts.items() if name in core.site.calendars
        ]
        heapify(core.heap)
        if core.memory.started is not None:
            acts.plan_shifts(core, core.memory.now)
            enroll(core, core.memory.now)

    def open_alerts(self) -> dict[str, OpenAlert]:
        """Return what is open, by alert id."""
        return {
            alert.id: OpenAlert(
                rule=work.rule.id,
                key=alert.key,
                stage=work.rule.stages[alert.stage].stage,
                level=work.rule.stages[alert.stage].level,
                count=alert.count,
                acknowledged=alert.acknowledged_by is not None,
                opened_at=from_us(alert.opened_at),
            )
            for work, _, alert, _ in self._core.open_alerts_iter()
        }

    def near_miss(self, rule: str, key: str) -> dict[str, Any] | None:
        """Return how close one key of a rule came to firing; `key` is the canonical text of its values."""
        work = self._core.rules.get(rule)
        state = work.keys.get(key) if work is not None else None
        if work is None or state is None:
            return None
        return acts.near_miss(work, state)


def _values(device: Any) -> Any:
    return lambda path: value_at(path, {"device": device})
