"""Saving what people edit of the site: one way for plans, categories, grids and rosters."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Annotated, Any

from fastapi import Header
from starlette.requests import Request

from devices.problem import Problem
from gateway.api.answers import services, wrong
from gateway.api.errors import ApiError
from gateway.api.permissions import Viewer
from gateway.api.schemas.common import Bilingual, PersonName
from gateway.api.schemas.saved import SiteEdit, SiteProblem, SiteSaved, SiteVersion, SiteVersionList
from gateway.api.views.lens import lens_of
from gateway.in_chinese import in_chinese
from gateway.sitebook.book import Sitebook
from gateway.sitebook.entry import Saved

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match", max_length=40, description="the version the person was looking at", examples=['"3"']
    ),
]
_TAG = re.compile(r'"?(\d{1,9})"?')


def sitebook(request: Request) -> Sitebook:
    """Return the sitebook of this gateway.

    Raises:
        ApiError: `not_ready` where the site is only shown.
    """
    found = services(request).sitebook
    if found is None:
        raise ApiError("not_ready")
    return found


def seen(version: int | None, if_match: str | None) -> int | None:
    """Return the version that the person was looking at, from the body or the header; None: any."""
    if if_match is None or if_match.strip() == "*":
        return version
    tag = _TAG.fullmatch(if_match.strip().removeprefix("W/"))
    if tag is None:
        raise wrong("header.if-match", '应为版本号，例如 "3"', 'expected a version such as "3"')
    return int(tag[1])


async def save(
    request: Request,
    name: str,
    entry: Mapping[str, Any] | None,
    *,
    viewer: Viewer,
    expected: int | None,
    reason: str,
) -> SiteSaved:
    """Save one document (None deletes it) and return what came of it; with mistakes nothing is saved."""
    book = sitebook(request)
    body = None if entry is None else dict(entry)
    saved = await done(lambda: book.save(name, body, by=viewer.id, expected=expected, reason=reason))
    return saved_view(saved, name)


async def done(act: Callable[[], Future[Saved]]) -> Saved:
    """Wait for a save.

    Raises:
        ApiError: `invalid_site` with every mistake; nothing was saved.
    """
    saved = await asyncio.wrap_future(await asyncio.to_thread(act))
    if saved.problems:
        fields = []
        for each in saved.problems:
            shown = site_problem(each)
            path = f"{shown.place}: {shown.path}"
            fields.append({"path": path, "message": shown.message.model_dump()})
        raise ApiError("invalid_site", count=len(fields), fields=fields)
    return saved


def saved_view(saved: Saved, name: str) -> SiteSaved:
    """Return what a save came to, for one of its documents."""
    return SiteSaved(
        document=name, version=saved.versions.get(name, 0), unchanged=saved.unchanged,
        warnings=[site_problem(each) for each in saved.lint],
    )  # fmt: skip


def site_problem(problem: Problem) -> SiteProblem:
    """Return a mistake or warning of the site; its place without the folders of this machine."""
    file = re.split(r"[/\\]", problem.file)[-1]
    place = f"{file}:{problem.line}" if "." in file else file
    message = Bilingual(zh=in_chinese(problem.message), en=problem.message)
    return SiteProblem(place=place, path=problem.path, message=message)


async def versions(request: Request, name: str) -> SiteVersionList:
    """Return the versions of a document, newest first."""
    book, lens = sitebook(request), lens_of(request)
    found = await asyncio.to_thread(book.versions, name)
    return SiteVersionList(
        items=[
            SiteVersion(
                version=each.version, author=PersonName(id=each.author, name=lens.name(each.author) or each.author),
                at=lens.shown(each.at), reason=each.reason, entry=each.value,
                changes=[SiteEdit(path=edit.path, before=edit.before, after=edit.after) for edit in each.difference],
            )
            for each in found
        ]
    )  # fmt: skip
