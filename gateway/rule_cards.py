"""Rules as people know them: the card of each rule, for the screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.api.community import RuleCard
from gateway.rulebook.standing import Standing
from rules.explain import rule_sentence
from rules.model import Rule

SETUP = {"zh": "安装：", "en": "Setup:"}


def rule_cards(rules: Iterable[Rule], versions: Mapping[str, int]) -> list[RuleCard]:
    """Return one card a rule: its sentence in both languages, its note, its version."""
    return [_card(rule, versions.get(rule.id, 1)) for rule in rules]


def with_cards(cards: Mapping[str, RuleCard], standings: Iterable[Standing]) -> dict[str, RuleCard]:
    """Return the cards with those of other versions in place of theirs; a rule that is gone has none."""
    found = dict(cards)
    for each in standings:
        if each.gone:
            found.pop(each.rule.id, None)
        else:
            found[each.rule.id] = _card(each.rule, each.version)
    return found


def earlier_cards(old: Iterable[tuple[Rule, int]]) -> dict[tuple[str, int], RuleCard]:
    """Return the cards of old versions, by rule and version."""
    return {(rule.id, version): _card(rule, version) for rule, version in old}


def _card(rule: Rule, version: int) -> RuleCard:
    note, setup = split_note(rule.note)
    return RuleCard(
        id=rule.id,
        name=rule.name,
        sentence={"zh": rule_sentence(rule, "zh"), "en": rule_sentence(rule, "en")},
        note=note or None,
        setup=setup or None,
        enabled=rule.enabled,
        version=version,
        category=rule.category,
        level=max(rule.stages, key=lambda stage: -int(stage.level[1])).level,
    )


def split_note(note: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return a rule's note as what whoever is on duty does, and what whoever installs it prepares.

    The second begins with `安装：` or `Setup:` and goes on to the end of the note.
    """
    parts = {language: text.partition(SETUP.get(language, "\0")) for language, text in note.items()}
    duty = {language: first.strip() for language, (first, _, _) in parts.items() if first.strip()}
    setup = {language: rest.strip() for language, (_, _, rest) in parts.items() if rest.strip()}
    return duty, setup
