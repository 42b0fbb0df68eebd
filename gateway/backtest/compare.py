"""Compare: the alerts of a backtest beside those that the live rules raised in the same span.

Two alerts of one rule and key are the same when the times in which they were open overlap, each with one other at
most, in order of time. What was found out about the live one (its case was closed as a false alarm) then speaks
for the other too.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.backtest.result import Verdict
from gateway.backtest.tally import Spell
from gateway.clock import to_us
from gateway.store.history import RaisedAlert
from rules.change import Change
from rules.runtime import key_text

NEAR_US = 1_000_000  # openings so far apart are still the same: a deadline and the event that came then
FALSE = ("false_",)
FALSE_WORDS = frozenset({"nuisance", "unfounded"})


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """One live alert as it is compared."""

    key: str
    begin_us: int
    end_us: int | None
    opening: Change
    incident: str | None
    close_code: str | None


class Pairing(msgspec.Struct, frozen=True, kw_only=True):
    """Which are the same, and which are alone on either side; places in the lists that were given."""

    same: list[tuple[int, int]]
    only_new: list[int]
    only_old: list[int]


def is_false(code: str | None) -> bool:
    """Tell whether a case was closed as a false alarm."""
    return code is not None and (code.startswith(FALSE) or code in FALSE_WORDS)


def live_of(raised: Sequence[RaisedAlert]) -> dict[str, list[Live]]:
    """Return the live alerts of each rule, as they are compared."""
    found: dict[str, list[Live]] = {}
    for alert in raised:
        opening = next((each for each in alert.changes if each.change == "opened"), None)
        if opening is None:
            continue
        end_us = None
        for each in alert.changes:
            if each.change in {"cleared", "late_resolved"}:
                end_us = to_us(each.t)
            elif each.change == "reopened":
                end_us = None
        found.setdefault(opening.rule, []).append(
            Live(
                key=key_text([[path, opening.key[path]] for path in sorted(opening.key)]),
                begin_us=to_us(opening.t),
                end_us=end_us,
                opening=opening,
                incident=alert.incident,
                close_code=alert.close_code,
            )
        )
    return found


def pair(spells: Sequence[Spell], live: Sequence[Live], begin_us: int, end_us: int) -> Pairing:
    """Pair the alerts of a backtest with the live ones; those that opened outside [begin, end) only as a partner."""
    by_key: dict[str, list[int]] = {}
    for place in sorted(range(len(live)), key=lambda each: live[each].begin_us):
        by_key.setdefault(live[place].key, []).append(place)
    taken: set[int] = set()
    partners: dict[int, int] = {}
    for place in sorted(range(len(spells)), key=lambda each: spells[each].begin_us):
        spell = spells[place]
        for other in by_key.get(spell.key, ()):
            if other not in taken and _overlap(spell, live[other]):
                taken.add(other)
                partners[place] = other
                break
    inside = [p for p in range(len(spells)) if begin_us <= spells[p].begin_us < end_us]
    return Pairing(
        same=[(p, partners[p]) for p in inside if p in partners],
        only_new=[p for p in inside if p not in partners],
        only_old=[p for p in range(len(live)) if p not in taken and begin_us <= live[p].begin_us < end_us],
    )


def verdict(pairing: Pairing, live: Sequence[Live]) -> Verdict | None:
    """Return what became of the live alerts that are the same, None when no case of theirs was closed."""
    codes = [live[other].close_code for _, other in pairing.same]
    closed = [code for code in codes if code is not None]
    if not closed:
        return None
    return Verdict(closed=len(closed), false=sum(is_false(code) for code in closed))


def _overlap(spell: Spell, live: Live) -> bool:
    spell_end = spell.end_us if spell.end_us is not None else 1 << 62
    live_end = live.end_us if live.end_us is not None else 1 << 62
    return spell.begin_us <= live_end + NEAR_US and live.begin_us <= spell_end + NEAR_US
