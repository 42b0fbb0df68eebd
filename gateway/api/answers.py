"""Small things every route does: read in a worker thread, answer with a view, page through a list."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

import msgspec
from fastapi import Header, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.errors import CATALOGUE, ApiError
from gateway.store.read import Connection, Place

if TYPE_CHECKING:  # what the services hold answers with these
    from gateway.api.services import Services

T = TypeVar("T")
PAGE = 50
LONGEST_PAGE = 200

Cursor = Annotated[
    str | None, Query(max_length=200, description="`next` of the page before", examples=["WzE3NzI1MTg0MDAwMDAwMDAsImwtMSJd"])
]  # fmt: skip
Limit = Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="rows on a page")]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=120,
        pattern=r"^[!-~]+$",
        description="made by the client, the same for every repeat of one action; a repeat gets the first answer",
        examples=["0f8fad5b-d9cb-469f-a165-70867728950e"],
    ),
]
_LARGEST = 2**62  # what a database still takes as a number
_place = msgspec.json.Decoder(Place)


def services(request: Request) -> Services:
    """Return what this application was made with."""
    return cast("Services", request.app.state.services)


async def read(request: Request, query: Callable[[Connection], T]) -> T:
    """Run a query on a read connection in a worker thread; the event loop never waits for a disk."""
    store = services(request).store

    def run() -> T:
        with store.read() as connection:
            return query(connection)

    return await asyncio.to_thread(run)


async def write(request: Request, job: Callable[[Connection], T]) -> T:
    """Run a job in the writer's queue and wait for its commit."""
    return await asyncio.wrap_future(services(request).writer.call(job))


def answer(view: BaseModel, *, etag: str | None = None, status: int = 200) -> Response:
    """Return a view as JSON, encoded once by pydantic's own encoder."""
    headers = {"Cache-Control": "no-store"} if etag is None else {"Cache-Control": "no-cache", "ETag": etag}
    return Response(
        view.model_dump_json(), status_code=status, media_type="application/json", headers=headers
    )


def unchanged(request: Request, etag: str) -> Response | None:
    """Return 304 when the client already has this version, else None."""
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag, "Cache-Control": "no-cache"})
    return None


def place_of(cursor: str | None, *, numbered: bool = False) -> Place | None:
    """Return the place in a list that a cursor stands for; `numbered`: in a list whose keys are numbers.

    Raises:
        ApiError: `invalid_input`; cursors are made by us and only by us.
    """
    if cursor is None:
        return None
    try:
        place = _place.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        largest = max(abs(place.us), abs(int(place.key)) if numbered else 0)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        place, largest = None, 0
    if place is None or largest >= _LARGEST:
        raise wrong("query.cursor", "不是本接口给出的翻页标记", "not a cursor that this API gave out")
    return place


def cursor_of(place: Place | None) -> str | None:
    """Return the cursor for a place, None at the end of a list."""
    return (
        None if place is None else base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")
    )


def own_key(person: str, key: str) -> str:
    """Return the idempotency key as it is kept: a key that somebody else made up never meets mine."""
    return f"{person}:{key}"


def wrong(path: str, zh: str, en: str) -> ApiError:
    """Return the error for one field, in the same form as the framework's own checks."""
    return ApiError("invalid_input", count=1, fields=[{"path": path, "message": {"zh": zh, "en": en}}])


def errors(*more: int) -> dict[int | str, dict[str, Any]]:
    """Return the documented error answers of a route: those every route has, and `more`."""
    titles = {entry.status: entry.title_en for entry in reversed(CATALOGUE.values())}
    return {
        status: {
            "description": titles[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({400, 401, 403, 422, 503, *more})
    }
