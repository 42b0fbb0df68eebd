"""How each file of routes begins: one noun, operations named after their functions."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.routing import APIRoute


def noun(name: str) -> APIRouter:
    """Return the router for one noun of the API."""
    return APIRouter(tags=[name], generate_unique_id_function=_own_name)


def _own_name(route: APIRoute) -> str:
    return route.name
