"""The engine's state: one KeyState per (rule, key), one AlertState per alert, all serialisable.

Deadlines are part of the state (`KeyState.deadlines`: slot -> due time), never timers: after a restart
the heap is built again from them. A slot is `detect`, `clear`, `stage:2:0` (operator 0 of stage 2) or,
for one alert, `quiet|`, `after|`, `cool|`, `flap|`, `down|`, `unack:2|`, `open:2|`, each followed by the
alert's dedup text.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rules.operators import OPERATORS, State

# At one instant: clears, then step-downs, then detection, then what waits for a parent, then step-ups.
PHASES = {
    "shift": 0, "quiet": 1, "after": 1, "flap": 1, "clear": 1, "mute": 1,
    "down": 2, "detect": 3, "cool": 3, "stage": 5, "unack": 5, "open": 5,
}  # fmt: skip
WAITING = 4  # an absence that lets its parent decide first


class AlertState(msgspec.Struct, omit_defaults=True):
    """One alert, open or cooling down. Times in microseconds; stages by index."""

    id: str
    key: dict[str, Any]
    version: int
    opened_at: int
    last_at: int
    count: int = 0
    stage: int = 0
    top: int = 0  # highest stage of the last opening
    open: bool = True
    started: int = 0  # opening or last re-opening: where `after`, `open_for` begin
    alarm_at: int | None = None  # entry into alarm: where `unacknowledged` begins
    responded: bool = False
    acknowledged_by: str | None = None
    acknowledged_stage: int = -1
    cleared_at: int | None = None
    cleared_by_person: bool = False
    silent: bool = False  # a notification was held back by a calendar
    held_back: bool = False  # a notification was held back by a mute
    muted_by: dict[str, Any] | None = None
    late: bool = False
    open_late: bool = False  # opened by a late event under `late: open`: notifies nobody
    first: str = ""
    samples: list[str] = []
    device: str | None = None
    zone: str | None = None
    repeated_at: int | None = None
    changes: list[int] = []  # of the condition, within the flapping window
    flapping: bool = False
    last_change: int = 0
    fired: dict[str, int] = {}  # "stage:item" -> when a momentary operator of that stage last fired
    stepped: list[int] = []  # stages entered by a timer: never left downward
    why: dict[str, Any] = {}


class KeyState(msgspec.Struct, omit_defaults=True):
    """Everything one rule remembers about one key."""

    values: list[Any]  # of the `by` paths
    detect: Any = None
    stages: list[list[Any]] = []
    clear: Any = None  # state of the operator in `clear: {when: …}`, while an alert is open
    alerts: dict[str, AlertState] = {}
    deadlines: dict[str, int] = {}
    device: str | None = None  # the device of the newest event, for expressions at deadlines
    variant: int = 0
    active: bool = True
    household: str | None = None


def phase_of(slot: str) -> int:
    """Return the order of a slot among deadlines of one instant."""
    return PHASES[slot.partition(":")[0].partition("|")[0]]


_encode = msgspec.msgpack.Encoder().encode


class _Stored(msgspec.Struct, array_like=True):
    values: list[Any]
    detect: Any
    stages: list[list[Any]]
    clear: Any
    alerts: dict[str, AlertState]
    deadlines: dict[str, int]
    device: str | None
    variant: int
    active: bool
    household: str | None


_decoder = msgspec.msgpack.Decoder(_Stored)


def dump(state: KeyState) -> bytes:
    """Encode the state of one key."""
    return _encode(
        _Stored(
            state.values,
            _plain(state.detect),
            [[_plain(s) for s in stage] for stage in state.stages],
            _plain(state.clear),
            state.alerts,
            state.deadlines,
            state.device,
            state.variant,
            state.active,
            state.household,
        )
    )


def load(blob: bytes) -> KeyState:
    """Decode the state of one key."""
    stored = _decoder.decode(blob)
    return KeyState(
        values=stored.values,
        detect=_typed(stored.detect),
        stages=[[_typed(s) for s in stage] for stage in stored.stages],
        clear=_typed(stored.clear),
        alerts=stored.alerts,
        deadlines=stored.deadlines,
        device=stored.device,
        variant=stored.variant,
        active=stored.active,
        household=stored.household,
    )


def _plain(state: State | None) -> Any:
    return None if state is None else (type(state).__struct_config__.tag, state)


def _typed(stored: Any) -> Any:
    if stored is None:
        return None
    tag, fields = stored
    return msgspec.convert(fields, OPERATORS[tag][0])
