"""Rules as people know them: the card of each rule, for the screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.api.community import RuleCard
from rules.explain import rule_sentence
from rules.model import Rule


def rule_cards(rules: Iterable[Rule], versions: Mapping[str, int]) -> list[RuleCard]:
    """Return one card a rule: its sentence in both languages, its note, its version."""
    return [
        RuleCard(
            id=rule.id,
            name=rule.name,
            sentence={"zh": rule_sentence(rule, "zh"), "en": rule_sentence(rule, "en")},
            note=rule.note or None,
            enabled=rule.enabled,
            version=versions.get(rule.id, 1),
            category=rule.category,
            level=max(rule.stages, key=lambda stage: -int(stage.level[1])).level,
        )
        for rule in rules
    ]
