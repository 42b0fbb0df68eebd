"""Told: one change, or one of its conditions, in one language, with the words that sentences about it are made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from devices.kinds import KINDS
from rules.aloud import name_of
from rules.aloud_values import value_of
from rules.change import Change
from rules.model import Rule, Selector
from rules.words import Lang, clock, kinds, lasting, moment, number, pick, quoted, stage

Names = Callable[[str], str | None]  # the name for people of a device, a rule or a person, by its id
MOST_FACTS = 3


class Told:
    """One change in one language; `why` and `operator` are of the condition that is being told."""

    def __init__(
        self, change: Change, lang: Lang, rule: Rule | None, zone: tzinfo | None, names: Names | None
    ) -> None:
        self.change = change
        self.lang: Lang = lang
        self.rule = rule
        self.zone = zone
        self.names = names
        self.why: dict[str, Any] = change.why
        self.operator: Any = rule.detect if rule is not None else None
        self.part = False  # a condition of a stage or of the end, not what the rule detects

    def of(self, why: Any, operator: Any) -> Told:
        """Return another condition of the same change."""
        other = Told(self.change, self.lang, self.rule, self.zone, self.names)
        other.why, other.operator, other.part = why if isinstance(why, dict) else {}, operator, True
        return other

    def pick(self, zh: str, en: str) -> str:
        return pick(self.lang, zh, en)

    def name(self, id_: object) -> str:
        """Name a device, a rule or a person; one that nobody named is called by its id."""
        return self.named(id_) or str(id_)

    def named(self, id_: object) -> str | None:
        """Return a name for people, if there is one."""
        return self.names(str(id_)) if self.names is not None else None

    def who(self, id_: object) -> str:
        """Name somebody or something inside a Chinese sentence: Latin letters stand off."""
        name = self.name(id_)
        return f"{' ' if name[:1].isascii() else ''}{name}{' ' if name[-1:].isascii() else ''}"

    def kinds(self, slot: str = "of") -> str:
        """Name the events of a slot of the operator; without the rule, the kind that came."""
        found = getattr(self.operator, "slots", {}).get(slot)
        if isinstance(found, Selector):
            return kinds(found, self.lang)
        return self.kind() or kinds(None, self.lang)

    def kind(self) -> str:
        """Name the kind of the event that came, or nothing."""
        known = KINDS.get(str(self.why.get("kind")))
        return self.pick(f"“{known.zh}”", f"“{known.en}”") if known is not None else ""

    def rule_name(self) -> str:
        name = self.rule.name.get(self.lang, "") if self.rule is not None else ""
        return name or self.change.rule

    def stage(self) -> str:
        return stage(self.change.stage, self.change.level, self.lang)

    def parts(self, name: str) -> list[Any]:
        found = self.why.get(name)
        return found if isinstance(found, list) else []

    def span(self, name: str) -> str:
        return lasting(self.why.get(name), self.lang)

    def between(self, first: str, then: str) -> str:
        """Say how long it is from one time of the reason to another."""
        return apart(self.why.get(first), self.why.get(then), self.lang)

    def at(self, name: str) -> str:
        return self.when(self.why.get(name))

    def when(self, microseconds: object) -> str:
        """Say a time: of the day of this change without its date."""
        return moment(microseconds, self.zone, self.lang, near=self.change.t)

    def clock(self, name: str) -> str:
        return clock(self.why.get(name), self.zone)

    def measured(self, path: object, value: object) -> str:
        """Say a value by what it means, a number with the unit that the kind tree gives it."""
        if isinstance(value, bool):
            return self.pick("是" if value else "否", "yes" if value else "no")
        if isinstance(value, str):
            return value_of(str(path), value, 0 if self.lang == "zh" else 1)
        unit = self.unit(str(path))
        return f"{rounded(value)} {unit}" if unit else rounded(value)

    def unit(self, path: str) -> str:
        """Return the unit of a fact of the events that are told, if all of them agree on it."""
        name = path.removeprefix("data.")
        found = getattr(self.operator, "slots", {}).get("of")
        own = [str(self.why["kind"])] if self.why.get("kind") in KINDS else []
        names = own or (found.kinds() if isinstance(found, Selector) else ())
        units = {KINDS[each].fields[name].unit for each in names if name in KINDS[each].fields}
        unit = units.pop() if len(units) == 1 else ""
        return "" if unit[:1].isdigit() else unit

    def facts(self) -> str:
        """Say the facts of the event that its conditions looked at: “方式为 card、可信度为 0.92”."""
        found: dict[str, str] = {}
        for clause in self.parts("clauses"):
            values = clause.get("values") if isinstance(clause, dict) else None
            for path, value in values.items() if isinstance(values, dict) else ():
                if path.startswith("data.") and isinstance(value, str | int | float):
                    name, said = name_of(path, self.lang), self.measured(path, value)
                    if not (
                        isinstance(value, str) and said in self.kind().lower()
                    ):  # “进入区域” has said already that it was entered
                        found[path] = self.pick(f"{name}为 {said}", f"{name} is {said}")
        return self.pick("、", ", ").join(list(found.values())[:MOST_FACTS])

    def quoted(self, text: object) -> str:
        return quoted(text, self.lang)


def apart(first: object, then: object, lang: Lang) -> str:
    """Say how much time lies between two moments, in whole seconds from a second on."""
    if not isinstance(first, int) or not isinstance(then, int):
        return "?"
    gap = abs(then - first)
    if gap < 120_000_000:
        return lasting(gap - gap % 1_000_000 if gap >= 1_000_000 else gap - gap % 1_000, lang)
    minutes, seconds = divmod(gap // 1_000_000, 60)
    if minutes < 120:
        rest = pick(lang, f" {seconds} 秒", f" {seconds} s") if seconds else ""
        return pick(lang, f"{minutes} 分{rest or '钟'}", f"{minutes} min{rest}")
    hours, minutes = divmod(minutes, 60)
    rest = pick(lang, f" {minutes} 分", f" {minutes} min") if minutes else ""
    return pick(lang, f"{hours} 小时{rest}", f"{hours} h{rest}")


def rounded(value: object) -> str:
    """Say a measured number with as many digits as a person reads."""
    if isinstance(value, float) and abs(value) < 1_000:
        return f"{value:.4g}"
    return number(value)
