"""How this box is set up: what gateway.yaml and the page say, and how long things are kept, which the page may change."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, read, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.settings import (
    RetentionAsk,
    RetentionForecast,
    RetentionLoss,
    RetentionSave,
    RetentionSaved,
    SettingsView,
)
from gateway.api.views.lens import lens_of
from gateway.api.views.settings import retention_view, settings_view
from gateway.retention.book import Spanbook
from gateway.retention.forecast import Loss, Stock, losses
from gateway.retention.spans import standings
from gateway.retention.wanted import Mistake, Wanted, shortened

router = noun("settings")
Editor = Annotated[Viewer, Depends(Require("settings.edit"))]


@router.get(
    "/api/settings", summary="How this box is set up", response_model=SettingsView, responses=errors()
)
async def settings(request: Request, _: Annotated[Viewer, Depends(Require("settings.read"))]) -> Response:
    """Return site, retention and integrations as they are in force, with how each fares; never a secret."""
    here = services(request)
    if here.box is None:
        raise ApiError("not_ready")
    found = here.spans.standings if here.spans is not None else standings(here.box, {}, {})
    health = await asyncio.to_thread(here.health)
    return answer(settings_view(here.box, found, health, lens_of(request), demo=here.settings.demo))


@router.post(
    "/api/settings/retention/forecast",
    summary="What other times would delete",
    response_model=RetentionForecast,
    responses=errors(),
)
async def forecast_retention(body: RetentionAsk, request: Request, _: Editor) -> Response:
    """Return what these times would delete, counted now; nothing is changed. Every mistake comes back at once."""
    book = _book(request)
    _refuse(book.mistakes(body.values))
    found = await _losses(request, book, body.values)
    return answer(
        RetentionForecast(
            shortened=list(shortened(book.standings, body.values)), losses=[_loss(each) for each in found]
        )
    )


@router.put(
    "/api/settings/retention",
    summary="Change how long things are kept",
    response_model=RetentionSaved,
    responses=errors(409),
)
async def save_retention(body: RetentionSave, request: Request, viewer: Editor) -> Response:
    """Change some times, all or none; null goes back to gateway.yaml. In force at once, no restart; each is an audit row.

    A shorter time deletes what is older then: 409 `shorter_unconfirmed` tells how much, and wants `confirmed`.
    """
    book = _book(request)
    _refuse(book.mistakes(body.values))
    lost = await _losses(request, book, body.values)
    if lost and not body.confirmed:
        said = {"zh": "；".join(each.zh for each in lost), "en": "; ".join(each.en for each in lost)}
        raise ApiError("shorter_unconfirmed", what=said)
    about = {each.setting: {"deletes": each.count, "deletes_bytes": each.size} for each in lost}
    changed = await asyncio.wrap_future(
        book.change(body.values, by=viewer.id, seen=body.versions, reason=body.reason, about=about)
    )
    _refuse(list(changed.mistakes))
    return answer(
        RetentionSaved(
            changed=list(changed.settings), retention=retention_view(book.standings, lens_of(request))
        )
    )


def _book(request: Request) -> Spanbook:
    found = services(request).spans
    if found is None:
        raise ApiError("not_ready")
    return found


def _refuse(mistakes: list[Mistake]) -> None:
    """Say everything that is wrong, each at its place of the body."""
    if mistakes:
        fields = [
            {"path": f"body.values.{each.setting}", "message": {"zh": each.zh, "en": each.en}} for each in mistakes
        ]  # fmt: skip
        raise ApiError("invalid_input", count=len(fields), fields=fields)


async def _losses(request: Request, book: Spanbook, wanted: Wanted) -> list[Loss]:
    """Count what the shorter ones of these times would delete; read in a thread, nothing waits for it."""
    here, after = services(request), book.would_be(wanted)
    shorter = shortened(book.standings, wanted)
    if not shorter:
        return []
    stock = Stock(now=here.now(), telemetry=here.telemetry)
    if here.backups is not None and any(span.section == "backup" for span in shorter.values()):
        made = await asyncio.to_thread(here.backups.shelf.all)
        stock = msgspec.structs.replace(stock, backups=tuple(made), zone=here.backups.zone)
    return await read(request, lambda connection: losses(shorter, after, stock, connection))


def _loss(loss: Loss) -> RetentionLoss:
    return RetentionLoss(
        setting=loss.setting, count=loss.count, more=loss.more, size_bytes=loss.size, cases=loss.cases,
        text=Bilingual(zh=loss.zh, en=loss.en),
    )  # fmt: skip
