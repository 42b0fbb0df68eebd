"""Tally: what a backtest counts while it runs. What it keeps is bounded: counts, some samples, when alerts were open."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from datetime import timedelta, tzinfo
from typing import Any

import msgspec

from gateway.clock import to_us
from rules.change import Change
from rules.explain import rule_sentence
from rules.model import Rule
from rules.runtime import key_text

SAMPLES = 10  # kept of the first and of the last hits of a rule
MOST_SPELLS = 200_000  # alerts of one rule that are compared with the live ones


class Spell(msgspec.Struct, kw_only=True):
    """One alert from its opening to its end, in engine time; `change` is the opening, kept for samples only."""

    key: str
    begin_us: int
    end_us: int | None = None
    alert: str = ""
    pair: int | None = None  # the live alert that is the same, by its place


class Tally:
    """The counts of one rule over the span [begin, end) of engine time."""

    def __init__(self, rule: Rule, zone: tzinfo, offset: timedelta) -> None:
        self.rule = rule
        self.fired = self.reopened = self.cleared = self.notified = self.cases = 0
        self.levels: Counter[str] = Counter()
        self.days: Counter[str] = Counter()
        self.hours = [0] * 24
        self.day_hours: dict[str, list[int]] = {}
        self.keys: Counter[str] = Counter()
        self.first: list[tuple[int, Change]] = []  # place among the spells, and the opening
        self.last: deque[tuple[int, Change]] = deque(maxlen=SAMPLES)
        self.spells: list[Spell] = []
        self.unkept = 0
        self._open: dict[str, Spell] = {}
        self._zone, self._offset = zone, offset

    def before(self, change: Change) -> None:
        """Take a change of the warm-up: only what is still open afterwards matters."""
        if change.change in {"opened", "reopened"} and change.alert not in self._open:
            self._begin(change)
        elif change.change in {"cleared", "late_resolved"}:
            spell = self._open.pop(change.alert, None)
            if spell is not None:
                self.spells.remove(spell)

    def take(self, change: Change) -> None:
        """Take a change of the span."""
        name = change.change
        self.notified += change.notify
        self.cases += change.respond
        if name == "opened":
            place = self._begin(change)
            self._opened(change, place)
        elif name == "reopened":
            self.reopened += 1
            if change.alert not in self._open:
                self._begin(change)
        elif name in {"cleared", "late_resolved"}:
            self.cleared += 1
            spell = self._open.pop(change.alert, None)
            if spell is not None:
                spell.end_us = to_us(change.t)

    def _begin(self, change: Change) -> int:
        spell = Spell(key=_text(change.key), begin_us=to_us(change.t), alert=change.alert)
        self._open[change.alert] = spell
        if len(self.spells) >= MOST_SPELLS:
            self.unkept += 1
            return -1
        self.spells.append(spell)
        return len(self.spells) - 1

    def _opened(self, change: Change, place: int) -> None:
        self.fired += 1
        self.levels[change.level] += 1
        local = (change.t + self._offset).astimezone(self._zone)
        day = local.date().isoformat()
        self.days[day] += 1
        self.day_hours.setdefault(day, [0] * 24)[local.hour] += 1
        self.hours[local.hour] += 1
        self.keys[_text(change.key)] += 1
        if len(self.first) < SAMPLES:
            self.first.append((place, change))
        else:
            self.last.append((place, change))

    @property
    def samples(self) -> list[tuple[int, Change]]:
        """The first and the last openings, each with its place among the spells."""
        return [*self.first, *self.last]

    @property
    def name(self) -> dict[str, str]:
        """The rule's name in both languages."""
        zh, en = self.rule.name.get("zh"), self.rule.name.get("en")
        return {"zh": zh or en or self.rule.id, "en": en or zh or self.rule.id}

    def sentence(self) -> dict[str, str]:
        """Return the rule as a sentence."""
        return {"zh": rule_sentence(self.rule, "zh"), "en": rule_sentence(self.rule, "en")}


def _text(key: Mapping[str, Any]) -> str:
    return key_text([[path, key[path]] for path in sorted(key)])


def key_of_text(text: str) -> dict[str, Any]:
    """Return the key that was written by `_text`."""
    return dict(msgspec.json.decode(text, type=list[tuple[str, Any]]))
