"""Tokens for programs: make, look through, revoke."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer, grantable
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import PersonName
from gateway.api.schemas.secure import NewToken, TokenMade, TokenPage, TokenView
from gateway.api.views.lens import Lens, lens_of
from gateway.store.tokens import Token
from gateway.tokens import MOST

router = noun("tokens")
Maker = Annotated[Viewer, Depends(Require("tokens.own"))]


@router.get("/api/tokens", summary="Tokens", response_model=TokenPage, responses=errors())
async def tokens(request: Request, viewer: Maker) -> Response:
    """Return my tokens, or, for an administrator, everybody's; also those that ended."""
    lens = lens_of(request)
    found = await services(request).tokens.all(None if viewer.scope == "site" else viewer.id)
    return answer(
        TokenPage(items=[token_view(each, lens) for each in found], grantable=grantable(viewer.person))
    )


@router.post(
    "/api/tokens", summary="Make a token", response_model=TokenMade, status_code=201, responses=errors(409)
)
async def make_token(body: NewToken, request: Request, viewer: Maker) -> Response:
    """Return a token that may do a part of what I may. Its text is shown this once."""
    mine = grantable(viewer.person)
    strange = [(place, each) for place, each in enumerate(body.permissions) if each not in mine]
    if strange:
        fields = [
            {
                "path": f"body.permissions.{place}",
                "message": {
                    "zh": f"您自己没有“{each[:60]}”的权限，或者令牌不能有",
                    "en": f"you do not have '{each[:60]}' yourself, or no token may",
                },
            }
            for place, each in strange
        ]
        raise ApiError("invalid_input", count=len(fields), fields=fields)
    desk, lens = services(request).tokens, lens_of(request)
    if sum(each.works(lens.now) for each in await desk.all(viewer.id)) >= MOST:
        raise ApiError("token_limit", most=MOST)
    text, made = await desk.make(
        viewer.id, name=body.name, permissions=body.permissions, lifetime=timedelta(days=body.days)
    )
    return answer(TokenMade(token=text, made=token_view(made, lens)), status=201)


@router.delete("/api/tokens/{id}", summary="Revoke a token", status_code=204, responses=errors(404))
async def revoke_token(
    token: Annotated[str, Path(alias="id", max_length=80)], request: Request, viewer: Maker
) -> Response:
    """Stop a token at once; mine, or, for an administrator, anybody's."""
    user = None if viewer.scope == "site" else viewer.id
    known = await services(request).tokens.all(user)
    if not any(each.id == token for each in known):
        raise ApiError("not_found", what=token)
    await services(request).tokens.revoke(by=viewer.id, token=token, user=user)
    return Response(status_code=204)


def token_view(token: Token, lens: Lens) -> TokenView:
    """Return a token as it is shown."""
    return TokenView(
        id=token.id,
        name=token.name,
        maker=PersonName(id=token.user, name=lens.name(token.user) or token.user),
        permissions=list(token.permissions),
        created_at=lens.shown(token.created_at),
        expires_at=lens.shown(token.expires_at),
        used_at=lens.maybe(token.used_at),
        used_from=token.used_from,
        revoked_at=lens.maybe(token.revoked_at),
        works=token.works(lens.now),
    )
