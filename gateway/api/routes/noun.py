"""How each file of routes begins: one noun, operations named after their functions."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from devices.problem import nearest
from gateway.api.errors import ApiError
from gateway.api.permissions import Require


def noun(name: str) -> APIRouter:
    """Return the router for one noun of the API."""
    return APIRouter(tags=[name], generate_unique_id_function=_own_name, route_class=Exact)


class Exact(APIRoute):
    """A route that refuses query parameters it does not know: a misspelt filter must not answer with everything."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the framework's handler behind the look at the names."""
        handler = super().get_route_handler()
        if "GET" not in (self.methods or ()) or not self.path.startswith("/api/"):
            return handler
        known = tuple(dict.fromkeys(_query_names(self.dependant)))

        async def exact(request: Request) -> Response:
            odd = [name for name in dict.fromkeys(request.query_params) if name not in known]
            if odd:
                raise ApiError(
                    "invalid_input", count=len(odd), fields=[_unknown(name, known) for name in odd]
                )
            return await handler(request)

        return exact


def _query_names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for inner in dependant.dependencies:
        yield from _query_names(inner)


def _unknown(name: str, known: tuple[str, ...]) -> dict[str, Any]:
    listed = ", ".join(known)
    zh = f"没有这个查询参数，可用的有 {listed}" if known else "这个地址没有查询参数"
    en = (
        f"unknown query parameter{nearest(name, known)}; known are {listed}"
        if known
        else "no query parameters here"
    )
    return {"path": f"query.{name}", "message": {"zh": zh, "en": en}}


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
