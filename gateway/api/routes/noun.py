"""How each file of routes begins: one noun, operations named after their functions."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.permissions import Require


def noun(name: str) -> APIRouter:
    """Return the router for one noun of the API."""
    return APIRouter(tags=[name], generate_unique_id_function=_own_name)


class Direct(APIRoute):
    """A route that is described like every other and called without the framework's parsing of parameters.

    For endpoints of the form `(path parameter…, request, viewer)` that are asked for very often.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler: the guard, then the endpoint."""
        (guard,) = [each.call for each in self.dependant.dependencies if isinstance(each.call, Require)]
        endpoint = self.endpoint

        async def handler(request: Request) -> Response:
            viewer = await guard(request)
            answer: Response = await endpoint(**request.path_params, request=request, viewer=viewer)
            return answer

        return handler


def _own_name(route: APIRoute) -> str:
    return route.name
