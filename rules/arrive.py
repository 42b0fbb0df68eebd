"""Arrive: one event goes to every rule that can react to it, in the order of their ids.

What rules look at (`Core.seen` and its `env`) is filled anew for each event and kept by nobody: making it would
cost more than judging a rule. A turn is made when something happens, which is seldom.
"""

from __future__ import annotations

from devices.event import Event
from devices.registry import Device
from rules.core import Core
from rules.duration import from_us
from rules.faults import faulted, is_off
from rules.index import KindIndex
from rules.judge import follow, judge
from rules.memory import DeviceMemory
from rules.operators import LATENESS_US
from rules.quick import LONG, Outcome
from rules.replace import hand_over
from rules.route import Candidate
from rules.turn import Turn

OCCURRING = ("live", "backfill", "snapshot")
"""Modes that rules look at; a snapshot only ends. Retained and test events update the device's state, no more."""


def arrive(
    core: Core, index: KindIndex, event: Event, turn: Turn | None, at: int, device: Device, known: DeviceMemory
) -> Turn | None:  # fmt: skip
    """Let the rules judge an event of a kind that some read; return the turn if one was needed."""
    name, mode, now, newest = device.id, event.mode, core.memory.now, known.newest
    late = (
        at < now - index.max_age_us
        or (newest is not None and at < newest - LATENESS_US)
        or mode == "backfill"
    )
    occurs = mode == "live" or mode in OCCURRING
    flags = (core.zone_flags.get(device.zone) or core.flags(device.zone)) if occurs else None
    index.note(name, (event, at, late, flags))
    if not occurs:
        return turn
    candidates, field, by_word, others = index.routes.get(name) or index.route(device)
    if field is not None:
        word = event.data.get(field)
        candidates = by_word.get(word, others) if type(word) is str else others
    if not candidates:
        return turn
    env, seen, offset = core.view, core.seen, core.memory.offset
    env["kind"], env["mode"], env["late"] = event.kind, mode, late
    env["data"], env["subject"], env["time_quality"] = event.data, event.subject, event.time_quality
    env["device"], env["state"], env["site"] = device, known.reported, flags
    # On the wall clock, and believed; a time of its own for each event would cost 0.4 µs.
    env["at"] = event.at if offset == 0 and event.at <= event.received_at else from_us(at + offset)
    seen.env, seen.at, seen.now, seen.gate = env, at, now, now
    seen.id, seen.late, seen.cancel_only = event.id, late, mode == "snapshot"
    if late:
        candidates = tuple(each for each in candidates if (each[0].rule.late or index.late) != "record")
    return _each(core, index, candidates, event, turn, device)


def _each(
    core: Core, index: KindIndex, candidates: tuple[Candidate, ...], event: Event, turn: Turn | None, device: Device
) -> Turn | None:  # fmt: skip
    seen, name = core.seen, device.id
    env, faults = seen.env, core.memory.faults
    for work, plan, test, quick in candidates:
        try:
            if faults and is_off(core.memory, work.rule.id, name):
                continue
            if test is not None and test(env) is not True:
                continue
            outcome = LONG if quick is None else quick(name, seen)
            if outcome is None:
                continue
            if turn is None or turn.device is None:
                turn = _of_event(turn, event, core, device)
            turn.quiet = seen.late and (work.rule.late or index.late) == "open"
            if isinstance(outcome, Outcome):
                follow(core, work, plan, turn, seen, outcome)
            else:
                judge(core, work, plan, turn, seen)
        except Exception as error:  # noqa: BLE001  # task boundary: a fault of one rule must not stop the others
            turn = turn or Turn(seen.now, event.seq)
            faulted(core, work, name, turn, error)
    if turn is not None:
        turn.quiet = False
        if core.released:
            hand_over(core, turn.now)
    return turn


def _of_event(turn: Turn | None, event: Event, core: Core, device: Device) -> Turn:
    """Return the turn, told of its event; a new one unless deadlines before the event made one."""
    seen = core.seen
    turn = turn or Turn(seen.now, event.seq)
    turn.at, turn.event, turn.late = seen.at, event.id, seen.late
    turn.device, turn.zone, turn.env = device.id, device.zone, seen.env
    return turn
