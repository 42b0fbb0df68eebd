"""What residents do without an account: open the form and report. What comes after stands in `public_answers`.

No session is needed; one that is there says who reports. Everything is gated by the door (`gateway/resident`):
a signed ticket, the site's mode, a known place, the pace. What is refused leaves nothing behind.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Form, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import IdempotencyKey, answer, errors, own_key, read, services, wrong
from gateway.api.connection import check_origin, client_address, cookie_name
from gateway.api.errors import ApiError
from gateway.api.permissions import scope_of
from gateway.api.public_pieces import keep_pieces, sent_hashes
from gateway.api.routes.noun import noun
from gateway.api.schemas.public import (
    MOST_PHOTOS,
    FormCategory,
    PublicReport,
    PublicReportTaken,
    ReportForm,
    SpotView,
)
from gateway.api.views.lens import Lens, both, lens_of
from gateway.resident.door import Door
from gateway.resident.plain import PLAIN
from gateway.resident.reception import Incoming, KeyUsed, Taken
from gateway.resident.spot import Spot, spots_of
from gateway.resident.words import clean, phone_number
from gateway.response.model import SOMEBODY, Person
from gateway.store import reports

router = noun("public")
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


def _spot_view(spot: Spot) -> SpotView:
    return SpotView(key=spot.key, kind=spot.kind, name=spot.name)
