"""My contacts: have a code sent, type it in, and the address is known to reach me."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.masking import mask_address
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.people import CodeSent, ContactCode
from gateway.contacts import ContactError, Contacts
from gateway.response.model import Person

router = noun("people")
Mine = Annotated[Viewer, Depends(Require("contacts.own"))]
ChannelName = Annotated[str, Path(max_length=80, examples=["sms"])]


@router.post(
    "/api/me/contacts/{channel}/code",
    summary="Have a code sent to one of my contacts",
    response_model=CodeSent,
    responses=errors(404, 409, 429),
)
async def send_contact_code(channel: ChannelName, request: Request, viewer: Mine) -> Response:
    """Send six digits over the channel itself; at most one a minute."""
    person = _person(request, viewer)
    try:
        await _desk(request).send(person, channel)
    except ContactError as error:
        raise ApiError(error.code, **error.facts) from error
    said = Bilingual(zh="验证码已发出，10 分钟内有效。", en="The code is on its way and good for 10 minutes.")
    return answer(CodeSent(to=mask_address(person.contacts.get(channel, "")), text=said))


@router.post(
    "/api/me/contacts/{channel}/verify",
    summary="Verify one of my contacts",
    status_code=204,
    responses=errors(404),
)
async def verify_contact(channel: ChannelName, body: ContactCode, request: Request, viewer: Mine) -> Response:
    """Type in the code that came; after five wrong ones it no longer counts."""
    try:
        await _desk(request).verify(_person(request, viewer), channel, body.code)
    except ContactError as error:
        raise ApiError(error.code, **error.facts) from error
    return Response(status_code=204)


def _person(request: Request, viewer: Viewer) -> Person:
    return services(request).community().people.get(viewer.id) or viewer.person


def _desk(request: Request) -> Contacts:
    found = services(request).contacts
    if found is None:
        raise ApiError("not_ready")
    return found
