"""What devices can say: kinds of events with their facts, and values that hold."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, View

ValueType = Literal["text", "number", "integer", "bool", "scalar"]


class FactView(View):
    """One fact of a kind, or one value that holds."""

    name: str = Field(examples=["press"])
    type: ValueType = Field(description="scalar: as the device says it")
    unit: str = Field(description="empty: none", examples=["°C"])
    choices: list[str] = Field(
        description="the only words it may be; empty: any", examples=[["short", "long"]]
    )


class KindView(View):
    """One kind of event."""

    kind: str = Field(examples=["sos.button"])
    name: Bilingual
    facts: list[FactView] = Field(description="what `data` may hold")
    urgent: bool = Field(description="alerts may come of it by itself: it is never shed")


class KindList(View):
    """Every kind there is, in the order of the tree, and the values that a device may hold."""

    version: int
    items: list[KindView]
    states: list[FactView]
