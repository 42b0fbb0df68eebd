"""Changing rules: save, switch, go back, try out; each change is a version with its author and reason."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Annotated, Protocol

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from devices.yaml_text import yaml_text
from gateway.api.answers import answer, errors, wrong
from gateway.api.drafts import beside, cost_at, written_of
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.routes.rule_drafts import rulebook, site_of
from gateway.api.saving import IfMatch, seen
from gateway.api.schemas.rules import (
    RuleDetail,
    RuleSave,
    RuleSaved,
    RuleSwitch,
    RuleVersionDetail,
    RuleVersionList,
    ShadowSwitch,
)
from gateway.api.views.lens import lens_of
from gateway.api.views.rules import detail_view, problem_view, saved_view, version_views
from gateway.errors import ActionRefused
from gateway.rulebook.book import Rulebook
from gateway.rulebook.entry import Entry, Saved
from gateway.rulebook.version import Version
from rules.dump import to_yaml
from rules.model import Rule

router = noun("rules")
RuleId = Annotated[str, Path(min_length=1, max_length=80)]


@router.get("/api/rules/{id}", summary="One rule", response_model=RuleDetail, responses=errors(404))
async def rule(
    id: RuleId,  # noqa: A002 - the name in the API
    request: Request,
    _: Annotated[Viewer, Depends(Require("rules.read"))],
) -> Response:
    """Return a rule as data and as YAML, with its versions, warnings, cost, precision and trial run."""
    book, lens = rulebook(request), lens_of(request)
    entry, site = _known(book, id), await site_of(request)

    def make() -> RuleDetail:
        versions = book.versions(id)
        text = versions[0].text if versions else ""
        found = book.read(text or to_yaml([entry.rule]))
        lint = [*found.lint, *beside(entry.rule, (each.rule for each in book.entries()))]
        return detail_view(
            entry, lens, text=text, versions=version_views(versions, _read(book, versions), lens), lint=lint,
            cost=cost_at(entry.rule, site), precision=book.precision(id),
        )  # fmt: skip

    return answer(await asyncio.to_thread(make), etag=f'"{entry.version}"')


@router.get(
    "/api/rules/{id}/versions", summary="Versions of a rule", response_model=RuleVersionList, responses=errors(404)
)  # fmt: skip
async def rule_versions(
    id: RuleId,  # noqa: A002 - the name in the API
    request: Request,
    _: Annotated[Viewer, Depends(Require("rules.read"))],
) -> Response:
    """Return who made what of a rule, when and why, newest first, each with what changed."""
    book, lens = rulebook(request), lens_of(request)
    _known(book, id)

    def make() -> RuleVersionList:
        versions = book.versions(id)
        return RuleVersionList(items=version_views(versions, _read(book, versions), lens))

    return answer(await asyncio.to_thread(make))


@router.get(
    "/api/rules/{id}/versions/{number}", summary="One version", response_model=RuleVersionDetail, responses=errors(404)
)  # fmt: skip
async def rule_version(
    id: RuleId,  # noqa: A002 - the name in the API
    number: Annotated[int, Path(ge=1, le=10**9)],
    request: Request,
    _: Annotated[Viewer, Depends(Require("rules.read"))],
) -> Response:
    """Return a rule as it was in one version."""
    book, lens = rulebook(request), lens_of(request)
    _known(book, id)

    def make() -> RuleVersionDetail | None:
        near = [each for each in book.versions(id) if each.version in (number, number - 1)]
        if not near or near[0].version != number:
            return None
        shown = version_views(near[:1], _read(book, near), lens)[0]
        text = near[0].text or yaml_text([near[0].source])
        return RuleVersionDetail(version=shown, rule=near[0].source, text=text)

    found = await asyncio.to_thread(make)
    if found is None:
        raise ApiError("not_found", what=f"{id} {number}")
    return answer(found)


@router.put("/api/rules/{id}", summary="Save a rule", response_model=RuleSaved, responses=errors(404, 409))
async def save_rule(
    id: RuleId,  # noqa: A002 - the name in the API
    saved: RuleSave,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("rules.edit"))],
    if_match: IfMatch = None,
) -> Response:
    """Save a rule as its newest version and put it in force. With mistakes nothing is saved, and all are told."""
    book, written = rulebook(request), written_of(saved)
    found = await asyncio.to_thread(book.read, written)
    if found.problems:
        raise _mistakes(Saved(problems=found.problems))
    if found.rules[0].id != id:
        raise wrong("body.rule.id", f"应为“{id}”，写的是“{found.rules[0].id}”", f"expected '{id}', found '{found.rules[0].id}'")  # fmt: skip
    expected = seen(saved.version, if_match)
    return await _change(
        request, id, lambda: book.save(written, author=viewer.id, reason=saved.reason, expected=expected)
    )


@router.post(
    "/api/rules/{id}/enable",
    summary="Put a rule to work",
    response_model=RuleSaved,
    responses=errors(404, 409),
)
async def enable_rule(
    id: RuleId,  # noqa: A002 - the name in the API
    switch: RuleSwitch,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("rules.enable"))],
    if_match: IfMatch = None,
) -> Response:
    """Put a rule to work; what its faults had switched off is forgiven."""
    return await _switch(request, id, rulebook(request).enable, switch, if_match, viewer)


@router.post(
    "/api/rules/{id}/disable", summary="Let a rule rest", response_model=RuleSaved, responses=errors(404, 409)
)
async def disable_rule(
    id: RuleId,  # noqa: A002 - the name in the API
    switch: RuleSwitch,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("rules.enable"))],
    if_match: IfMatch = None,
) -> Response:
    """Let a rule rest; its open alerts stay until they clear. A reason has to be given."""
    if not switch.reason.strip():
        raise wrong("body.reason", "必须填写：为什么停用", "has to be given: why it is disabled")
    return await _switch(request, id, rulebook(request).disable, switch, if_match, viewer)


@router.post(
    "/api/rules/{id}/rollback",
    summary="One version back",
    response_model=RuleSaved,
    responses=errors(404, 409),
)
async def rollback_rule(
    id: RuleId,  # noqa: A002 - the name in the API
    switch: RuleSwitch,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("rules.edit"))],
    if_match: IfMatch = None,
) -> Response:
    """Make a new version that is equal to the one before the newest."""
    return await _switch(request, id, rulebook(request).rollback, switch, if_match, viewer)


@router.post(
    "/api/rules/{id}/reset", summary="Back to the pack", response_model=RuleSaved, responses=errors(404, 409)
)
async def reset_rule(
    id: RuleId,  # noqa: A002 - the name in the API
    switch: RuleSwitch,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("rules.edit"))],
    if_match: IfMatch = None,
) -> Response:
    """Take a rule as the pack that ships with the gateway has it."""
    return await _switch(request, id, rulebook(request).reset, switch, if_match, viewer)


@router.post(
    "/api/rules/{id}/shadow", summary="Try a rule out", response_model=RuleSaved, responses=errors(404, 409)
)
async def shadow_rule(
    id: RuleId,  # noqa: A002 - the name in the API
    switch: ShadowSwitch,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("rules.edit"))],
) -> Response:
    """Begin or end a trial run of the rule in force, or of a draft of it: it counts what it would do and tells nobody."""
    book = rulebook(request)
    text = written_of(switch) if switch.on and (switch.text is not None or switch.rule is not None) else None
    if text is not None:
        read = await asyncio.to_thread(book.read, text)
        if not read.problems and read.rules[0].id != id:
            raise wrong("body.rule.id", f"应为“{id}”", f"expected '{id}', found '{read.rules[0].id}'")
    elif switch.on:
        _known(book, id)
    return await _change(request, id, lambda: book.shadow(id, on=switch.on, by=viewer.id, text=text))


class _Act(Protocol):
    """Enable, disable, roll back, reset: what a person does to a rule without writing one."""

    def __call__(self, name: str, /, *, by: str, reason: str, expected: int | None) -> Future[Saved]: ...


async def _switch(
    request: Request, name: str, act: _Act, switch: RuleSwitch, if_match: str | None, viewer: Viewer
) -> Response:
    expected = seen(switch.version, if_match)
    return await _change(
        request, name, lambda: act(name, by=viewer.id, reason=switch.reason, expected=expected)
    )


async def _change(request: Request, name: str, act: Callable[[], Future[Saved]]) -> Response:
    """Carry a change out and tell what came of it."""
    book = rulebook(request)
    before = _rule_or_none(book, name)
    try:
        saved = await asyncio.wrap_future(await asyncio.to_thread(act))
    except ActionRefused as refused:
        # Cases have a word of the same name, with other facts.
        code = "stale_rule" if refused.code == "stale_version" else refused.code
        raise ActionRefused(code, str(refused), **refused.facts) from None
    if saved.problems:
        raise _mistakes(saved)
    now = _rule_or_none(book, name)
    return answer(saved_view(saved, before, now))


def _rule_or_none(book: Rulebook, name: str) -> Rule | None:
    try:
        return book.entry(name).rule
    except ActionRefused:
        return None


def _known(book: Rulebook, name: str) -> Entry:
    try:
        return book.entry(name)
    except ActionRefused:
        raise ApiError("not_found", what=name) from None


def _mistakes(saved: Saved) -> ApiError:
    fields = []
    for each in saved.problems:
        shown = problem_view(each)
        fields.append({"path": shown.path, "line": shown.line, "message": shown.message.model_dump()})
    return ApiError("invalid_rule", count=len(fields), fields=fields)


def _read(book: Rulebook, versions: list[Version]) -> dict[int, Rule | None]:
    """Read the rules of versions anew; one that is no longer understood is None."""
    found: dict[int, Rule | None] = {}
    for each in versions:
        loaded = book.read(each.source)
        found[each.version] = loaded.rules[0] if len(loaded.rules) == 1 and not loaded.problems else None
    return found
