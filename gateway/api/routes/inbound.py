"""Inbound: where another system posts what it has to say."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.routes.noun import noun
from gateway.api.schemas.interop import InboundAnswer
from gateway.interop.inbound import Refused

router = noun("interop")
Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,39}$", examples=["weather"])]


@router.post(
    "/in/{name}",
    summary="Another system says something",
    response_model=InboundAnswer,
    responses=errors(404, 413, 429),
    status_code=202,
)
async def inbound(name: Name, request: Request) -> Response:
    """Take a post of a source that `gateway.yaml` names; answered after it is on disk.

    Proven by `webhook-id`, `webhook-timestamp`, `webhook-signature` (Standard Webhooks, within five minutes) or by
    `Authorization: Bearer`. 503 or no answer: send it again with the same `webhook-id`, it counts once.
    """
    interop = services(request).interop
    if interop is None:
        raise ApiError("not_found", what=name)
    try:
        body = await _body(request, interop.inbound.room(name))
        verdict = await interop.inbound.take(name, body, dict(request.headers))
    except Refused as refused:
        if refused.why == "unknown_source":
            raise ApiError("not_found", **refused.facts) from None
        raise ApiError(refused.why, **refused.facts) from None
    return answer(
        InboundAnswer(outcome=verdict.outcome, code=verdict.code, reason=verdict.reason), status=202
    )


async def _body(request: Request, most: int) -> bytes:
    """Return the body, reading no more than is allowed."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise Refused("too_large", limit_bytes=most)
    return body
