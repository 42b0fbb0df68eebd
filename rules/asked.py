"""Asked: one question why a rule did not fire, in one language, with the words its answer is made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, TypeAlias

from rules.aloud import aloud, name_of
from rules.aloud_values import value_of
from rules.model import Rule, Selector
from rules.told import Names
from rules.words import Lang, kinds, lasting, listed, moment, number, pick

Found: TypeAlias = Mapping[str, Any]
MOST_GATES = 4  # said in one answer, the newest


class Asked:
    """One question in one language."""

    def __init__(
        self, found: Found, rule: Rule, lang: Lang, zone: tzinfo | None, names: Names | None = None
    ) -> None:
        self.found = found
        self.rule = rule
        self.lang: Lang = lang
        self.zone = zone
        self.names = names

    def pick(self, zh: str, en: str) -> str:
        return pick(self.lang, zh, en)

    def kinds(self, slot: str = "of") -> str:
        found = self.rule.detect.slots.get(slot)
        return kinds(found if isinstance(found, Selector) else None, self.lang)

    def name(self, id_: object) -> str:
        """Name a device, a rule or a person; one that nobody named is called by its id."""
        return (self.names(str(id_)) if self.names is not None else None) or str(id_)

    def when(self, microseconds: object) -> str:
        return moment(microseconds, self.zone, self.lang)

    def at(self, name: str) -> str:
        return self.when(self.found.get(name))

    def span(self, name: str) -> str:
        return lasting(self.found.get(name), self.lang)

    def gates(self) -> list[Found]:
        """Return what stopped it."""
        found = self.found.get("gates")
        return (
            [each for each in found if isinstance(each, Mapping)][:MOST_GATES]
            if isinstance(found, list)
            else []
        )


def failed(asked: Asked, found: Found) -> str:
    """Say which parts of a condition were false or not known, with the values they read."""
    said = []
    for clause in found.get("clauses") or ():
        if not isinstance(clause, Mapping) or clause.get("truth") is True:
            continue
        text, values = aloud(str(clause.get("text")), asked.lang), values_of(asked, clause.get("values"))
        if clause.get("truth") is False:
            said.append(asked.pick(f"“{text}”不成立{values}", f"“{text}” did not hold{values}"))
        else:
            said.append(asked.pick(f"“{text}”无法判断{values}", f"“{text}” was not known{values}"))
    return listed(said, asked.lang) or asked.pick("条件不成立", "the condition did not hold")


def values_of(asked: Asked, values: object) -> str:
    if not isinstance(values, Mapping) or not values:
        return ""
    said = listed(
        [
            f"{name_of(path, asked.lang).removeprefix('the ')} {_value(path, value, asked.lang)}"
            for path, value in values.items()
        ][:3],
        asked.lang,
    )
    return asked.pick(f"（{said}）", f" ({said})")


def _value(path: str, value: object, lang: Lang) -> str:
    if isinstance(value, bool):
        return pick(lang, "是" if value else "否", "yes" if value else "no")
    if isinstance(value, list):
        return listed([_value(path, each, lang) for each in value], lang) or pick(lang, "无", "none")
    return value_of(path, value, 0 if lang == "zh" else 1) if isinstance(value, str) else number(value)
