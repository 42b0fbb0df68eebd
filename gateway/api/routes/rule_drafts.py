"""Drafts of rules: checked, read aloud, made from a form. Nothing here changes anything."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, read, services
from gateway.api.drafts import Site, check, only_rule, template_missing, written_of
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.rules import (
    RuleCheck,
    RuleDraft,
    RuleSentence,
    TemplateFilled,
    TemplateList,
)
from gateway.api.views.rules import problem_view, sentence_view, template_view
from gateway.builtin import builtin_templates
from gateway.clock import to_us
from gateway.rulebook.book import Rulebook
from gateway.store.read_rates import events_per_day
from rules.field_values import FieldProblem, Known
from rules.templates import fill, load_templates

router = noun("rules")
TEMPLATES = load_templates(builtin_templates())
TemplateId = Annotated[str, Path(min_length=1, max_length=80)]


def rulebook(request: Request) -> Rulebook:
    """Return the rulebook; a gateway that is only being described has none."""
    found = services(request).rulebook
    if found is None:
        raise ApiError("not_ready")
    return found


async def site_of(request: Request) -> Site:
    """Return what rules are measured against."""
    made_with = services(request)
    now_us = to_us(made_with.now())
    per_day = await read(request, lambda connection: events_per_day(connection, now_us=now_us))
    return Site(registry=made_with.community().registry, per_day=per_day)


@router.post("/api/rules/validate", summary="Check a draft", response_model=RuleCheck, responses=errors())
async def validate_rule(
    draft: RuleDraft, request: Request, _: Annotated[Viewer, Depends(Require("rules.draft"))]
) -> Response:
    """Say everything about a draft at once: mistakes with their places, warnings, its sentence, cost, and what changes."""
    book, site = rulebook(request), await site_of(request)
    return answer(await asyncio.to_thread(check, draft, book, site))


@router.post(
    "/api/rules/sentence", summary="Read a draft aloud", response_model=RuleSentence, responses=errors()
)
async def say_rule(
    draft: RuleDraft, request: Request, _: Annotated[Viewer, Depends(Require("rules.draft"))]
) -> Response:
    """Return a draft as one sentence in both languages, or why it cannot be read."""
    found = await asyncio.to_thread(rulebook(request).read, written_of(draft))
    rule = only_rule(found)
    return answer(
        RuleSentence(
            sentence=sentence_view(rule) if rule is not None else None,
            problems=[problem_view(each) for each in found.problems],
        )
    )


@router.get("/api/rules/templates", summary="List templates", response_model=TemplateList, responses=errors())
async def rule_templates(request: Request, _: Annotated[Viewer, Depends(Require("rules.draft"))]) -> Response:
    """Return the forms from which rules can be made: what each asks, in which unit, within which limits."""
    calendars = rulebook(request).calendars()
    return answer(TemplateList(items=[template_view(each, calendars) for each in TEMPLATES.values()]))


@router.post(
    "/api/rules/templates/{id}/fill", summary="Make a draft from a form", response_model=RuleCheck, responses=errors(404)
)  # fmt: skip
async def fill_template(
    id: TemplateId,  # noqa: A002 - the name in the API
    filled: TemplateFilled,
    request: Request,
    _: Annotated[Viewer, Depends(Require("rules.draft"))],
) -> Response:
    """Return the draft of a filled-in form, checked like any other; what is wrong is told with the field's name."""
    template = TEMPLATES.get(id)
    if template is None:
        raise template_missing(id)
    book, community = rulebook(request), services(request).community()
    known = Known(
        devices=[device.id for device in community.registry],
        zones=[place.id for place in community.places if place.kind == "zone"],
        calendars=book.calendars(),
    )
    taken = [entry.rule.id for entry in book.entries()]
    name = {"zh": filled.name, "en": filled.name} if filled.name else None
    draft = fill(template, filled.values, name=name, known=known, taken=taken)
    if draft.problems:
        raise _not_filled(draft.problems)
    return answer(await asyncio.to_thread(check, RuleDraft(text=draft.text), book, await site_of(request)))


def _not_filled(problems: tuple[FieldProblem, ...]) -> ApiError:
    fields = [
        {"path": f"body.values.{each.field}" if each.field else "body.values", "message": {"zh": each.zh, "en": each.en}}
        for each in problems
    ]  # fmt: skip
    return ApiError("invalid_input", count=len(fields), fields=fields)
