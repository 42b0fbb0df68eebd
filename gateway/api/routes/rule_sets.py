"""Sets of rules: what ships with the gateway, files to and from elsewhere, trial runs, what rules can be made of."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services, wrong
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.routes.rule_drafts import rulebook
from gateway.api.schemas.rule_sets import (
    RuleChoice,
    RuleChoices,
    RuleFile,
    RuleImport,
    RulePackList,
    RuleTrial,
    RuleTrialList,
)
from gateway.api.views.lens import both, lens_of
from gateway.api.views.rule_sets import imported_view, kind_choices, pack_view, trial_view
from gateway.api.views.rules import problem_view
from gateway.builtin import builtin_packs
from gateway.errors import ActionRefused
from gateway.rulebook.book import Rulebook
from gateway.rulebook.entry import Entry, Saved, Shadow
from rules.dump import dump_rule, to_yaml
from rules.load import Loaded
from rules.model import Rule

router = noun("rules")
FILE = "import.yaml"
MOST_RULES = 500


@router.get(
    "/api/rules/choices", summary="What rules are made of", response_model=RuleChoices, responses=errors()
)
async def rule_choices(request: Request, _: Annotated[Viewer, Depends(Require("rules.draft"))]) -> Response:
    """Return what may be answered in the form of a rule: events, devices, times, plans and kinds of cases, by name."""
    book, lens = rulebook(request), lens_of(request)
    community = lens.community
    sitebook = services(request).sitebook
    plans = sitebook.view.plans if sitebook is not None else {}
    return answer(
        RuleChoices(
            kinds=kind_choices(),
            types=[_named(each) for each in sorted({device.type for device in community.registry})],
            calendars=[_named(each) for each in book.calendars()],
            plans=[RuleChoice(value=name, label=both(plans[name].name, name)) for name in sorted(plans)],
            categories=[
                RuleChoice(value=code, label=lens.category(code)) for code in sorted(community.categories)
            ],
        )
    )


@router.get("/api/rules/trials", summary="Trial runs", response_model=RuleTrialList, responses=errors())
async def rule_trials(request: Request, _: Annotated[Viewer, Depends(Require("rules.read"))]) -> Response:
    """Return every trial run with what is tried, also of rules that are not in force."""
    book, lens = rulebook(request), lens_of(request)

    def make() -> list[RuleTrial]:
        here = _entries(book)
        found = []
        for name, shadow in sorted(book.shadows().items()):
            entry = here.get(name)
            rule = _tried(book, shadow, entry)
            if rule is not None:
                found.append(trial_view(shadow, rule, lens, in_force=entry is not None))
        return found

    return answer(RuleTrialList(items=await asyncio.to_thread(make)))


@router.get(
    "/api/rules/packs", summary="Rules that ship with it", response_model=RulePackList, responses=errors()
)
async def rule_packs(request: Request, _: Annotated[Viewer, Depends(Require("rules.read"))]) -> Response:
    """Return the rules that ship with the gateway, pack by pack: which are at work here, rest, or are not here."""
    book = rulebook(request)

    def make() -> RulePackList:
        here = _entries(book)
        packs = builtin_packs()
        loaded = book.check(packs).rules
        return RulePackList(
            items=[
                pack_view(file, text, [rule for rule in loaded if rule.file == file], here)
                for file, text in packs.items()
            ]
        )

    return answer(await asyncio.to_thread(make))


@router.get(
    "/api/rules/export",
    summary="Rules as a file",
    responses={200: {"content": {"application/yaml": {"schema": {"type": "object"}}}}, **errors(404)},
    response_class=Response,
)
async def export_rules(
    request: Request,
    _: Annotated[Viewer, Depends(Require("rules.read"))],
    id: Annotated[  # noqa: A002 - the name in the API
        list[str] | None,
        Query(
            max_length=100,
            description="these rules; default: the community's own and what it changed of packs",
        ),
    ] = None,
) -> Response:
    """Return rules as one rule file, which another gateway takes in."""
    book = rulebook(request)
    if id:
        here = _entries(book)
        if missing := [each for each in id if each not in here]:
            raise ApiError("not_found", what=missing[0])
        text = await asyncio.to_thread(to_yaml, [here[each].rule for each in dict.fromkeys(id)])
    else:
        text = await asyncio.to_thread(book.export)
    headers = {"Content-Disposition": 'attachment; filename="rules.yaml"'}
    return Response(text, media_type="application/yaml", headers=headers)


@router.post("/api/rules/import", summary="Take in a file", response_model=RuleImport, responses=errors(409))
async def import_rules(
    file: RuleFile, request: Request, viewer: Annotated[Viewer, Depends(Require("rules.edit"))]
) -> Response:
    """Say what a file of rules would change; with `apply`, save those that are new or different, all or none."""
    book = rulebook(request)
    found = await asyncio.to_thread(_read, book, file.text)
    problems = [problem_view(each) for each in found.problems]
    here = _entries(book)
    items = [] if problems else [imported_view(rule, here.get(rule.id)) for rule in found.rules]
    saved = 0
    if file.apply and not problems:
        fresh = {each.id for each in items if each.standing != "same"}
        wanted = [rule for rule in found.rules if rule.id in fresh]
        done = await _saved(book, wanted, here, viewer, file.reason)
        problems = [problem_view(problem) for each in done for problem in each.problems]
        saved = 0 if problems else len(done)
    return answer(RuleImport(items=[] if problems else items, problems=problems, saved=saved))


async def _saved(
    book: Rulebook, rules: Sequence[Rule], here: Mapping[str, Entry], viewer: Viewer, reason: str
) -> tuple[Saved, ...]:
    """Save rules together: somebody who changes one of them meanwhile leaves none of them half taken in."""
    expected = {rule.id: here[rule.id].version if rule.id in here else 0 for rule in rules}
    plain = [dump_rule(rule) for rule in rules]
    try:
        return await asyncio.wrap_future(
            await asyncio.to_thread(
                lambda: book.save_all(plain, author=viewer.id, reason=reason, expected=expected)
            )
        )
    except ActionRefused as refused:
        code = "stale_rule" if refused.code == "stale_version" else refused.code
        raise ActionRefused(code, str(refused), **refused.facts) from None


def _read(book: Rulebook, text: str) -> Loaded:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _wrong_text("含有不成文字的字符", "a character that is no Unicode text") from None
    found = book.check({FILE: text})
    if found.inhibits:
        raise _wrong_text(
            "带有 inhibit 的文件由管理员放进规则文件夹",
            "a file with inhibit belongs into the folder of rules",
        )
    if len(found.rules) > MOST_RULES:
        raise _wrong_text(f"一次最多 {MOST_RULES} 条规则", f"at most {MOST_RULES} rules at a time")
    if not found.rules and not found.problems:
        raise _wrong_text("这个文件里没有规则", "there is no rule in this file")
    return found


def _wrong_text(zh: str, en: str) -> ApiError:
    return wrong("body.text", zh, en)


def _entries(book: Rulebook) -> dict[str, Entry]:
    return {entry.rule.id: entry for entry in book.entries()}


def _tried(book: Rulebook, shadow: Shadow, entry: Entry | None) -> Rule | None:
    """Return what a run tries: the draft that was sent, or the rule in force."""
    if not shadow.draft:
        return entry.rule if entry is not None else None
    found = book.read(shadow.text)
    return found.rules[0] if len(found.rules) == 1 and not found.problems else None


def _named(value: str) -> RuleChoice:
    return RuleChoice(value=value, label=both(None, value))
