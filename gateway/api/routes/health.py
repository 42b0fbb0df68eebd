"""How the gateway is: for supervisors, for people, for Prometheus; and the audit log."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import PAGE, Cursor, Limit, answer, cursor_of, errors, place_of, read, services
from gateway.api.connection import client_address, nearness
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.health import AuditPage, AuditRow, Health, Probe
from gateway.api.views.lens import lens_of
from gateway.store.read_audit import list_audit

router = noun("health")
_metrics_permission = Require("metrics.read")


@router.get("/health/live", summary="Is the process alive", response_model=Probe)
async def live() -> Response:
    """Answer as long as the event loop turns."""
    return answer(Probe(status="ok"))


@router.get(
    "/health/ready",
    summary="Is the gateway doing its work",
    response_model=Probe,
    responses={503: errors()[503]},
)
async def ready(request: Request) -> Response:
    """Answer 200 while events are taken in and saved, 503 while not; says nothing about why."""
    status = services(request).health().status
    return answer(Probe(status=status), status=503 if status == "failing" else 200)


@router.get("/api/health", summary="How the gateway is", response_model=Health, responses=errors())
async def health(request: Request, _: Annotated[Viewer, Depends(Require("health.read"))]) -> Response:
    """Return the state of every part, with reasons in plain words."""
    return answer(services(request).health())


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    openapi_extra={"x-permission": "metrics.read"},
    response_class=Response,
    responses={
        401: errors()[401],
        403: errors()[403],
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "the text format"},
    },
)
async def metrics(request: Request) -> Response:
    """Return every figure; from this machine freely, from elsewhere for administrators."""
    if nearness(client_address(request)) != "loopback" and not services(request).settings.metrics_open:
        await _metrics_permission(request)
    return Response(
        await asyncio.to_thread(generate_latest, request.app.state.registry),
        headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"},
    )


@router.get("/api/audit", summary="The audit log", response_model=AuditPage, responses=errors())
async def audit(
    request: Request,
    _: Annotated[Viewer, Depends(Require("audit.read"))],
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Response:
    """Return who logged in, was refused, unmasked or exported what; the newest first."""
    lens, place = lens_of(request), place_of(cursor, numbered=True)
    found = await read(request, lambda connection: list_audit(connection, after=place, limit=limit))
    return answer(
        AuditPage(
            items=[
                AuditRow(
                    id=row.id,
                    at=lens.shown(row.at),
                    actor=row.actor,
                    action=row.action,
                    object=row.about,
                    facts=row.facts,
                    hash=row.hash,
                )
                for row in found.rows
            ],
            next=cursor_of(found.next),
        )
    )
