"""The OpenAPI document, completed with what the framework does not say: errors, stream messages, security."""

from __future__ import annotations

import json
import sys
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from gateway.api.permissions import TABLE, Require
from gateway.api.schemas.common import FieldError, Problem
from gateway.api.schemas.stream import Beat, Delta, Snapshot

VERSION = "1"
SUMMARY = "What a community's gateway knows, and what people do about it."
DESCRIPTION = """Sessions are cookies: `POST /api/login`, then send `X-CSRF-Token` (from the answer or `GET /api/me`)
with every write. Actions carry an `Idempotency-Key`; a repeat with the same key gets the first answer. Lists
are paged by `cursor`. Every error is an `application/problem+json` document with a stable `code` and its
sentence in Chinese and English. Times are RFC 3339. `x-permission` names what a route needs; docs/api.md
has the table of roles."""
_BESIDE = (Problem, FieldError, Snapshot, Delta, Beat)
_COOKIE = {"type": "apiKey", "in": "cookie", "name": "session", "description": "`__Host-session` over TLS"}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the whole document."""
    described = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
    )
    schemas = described["components"]["schemas"]
    _, beside = models_json_schema(
        [(model, "serialization") for model in _BESIDE], ref_template="#/components/schemas/{model}"
    )
    schemas.update({name: schema for name, schema in beside["$defs"].items() if name not in schemas})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    described["components"]["schemas"] = dict(sorted(schemas.items()))
    described["components"]["securitySchemes"] = {"session": _COOKIE}
    guarded = permissions(app)
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            permission = guarded.get((method.upper(), path))
            if permission is not None:
                operation["x-permission"] = permission
                operation["security"] = [{"session": []}]
                operation["x-roles"] = TABLE[permission]
    return described


def permissions(app: FastAPI) -> dict[tuple[str, str], str]:
    """Return which permission guards each (method, path); a public route is not in it."""
    return {
        (method, route.path): guard.call.permission
        for route in app.routes
        if isinstance(route, APIRoute)
        for guard in route.dependant.dependencies
        if isinstance(guard.call, Require)
        for method in route.methods or ()
    }


def as_text(app: FastAPI) -> str:
    """Return the document as it is committed in `docs/openapi.json`."""
    return json.dumps(document(app), ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def main() -> None:
    """Write the document to standard output: `python -m gateway.api.openapi > docs/openapi.json`."""
    from gateway.api.app import api

    sys.stdout.write(as_text(api()))


if __name__ == "__main__":
    main()
