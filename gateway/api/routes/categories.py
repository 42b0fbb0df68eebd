"""Categories of cases: shown to everybody, changed by the manager, never deleted: a code keeps its meaning."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.saving import IfMatch, save, seen, sitebook, versions
from gateway.api.schemas.categories import CategoryList, CategoryView
from gateway.api.schemas.saved import SiteSave, SiteSaved, SiteVersionList
from gateway.api.views.lens import both
from gateway.response.categories import Category, category_entry
from gateway.response.plans import plan_for
from gateway.site import built_in_categories
from gateway.sitebook.book import Sitebook

router = noun("categories")
Code = Annotated[str, Path(min_length=1, max_length=8)]
Reader = Annotated[Viewer, Depends(Require("categories.read"))]
Editor = Annotated[Viewer, Depends(Require("categories.edit"))]


@router.get("/api/categories", summary="Categories", response_model=CategoryList, responses=errors())
async def categories(request: Request, _: Reader) -> Response:
    """Return every category with its level, times, who goes first, and when it is filed and closed."""
    book = sitebook(request)
    found = book.view.categories
    return answer(CategoryList(items=[category_view(book, found[code]) for code in sorted(found)]))


@router.get(
    "/api/categories/{code}", summary="One category", response_model=CategoryView, responses=errors(404)
)
async def category(code: Code, request: Request, _: Reader) -> Response:
    """Return one category."""
    book = sitebook(request)
    view = category_view(book, _known(book, code))
    return answer(view, etag=f'"{view.version}"')


@router.get(
    "/api/categories/{code}/versions", summary="Versions of a category", response_model=SiteVersionList, responses=errors(404)
)  # fmt: skip
async def category_versions(code: Code, request: Request, _: Reader) -> Response:
    """Return who made what of a category, newest first."""
    _known(sitebook(request), code)
    return answer(await versions(request, f"category:{code}"))


@router.put(
    "/api/categories/{code}", summary="Save a category", response_model=SiteSaved, responses=errors(409)
)
async def save_category(
    code: Code, body: SiteSave, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Save a category, built-in or a site's own (items 80 to 99 of a group). Open cases keep their times and plan.

    A built-in one takes over what is not named. `retired: true` takes it off the lists; its code is never used again.
    """
    expected = seen(body.version, if_match)
    return answer(
        await save(
            request, f"category:{code}", body.entry, viewer=viewer, expected=expected, reason=body.reason
        )
    )


def category_view(book: Sitebook, category: Category) -> CategoryView:
    """Return a category as the pages show it."""
    version = book.version(f"category:{category.code}")
    site = book.view
    shipped = built_in_categories().get(category.code)
    plan, _ = plan_for(site.plans, category, category.level)
    return CategoryView(
        code=category.code, name=both(category.name, category.code), level=category.level,
        filing=both(category.filing, ""), closing=both(category.closing, ""), plan=plan.id, retired=category.retired,
        origin="saved" if version else "built_in" if shipped == category else "file", version=version,
        entry=category_entry(category),
    )  # fmt: skip


def _known(book: Sitebook, code: str) -> Category:
    found = book.view.categories.get(code)
    if found is None:
        raise ApiError("not_found", what=code)
    return found
