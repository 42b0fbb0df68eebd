"""What is saved of the site: versions, what a save takes and what it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from gateway.api.schemas.common import Bilingual, PersonName, Request, View

Version = Annotated[
    int | None,
    Field(ge=0, le=10**9, description="the version the person was looking at; 0: none was saved yet"),
]
Entry = dict[str, Any]


class SiteProblem(View):
    """A mistake or warning: where (a document or a line of the site file), and what is expected."""

    place: str = Field(examples=["plan:gate_check", "site.yaml:12"])
    path: str = Field(examples=["ladder[1].to"])
    message: Bilingual


class SiteSave(Request):
    """What somebody wrote, as the site file would have it."""

    entry: Entry = Field(description="the fields as in a site file; the id may be left out")
    version: Version = None
    reason: str = Field("", max_length=400)


class SiteDrop(Request):
    """Taking something away again."""

    version: Version = None
    reason: str = Field("", max_length=400)


class SiteSaved(View):
    """What a save came to. `warnings` are those of the whole site as it is now."""

    document: str = Field(examples=["plan:gate_check"])
    version: int
    unchanged: bool = Field(description="it was like this already; no version was made")
    warnings: list[SiteProblem]


class SiteEdit(View):
    """One place in which a version differs from the one before."""

    path: str
    before: Any = None
    after: Any = None


class SiteVersion(View):
    """One version of a document: who made what of it, when and why. `entry` null: it was deleted."""

    version: int
    author: PersonName
    at: datetime
    reason: str
    entry: Entry | None
    changes: list[SiteEdit]


class SiteVersionList(View):
    """The versions of a document, newest first."""

    items: list[SiteVersion]
