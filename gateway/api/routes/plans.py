"""Response plans (预案): checklist, commands and ladder, as data that the manager edits; open cases keep their copy."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from devices.problem import Problem
from gateway.api.answers import answer, errors
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.saving import IfMatch, save, seen, site_problem, sitebook, versions
from gateway.api.schemas.plans import PlanList, ResponsePlan
from gateway.api.schemas.saved import Entry, SiteDrop, SiteSave, SiteSaved, SiteVersionList
from gateway.api.views.lens import both
from gateway.response.model import Plan
from gateway.response.plan_check import Weak, weaknesses
from gateway.response.plans import plan_entry, plan_for
from gateway.site import built_in_plans
from gateway.sitebook.book import Sitebook

router = noun("plans")
PlanId = Annotated[str, Path(alias="id", min_length=1, max_length=80)]
Reader = Annotated[Viewer, Depends(Require("plans.read"))]
Editor = Annotated[Viewer, Depends(Require("plans.edit"))]


@router.get("/api/plans", summary="Response plans", response_model=PlanList, responses=errors())
async def plans(request: Request, _: Reader) -> Response:
    """Return every response plan with the categories that use it, and what is worth a warning."""
    book = sitebook(request)
    found = book.view.plans
    weak = _weak(book)
    return answer(PlanList(items=[plan_view(book, found[name], weak) for name in sorted(found)]))


@router.get("/api/plans/{id}", summary="One plan", response_model=ResponsePlan, responses=errors(404))
async def plan(name: PlanId, request: Request, _: Reader) -> Response:
    """Return one response plan."""
    book = sitebook(request)
    view = plan_view(book, _known(book, name), _weak(book))
    return answer(view, etag=f'"{view.version}"')


@router.get(
    "/api/plans/{id}/versions",
    summary="Versions of a plan",
    response_model=SiteVersionList,
    responses=errors(404),
)
async def plan_versions(name: PlanId, request: Request, _: Reader) -> Response:
    """Return who made what of a plan, newest first, each with what changed."""
    _known(sitebook(request), name)
    return answer(await versions(request, f"plan:{name}"))


@router.put("/api/plans/{id}", summary="Save a plan", response_model=SiteSaved, responses=errors(409))
async def save_plan(
    name: PlanId, body: SiteSave, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Save a plan; cases that open from now on get it, open ones keep the copy they have. With mistakes nothing is saved."""
    expected = seen(body.version, if_match)
    entry = _numbered(sitebook(request), f"plan:{name}", body.entry)
    return answer(
        await save(request, f"plan:{name}", entry, viewer=viewer, expected=expected, reason=body.reason)
    )


@router.post(
    "/api/plans/{id}/drop", summary="Take a plan away", response_model=SiteSaved, responses=errors(404, 409)
)
async def drop_plan(
    name: PlanId, body: SiteDrop, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Delete a plan of the site; of a built-in one the shipped text holds again. One that is used is refused."""
    _known(sitebook(request), name)
    expected = seen(body.version, if_match)
    return answer(
        await save(request, f"plan:{name}", None, viewer=viewer, expected=expected, reason=body.reason)
    )


def plan_view(book: Sitebook, plan: Plan, weak: tuple[Weak, ...]) -> ResponsePlan:
    """Return a plan as the pages show it."""
    site, version = book.view, book.version(f"plan:{plan.id}")
    used = [
        code
        for code, each in sorted(site.categories.items())
        if not each.retired and plan_for(site.plans, each, each.level)[0].id == plan.id
    ]
    warnings = [
        Problem(file=f"plan:{plan.id}", line=1, path="ladder", message=each.message)
        for each in weak
        if each.plan == plan.id
    ]
    return ResponsePlan(
        id=plan.id, name=both(plan.name, plan.id), steps=len(plan.steps), need_acks=plan.need_acks, categories=used,
        warnings=[site_problem(each) for each in warnings],
        origin="saved" if version else "built_in" if built_in_plans().get(plan.id) == plan else "file",
        version=version, entry=plan_entry(plan),
    )  # fmt: skip


def _numbered(book: Sitebook, document: str, entry: Entry) -> Entry:
    """Return what was written with the version that it would be; what is as it was keeps its own."""
    present = book.present(document)
    if (
        present is not None
        and {**entry, "id": present.get("id"), "version": present.get("version")} == present
    ):
        return present
    return {**entry, "version": book.version(document) + 1}


def _weak(book: Sitebook) -> tuple[Weak, ...]:
    site = book.view
    return weaknesses(site.plans, site.categories, site.people, site.channels)


def _known(book: Sitebook, name: str) -> Plan:
    found = book.view.plans.get(name)
    if found is None:
        raise ApiError("not_found", what=name)
    return found
