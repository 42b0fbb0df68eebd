"""Login by password or one-time link, logout, who I am."""

from __future__ import annotations

import math
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.connection import (
    check_origin,
    client_address,
    encrypted,
    give_cookie,
    may_log_in,
    nearness,
    take_cookie,
)
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer, permissions_of
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import Bilingual, PersonName
from gateway.api.schemas.session import (
    FactorState,
    Home,
    LinkLogin,
    Login,
    LoginResult,
    Me,
    PasswordChange,
    SiteName,
)
from gateway.api.views.lens import Lens, lens_of
from gateway.response.model import Person, Role
from gateway.session import LIFETIME, LoginError, Opened, Session

router = noun("session")
# Where somebody works: the first role that they hold decides.
HOMES: dict[Role, str] = {
    "guard": "/duty", "manager": "/", "administrator": "/", "leader": "/", "checker": "/", "auditor": "/",
    "worker": "/m", "maintenance": "/m", "resident": "/report",
}  # fmt: skip
OPEN_CONNECTION = Bilingual(
    zh="连接没有加密：同一网络里的人可能看到内容。请管理员设置 https。",
    en="This connection is not encrypted: others on this network may read along. Ask the administrator for https.",
)


def home_of(person: Person) -> str:
    """Return the page on which this person works."""
    return next((page for role, page in HOMES.items() if role in person.roles), "/")


def refuse(error: LoginError) -> ApiError:
    """Return the answer for somebody who was not let in."""
    if error.wait is None:
        return ApiError(error.code)
    return ApiError(error.code, wait_s=max(1, math.ceil(error.wait.total_seconds())))


def _opened(request: Request, opened: Opened) -> Response:
    person = opened.session.person
    response = answer(
        LoginResult(
            user=PersonName(id=person.id, name=lens_of(request).name(person.id) or person.name),
            roles=[role for role in person.roles if role != "system"],
            csrf=opened.session.csrf,
            home=home_of(person),
        )
    )
    give_cookie(request, response, opened.token, seconds=int(LIFETIME.total_seconds()))
    return response


@router.post(
    "/api/login",
    summary="Log in with name and password",
    response_model=LoginResult,
    responses=errors(429),
)
async def log_in(body: Login, request: Request) -> Response:
    """Open a session. Wrong name, wrong password and closed account get the same answer."""
    check_origin(request)
    demo = services(request).settings.demo
    try:
        opened = await services(request).accounts.login(
            body.user,
            body.password,
            address=client_address(request),
            allowed=lambda person: may_log_in(request, person, demo=demo),
            code=body.code,
            plain=not encrypted(request),
        )
    except LoginError as error:
        raise refuse(error) from error
    return _opened(request, opened)


@router.post(
    "/api/login/link",
    summary="Log in with a one-time link",
    response_model=LoginResult,
    responses=errors(429),
)
async def log_in_by_link(body: LinkLogin, request: Request) -> Response:
    """Open a session for a one-time link (first run, invitation, demo). The link works once."""
    check_origin(request)
    demo = services(request).settings.demo
    try:
        opened = await services(request).accounts.login_link(
            body.token,
            password=body.password,
            address=client_address(request),
            allowed=lambda person: may_log_in(request, person, demo=demo),
            code=body.code,
            plain=not encrypted(request),
        )
    except LoginError as error:
        raise refuse(error) from error
    return _opened(request, opened)


@router.post("/api/logout", summary="Log out", status_code=204, responses=errors())
async def log_out(request: Request, viewer: Annotated[Viewer, Depends(Require("account.own"))]) -> Response:
    """End this session."""
    await services(request).accounts.logout(viewer.session)
    response = Response(status_code=204)
    take_cookie(request, response)
    return response


@router.get("/api/me", summary="Who I am and what I may do", response_model=Me, responses=errors())
async def me(request: Request, viewer: Annotated[Viewer, Depends(Require("account.own"))]) -> Response:
    """Return the person of this session, the site, and the names of everything they may do."""
    factors, person = services(request).factors, viewer.person
    enrolled = await factors.enrolled(person.id)
    factor = FactorState(
        enrolled=enrolled,
        recovery_left=await factors.recovery_left(person.id) if enrolled else 0,
        advised=not enrolled and "administrator" in person.roles,
    )
    return answer(_me(request, viewer.session, factor))


@router.post("/api/me/password", summary="Change my password", status_code=204, responses=errors(429))
async def change_password(
    body: PasswordChange, request: Request, viewer: Annotated[Viewer, Depends(Require("account.secure"))]
) -> Response:
    """Set a new password; every other session of mine ends."""
    try:
        await services(request).accounts.change_password(viewer.session, current=body.current, new=body.new)
    except LoginError as error:
        raise refuse(error) from error
    return Response(status_code=204)


def _me(request: Request, session: Session, factor: FactorState) -> Me:
    made_with, community, person = services(request), services(request).community(), session.person
    plain = not encrypted(request) and nearness(client_address(request)) != "loopback"
    return Me(
        id=person.id,
        name=lens_of(request).name(person.id) or person.name,
        roles=[role for role in person.roles if role != "system"],
        grids=list(person.grids),
        language=session.language,
        csrf=session.csrf,
        home=home_of(person),
        site=SiteName(
            id=community.id,
            name=Bilingual(**community.name),
            timezone=community.timezone,
            demo=made_with.settings.demo,
            phone=made_with.door.settings.phone if made_with.door is not None else None,
        ),
        permissions=sorted(session.only) if session.only is not None else permissions_of(person),
        lives=_lives(person.id, lens_of(request)),
        banner=OPEN_CONNECTION if plain else None,
        second_factor=factor,
        expires_at=session.expires_at + made_with.offset(),
    )


def _lives(person_id: str, lens: Lens) -> Home | None:
    """Return where somebody lives, if the site says so."""
    person = lens.community.people.get(person_id)
    homes = lens.community.registry.households
    home = homes.get(person.household or "") if person is not None else None
    if home is None:
        return None
    parts = {"building": home.building, "unit": home.unit, "floor": home.floor}
    return Home(name=lens.place(parts, home.grid), **parts)
