"""Reach: how far back the state of a rule may depend on the past, and what stood at a moment however long ago.

The state at `--from` is right when it was built from everything before it. On a short history all of it is read;
on a long one the rules' own times bound what matters, but for conditions that began before and still hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from gateway.clock import from_us
from gateway.store.history import History, half_decoder
from gateway.store.inputs import ActionInput, OffsetInput
from rules.action import Action, EndSilence, SetMode, SilenceAlerts
from rules.duration import MINUTE_US
from rules.model import Rule

DAY_US = 24 * 60 * MINUTE_US
FLAPPING_US = 30 * MINUTE_US
WHOLE_BELOW = 1_000_000
"""A history with fewer inputs before the span is read whole."""
_bare = half_decoder(msgspec.Raw)


def reach_us(rules: Iterable[Rule]) -> int:
    """Return after how long, in microseconds, one rule of these has gone through all its times; at least a day."""
    return max([DAY_US, *(_times(rule) + FLAPPING_US for rule in rules)])


def _times(rule: Rule) -> int:
    total = rule.hold_down_us + rule.cooldown_us + rule.clear.us
    operators: list[Any] = [rule.detect, rule.clear.operator]
    operators += rule.variants.values()
    for stage in rule.stages:
        if stage.when is not None:
            operators += stage.when.operators
            total += (stage.when.unacknowledged_us or 0) + (stage.when.open_for_us or 0)
    for each in operators:
        total += sum(
            getattr(each, name, None) or 0 for name in ("within_us", "for_us", "over_us", "interval_us")
        )
    return total


class Standing(msgspec.Struct, kw_only=True):
    """What people had set before a moment and what still stood then: flags by zone, silences, wall − E."""

    modes: dict[str | None, dict[str, bool]] = {}
    silences: list[tuple[ActionInput, SilenceAlerts]] = []
    offset_us: int = 0


def standing_at(history: History, first_seq: int, seq: int, e_us: int) -> Standing:
    """Return what stood just before the input of this number; events are not decoded for it."""
    found = Standing()
    moment = from_us(e_us)
    for row in history.rows(first_seq, seq - 1):
        for each in _bare(row.plain).others:
            if each.seq >= seq:
                break
            if isinstance(each, OffsetInput):
                found.offset_us = each.offset_us
            elif isinstance(each, ActionInput) and each.what in {"SetMode", "SilenceAlerts", "EndSilence"}:
                _stand(found, each, msgspec.convert(each.body, Action))
    found.silences = [pair for pair in found.silences if pair[1].until > moment]
    return found


def _stand(found: Standing, each: ActionInput, action: Action) -> None:
    if isinstance(action, SilenceAlerts):
        found.silences.append((each, action))
    elif isinstance(action, EndSilence):
        found.silences = [pair for pair in found.silences if pair[1].id != action.id]
    elif isinstance(action, SetMode):
        found.modes.setdefault(action.zone or None, {}).update(action.flags)
        if not action.zone:  # the newest word about the whole site holds in every zone
            for zone, own in found.modes.items():
                if zone:
                    for name in action.flags:
                        own.pop(name, None)
