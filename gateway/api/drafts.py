"""Drafts: what can be said of a rule that somebody is writing, before anything is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from devices.problem import Problem
from devices.registry import Registry
from devices.yaml_text import yaml_text
from gateway.api.answers import wrong
from gateway.api.errors import ApiError
from gateway.api.schemas.rules import RuleCheck, RuleDraft
from gateway.api.views.rules import cost_view, edit_views, form_view, problem_view, sentence_view
from gateway.rulebook.book import Rulebook
from rules.cost import Cost, cost_of
from rules.diff import resets_state
from rules.dump import dump_rule, to_yaml
from rules.index import scoped
from rules.lint import lint_together
from rules.load import Loaded
from rules.model import Rule
from rules.paths import value_at

_PLACES = ("id", "building", "unit", "floor", "zone", "grid", "type", "parent", "household")


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule is measured against: the devices there are, and how often each kind comes in a day."""

    registry: Registry
    per_day: Mapping[str, float] | None  # None: the journal does not hold a day yet


def written_of(draft: RuleDraft) -> str:
    """Return the YAML of a draft; plain data is written out.

    Raises:
        ApiError: `invalid_input`: neither text nor data was sent, or both.
    """
    if (draft.text is None) == (draft.rule is None):
        raise wrong("body", "text 和 rule 要写一个，并且只能写一个", "expected exactly one of text and rule")
    written = draft.text if draft.text is not None else yaml_text([draft.rule])
    try:
        written.encode()
    except UnicodeEncodeError:
        raise wrong("body", "含有不成文字的字符", "a character that is no Unicode text") from None
    return written


def only_rule(found: Loaded) -> Rule | None:
    """Return the rule of a text that holds exactly one without a mistake."""
    return found.rules[0] if len(found.rules) == 1 and not found.problems else None


def check(draft: RuleDraft, book: Rulebook, site: Site) -> RuleCheck:
    """Return everything there is to say about a draft; nothing is saved."""
    found = book.read(written_of(draft))
    rule = only_rule(found)
    problems = [problem_view(each) for each in found.problems]
    if rule is None:
        named = found.rules[0].id if len(found.rules) == 1 else None
        return RuleCheck(
            ok=False, id=named, problems=problems, lint=[], sentence=None, rule=None, text=None, cost=None,
            current_version=None, difference=[], resets_state=False, form=[],
        )  # fmt: skip
    entries = {entry.rule.id: entry for entry in book.entries()}
    current = entries.get(rule.id)
    before = current.rule if current is not None else None
    lint = [*found.lint, *beside(rule, (entry.rule for entry in entries.values()))]
    return RuleCheck(
        ok=True,
        id=rule.id,
        problems=[],
        lint=[problem_view(each) for each in lint],
        sentence=sentence_view(rule),
        rule=dump_rule(rule),
        text=to_yaml([rule]),
        cost=cost_view(cost_at(rule, site)),
        current_version=current.version if current is not None else None,
        difference=edit_views(before, rule),
        resets_state=before is not None and resets_state(before, rule),
        form=form_view(rule),
    )


def beside(rule: Rule, others: Iterable[Rule]) -> list[Problem]:
    """Return the warnings about a rule that can only be seen beside the others; each of its own line."""
    together = [*(each for each in others if each.id != rule.id), rule]
    found = [each for each in lint_together(together) if f"'{rule.id}'" in each.message]
    return [msgspec.structs.replace(each, line=rule.line, path="") for each in found]


def cost_at(rule: Rule, site: Site) -> Cost:
    """Estimate what a rule takes on this site."""
    return cost_of(rule, per_day=site.per_day, keys=keys_at(rule, site.registry))


def keys_at(rule: Rule, registry: Registry) -> int | None:
    """Return how many keys a rule will have, when they follow from the registry: devices, places, homes, or one."""
    if not rule.by:
        return 1
    if rule.by == ("subject.household",) and registry.households:
        return len(registry.households)
    paths = ["device.id" if path == "device" else path for path in rule.by]
    if not all(path.partition(".")[0] == "device" and path.partition(".")[2] in _PLACES for path in paths):
        return None
    found = set()
    for device in registry:
        env: dict[str, Any] = {"device": device, "state": {}, "site": {}}
        if scoped(rule, env):
            found.add(tuple(value_at(path, env) for path in paths))
    return len(found)


def template_missing(name: str) -> ApiError:
    """Return the error for a template that there is not."""
    return ApiError("not_found", what=name)
