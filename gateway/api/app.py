"""The HTTP application: routes, pages, errors and headers put together around one set of services."""

from __future__ import annotations

from fastapi import FastAPI

from gateway.api import openapi
from gateway.api.errors import HANDLERS
from gateway.api.guard import Guard
from gateway.api.metrics import registry_of
from gateway.api.pages import page_routes
from gateway.api.routes import (
    alerts,
    arrivals,
    audit,
    backtests,
    backups,
    cameras,
    case_codes,
    categories,
    channels,
    commands,
    consents,
    contacts,
    credentials,
    device_changes,
    device_table,
    devices,
    digests,
    drawings,
    duty,
    estate,
    events,
    evidence,
    governance,
    grids,
    health,
    imports,
    inbound,
    incidents,
    interop,
    kinds,
    ledgers,
    modes,
    patrols,
    people,
    phones,
    place_changes,
    place_codes,
    places,
    plans,
    presence,
    profiles,
    public,
    public_answers,
    receivers,
    reports,
    residents,
    rosters,
    rule_changes,
    rule_drafts,
    rule_sets,
    rules,
    screens,
    second_factor,
    session,
    settings,
    shifts,
    silences,
    stream,
    telemetry,
    today,
    tokens,
    trials,
    upgrades,
    uploads,
    veils,
    wall,
)
from gateway.api.services import Services
from gateway.api.tries import Tries

# The most asked for come first: the framework looks through them one by one.
ROUTERS = (
    incidents,
    case_codes,
    session,
    stream,
    alerts,
    events,
    devices,
    device_changes,
    device_table,
    arrivals,
    profiles,
    kinds,
    commands,
    telemetry,
    rules,
    rule_drafts,
    rule_sets,
    rule_changes,
    backtests,
    silences,
    modes,
    duty,
    rosters,
    grids,
    categories,
    plans,
    places,
    place_codes,
    place_changes,
    drawings,
    estate,
    imports,
    public,
    public_answers,
    receivers,
    reports,
    uploads,
    evidence,
    veils,
    cameras,
    phones,
    interop,
    inbound,
    health,
    ledgers,
    digests,
    today,
    governance,
    audit,
    backups,
    upgrades,
    settings,
    second_factor,
    tokens,
    people,
    contacts,
    credentials,
    residents,
    consents,
    channels,
    wall,
    screens,
    shifts,
    patrols,
    presence,
    trials,
)


def create_app(services: Services) -> FastAPI:
    """Return the application for these services. Starting and stopping them is the caller's business."""
    app = api()
    app.state.services = services
    app.state.code_tries = Tries()
    app.state.registry = registry_of(services)
    app.router.routes.extend(page_routes(services.settings.static))
    app.add_middleware(Guard)
    return app


def api() -> FastAPI:
    """Return the API alone, without services: enough to describe it."""
    app = FastAPI(
        title="Smart-community gateway",
        version=openapi.VERSION,
        summary=openapi.SUMMARY,
        description=openapi.DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # figures stay in the box: /metrics
        exception_handlers=HANDLERS,
        separate_input_output_schemas=False,
    )
    for each in ROUTERS:
        app.router.routes.extend(each.router.routes)  # flat: no prefix to add, and one table to match
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]  # the documented way to replace it
    return app
