"""What residents do without an account: open the form, report, read the answer, rate it, ask to go on.

No session is needed; one that is there says who reports. Everything is gated by the door (`gateway/resident`):
a signed ticket, the site's mode, a known place, the pace. What is refused leaves nothing behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import Form, Path, Query
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gateway.api.answers import IdempotencyKey, answer, errors, own_key, read, services, write, wrong
from gateway.api.connection import check_origin, client_address, cookie_name
from gateway.api.errors import ApiError
from gateway.api.permissions import scope_of
from gateway.api.public_pieces import keep_pieces, sent_hashes
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import Sha256
from gateway.api.schemas.public import (
    MOST_PHOTOS,
    FormCategory,
    PublicAnswer,
    PublicReport,
    PublicReportTaken,
    RatingRequest,
    ReportForm,
    SpotView,
)
from gateway.api.views.lens import Lens, both, lens_of
from gateway.resident.answer import answer_of, case_of, may_ask, may_rate
from gateway.resident.door import Door
from gateway.resident.plain import PLAIN
from gateway.resident.reception import Incoming, KeyUsed, Taken
from gateway.resident.signing import hashed
from gateway.resident.spot import Spot, spots_of
from gateway.resident.words import clean, phone_number
from gateway.response.model import SOMEBODY, Action, Person
from gateway.store import ratings, reports
from gateway.store.ratings import Rating
from gateway.store.read import Connection
from gateway.store.read_devices import blob

router = noun("public")
Token = Annotated[
    str, Path(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$", examples=["4Yq0mC3v8n1xPz7K"])
]
_MODES: dict[bool | str, Literal["open", "code", "residents", "closed"]] = {
    True: "open",
    False: "closed",
    "code": "code",
    "residents": "residents",
}


def door_of(request: Request) -> Door:
    """Return the door of this gateway.

    Raises:
        ApiError: `not_ready` on one that has none.
    """
    door = services(request).door
    if door is None:
        raise ApiError("not_ready")
    return door


@router.get("/api/public/form", summary="The report form", response_model=ReportForm, responses=errors(403))
async def report_form(
    request: Request,
    p: Annotated[str | None, Query(max_length=200, description="token of the scanned code")] = None,
) -> Response:
    """Return what the form needs: the place of the scanned code (or a list), what can be reported, a ticket."""
    door, lens = door_of(request), lens_of(request)
    spot = await read(request, lambda connection: door.spot(connection, p, lens)) if p else None
    known = lens.community.categories
    person = await _person(request)
    return answer(
        ReportForm(
            site=both(lens.community.name, lens.community.id),
            place=None if spot is None else _spot_view(spot),
            places=[] if spot is not None else [_spot_view(each) for each in spots_of(lens)],
            categories=[
                FormCategory(code=code, name=PLAIN.get(code) or lens.category(code))
                for code in door.settings.categories
                if code in known
            ],
            mode=_MODES[door.settings.open],
            me=(lens.name(person.id) or person.name) if person is not None else None,
            office=door.settings.phone,
            ticket=door.ticket(lens.now),
            most_photos=MOST_PHOTOS,
            longest=PublicReport.model_fields["text"].metadata[0].max_length,
        )
    )


@router.post(
    "/api/public/reports",
    summary="Report something without an account",
    response_model=PublicReportTaken,
    responses=errors(403, 409, 413, 429),
    status_code=201,
)
async def send_report(
    said: Annotated[PublicReport, Form(media_type="multipart/form-data")],
    request: Request,
    key: IdempotencyKey,
) -> Response:
    """Take a report in. A repeat with the same key and the same content gets the first answer."""
    check_origin(request)
    door, lens = door_of(request), lens_of(request)
    person, address = await _person(request), client_address(request)
    who = person.id if person is not None else SOMEBODY
    door.check_open(
        known=person is not None, code=said.code, address=address, now=lens.now,
        wall=lens.shown(lens.now), zone=lens.community.timezone,
    )  # fmt: skip
    door.check_tries(address, lens.now)
    spot = await _spot(request, said, lens)
    incoming = _incoming(said, spot, lens, who, sent=await sent_hashes(said))
    if not (incoming.words or incoming.sent):
        raise ApiError("report_empty")
    try:
        taken = await _taken(request, said, incoming, spot=spot, key=own_key(who, key))
    except KeyUsed:
        raise ApiError("key_reused") from None
    return answer(PublicReportTaken(number=taken.incident, link=f"/report/a/{taken.token}"), status=201)


async def _taken(
    request: Request, said: PublicReport, incoming: Incoming, *, spot: Spot | None, key: str
) -> Taken:
    """Take a report in, one at a time for each key: a repeat waits for the first and finds its report."""
    door, now = door_of(request), services(request).now()
    report = door.reception.id_of(key)
    keys = door.keys(address=client_address(request), device=said.device, spot=spot)
    async with door.turns.hold(report):
        known = await read(request, lambda connection: reports.by_id(connection, report))
        if known is not None:
            return await door.reception.again(incoming, known)
        with door.reserved(report, ticket=said.ticket, trap=said.website, keys=keys, now=now):
            pieces = await keep_pieces(request, said, incoming.reporter)
            kept = await door.reception.keep(
                incoming, report=report, pieces=pieces.photos, records=pieces.records
            )
        return await door.reception.again(incoming, kept)


@router.get(
    "/api/public/reports/{token}",
    summary="The answer to a report",
    response_model=PublicAnswer,
    responses=errors(404),
)
async def report_answer(token: Token, request: Request) -> Response:
    """Return how a report stands, for whoever holds its secret link."""
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


async def _person(request: Request) -> Person | None:
    """Return who is logged in and may report; a session whose token does not come along is not looked at."""
    token = request.cookies.get(cookie_name(request))
    session = await services(request).accounts.session(token) if token else None
    if session is None or scope_of(session.person, "reports.add") is None:
        return None
    if request.method != "GET" and request.headers.get("x-csrf-token") != session.csrf:
        return None
    return session.person


async def _spot(request: Request, said: PublicReport, lens: Lens) -> Spot | None:
    door = door_of(request)
    if said.p:
        token = said.p
        return await read(request, lambda connection: door.spot(connection, token, lens))
    return door.chosen(said.spot, lens) if said.spot else None


def _incoming(
    said: PublicReport, spot: Spot | None, lens: Lens, who: str, *, sent: tuple[str, ...]
) -> Incoming:
    """Return what was said, cleaned and checked, with the hashes of its files."""
    if said.category not in lens.community.categories:
        raise wrong("body.category", "没有这个类别", "there is no such category")
    phone = phone_number(said.phone) if said.phone.strip() else None
    if said.phone.strip() and phone is None:
        raise wrong("body.phone", "请填 5–15 位电话号码", "a telephone number has 5 to 15 digits")
    where = clean(said.where)
    head = ("位置：" if said.language == "zh" else "Where: ") + where if where else ""
    return Incoming(
        reporter=who,
        category=said.category,
        place=dict(spot.parts) if spot is not None else {},
        device=spot.device if spot is not None else None,
        words="\n".join(part for part in (head, clean(said.text)) if part),
        phone=phone,
        language=said.language,
        sent=sent,
    )


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


def _spot_view(spot: Spot) -> SpotView:
    return SpotView(key=spot.key, kind=spot.kind, name=spot.name)
