"""Isolation: a rule that exceeds its budget is set aside, for one device or for all, and said aloud.

Three overruns or faults of its own disable a rule for that device, ten disabled devices disable it everywhere. The
others go on. A new version of the rule, or the same one enabled by a person, begins without faults.
"""

from __future__ import annotations

import msgspec

from rules.change import Change
from rules.core import Core
from rules.duration import from_us
from rules.memory import SiteMemory
from rules.runtime import RuleAtWork
from rules.turn import Turn

SYSTEM_RULE = "system.rule_disabled"
OVERRUNS = 3
DEVICES = 10
JUDGING = ("detect", "stage", "clear")
"""Deadlines at which a rule judges; the others only carry on what it has judged."""


class Isolated(msgspec.Struct, frozen=True, kw_only=True):
    """A rule has been disabled for a device, or (None) for all, by an error of its own."""

    rule: str
    device: str | None
    error: str


class Faults(msgspec.Struct, frozen=True, kw_only=True):
    """The faults of one rule as they stand: number by device, and what is disabled."""

    rule: str
    faults: dict[str, int]
    devices: tuple[str, ...]
    everywhere: bool


def is_off(memory: SiteMemory, rule: str, device: str) -> bool:
    """Tell whether a rule has been disabled, for this device or for all."""
    return rule in memory.disabled or memory.faults.get(rule, {}).get(device, 0) >= OVERRUNS


def judges(slot: str) -> bool:
    """Tell whether a rule judges at this deadline, which one that is disabled must not."""
    return slot.partition(":")[0] in JUDGING


class Isolation:
    """What an engine's rules have done to themselves, for who asks; part of the engine's state, but for `take`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def keep(self) -> None:
        """From now on, note for `take` what is disabled instead of writing it as a change."""
        self._core.says_isolation = False

    def take(self) -> list[Isolated]:
        """Return what has been disabled since the last call."""
        found, self._core.isolated = self._core.isolated, []
        return found

    def faults(self) -> list[Faults]:
        """Return the faults of every rule that has some."""
        memory = self._core.memory
        return [
            Faults(
                rule=rule,
                faults=dict(faults),
                devices=tuple(sorted(device for device, number in faults.items() if number >= OVERRUNS)),
                everywhere=rule in memory.disabled,
            )
            for rule, faults in sorted(memory.faults.items())
        ]


def faulted(core: Core, work: RuleAtWork, device: str, turn: Turn, error: Exception) -> None:
    """Count one overrun or fault of a rule on a device, and disable it when there were too many."""
    faults = core.memory.faults.setdefault(work.rule.id, {})
    faults[device] = faults.get(device, 0) + 1
    if faults[device] == OVERRUNS:
        _say(core, work, turn, {"rule": work.rule.id, "device": device}, error)
        if sum(1 for number in faults.values() if number >= OVERRUNS) == DEVICES:
            core.memory.disabled.append(work.rule.id)
            _say(core, work, turn, {"rule": work.rule.id}, error)


def _say(core: Core, work: RuleAtWork, turn: Turn, key: dict[str, str], error: Exception) -> None:
    text = f"{type(error).__name__}: {error}"
    if not core.says_isolation:
        core.isolated.append(Isolated(rule=work.rule.id, device=key.get("device"), error=text))
        return
    now = from_us(turn.now)
    turn.out.append(
        Change(
            t=now,
            change="opened",
            rule=SYSTEM_RULE,
            version=work.version,
            key=key,
            stage="warning",
            level="L3",
            count=OVERRUNS,
            notify=True,
            respond=False,
            late=False,
            delayed=turn.delayed,
            why={"operator": "system", "error": text},
            alert=core.alert_id(SYSTEM_RULE, key, turn),
            opened_at=now,
            last_at=now,
            device=key.get("device"),
            category="0804",
        )
    )
