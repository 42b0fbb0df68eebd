"""Isolation: a rule that exceeds its budget is set aside, for one device or for all, and said aloud.

Three overruns disable a rule for that device, ten disabled devices disable it everywhere. The others go on.
"""

from __future__ import annotations

from rules.change import Change
from rules.core import Core
from rules.duration import from_us
from rules.memory import SiteMemory
from rules.runtime import RuleAtWork
from rules.turn import Turn

SYSTEM_RULE = "system.rule_disabled"
OVERRUNS = 3
DEVICES = 10


def is_off(memory: SiteMemory, rule: str, device: str) -> bool:
    """Tell whether a rule has been disabled, for this device or for all."""
    return rule in memory.disabled or memory.faults.get(rule, {}).get(device, 0) >= OVERRUNS


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
            why={"operator": "system", "error": f"{type(error).__name__}: {error}"},
            alert=core.alert_id(SYSTEM_RULE, key, turn),
            opened_at=now,
            last_at=now,
            device=key.get("device"),
            category="0804",
        )
    )
