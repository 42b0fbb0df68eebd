"""How the gateway is: for supervisors, for people, for Prometheus; and the audit log."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.connection import client_address, nearness
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.health import Health, Probe

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
    status = (await asyncio.to_thread(services(request).health)).status
    return answer(Probe(status=status), status=503 if status == "failing" else 200)


@router.get("/api/health", summary="How the gateway is", response_model=Health, responses=errors())
async def health(request: Request, _: Annotated[Viewer, Depends(Require("health.read"))]) -> Response:
    """Return the state of every part, with reasons in plain words."""
    return answer(await asyncio.to_thread(services(request).health))


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
