"""What residents do with the link to their answer: read it, rate it, ask to go on, withdraw what they wrote.

Whoever holds the secret link is the reporter; nothing of the case's inside comes out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gateway.api.answers import IdempotencyKey, answer, errors, own_key, read, services, write
from gateway.api.connection import check_origin
from gateway.api.errors import ApiError
from gateway.api.routes.noun import noun
from gateway.api.routes.public import door_of
from gateway.api.schemas.common import Sha256
from gateway.api.schemas.public import PublicAnswer, RatingRequest
from gateway.api.views.lens import lens_of
from gateway.resident.answer import answer_of, case_of, may_ask, may_rate, withdrawn_row
from gateway.resident.signing import hashed
from gateway.resident.words import clean
from gateway.response.model import Action
from gateway.store import ratings, reports
from gateway.store.ratings import Rating
from gateway.store.read import Connection
from gateway.store.read_devices import blob

router = noun("public")
Token = Annotated[
    str, Path(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$", examples=["4Yq0mC3v8n1xPz7K"])
]


@router.get(
    "/api/public/reports/{token}",
    summary="The answer to a report",
    response_model=PublicAnswer,
    responses=errors(404),
)
async def report_answer(token: Token, request: Request) -> Response:
    """Return how a report stands, for whoever holds its secret link."""
    return answer(await _answer(request, token))


@router.delete(
    "/api/public/reports/{token}",
    summary="Withdraw what one wrote",
    response_model=PublicAnswer,
    responses=errors(404),
)
async def withdraw(token: Token, request: Request) -> Response:
    """Erase the words, the telephone number and the words of the rating of a report; a repeat changes nothing.

    The case goes on with its kind and place. Pictures and voice of a closed case go too, unless they are held as
    proof; those of an open one stay with it until its time is over.
    """
    check_origin(request)
    report, given = await _report(request, token), services(request)
    at = given.now()

    def job(connection: Connection) -> None:
        if reports.withdraw(connection, report.id, at=at) and report.incident is not None:
            given.store.append_timeline(connection, [withdrawn_row(report, report.incident, at=at)])

    await write(request, job)
    if report.incident is not None:
        given.pages.touched([report.incident])
    return answer(await _answer(request, token))


@router.get(
    "/api/public/reports/{token}/photos/{sha256}",
    summary="A released picture of the work",
    response_class=Response,
    responses={
        **errors(404),
        200: {
            "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
            "description": "the picture",
        },
    },
)
async def released_photo(token: Token, sha256: Annotated[Sha256, Path()], request: Request) -> Response:
    """Return a picture that the staff released for this report; no other is found."""
    found = await _answer(request, token)
    row = await read(request, lambda connection: blob(connection, sha256))
    path = services(request).store.blob_path(sha256)
    there = row is not None and sha256 in found.photos and await asyncio.to_thread(path.is_file)
    if not there or row is None or row.mime != "image/jpeg":
        raise ApiError("not_found", what=sha256)
    return FileResponse(path, media_type=row.mime, headers={"Cache-Control": "private, max-age=86400"})


@router.post(
    "/api/public/reports/{token}/rating",
    summary="Rate how a report was handled",
    response_model=PublicAnswer,
    responses=errors(404, 409),
)
async def rate(token: Token, body: RatingRequest, request: Request, key: IdempotencyKey) -> Response:
    """Give 1 to 5, once it is done; it can be changed for seven days."""
    check_origin(request)
    door, lens = door_of(request), lens_of(request)
    report = await _report(request, token)
    case = await read(request, lambda connection: case_of(connection, report))
    earlier = await read(request, lambda connection: ratings.rating_of(connection, report.id))
    if case is None or not may_rate(case, earlier, lens.now):
        raise ApiError("rating_closed")
    rating = Rating(
        report=report.id, incident=case.number, category=case.category, grid=case.grid, score=body.score,
        words=door.reception.sealed(clean(body.words)), first_at=lens.now, at=lens.now,
    )  # fmt: skip
    if earlier is None or earlier.score != body.score:
        fields = {"score": body.score, "report": report.id}
        await _act(request, "rate", report.reporter, case.number, own_key(report.id, key), fields)
    await write(request, lambda connection: ratings.put(connection, rating))
    return answer(await _answer(request, token))


@router.post(
    "/api/public/reports/{token}/reopen",
    summary="Ask for a case to be taken up again",
    response_model=PublicAnswer,
    responses=errors(404, 409),
)
async def ask_reopen(token: Token, request: Request, key: IdempotencyKey) -> Response:
    """Tell the property manager that it is not solved; the manager decides. Once a report."""
    check_origin(request)
    report = await _report(request, token)

    def look(connection: Connection) -> str | None:
        case = case_of(connection, report)
        return (
            case.number
            if case is not None and may_ask(case, ratings.rating_of(connection, report.id))
            else None
        )

    number = await read(request, look)
    if number is None:
        raise ApiError("reopen_closed")
    found = await _answer(request, token)
    if not found.asked_reopen:
        await _act(
            request, "ask_reopen", report.reporter, number, own_key(report.id, key), {"report": report.id}
        )
    return answer(await _answer(request, token))


async def _act(
    request: Request, name: str, by: str, number: str, key: str, fields: dict[str, object]
) -> None:
    action = Action(
        name=name,
        by=by,
        roles=("resident",),
        incident=number,
        key=f"{name}:{key}",
        channel="form",
        fields=fields,
    )
    await asyncio.wrap_future(services(request).writer.act(action))


async def _report(request: Request, token: str) -> reports.Report:
    found = await read(request, lambda connection: reports.by_answer(connection, hashed(token)))
    if found is None:
        raise ApiError("answer_unknown")
    return found


async def _answer(request: Request, token: str) -> PublicAnswer:
    report, door, lens = await _report(request, token), door_of(request), lens_of(request)
    found: Callable[[Connection], PublicAnswer] = lambda connection: answer_of(  # noqa: E731 - named for its type
        connection, report, lens, door.reception, door.settings.phone
    )
    return await read(request, found)
