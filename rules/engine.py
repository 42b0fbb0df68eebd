"""Engine: (state, event | action | clock) → (state, changes). Live, backtest and tests run this one.

Events are found by kind and by one equality of a rule's scope, so one touches only rules that can react.
Time comes in as `now` (engine time) and never from a clock; deadlines are part of the state, and whether
`tick` is called often or seldom makes no difference. At one instant events come before deadlines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from devices.event import Event
from devices.registry import Registry
from rules import acts
from rules.action import Action
from rules.arrive import arrive
from rules.change import Change
from rules.core import Core
from rules.duration import from_us, to_us
from rules.faults import Isolation
from rules.gates import near_miss, standing
from rules.index import build_index
from rules.keyed import dump, encode_row, load
from rules.measured import Wanted, wanted
from rules.memory import DeviceMemory, SilenceState, SiteMemory, remember
from rules.model import Inhibit, Rule
from rules.newest import Newest
from rules.operators import LATENESS_US
from rules.passing import catch_up, run_due
from rules.relist import relist
from rules.replace import Replaced, hand_over, replace, retire, settle
from rules.roster import enroll, enroll_device
from rules.runtime import RuleAtWork
from rules.site import Site
from rules.turn import Turn

MEMORY_ROW = ("", "memory")
_DEVICE = "device:"
MOST_WANTED = 20_000  # measurements of which it is remembered what the rules want to see


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
        retired: Iterable[tuple[Rule, int]] = (),
    ) -> None:
        """`retired` are old versions that may still have keys with an open alert in the rows to be loaded."""
        self._core = Core(rules, inhibits, site, versions or {})
        for rule, version in retired:
            retire(self._core, RuleAtWork(rule, version))
        self._newest = Newest()
        self._reindex()
        self.isolation = Isolation(self._core)

    @property
    def rules(self) -> Iterator[Rule]:
        """The rules in force."""
        return (work.rule for work in self._core.rules.values() if not work.retired)

    @property
    def retired(self) -> list[tuple[Rule, int]]:
        """Old versions that still hold a key with an open alert, each with its number."""
        works = self._core.rules.values()
        return [(work.rule, work.version) for work in works if work.retired and work.keys]

    def replace(self, rule_id: str, rule: Rule | None, version: int, *, now: datetime) -> Replaced:
        """Put a version of one rule in force (None: the rule is gone); the others keep all they know.

        Deadlines before `now` must have taken effect.
        """
        found = replace(self._core, rule_id, rule, version, max(to_us(now), self._core.memory.now))
        self._reindex()
        return found

    def set_inhibits(self, inhibits: Iterable[Inhibit]) -> None:
        """Put other inhibitions in force, from the next change on."""
        self._core.inhibits = tuple(inhibits)

    def relist(self, registry: Registry, *, now: datetime) -> None:
        """Use another list of devices and homes from the next input on; deadlines before `now` must have taken effect."""
        relist(self._core, registry, to_us(now))
        self._reindex()

    # --- inputs ----------------------------------------------------------------------------------

    def step(self, event: Event, *, now: datetime) -> list[Change]:
        """Take in one event that arrived at `now`; return what it changed, deadlines before it first."""
        core, moment = self._core, to_us(now)
        memory, heap, idle, turn = core.memory, core.heap, core.idle, None
        if (
            memory.started is None
            or moment < memory.now
            or (heap and heap[0][0] < moment)
            or (idle and idle[0][0] < moment)
        ):
            turn = self._begin(now, event.seq)
            moment = turn.now
        else:
            memory.now = moment  # nothing fell due: nearly always
        name = event.device
        if memory.seen_before(event.id):
            return turn.out if turn is not None else []
        device = core.known.get(name) or core.device(name)
        name = device.id  # one and the same text from here on: looked up by identity, its letters untouched
        known = core.devices.get(name)
        if known is None:
            known = core.devices[name] = DeviceMemory()
            if device.unlisted:
                enroll_device(core, device, moment)
        at = moment if event.at is now else to_us(event.at)
        believed = at <= moment + LATENESS_US
        if not believed:
            at = moment
        index = self._index.get(event.kind)
        if index is not None:
            turn = arrive(core, index, event, turn, at, device, known)
        was = known.online
        remember(known, event, at, believed=believed)
        core.dirty_devices.add(name)
        if was is False and known.online:
            core.unmute_later("parent", name, moment)
        return turn.out if turn is not None else []

    def tick(self, now: datetime, *, seq: int) -> list[Change]:
        """Let time pass: every deadline due by `now` takes effect, each at its own time."""
        turn = self._begin(now, seq, inclusive=True)
        return turn.out

    def act(self, action: Action, *, now: datetime, seq: int) -> list[Change]:
        """A person did something to an alert or to the site.

        Raises:
            LookupError: the action names an alert that is not open; only deadlines before it took effect.
        """
        turn = self._begin(now, seq)
        acts.act(self._core, action, turn)
        if self._core.released:
            hand_over(self._core, turn.now)
        return turn.out

    def silences(self) -> tuple[SilenceState, ...]:
        """Return the silences that are not over, also those that have not begun."""
        memory = self._core.memory
        return tuple(each for each in memory.silences if each.until > memory.now)

    def silenced(self, device: str) -> SilenceState | None:
        """Return the silence that covers this device as such, whatever its rules, keys and levels; or None."""
        core, env = self._core, {"device": self._core.device(device)}
        covering = (s for s in core.memory.silences if s.start <= core.memory.now < s.until)
        return next((s for s in covering if core.matcher(s.where).test(env) is True), None)

    def restart(self, now: datetime, *, down_for: timedelta, seq: int, waits: bool = False) -> list[Change]:
        """The process was away and is back at `now`: what fell due meanwhile takes effect now, once, delayed.

        With `waits`, not yet: what was said meanwhile is read first, and `hold` says when that is done.
        """
        core, moment = self._core, to_us(now)
        first = core.memory.started is None
        if first:
            turn = self._begin(now, seq)
        else:
            turn = Turn(max(moment, core.memory.now), seq)
            core.memory.now = turn.now
            acts.restarted(core, moment - down_for // timedelta(microseconds=1), moment)
        if waits:
            core.memory.held = moment
        elif not first:
            core.memory.held, turn.delayed = None, True
            catch_up(core, turn, moment)
        return turn.out

    def hold(self, now: datetime, *, until: datetime | None, seq: int) -> list[Change]:
        """Let deadlines at or after `until` wait while what was said since is read; None: all has been read.

        What fell due before `until` while deadlines waited takes effect now, once, delayed: as after a downtime.
        """
        core, moment = self._core, to_us(now)
        end = None if until is None else to_us(until)
        turn = Turn(max(moment, core.memory.now), seq)
        core.memory.now = turn.now
        if core.memory.held is not None:
            turn.delayed = True
            catch_up(core, turn, moment if end is None else min(end, moment))
        core.memory.held = end
        return turn.out

    def advance_to(self, now: datetime, *, seq: int) -> list[Change]:
        """Let time pass up to `now`, but leave what is due at that very instant: something happens then."""
        return self._begin(now, seq).out

    def _begin(self, now: datetime, seq: int, *, inclusive: bool = False) -> Turn:
        """Let what fell due before this input take effect; the turn returned stands at the input's time."""
        core, moment = self._core, to_us(now)
        memory = core.memory
        if memory.started is None:
            memory.started = memory.now = moment
            core.started(moment)
            acts.plan_shifts(core, moment)
            enroll(core, moment)
        end = max(memory.now, moment)
        turn = Turn(end, seq)
        heap = core.heap
        if heap and memory.held is None and (heap[0][0] < moment or (inclusive and heap[0][0] == moment)):
            run_due(core, turn, moment, inclusive=inclusive)
            turn = turn.next(end)
        memory.now = end
        if core.idle and core.idle[0][0] < end:
            core.forget_idle(end)
        return turn

    def next_due(self) -> datetime | None:
        """Return when the next deadline falls due, or None: none, or they wait (`hold`)."""
        due = self._core.next_due() if self._core.memory.held is None else None
        return from_us(due) if due is not None else None

    def set_offset(self, offset: timedelta) -> None:
        """Calendars follow the wall clock: wall − E changed."""
        core = self._core
        core.memory.offset = offset // timedelta(microseconds=1)
        core.forget_spans()
        if core.memory.started is not None:
            acts.plan_shifts(core, core.memory.now)

    def wanted(self, device: str, metric: str) -> Wanted | None:
        """Return what the rules in force want to see of a measurement of a device; None: none reads it."""
        try:
            return self._wanted[device, metric]
        except KeyError:
            if len(self._wanted) >= MOST_WANTED:
                self._wanted.clear()
            found = wanted(self.rules, self._core.device(device), metric)
            return self._wanted.setdefault((device, metric), found)

    def _reindex(self) -> None:
        self._index = build_index(self._core, self._newest)
        self._wanted: dict[tuple[str, str], Wanted | None] = {}

    # --- state -----------------------------------------------------------------------------------

    def dump_changed(self) -> dict[tuple[str, str], bytes | None]:
        """Return the rows that changed since the last call: (rule, key) -> state, None for one that is gone."""
        core = self._core
        rows: dict[tuple[str, str], bytes | None] = {MEMORY_ROW: encode_row(core.memory)}
        for device in core.dirty_devices:
            rows["", _DEVICE + device] = encode_row(core.devices[device])
        rows.update(dict.fromkeys(core.gone))
        for work, state in core.dirty:
            state.dirty = False
            if work.keys.get(state.text) is state:
                rows[work.slot, state.text] = dump(state)
        core.dirty, core.dirty_devices, core.gone = [], set(), set()
        return rows

    def load(self, rows: Mapping[tuple[str, str], bytes]) -> None:
        """Take the state from the rows of a snapshot; rows of rules that are gone are left out."""
        core = self._core
        for (rule, key), blob in rows.items():
            if (rule, key) == MEMORY_ROW:
                core.memory = msgspec.msgpack.decode(blob, type=SiteMemory)
            elif not rule:
                device = key.removeprefix(_DEVICE)
                core.devices[device] = msgspec.msgpack.decode(blob, type=DeviceMemory)
                core.device(device)  # one that is not listed is known again
            elif rule in core.rules:
                core.rules[rule].add(load(blob, key))
        settle(core)
        self._reindex()
        core.restored()
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
            for work, _, alert, _ in self._core.open_alerts()
        }

    def near_miss(self, rule: str, key: str) -> dict[str, Any] | None:
        """Return how close one key of a rule came to firing, and what stopped it; `key` is the text of its values."""
        return near_miss(self._core, self._newest, rule, key)

    def standing(self, rule: str, key: str) -> dict[str, Any] | None:
        """Return what the operators of a rule compare now for one key; None: nothing is known of it."""
        return standing(self._core, rule, key)
