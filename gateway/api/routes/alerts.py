"""Alerts: lists, one alert with its reasons, acknowledging one."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import (
    PAGE,
    Cursor,
    Limit,
    answer,
    cursor_of,
    errors,
    place_of,
    read,
    services,
)
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.alerts import AlertAcknowledged, AlertClear, AlertCleared, AlertDetail, AlertPage
from gateway.api.schemas.common import Bilingual
from gateway.api.views.alerts import alert_change, alert_view, alert_views
from gateway.api.views.events import event_view, evidence_of
from gateway.api.views.lens import Lens, lens_of
from gateway.store.read import Connection
from gateway.store.read_alerts import AlertFilter, AlertRow, alerts_by_id, changes_of, list_alerts
from gateway.store.read_events import events_by_id
from gateway.store.read_incidents import incident
from rules.action import Acknowledge, ClearAlert

router = noun("alerts")
AlertId = Annotated[str, Path(min_length=1, max_length=64, examples=["a3f1c2d4e5b60718"])]


@router.get("/api/alerts", summary="List alerts", response_model=AlertPage, responses=errors())
async def alerts(
    request: Request,
    *,
    viewer: Annotated[Viewer, Depends(Require("alerts.read"))],
    open: Annotated[bool | None, Query(description="only open, or only cleared ones")] = None,  # noqa: A002 - the name in the API
    stage: Annotated[Literal["warning", "alarm"] | None, Query()] = None,
    device: Annotated[str | None, Query(max_length=80)] = None,
    rule: Annotated[str | None, Query(max_length=80)] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Response:
    """Return alerts, the newest first, as far as they lie in my scope."""
    lens, place = lens_of(request), place_of(cursor)
    wanted = AlertFilter(
        open=open,
        stage=stage,
        device=device,
        rule=rule,
        devices=lens.devices_in(viewer) if viewer.scope == "grid" else None,
        person=viewer.id if viewer.scope == "own" else None,
    )

    def query(connection: Connection) -> AlertPage:
        found = list_alerts(connection, wanted, after=place, limit=limit)
        return AlertPage(items=alert_views(connection, found.rows, lens), next=cursor_of(found.next))

    return answer(await read(request, query))


@router.get("/api/alerts/{id}", summary="One alert", response_model=AlertDetail, responses=errors(404))
async def alert(
    id: AlertId,  # noqa: A002 - the name in the API
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("alerts.read"))],
) -> Response:
    """Return an alert with every change, the reasons as sentences, the rule's note, its events and evidence."""
    lens = lens_of(request)

    def query(connection: Connection) -> AlertDetail:
        row = visible_alert(connection, id, viewer, lens)
        events = events_by_id(connection, row.change.events)
        card = lens.community.card(row.change.rule, row.change.version)
        (shown,) = alert_views(connection, [row], lens)
        return AlertDetail(
            alert=shown,
            changes=[alert_change(each, lens) for each in changes_of(connection, id)],
            rule_note=Bilingual(**card.note) if card is not None and card.note else None,
            events=[event_view(each, lens) for each in events],
            evidence=evidence_of(events),
        )

    return answer(await read(request, query))


@router.post(
    "/api/alerts/{id}/acknowledge",
    summary="Acknowledge an alert",
    response_model=AlertAcknowledged,
    responses=errors(404, 409),
)
async def acknowledge(
    id: AlertId,  # noqa: A002 - the name in the API
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("alerts.acknowledge"))],
) -> Response:
    """Say that I have seen it. Doing so twice changes nothing, so no idempotency key is needed."""
    lens = lens_of(request)
    before = await read(request, lambda connection: visible_alert(connection, id, viewer, lens))
    if before.open and before.acknowledged_by is None:
        await asyncio.wrap_future(services(request).writer.act(Acknowledge(alert=id, by=viewer.id)))
        _seen_at_once(request, before)
    after = await read(request, lambda connection: visible_alert(connection, id, viewer, lens))
    return answer(AlertAcknowledged(alert=alert_view(after, lens)))


@router.post(
    "/api/alerts/{id}/clear",
    summary="End an alert by hand",
    response_model=AlertCleared,
    responses=errors(404, 409),
)
async def clear(
    id: AlertId,  # noqa: A002 - the name in the API
    body: AlertClear,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("alerts.clear"))],
) -> Response:
    """End an alert that stays open for no reason, also one that the rules no longer know. If it still holds it returns."""
    lens = lens_of(request)
    before = await read(request, lambda connection: visible_alert(connection, id, viewer, lens))
    if before.open:
        ended = ClearAlert(alert=id, by=viewer.id, last=before.change)
        await asyncio.wrap_future(services(request).writer.act(ended))
        _seen_at_once(request, before)
        facts = {"rule": before.change.rule, "reason": body.reason}
        await services(request).accounts.audit(viewer.id, "clear_alert", id, facts)
    after = await read(request, lambda connection: visible_alert(connection, id, viewer, lens))
    return answer(AlertCleared(alert=alert_view(after, lens)))


def _seen_at_once(request: Request, row: AlertRow) -> None:
    """Let whoever acted see it on the page of the case, whenever the stream hears of it."""
    if row.incident is not None:
        services(request).pages.touched([row.incident])


def visible_alert(connection: Connection, alert_id: str, viewer: Viewer, lens: Lens) -> AlertRow:
    """Return the alert if it exists and lies in the viewer's scope.

    Raises:
        ApiError: `not_found`, the same for both.
    """
    for row in alerts_by_id(connection, [alert_id]):
        device = lens.community.device(row.change.device)
        if viewer.sees_grid(device.grid if device else None):
            return row
        case = incident(connection, row.incident) if row.incident else None
        if case is not None and viewer.sees(case.incident, lens.now):
            return row
    raise ApiError("not_found", what=alert_id)
