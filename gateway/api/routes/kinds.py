"""The tree of kinds: what a device can say, in words, for whoever describes or tries one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from devices.kinds import KIND_TREE_VERSION, KINDS, STATES, Field
from gateway.api.answers import answer, errors
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.kinds import FactView, KindList, KindView

router = noun("kinds")


@router.get("/api/kinds", summary="Kinds of events", response_model=KindList, responses=errors())
async def kinds(_: Annotated[Viewer, Depends(Require("devices.read"))]) -> Response:
    """Return every kind that an event may be of, with its names and facts, and the values that may hold."""
    return answer(
        KindList(
            version=KIND_TREE_VERSION,
            items=[
                KindView(
                    kind=each.name,
                    name=Bilingual(zh=each.zh, en=each.en),
                    facts=[_fact(name, field) for name, field in each.fields.items()],
                    urgent=each.alert_capable,
                )
                for each in KINDS.values()
            ],
            states=[_fact(name, field) for name, field in STATES.items()],
        )
    )


def _fact(name: str, field: Field) -> FactView:
    return FactView(name=name, type=field.type, unit=field.unit, choices=list(field.choices))
