"""Recovery: build all state from the store, at a start and after a fault of the engine.

Snapshot rows, then the journal after them with outputs off; cases, site flags and shadows come from their
tables; what was seen in the last seven days from the journal's hashes. Deadlines are served between the
replayed inputs exactly as the pump serves them. At the end the engine's open alerts are compared with the
table, which is what people saw: a difference is reported and mended in the table's favour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias, get_args

import msgspec
import sqlalchemy as sa

from devices.dedup import DedupWindow
from devices.shadow import Shadow, fold
from gateway.clock import from_us
from gateway.reaction import Cases, Rules
from gateway.response.model import Incident
from gateway.state import Modes, State
from gateway.store.inputs import (
    Acknowledged,
    ActionInput,
    ConfigInput,
    EventInput,
    HoldInput,
    Input,
    OffsetInput,
    RestartInput,
    TickInput,
)
from gateway.store.journal import dedup_since, read_from
from gateway.store.store import Store
from gateway.store.tables import alerts, engine_state, incidents, journal, meta, shadow
from rules.action import Acknowledge, ClearAlert
from rules.action import Action as AlertAction

_WINDOW_US = int(timedelta(days=7) / timedelta(microseconds=1))
_DAYS_US = int(
    timedelta(days=3) / timedelta(microseconds=1)
)  # case numbers of these days may still be continued
_SAME_INSTANT = 16
_LINKED = 1000  # cases that are over, remembered at a start so that a new one can name them
ZoneFlags: TypeAlias = Mapping[str | None, Mapping[str, bool]]
Configure: TypeAlias = Callable[[Any, ConfigInput], None]
"""Put in force in an engine what a journaled input put in force."""
_TO_RULES = frozenset(action.__name__ for action in get_args(AlertAction))


class Restorable(Rules, Protocol):
    """The engine, with its way back from rows."""

    def load(self, rows: Mapping[tuple[str, str], bytes]) -> None:
        """Take over snapshot rows."""
        ...

    def open_alerts(self) -> Mapping[str, OpenAlert]:
        """Return the open alerts by id."""
        ...


class OpenAlert(Protocol):
    """What recovery wants to know of an open alert."""

    @property
    def acknowledged(self) -> bool: ...


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """An alert on which replay and table disagree, and what was done: the table stands."""

    alert: str
    fault: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a recovery did, for the log and for `/health`."""

    snapshot_seq: int = 0
    last_seq: int = 0
    replayed: int = 0
    unreadable: str = ""  # why the snapshot could not be used; then everything comes from the journal
    skipped: tuple[tuple[int, str], ...] = ()  # inputs on which the engine failed, with the error
    differences: tuple[Difference, ...] = ()


class Recovery:
    """Called, it returns fresh state; `report` tells about the last call.

    `make_rules` returns an engine without state, `make_cases` the cases from (open or reopenable incidents,
    last number used per day YYYYMMDD, site flags per zone with None for the whole site). `make_first` returns the
    engine as it was before the first input, `configure` puts in force what a journaled input put in force.
    """

    def __init__(
        self,
        store: Store,
        *,
        make_rules: Callable[[], Restorable],
        make_cases: Callable[[Sequence[Incident], Mapping[str, int], ZoneFlags], Cases],
        make_first: Callable[[], Restorable] | None = None,
        configure: Configure | None = None,
    ) -> None:
        self.make_rules = make_rules
        self.make_first = make_first or make_rules
        self.configure = configure
        self.make_cases = make_cases
        self.report = Report()
        self._store = store

    def __call__(self) -> State:
        """Build all state from what is committed."""
        last_seq, now_us = self._store.last_seq, self._store.last_us or 0
        dedup = DedupWindow()
        with self._store.read() as connection:
            snapshot_seq = int(_meta(connection, "snapshot_seq") or 0)
            unreadable = ""
            rules = self.make_rules() if snapshot_seq else self.make_first()
            try:
                if snapshot_seq:
                    columns = sa.select(engine_state)
                    rules.load({(row.rule, row.key): row.state for row in connection.execute(columns)})
            except msgspec.MsgspecError as error:  # another version wrote it: the journal holds everything
                rules, snapshot_seq, unreadable = self.make_first(), 0, str(error)
            written = _shadows(connection)
            shadows = dict(written)
            replayed, skipped = replay(
                rules, read_from(connection, snapshot_seq + 1), shadows, self.configure
            )
            for key, body, at_us in dedup_since(connection, now_us - _WINDOW_US):
                dedup.seen(key, body, at_us)
                dedup.settle(at_us)
            modes: Modes = msgspec.json.decode(_meta(connection, "modes") or "{}", type=Modes)
            differences = _agree(connection, rules, from_us(now_us), last_seq)
            flags: ZoneFlags = {zone or None: each for zone, each in modes.items()}
            cases = self.make_cases(_cases(connection), _numbers(connection, now_us), flags)
            cases.set_offset(timedelta(microseconds=self._store.last_offset_us or 0))
        self.report = Report(
            snapshot_seq=snapshot_seq,
            last_seq=last_seq,
            unreadable=unreadable,
            replayed=replayed,
            skipped=tuple(skipped),
            differences=tuple(differences),
        )
        heard = {device: each for device, each in shadows.items() if written.get(device) != each}
        return State(rules=rules, cases=cases, dedup=dedup, shadows=shadows, heard=heard, modes=modes)


def replay(
    rules: Rules,
    inputs: Iterable[Input],
    shadows: dict[str, Shadow],
    configure: Configure | None = None,
) -> tuple[int, list[tuple[int, str]]]:
    """Feed journaled inputs to the engine and the shadows, outputs off; return how many, and those that failed."""
    count = 0
    skipped: list[tuple[int, str]] = []
    for each in inputs:
        count += 1
        try:
            if not isinstance(each, (RestartInput, Acknowledged)):
                _serve_deadlines(rules, each.at, each.seq)
            if isinstance(each, ConfigInput) and configure is not None:
                configure(rules, each)
            else:
                _feed(rules, each)
        except Exception as error:  # noqa: BLE001  # task boundary: one bad input must not keep the gateway from starting
            skipped.append((each.seq, f"{type(error).__name__}: {error}"))
        if isinstance(each, EventInput):
            device = each.event.device
            shadows[device] = fold(shadows.get(device), each.event)
    return count, skipped


def _serve_deadlines(rules: Rules, before: datetime, seq: int) -> None:
    rounds = 0
    while (due := rules.next_due()) is not None and due < before and rounds < _SAME_INSTANT:
        rules.tick(due, seq=seq)
        following = rules.next_due()
        rounds = rounds + 1 if following is not None and following <= due else 0


def _feed(rules: Rules, each: Input) -> None:
    if isinstance(each, EventInput):
        rules.step(each.event, now=each.at)
    elif isinstance(each, TickInput):
        rules.tick(each.at, seq=each.seq)
    elif isinstance(each, RestartInput):
        away = timedelta(microseconds=each.down_for_us)
        rules.restart(each.at, down_for=away, seq=each.seq, waits=each.waits)
    elif isinstance(each, HoldInput):
        rules.hold(each.at, until=each.until, seq=each.seq)
    elif isinstance(each, OffsetInput):
        rules.set_offset(timedelta(microseconds=each.offset_us))
    elif isinstance(each, Acknowledged):
        rules.act(Acknowledge(alert=each.alert, by=each.by), now=each.at, seq=each.seq)
    elif isinstance(each, ActionInput) and each.what in _TO_RULES:
        rules.act(msgspec.convert(each.body, AlertAction), now=each.at, seq=each.seq)


def _agree(connection: sa.Connection, rules: Restorable, now: datetime, seq: int) -> list[Difference]:
    """Make the engine's open alerts those of the table; return where they differed."""
    columns = sa.select(alerts.c.id, alerts.c.acknowledged_by).where(alerts.c.open)
    shown = {row.id: row.acknowledged_by for row in connection.execute(columns)}
    held = dict(rules.open_alerts())
    found: list[Difference] = []
    for alert in sorted(held.keys() - shown.keys()):
        found.append(Difference(alert=alert, fault="open in the replay, closed in the table: closed"))
        rules.act(ClearAlert(alert=alert, by="system"), now=now, seq=seq)
    unknown = "open in the table, unknown to the rules: kept until a person clears it"
    found.extend(Difference(alert=alert, fault=unknown) for alert in sorted(shown.keys() - held.keys()))
    for alert in sorted(shown.keys() & held.keys()):
        if shown[alert] is not None and not held[alert].acknowledged:
            found.append(
                Difference(alert=alert, fault="acknowledged in the table, not in the replay: acknowledged")
            )
            rules.act(Acknowledge(alert=alert, by=shown[alert]), now=now, seq=seq)
    return found


def _offset_at(connection: sa.Connection, seq: int) -> int:
    """Return wall − E as of this number (of the first batch, if there is none before)."""
    upto = sa.select(journal.c.offset_us).where(journal.c.first_seq <= max(seq, 1))
    return connection.execute(upto.order_by(journal.c.first_seq.desc()).limit(1)).scalar() or 0


def _shadows(connection: sa.Connection) -> dict[str, Shadow]:
    return {
        row.device: msgspec.json.decode(row.reported, type=Shadow)
        for row in connection.execute(sa.select(shadow.c.device, shadow.c.reported))
    }


def _cases(connection: sa.Connection) -> list[Incident]:
    """Return the cases that wait for something, after the newest ones that are over (for links to what was)."""
    waits = sa.or_(incidents.c.open, incidents.c.due_us.is_not(None))
    waiting = sa.select(incidents.c.body).where(waits).order_by(incidents.c.opened_us, incidents.c.number)
    over = sa.select(incidents.c.body).where(sa.not_(waits), incidents.c.state == "closed")
    newest = over.order_by(incidents.c.opened_us.desc(), incidents.c.number.desc()).limit(_LINKED)
    bodies = (*reversed(list(connection.execute(newest).scalars())), *connection.execute(waiting).scalars())
    return [msgspec.json.decode(body, type=Incident) for body in bodies]


def _numbers(connection: sa.Connection, now_us: int) -> dict[str, int]:
    recent = sa.select(incidents.c.number).where(incidents.c.opened_us >= now_us - _DAYS_US)
    found: dict[str, int] = {}
    for number in connection.execute(recent).scalars():
        head, _, count = number.rpartition("-")
        day = head.rpartition("-")[2]
        found[day] = max(found.get(day, 0), int(count))
    return found


def _meta(connection: sa.Connection, name: str) -> str | None:
    return connection.execute(sa.select(meta.c.value).where(meta.c.name == name)).scalar_one_or_none()
