"""Grids: the tree, what lies in it, how even it is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, PersonName, Request, View
from gateway.api.schemas.saved import Entry, SiteProblem


class GridNode(View):
    """One grid with what lies in it and below; `entry` is it as a site file would have it."""

    id: str
    kind: Literal["street", "community", "grid"]
    name: Bilingual
    parent: str | None
    code: str = Field(description="the official number, as text")
    buildings: list[str]
    households: int
    devices: int
    people: list[PersonName] = Field(description="who works for this grid, named for it")
    version: int
    entry: Entry
    children: list[GridNode]


class GridTree(View):
    """The tree of grids; `outside` are buildings that lie in no grid."""

    items: list[GridNode]
    outside: list[str]


class GridLoadView(View):
    """What lies in one grid, and what was done there in the period."""

    grid: str
    name: Bilingual
    buildings: list[str]
    households: int
    incidents: int
    work_h: float = Field(description="hours from taking to resolving, summed over the cases")


class GridBalance(View):
    """The grids of one community and how unlike they are; 0 is perfectly even."""

    community: str | None
    name: Bilingual
    spread: float = Field(
        description="mean relative standard deviation of households, cases and hours of work"
    )
    grids: list[GridLoadView]


class BalanceReport(View):
    """How even the work was in a period."""

    begin: datetime
    end: datetime
    items: list[GridBalance]


class CutMove(View):
    """One building that would change its grid."""

    building: str
    name: Bilingual
    source: str
    target: str
    households: int
    incidents: int
    work_h: float
    before: float = Field(description="the spread before this move")
    after: float
    reason: Bilingual


class CutProposal(View):
    """A more even cut of one community. Nothing is changed by asking for it."""

    community: str | None
    name: Bilingual
    before: GridBalance
    after: GridBalance
    moves: list[CutMove]


class CutReport(View):
    """Proposals for every community, each with its moves in order."""

    begin: datetime
    end: datetime
    items: list[CutProposal]


class GridCut(Request):
    """Which buildings one grid shall have."""

    grid: Annotated[str, Field(min_length=1, max_length=80)]
    buildings: Annotated[list[Annotated[str, Field(min_length=1, max_length=80)]], Field(max_length=2000)]


class CutSave(Request):
    """The buildings of several grids, saved together."""

    grids: Annotated[list[GridCut], Field(min_length=1, max_length=500)]
    reason: str = Field("", max_length=400)


class CutSaved(View):
    """The new versions of the grids; `stay` are devices that name another grid themselves in the site file."""

    versions: dict[str, int]
    unchanged: bool
    stay: list[str]
    warnings: list[SiteProblem]
