"""Response plans (预案)."""

from __future__ import annotations

from pydantic import Field

from gateway.api.schemas.categories import Origin
from gateway.api.schemas.common import Bilingual, View
from gateway.api.schemas.saved import Entry, SiteProblem


class ResponsePlan(View):
    """One plan; `entry` is the whole of it as a site file would have it: checklist, commands, ladder."""

    id: str = Field(examples=["gate_check"])
    name: Bilingual
    steps: int
    need_acks: int = Field(description="how many have to take the case before its messages end")
    categories: list[str] = Field(description="codes of the categories whose cases get it")
    warnings: list[SiteProblem]
    origin: Origin
    version: int = Field(description="0: never saved on a screen")
    entry: Entry


class PlanList(View):
    """All plans, by id."""

    items: list[ResponsePlan]
