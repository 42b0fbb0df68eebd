"""Rules, drafts, versions and templates as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from devices.problem import Problem
from gateway.api.schemas.common import Bilingual, PersonName
from gateway.api.schemas.rules import (
    RuleCost,
    RuleDetail,
    RuleEdit,
    RuleFaults,
    RuleFormField,
    RulePrecision,
    RuleProblem,
    RuleSaved,
    RuleVersion,
    ShadowKey,
    ShadowView,
    TemplateChoice,
    TemplateFieldView,
    TemplateView,
    VerdictCounts,
)
from gateway.api.schemas.site import RuleStanding
from gateway.api.views.lens import Lens, both
from gateway.rulebook.entry import Entry, Precision, Saved, Shadow, Verdicts
from gateway.rulebook.precision import counted
from gateway.rulebook.version import Version
from gateway.store.verdicts import Verdict
from rules.cost import Cost
from rules.diff import differ
from rules.dump import dump_rule, to_yaml
from rules.form import form_of
from rules.in_chinese import in_chinese
from rules.model import Rule
from rules.say import rule_sentence
from rules.templates import Template, TemplateField

NEWEST = 20


def sentence_view(rule: Rule) -> Bilingual:
    """Return a rule read aloud."""
    return Bilingual(zh=rule_sentence(rule, "zh"), en=rule_sentence(rule, "en"))


def problem_view(problem: Problem) -> RuleProblem:
    """Return a mistake or warning of one rule; its place is told within the rule."""
    place = problem.path.removeprefix("rules[0]").removeprefix(".")
    return RuleProblem(
        line=problem.line, path=place or "document", message=Bilingual(zh=in_chinese(problem.message), en=problem.message)
    )  # fmt: skip


def edit_views(old: Rule | None, new: Rule | None) -> list[RuleEdit]:
    """Return what changes from one rule to another; of a new rule nothing does."""
    if old is None or new is None:
        return []
    return [
        RuleEdit(path=each.path, before=each.before, after=each.after, text=Bilingual(zh=each.zh, en=each.en), resets=each.resets)
        for each in differ(old, new)
    ]  # fmt: skip


def form_view(rule: Rule) -> list[RuleFormField]:
    """Return what may be changed about a rule by filling in."""
    return [RuleFormField(**msgspec.to_builtins(each)) for each in form_of(rule)]


def cost_view(cost: Cost) -> RuleCost:
    """Return an estimate, rounded to what it is worth."""
    return RuleCost(
        us_per_event=round(cost.us_per_event, 1),
        bytes_per_key=cost.bytes_per_key,
        keys=cost.keys,
        events_per_day=None if cost.events_per_day is None else round(cost.events_per_day),
        cpu_s_per_day=None if cost.cpu_s_per_day is None else round(cost.cpu_s_per_day, 2),
        memory_bytes=cost.memory_bytes,
    )


def person_view(person: str, lens: Lens) -> PersonName:
    """Return somebody who changed a rule; files have no other name."""
    return PersonName(id=person, name=lens.name(person) or person)


def version_view(version: Version, before: Rule | None, rule: Rule | None, lens: Lens) -> RuleVersion:
    """Return one version with its difference to the one before."""
    return RuleVersion(
        version=version.version,
        at=lens.shown(version.at),
        author=person_view(version.author, lens),
        act=version.act,
        reason=version.reason,
        enabled=version.enabled,
        resets_state=version.resets_state,
        difference=edit_views(before, rule),
    )


def version_views(
    versions: Iterable[Version], read: Mapping[int, Rule | None], lens: Lens
) -> list[RuleVersion]:
    """Return versions, newest first; `read` has the rule of each number, None when it is no longer understood."""
    return [version_view(each, read.get(each.version - 1), read.get(each.version), lens) for each in versions]


def precision_view(precision: Precision) -> RulePrecision:
    """Return how often a rule was right."""
    return RulePrecision(
        whole=verdicts_view(precision.whole),
        by_device={device: verdicts_view(each) for device, each in precision.by_device.items()},
        by_month={month: verdicts_view(each) for month, each in precision.by_month.items()},
    )


def verdicts_view(found: Verdicts) -> VerdictCounts:
    """Return counts of verdicts."""
    return VerdictCounts(closed=found.closed, true=found.true, false=found.false, unknown=found.unknown)


def shadow_view(shadow: Shadow, lens: Lens) -> ShadowView:
    """Return a trial run."""
    return ShadowView(
        rule=shadow.rule,
        since=lens.shown(shadow.since),
        by=person_view(shadow.by, lens),
        draft=shadow.draft,
        fired=shadow.fired,
        notified=shadow.notified,
        cases=shadow.cases,
        by_key=[ShadowKey(key=dict(key), times=times) for key, times in shadow.by_key],
        by_day=dict(shadow.by_day),
        newest=[lens.shown(at) for at in shadow.newest],
        events=shadow.events,
        behind_s=shadow.behind_s,
        ended=shadow.ended,
        failed=shadow.failed,
        sentence=both(shadow.said, "") if shadow.said else None,
    )


def standing_views(
    entries: Iterable[Entry], verdicts: Iterable[Verdict], lens: Lens
) -> dict[str, RuleStanding]:
    """Return how each rule stands, by id."""
    found: dict[str, list[Verdict]] = {}
    for each in verdicts:
        found.setdefault(each.rule, []).append(each)
    return {entry.rule.id: _standing(entry, counted(found.get(entry.rule.id, ())), lens) for entry in entries}


def _standing(entry: Entry, right: Verdicts, lens: Lens) -> RuleStanding:
    return RuleStanding(
        origin=entry.origin,
        author=person_view(entry.author, lens).name,
        at=lens.shown(entry.at),
        overridden=entry.overridden,
        faulty=entry.isolation.everywhere or bool(entry.isolation.devices),
        closed=right.closed,
        true=right.true,
        false=right.false,
        shadow=entry.shadow is not None,
    )


def detail_view(
    entry: Entry, lens: Lens, *, text: str, versions: list[RuleVersion], lint: Iterable[Problem], cost: Cost, precision: Precision
) -> RuleDetail:  # fmt: skip
    """Return everything a page needs to edit one rule."""
    rule = entry.rule
    return RuleDetail(
        id=rule.id, name=both(rule.name, rule.id), sentence=sentence_view(rule),
        note=both(rule.note, "") if rule.note else None, enabled=entry.enabled, version=entry.version, origin=entry.origin,
        file=entry.file, author=person_view(entry.author, lens), at=lens.shown(entry.at), reason=entry.reason,
        overridden=entry.overridden, newer_in_pack=entry.newer_in_pack, rule=dump_rule(rule), text=text or to_yaml([rule]),
        versions=versions[:NEWEST], lint=[problem_view(each) for each in lint], cost=cost_view(cost),
        precision=precision_view(precision),
        faults=RuleFaults(everywhere=entry.isolation.everywhere, devices=list(entry.isolation.devices)),
        shadow=shadow_view(entry.shadow, lens) if entry.shadow is not None else None,
        form=form_view(rule),
        explain=f"/api/rules/{rule.id}/explain",
    )  # fmt: skip


def saved_view(saved: Saved, before: Rule | None, now: Rule | None) -> RuleSaved:
    """Return what a change came to."""
    assert saved.rule is not None
    assert saved.version is not None
    return RuleSaved(
        id=saved.rule,
        version=saved.version,
        unchanged=saved.unchanged,
        resets_state=saved.resets_state,
        keeps_open=saved.keeps_open,
        difference=edit_views(before, now),
        lint=[problem_view(each) for each in saved.lint],
    )


def template_view(template: Template, calendars: Iterable[str]) -> TemplateView:
    """Return a template as the form that a page builds."""
    return TemplateView(
        id=template.id,
        title=both(template.title, template.id),
        help=both(template.help, ""),
        fields=[_field(each, calendars) for each in template.fields],
    )


def _field(field: TemplateField, calendars: Iterable[str]) -> TemplateFieldView:
    choices: list[Any] = [
        TemplateChoice(value=each.value, label=both(each.label, each.value)) for each in field.choices
    ]
    if field.type == "calendar":
        choices = [TemplateChoice(value=name, label=both(None, name)) for name in calendars]
    return TemplateFieldView(
        name=field.name, label=both(field.label, field.name), type=field.type,
        unit=both(field.unit, "") if field.unit else None, default=field.default, least=field.least, most=field.most,
        whole=field.whole, optional=field.optional, help=both(field.help, "") if field.help else None, choices=choices,
    )  # fmt: skip
