"""Wall screens: a display shows a code, an administrator confirms it, and it may look. Nothing is typed on the wall."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.connection import check_origin, client_address, give_cookie, nearness, screen_cookie
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import PersonName
from gateway.api.schemas.wall import (
    NewScreen,
    PairingBegun,
    PairingClaim,
    PairingState,
    ScreenList,
    ScreenView,
)
from gateway.api.views.lens import Lens, lens_of
from gateway.screens import NAMES, PairingOver, is_screen
from gateway.store.tokens import Token
from gateway.tokens import LONGEST

router = noun("screens")
Editor = Annotated[Viewer, Depends(Require("screens.edit"))]


@router.post(
    "/api/screens/pairing",
    summary="Show a code",
    response_model=PairingBegun,
    responses=errors(),
    status_code=201,
)
async def begin_pairing(request: Request) -> Response:
    """Return a code to show for ten minutes. It opens nothing until an administrator types it in the console."""
    check_origin(request)
    _near(request)
    lens = lens_of(request)
    secret, pairing = services(request).screens.begin(address=client_address(request), now=lens.now)
    return answer(
        PairingBegun(code=pairing.code, secret=secret, expires_at=lens.shown(pairing.expires_at)), status=201
    )


@router.post(
    "/api/screens/pairing/claim", summary="Was I let in", response_model=PairingState, responses=errors(404)
)
async def claim_pairing(body: PairingClaim, request: Request) -> Response:
    """Return whether the code was confirmed; once it was, the answer sets the display's own cookie."""
    check_origin(request)
    try:
        token = services(request).screens.claim(body.secret, now=services(request).now())
    except PairingOver:
        raise ApiError("pairing_over") from None
    response = answer(PairingState(state="waiting" if token is None else "paired"))
    if token is not None:
        seconds = int(LONGEST.total_seconds())
        give_cookie(request, response, token, seconds=seconds, name=screen_cookie(request))
    return response


@router.get("/api/screens", summary="Wall screens", response_model=ScreenList, responses=errors())
async def screens(request: Request, _: Annotated[Viewer, Depends(Require("screens.read"))]) -> Response:
    """Return every display that was ever let in, newest first, with when it last looked."""
    lens = lens_of(request)
    found = [each for each in await services(request).tokens.all() if is_screen(each)]
    return answer(ScreenList(items=[screen_view(each, lens) for each in found]))


@router.post(
    "/api/screens",
    summary="Let a display in",
    response_model=ScreenView,
    responses=errors(404),
    status_code=201,
)
async def let_screen_in(body: NewScreen, request: Request, viewer: Editor) -> Response:
    """Let in the display that shows this code: it sees the wall, and nothing else, for a year or until it is revoked."""
    code, lens = body.code.replace(" ", ""), lens_of(request)
    try:
        made = await services(request).screens.confirm(
            code, by=viewer.id, name=body.name, names=body.names, now=lens.now
        )
    except PairingOver:
        raise ApiError("pairing_over") from None
    return answer(screen_view(made, lens), status=201)


@router.delete("/api/screens/{id}", summary="Shut a display out", status_code=204, responses=errors(404))
async def shut_screen_out(
    name: Annotated[str, Path(alias="id", max_length=80)], request: Request, viewer: Editor
) -> Response:
    """Shut a display out: within ten seconds it shows a code again."""
    tokens = services(request).tokens
    if not any(each.id == name and is_screen(each) for each in await tokens.all()):
        raise ApiError("not_found", what=name)
    await tokens.revoke(by=viewer.id, token=name)
    return Response(status_code=204)


def screen_view(token: Token, lens: Lens) -> ScreenView:
    """Return a display as it is shown."""
    return ScreenView(
        id=token.id,
        name=token.name,
        names=NAMES in token.permissions,
        by=PersonName(id=token.user, name=lens.name(token.user) or token.user),
        paired_at=lens.shown(token.created_at),
        expires_at=lens.shown(token.expires_at),
        seen_at=lens.maybe(token.used_at),
        seen_from=token.used_from,
        works=token.works(lens.now),
    )


def _near(request: Request) -> None:
    """Refuse a display from the internet without encryption, as a login would be."""
    if request.url.scheme != "https" and nearness(client_address(request)) == "public":
        raise ApiError("tls_required")
