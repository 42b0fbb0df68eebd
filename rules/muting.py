"""Muting: silences by people, inhibition by other alerts, and calendars outside which a rule is quiet.

A muted alert is written all the same, with `notify: false` and who muted it. When the mute ends and the
condition still holds, it is said once more, aloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from devices.expression import Expression, compile_expression
from rules.fields import ALERT_ROOTS
from rules.keyed import AlertState
from rules.memory import SilenceState
from rules.model import Inhibit
from rules.paths import value_at
from rules.runtime import RuleAtWork

if TYPE_CHECKING:
    from rules.core import Core

TOGETHER_US = 30_000_000
"""A parent that fell silent up to this much after its child fell silent with it."""


def alert_env(core: Core, work: RuleAtWork, alert: AlertState) -> dict[str, Any]:
    """Return what matchers of silences and inhibitions read."""
    stage = work.rule.stages[alert.stage]
    return {
        "rule": work.rule.id,
        "key": alert.key,
        "stage": stage.stage,
        "level": stage.level,
        "category": work.rule.category,
        "device": core.device(alert.device) if alert.device else {},
    }


def silence_matcher(text: str) -> Expression:
    """Compile the matcher of a silence."""
    return compile_expression(text, roots=ALERT_ROOTS)


def covers_l1(matcher: Expression, level: str | None) -> bool:
    """Tell whether a silence says L1, in its field or its matcher."""
    return level == "L1" or ("level", "L1") in matcher.equalities


def muted_by(core: Core, work: RuleAtWork, alert: AlertState) -> dict[str, Any] | None:
    """Return who mutes this alert now, or None."""
    guarded = work.rule.detect.name == "absence" and work.whole_device
    if not core.memory.silences and not core.inhibits and not guarded:
        return None
    env = alert_env(core, work, alert)
    for silence in core.memory.silences:
        if silence.start <= core.now < silence.until and _silences(core, silence, env):
            known = {"silence_id": silence.id} if silence.id else {}
            return {
                "silence": silence.where,
                "by": silence.by,
                "reason": silence.reason,
                "until_us": silence.until,
                **known,
            }
    for inhibit in core.inhibits:
        if inhibit.target.names(work.rule.id) and _where(inhibit.target.where, env):
            source = _source(core, inhibit, alert, env)
            if source is not None:
                return source
    return dead_parent(core, alert.device) if guarded and alert.device else None


def silent_behind(core: Core, work: RuleAtWork, alert: AlertState) -> int:
    """Return how many devices behind the one of this alert are silent too, and muted for that."""
    if not core.muted or alert.device is None or not core.carries(alert.device):
        return 0
    targets = [each.target for each in core.inhibits if each.behind and each.source.names(work.rule.id)]
    return len(
        {
            other.device
            for by, _, other, _ in core.muted.values()
            if other.device is not None
            and "silence" not in (other.muted_by or {})
            and any(target.names(by.rule.id) for target in targets)
            and alert.device in core.parents(other.device)
        }
    )


def _silences(core: Core, silence: SilenceState, env: Mapping[str, Any]) -> bool:
    return (env["level"] != "L1" or silence.l1) and core.matcher(silence.where).test(env) is True


def _where(where: Expression | None, env: Mapping[str, Any]) -> bool:
    return where is None or where.test(env) is True


def _source(
    core: Core, inhibit: Inhibit, target: AlertState, env: Mapping[str, Any]
) -> dict[str, Any] | None:
    for work, _, alert, _ in core.open_named(inhibit.source):
        if alert.id == target.id:
            continue
        source_env = alert_env(core, work, alert)
        if _where(inhibit.source.where, source_env) and _related(
            core, inhibit, env, source_env, alert, target
        ):
            return {"alert": alert.id, "rule": work.rule.id, "key": alert.key}
    return None


def _related(
    core: Core,
    inhibit: Inhibit,
    env: Mapping[str, Any],
    source_env: Mapping[str, Any],
    source: AlertState,
    target: AlertState,
) -> bool:
    if inhibit.behind:
        return bool(target.device and source.device) and source.device in core.parents(target.device or "")
    return all(_same(_value(path, env), _value(path, source_env)) for path in inhibit.equal)


def _same(left: Any, right: Any) -> bool:
    return left is not None and left == right


def _value(path: str, env: Mapping[str, Any]) -> Any:
    key: Mapping[str, Any] = env["key"]
    return key[path] if path in key else value_at(path, env)


def dead_parent(core: Core, device: str) -> dict[str, Any] | None:
    """Return the nearest parent of a device that is known to be offline, as what mutes its absence."""
    for parent in core.parents(device):
        for work in core.absences:
            state = work.by_text.get(parent) if work.whole_device else None
            for alert in state.alerts.values() if state is not None else ():
                if alert.open:
                    return {"parent": parent, "alert": alert.id, "rule": work.rule.id, "key": alert.key}
        if core.device_memory(parent).online is False:
            return {"parent": parent, "offline": True}
    return None


def undecided_parent(core: Core, device: str, due: int, patience: int) -> int | None:
    """Return when a parent that fell silent with its child will be judged, if that is soon enough to wait for.

    "With" is: silent since before the child, or within 30 s after it; soon is within the child's own T.
    """
    child = core.device_memory(device).heard
    latest: int | None = None
    for parent in core.parents(device):
        heard = core.device_memory(parent).heard
        if heard is not None and (child is None or heard > child + TOGETHER_US):
            continue
        for work in core.absences:
            state = work.by_text.get(parent) if work.whole_device else None
            judged = state.deadlines.get("detect") if state is not None else None
            if judged is not None and due <= judged <= due + patience:
                latest = judged if latest is None else max(latest, judged)
    return latest


def mute_ends(muted: Mapping[str, Any]) -> int | None:
    """Return when this mute is to be looked at again, as far as that is known beforehand."""
    until = muted.get("until_us")
    return int(until) if until is not None else None
