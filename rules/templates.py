"""Templates: rules that a manager makes by filling in a form. The form and the rule are data (`rules/templates/*.yaml`).

In the rule of a template `${field}` stands for what was filled in: as a value where nothing stands beside it, as a literal
within an expression, in people's words within `name`. A part that uses an optional field which was left empty is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from devices.document import parse_document
from devices.problem import Problem
from devices.yaml_text import yaml_text
from rules.field_values import FieldProblem, Known, checked, said
from rules.in_chinese import in_chinese
from rules.load import load_rules
from rules.model import Rule
from rules.words import Lang

FieldType: TypeAlias = Literal[
    "duration", "number", "kind", "device", "zone", "calendar", "level", "text", "choice"
]
Names: TypeAlias = dict[str, str]  # {"zh": …, "en": …}
_PLACE = re.compile(r"\$\{(\w+)\}")
_EXAMPLES = {"device": "door-1", "zone": "yard"}
"""What stands for a field without a default while a template itself is checked."""


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer of a closed list."""

    value: str
    label: Names


class TemplateField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question of the form. `least` and `most` are numbers, or durations as written."""

    name: str
    label: Names
    type: FieldType
    default: str | float | int | None = None
    unit: Names | None = None
    least: str | float | int | None = None
    most: str | float | int | None = None
    whole: bool = False  # a number of things: no fraction
    optional: bool = False
    help: Names | None = None
    choices: tuple[Choice, ...] = ()


class Template(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One situation in a manager's words, with the rule that comes of it."""

    id: str
    title: Names
    help: Names
    fields: tuple[TemplateField, ...]
    rule: dict[str, Any]
    file: str = ""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What filling in came to: a rule with its YAML, or what is wrong in which field."""

    rule: Rule | None = None
    text: str = ""
    problems: tuple[FieldProblem, ...] = ()
    lint: tuple[Problem, ...] = ()


class TemplateError(ValueError):
    """A template file is not as it must be; the message names the file, the template and what is wrong."""


def load_templates(texts: Mapping[str, str]) -> dict[str, Template]:
    """Read template files (`name -> text`).

    Raises:
        TemplateError: a file cannot be read, two templates have one id, or a rule uses a field that the form does not have.
    """
    found: dict[str, Template] = {}
    for file, text in texts.items():
        document = parse_document(text, file)
        if document.problems:
            raise TemplateError(f"{document.problems[0]}")
        for item in document.value:
            try:
                template = msgspec.convert({**item, "file": file}, Template)
            except msgspec.ValidationError as error:
                raise TemplateError(f"{file}: {item.get('id', '?')}: {error}") from None
            if template.id in found:
                raise TemplateError(f"{file}: {template.id}: also in {found[template.id].file}")
            unknown = _used(template.rule) - {field.name for field in template.fields}
            if unknown:
                raise TemplateError(f"{file}: {template.id}: no field for {', '.join(sorted(unknown))}")
            found[template.id] = template
    return found


def fill(
    template: Template,
    values: Mapping[str, Any],
    *,
    rule_id: str = "",
    name: Names | None = None,
    known: Known = Known(),  # noqa: B008 - frozen
    taken: Collection[str] = (),
) -> Draft:
    """Fill in a template.

    Args:
        template: the form.
        values: by field name; what is left out, or empty, has its default.
        rule_id: the id of the rule; empty: made from the template's, with a number when it is taken.
        name: how the community calls the rule; None: as the template says.
        known: the devices, zones and calendars that there are; what is None is not checked.
        taken: the ids of rules that exist.
    """
    given = {key: value for key, value in values.items() if value not in (None, "")}
    read, problems = checked(template.fields, given, known)
    if problems:
        return Draft(problems=tuple(problems))
    written = {"id": rule_id or _free(f"site.{template.id}", taken), **_put(template.rule, read, template)}
    if name:
        written["name"] = name
    text = yaml_text({"rules": [written]})
    loaded = load_rules({template.id: text}, calendars=None)
    if loaded.problems:
        return Draft(text=text, problems=tuple(_in_its_field(each, template) for each in loaded.problems))
    return Draft(rule=loaded.rules[0], text=text, lint=loaded.lint)


def example_values(template: Template) -> dict[str, Any]:
    """Return values with which a template can be filled in: its defaults, and examples where it has none."""
    return {
        field.name: field.default if field.default is not None else _EXAMPLES[field.type]
        for field in template.fields
        if not field.optional
    }


def _in_its_field(problem: Problem, template: Template) -> FieldProblem:
    """Lay what is wrong in the rule to the field that it was made from; to no field, when it is not from one."""
    part: Any = template.rule
    for step in re.findall(r"[^.\[\]]+", problem.path.partition(".")[2]):
        if isinstance(part, dict):
            part = part.get(step)
        elif isinstance(part, list) and step.isdigit() and int(step) < len(part):
            part = part[int(step)]
    names = _PLACE.findall(part) if isinstance(part, str) else []
    return FieldProblem(field=names[0] if names else "", zh=in_chinese(problem.message), en=problem.message)


def _free(wanted: str, taken: Collection[str]) -> str:
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _used(part: Any) -> set[str]:
    if isinstance(part, dict):
        return {name for value in part.values() for name in _used(value)}
    if isinstance(part, list):
        return {name for value in part for name in _used(value)}
    return set(_PLACE.findall(part)) if isinstance(part, str) else set()


_GONE = object()


def _put(rule: dict[str, Any], values: Mapping[str, Any], template: Template) -> dict[str, Any]:
    fields = {field.name: field for field in template.fields}

    def part(value: Any, lang: Lang | None) -> Any:
        if isinstance(value, dict):
            inner = {key: part(each, lang and _language(key, lang)) for key, each in value.items()}
            kept = {key: each for key, each in inner.items() if each is not _GONE}
            return kept if kept or not inner else _GONE
        if isinstance(value, list):
            return [each for each in (part(item, lang) for item in value) if each is not _GONE]
        return _text(value, lang) if isinstance(value, str) else value

    def _text(text: str, lang: Lang | None) -> Any:
        names = _PLACE.findall(text)
        if any(values.get(name) is None for name in names):
            return _GONE
        if lang is not None:
            return _PLACE.sub(lambda found: said(fields[found[1]], values[found[1]], lang), text).strip()
        if names and text == f"${{{names[0]}}}":
            return values[names[0]]
        return _PLACE.sub(lambda found: json.dumps(values[found[1]], ensure_ascii=False), text)

    found = {key: part(value, "zh" if key in ("name", "note") else None) for key, value in rule.items()}
    return {key: value for key, value in found.items() if value is not _GONE}


def _language(key: str, lang: Lang) -> Lang:
    return "en" if key == "en" else lang
