"""The engine's state: one KeyState per (rule, key), one AlertState per alert, all serialisable.

Deadlines are part of the state (`KeyState.deadlines`: slot -> due time), never timers: after a restart
the heap is built again from them. A slot is `detect`, `clear`, `stage:2:0` (operator 0 of stage 2) or,
for one alert, `quiet|`, `after|`, `cool|`, `flap|`, `down|`, `mute|`, `unack:2|`, `open:2|`, each followed by
the alert's dedup text.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rules.operators import OPERATORS, State
from rules.paths import storable

# At one instant: clears, then step-downs, then detection, then what waits for a parent, then step-ups.
PHASES = {
    "shift": 0, "quiet": 100, "after": 100, "flap": 100, "clear": 100, "mute": 100,
    "down": 200, "detect": 300, "cool": 350, "stage": 600, "unack": 600, "open": 600,
}  # fmt: skip
WAITING = 400  # an absence that lets its parents decide first; the deeper a device hangs, the later


class AlertState(msgspec.Struct, omit_defaults=True):
    """One alert, open or cooling down. Times in microseconds; stages by index."""

    id: str
    key: dict[str, Any]
    version: int
    opened_at: int
    last_at: int
    hit_at: int = 0  # where in time the newest fire lies: what ends an alert must not lie before it
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
    repeated_at: int | None = None
    changes: list[int] = []  # of the condition, within the flapping window
    flapping: bool = False
    fired: dict[str, int] = {}  # "stage:item" -> when a momentary operator of that stage last fired
    entered: list[int] = []  # stages entered: their momentary conditions hold from then on
    latched: list[int] = []  # stages whose timer has run out: never left downward


class _Nothing(dict[str, Any]):
    """The empty mapping that all keys share until they have something: 64 bytes less for each one that is empty."""

    def __setitem__(self, name: str, value: Any) -> None:
        raise TypeError(f"{name!r}: make a dict of your own first")


NOTHING: Any = _Nothing()


class KeyState:
    """Everything one rule remembers about one key; `text` is the key as canonical text."""

    __slots__ = (
        "alerts", "clear", "deadlines", "detect", "device", "dirty", "extra", "hits", "queued", "stages",
        "text", "touched", "values", "variant", "waiting",
    )  # fmt: skip

    def __init__(self, values: list[Any], text: str, detect: Any, stages: list[list[Any]]) -> None:
        self.values = values
        self.text = text
        self.detect = detect
        self.stages = stages
        self.clear: Any = None  # state of the operator in `clear: {when: …}`, while an alert is open
        self.alerts: dict[str, AlertState] = NOTHING
        self.deadlines: dict[str, int] = NOTHING
        self.device: str | None = None  # the device of the newest event, for expressions at deadlines
        self.variant = 0
        self.hits: dict[str, int] = NOTHING  # "stage:item" -> when an event that counts `within` last came
        self.extra: list[Any] | None = None  # the newest `dedup` values, for what fires by the clock
        self.touched = 0
        self.waiting = 0  # its absence waits for a parent to decide: in this order among what is due then
        # Not part of the snapshot: what the heap holds for each slot, and whether the row is to be written.
        self.queued: dict[str, int] = NOTHING
        self.dirty = False


def phase_of(slot: str) -> int:
    """Return the order of a slot among deadlines of one instant."""
    found = PHASES.get(slot)
    if found is not None:
        return found
    name, _, place = slot.partition("|")[0].partition(":")
    # The highest stage first: it is entered directly.
    return PHASES[name] - min(int(place.partition(":")[0]), 99) if place else PHASES[name]


_encode = msgspec.msgpack.Encoder().encode


class _Kept(msgspec.Struct, array_like=True):
    """The state of one operator: the operator's name, and what is decoded by it."""

    tag: str
    fields: msgspec.Raw


class _Written(msgspec.Struct, array_like=True):
    """A row as it is written."""

    values: list[Any]
    detect: Any
    stages: list[list[Any]]
    clear: Any
    alerts: dict[str, AlertState]
    deadlines: dict[str, int]
    device: str | None
    variant: int
    hits: dict[str, int]
    extra: list[Any] | None
    touched: int
    waiting: int


class _Read(msgspec.Struct, array_like=True):
    """The same row as it is read: operators' states are left for the decoder of their own type."""

    values: list[Any]
    detect: _Kept
    stages: list[list[_Kept | None]]
    clear: _Kept | None
    alerts: dict[str, AlertState]
    deadlines: dict[str, int]
    device: str | None
    variant: int
    hits: dict[str, int]
    extra: list[Any] | None
    touched: int
    waiting: int


_decoder = msgspec.msgpack.Decoder(_Read)
_of_operator = {tag: msgspec.msgpack.Decoder(state) for tag, (state, _) in OPERATORS.items()}


def dump(state: KeyState) -> bytes:
    """Encode the state of one key."""
    stages = [[_plain(each) for each in stage] for stage in state.stages]
    stored = _Written(
        state.values, _plain(state.detect), stages, _plain(state.clear), state.alerts, state.deadlines,
        state.device, state.variant, state.hits, state.extra, state.touched, state.waiting,
    )  # fmt: skip
    return _encode(stored)


def load(blob: bytes, text: str) -> KeyState:
    """Decode the state of one key; `text` is the name of its row."""
    stored = _decoder.decode(blob)
    stages = [[_typed(each) for each in stage] for stage in stored.stages]
    state = KeyState(stored.values, text, _typed(stored.detect), stages)
    state.clear = _typed(stored.clear)
    state.alerts, state.deadlines = stored.alerts or NOTHING, stored.deadlines or NOTHING
    state.device, state.variant = stored.device, stored.variant
    state.hits, state.extra = stored.hits or NOTHING, stored.extra
    state.touched, state.waiting = stored.touched, stored.waiting
    return state


def encode_row(value: Any) -> bytes:
    """Encode another row; what does not fit into 64 bits is written as a float."""
    try:
        return _encode(value)
    except OverflowError:
        return _encode(storable(msgspec.to_builtins(value)))


def _plain(state: State | None) -> Any:
    return None if state is None else (type(state).__struct_config__.tag, state)


def _typed(stored: _Kept | None) -> Any:
    return None if stored is None else _of_operator[stored.tag].decode(stored.fields)
