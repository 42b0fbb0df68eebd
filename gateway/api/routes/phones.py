"""The telephone number of somebody who was sent to a case, for whoever sits at the desk and has to reach them."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer, people_of
from gateway.api.routes.incidents import Number, visible_case
from gateway.api.routes.noun import noun
from gateway.api.schemas.people import Phone, PhoneRequest
from gateway.api.views.lens import lens_of
from gateway.response.model import Person

router = noun("people")
_PHONE = re.compile(r"\+?[\d -]{5,}")


@router.post(
    "/api/incidents/{number}/phone",
    summary="Whom to call about a case",
    response_model=Phone,
    responses=errors(404),
)
async def phone(
    number: Number,
    body: PhoneRequest,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("people.call"))],
) -> Response:
    """Return the number of somebody of an open case; that it was shown is written into the audit log first."""
    row, lens = await visible_case(request, number, viewer), lens_of(request)
    person = lens.community.people.get(body.person)
    if person is None or person.id not in people_of(row.incident) or not row.incident.is_open:
        raise ApiError("not_found", what=body.person)
    found = number_of(person)
    await services(request).accounts.audit(viewer.id, "phone", body.person, {"case": number})
    return answer(Phone(name=person.name, phone=found))


def number_of(person: Person) -> str | None:
    """Return the first contact of a person that can be dialled, None when there is none."""
    return next((each.strip() for each in person.contacts.values() if _PHONE.fullmatch(each.strip())), None)
