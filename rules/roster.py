"""Who is expected: the keys of `absence` with `expect`, and of `every`, made when a rule or device appears."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from devices.registry import Device
from rules.core import Core
from rules.index import scoped
from rules.keyed import KeyState
from rules.runtime import RuleAtWork, key_text
from rules.turn import Turn

IN_SERVICE = "active"
Member = tuple[Mapping[str, Any], str | None]  # what expressions read, the device if it is one


def enroll(core: Core, now: int) -> None:
    """Make the expected keys that are not there yet, forget those that left; the others keep what they remember."""
    turn = Turn(now, 0)
    for work in core.rules.values():
        enroll_rule(core, work, turn)


def enroll_rule(core: Core, work: RuleAtWork, turn: Turn) -> None:
    """Make the expected keys of one rule; an old version has those that it has."""
    if not work.rule.enabled or work.retired:
        return
    if work.rule.detect.name == "every":
        _every(core, work, turn)
    elif work.expects:
        everybody = (*core.site.registry, *core.unlisted.values())
        _leave(core, work, _expect(core, work, _members(core, work, everybody, turn), turn))


def enroll_device(core: Core, device: Device, now: int) -> None:
    """A device that nobody listed was seen for the first time: it may be expected from now on."""
    turn = Turn(now, 0)
    for work in core.absences:
        enabled = work.rule.enabled and not work.retired
        if enabled and work.expects and work.rule.detect.roster == "devices":
            _expect(core, work, _members(core, work, (device,), turn), turn)


def _members(core: Core, work: RuleAtWork, devices: Iterable[Device], turn: Turn) -> Iterator[Member]:
    if work.rule.detect.roster == "households":
        base = core.env(None, turn.now)
        for household in core.site.registry.households.values():
            place = {name: getattr(household, name) for name in ("id", "building", "unit", "floor", "grid")}
            device = {**place, "household": household.id}
            yield (
                {**base, "household": household, "subject": {"household": household.id}, "device": device},
                None,
            )
        return
    for each in devices:
        if each.state != IN_SERVICE:  # nothing is taken from it, so nothing can be missed
            continue
        env = core.env(each.id, turn.now)
        if scoped(work.rule, env):
            yield env, each.id


def _expect(core: Core, work: RuleAtWork, members: Iterable[Member], turn: Turn) -> set[str]:
    expect = work.rule.detect.expect
    expected: set[str] = set()
    for env, device in members:
        values = work.values(env) if expect is None or expect.test(env) is True else None
        if values is None or (work.held and key_text(values) in work.held):
            continue
        state = _ensure(core, work, values, device, env, turn)
        expected.add(state.text)
        if state.detect.last is None:
            work.operator(state).expected(state.detect, core.look(work, turn))
            core.deadline(work, state, "detect", state.detect.due)
            core.touch(work, state)
    return expected


def _leave(core: Core, work: RuleAtWork, expected: set[str]) -> None:
    for text, state in work.keys.items():
        if text not in expected and state.detect.last is not None:
            state.detect.last = state.detect.due = None
            core.deadline(work, state, "detect", None)
            core.touch(work, state)


def _every(core: Core, work: RuleAtWork, turn: Turn) -> None:
    if not work.rule.by and not work.held:
        _schedule(core, work, _ensure(core, work, [], None, core.env(None, turn.now), turn), turn)
        return
    scheduled: set[str] = set()
    for device in core.site.registry:
        env = core.env(device.id, turn.now)
        values = work.values(env) if device.state == IN_SERVICE and scoped(work.rule, env) else None
        if values is not None and key_text(values) not in work.held:
            state = _ensure(core, work, values, device.id, env, turn)
            scheduled.add(state.text)
            _schedule(core, work, state, turn)
    for text, state in work.keys.items():
        if text not in scheduled and state.detect.due is not None:
            state.detect.due = None
            core.deadline(work, state, "detect", None)
            core.touch(work, state)


def _schedule(core: Core, work: RuleAtWork, state: KeyState, turn: Turn) -> None:
    if state.detect.due is None:
        state.detect.due = core.next_time(work.operator(state), turn.now)
        core.deadline(work, state, "detect", state.detect.due)


def _ensure(
    core: Core, work: RuleAtWork, values: list[Any], device: str | None, env: Mapping[str, Any], turn: Turn
) -> KeyState:
    state = work.keys.get(key_text(values))
    if state is None:
        state = core.create(work, values, turn)
        state.device = device
        state.variant = work.variant(env) if work.rule.overrides else 0
    return state
