"""My second factor: set it up with an app, confirm it by a code, take it away again."""

from __future__ import annotations

import io
from typing import Annotated

import segno
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.routes.session import refuse
from gateway.api.schemas.secure import Current, FactorBegun, FactorCode, FactorEnd, RecoveryCodes
from gateway.session import LoginError
from gateway.store.accounts import end_sessions

router = noun("session")
Mine = Annotated[Viewer, Depends(Require("account.secure"))]


def square_code(text: str) -> str:
    """Return a QR code as an SVG picture that stands for itself."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="svg", scale=6, border=4, xmldecl=False)
    return picture.getvalue().decode()


@router.post(
    "/api/me/second-factor",
    summary="Set up a second factor",
    response_model=FactorBegun,
    responses=errors(409, 429),
)
async def begin_second_factor(body: Current, request: Request, viewer: Mine) -> Response:
    """Return the secret for an authenticator app. Nothing changes until one of its codes has confirmed it."""
    made_with = services(request)
    try:
        await made_with.accounts.own_password(viewer.session, body.current)
    except LoginError as error:
        raise refuse(error) from error
    begun = await made_with.factors.begin(viewer.id, issuer=made_with.community().id)
    if begun is None:
        raise ApiError("factor_there")
    return answer(FactorBegun(secret=begun.secret, uri=begun.uri, qr=square_code(begun.uri)))


@router.post(
    "/api/me/second-factor/confirm",
    summary="Confirm the second factor",
    response_model=RecoveryCodes,
    responses=errors(),
)
async def confirm_second_factor(body: FactorCode, request: Request, viewer: Mine) -> Response:
    """From now on every login of mine needs a code. Other sessions of mine end; recovery codes are shown once."""
    made_with = services(request)
    codes = await made_with.factors.confirm(viewer.id, body.code)
    if codes is None:
        raise ApiError("code_refused")
    await _changed(request, viewer, "factor.confirmed")
    return answer(RecoveryCodes(codes=codes))


@router.post(
    "/api/me/second-factor/remove",
    summary="Take my second factor away",
    status_code=204,
    responses=errors(429),
)
async def remove_second_factor(body: FactorEnd, request: Request, viewer: Mine) -> Response:
    """Needs the password and a code; every other session of mine ends."""
    made_with = services(request)
    try:
        await made_with.accounts.own_password(viewer.session, body.current)
        await made_with.accounts.own_code(viewer.session, body.code)
    except LoginError as error:
        raise ApiError("code_refused") if error.code == "code_wrong" else refuse(error) from error
    await made_with.factors.remove(viewer.id)
    await _changed(request, viewer, "factor.removed")
    return Response(status_code=204)


async def _changed(request: Request, viewer: Viewer, action: str) -> None:
    access, keep = services(request).access, viewer.session.token_hash
    await access.write(lambda connection: end_sessions(connection, viewer.id, keep=keep))
    services(request).accounts.forget(viewer.id, keep=keep)
    await access.audit(viewer.id, action, viewer.id, {})
