"""Sets of rules as the API shows them: packs, files, trial runs, and what rules can be made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from devices.kinds import KINDS
from gateway.api.schemas.rule_sets import (
    ImportedRule,
    PackRule,
    RuleChoice,
    RulePack,
    RuleTrial,
)
from gateway.api.views.lens import Lens, both
from gateway.api.views.rules import edit_views, sentence_view, shadow_view
from gateway.rulebook.entry import Entry, Shadow
from rules.dump import dump_rule
from rules.model import Rule


def kind_choices() -> list[RuleChoice]:
    """Return the kinds of events a rule can look at, by their names."""
    return [
        RuleChoice(value=kind.name, label=both({"zh": kind.zh, "en": kind.en}, kind.name))
        for kind in KINDS.values()
    ]


def pack_view(file: str, text: str, rules: Iterable[Rule], here: Mapping[str, Entry]) -> RulePack:
    """Return one pack: its first line says what it holds, in both languages."""
    name = Path(file).stem
    zh, _, en = text.partition("\n")[0].lstrip("# ").partition(" | ")
    return RulePack(
        id=name,
        name=both({"zh": zh, "en": en}, name),
        rules=[_pack_rule(rule, here.get(rule.id)) for rule in rules],
    )


def _pack_rule(rule: Rule, entry: Entry | None) -> PackRule:
    state: Literal["on", "off", "absent"] = "absent" if entry is None else "on" if entry.enabled else "off"
    return PackRule(
        id=rule.id, name=both(rule.name, rule.id), sentence=sentence_view(rule), state=state,
        rule=dump_rule(rule) if entry is None else None,
    )  # fmt: skip


def imported_view(rule: Rule, entry: Entry | None) -> ImportedRule:
    """Return one rule of a file beside the one that is in force."""
    difference = edit_views(entry.rule, rule) if entry is not None else []
    standing: Literal["new", "changed", "same"] = (
        "new" if entry is None else "changed" if difference else "same"
    )
    return ImportedRule(
        id=rule.id,
        name=both(rule.name, rule.id),
        sentence=sentence_view(rule),
        standing=standing,
        difference=difference,
    )


def trial_view(shadow: Shadow, rule: Rule, lens: Lens, *, in_force: bool) -> RuleTrial:
    """Return a trial run with what is tried."""
    return RuleTrial(
        name=both(rule.name, rule.id),
        rule=dump_rule(rule),
        in_force=in_force,
        shadow=shadow_view(shadow, lens),
    )
