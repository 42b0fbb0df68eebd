"""Categories of cases."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, Level, View
from gateway.api.schemas.saved import Entry

Origin = Literal["built_in", "file", "saved"]


class CategoryView(View):
    """One kind of case; `entry` is the whole of it as a site file would have it."""

    code: str = Field(examples=["0205"])
    name: Bilingual
    level: Level
    filing: Bilingual = Field(description="when a case of this kind is opened")
    closing: Bilingual = Field(description="when it may be closed")
    plan: str = Field(description="id of the response plan that such a case gets")
    retired: bool = Field(description="no longer offered; its code stays its own")
    origin: Origin
    version: int = Field(description="0: never saved on a screen")
    entry: Entry


class CategoryList(View):
    """All categories, by code."""

    items: list[CategoryView]
