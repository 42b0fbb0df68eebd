"""Who is expected: the keys of `absence` with `expect`, and of `every`, made when a rule or device appears."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.core import Core
from rules.keyed import KeyState
from rules.runtime import RuleAtWork, key_text
from rules.turn import Turn


def enroll(core: Core, now: int) -> None:
    """Make the expected keys that are not there yet; those that are keep what they remember."""
    for work in core.rules.values():
        if not work.rule.enabled:
            continue
        if work.rule.detect.name == "every":
            _every(core, work, now)
        elif work.rule.detect.name == "absence" and work.rule.detect.roster is not None:
            _absence(core, work, now)


def _absence(core: Core, work: RuleAtWork, now: int) -> None:
    detect = work.rule.detect
    expected: set[str] = set()
    for env, device in _members(core, detect.roster, now):
        if detect.expect is not None and detect.expect.test(env) is not True:
            continue
        if device and work.rule.scope is not None and work.rule.scope.test(env) is False:
            continue
        values = work.values(env)
        if values is None:
            continue
        state = _ensure(core, work, values, device, env)
        expected.add(key_text(values))
        if state.detect.last is None:
            turn = Turn(now=now, seq=0, out=[], env=env)
            work.operator(state).expected(state.detect, core.seen(work, state, turn))
            core.deadline(work, state, "detect", state.detect.due)
            core.touch(work, state)
    for text, state in work.keys.items():
        if text not in expected and state.detect.last is not None:  # it left the roster
            state.detect.last = state.detect.due = None
            core.deadline(work, state, "detect", None)


def _members(core: Core, roster: str, now: int) -> Iterator[tuple[dict[str, Any], str | None]]:
    if roster == "households":
        base = core.env(None, now)
        for household in core.site.registry.households.values():
            yield (
                {**base, "household": household, "subject": {"household": household.id}, "device": household},
                None,
            )
        return
    for device in (*core.site.registry, *core.unlisted.values()):
        yield core.env(device.id, now), device.id


def _every(core: Core, work: RuleAtWork, now: int) -> None:
    if not work.rule.by:
        _schedule(core, work, _ensure(core, work, [], None, {}), now)
        return
    for device in core.site.registry:
        env = core.env(device.id, now)
        if work.rule.scope is not None and work.rule.scope.test(env) is not True:
            continue
        values = work.values(env)
        if values is not None:
            _schedule(core, work, _ensure(core, work, values, device.id, env), now)


def _schedule(core: Core, work: RuleAtWork, state: KeyState, now: int) -> None:
    if state.detect.due is None:
        state.detect.due = core.next_time(work, state, now)
        core.deadline(work, state, "detect", state.detect.due)


def _ensure(
    core: Core, work: RuleAtWork, values: list[Any], device: str | None, env: dict[str, Any]
) -> KeyState:
    text = key_text(values)
    state = work.keys.get(text)
    if state is None:
        state = work.keys[text] = work.fresh(values)
        state.device = device
        state.variant = work.variant(env) if work.rule.overrides else 0
        state.active = core.active(work, core.now)
        core.touch(work, state)
    return state
