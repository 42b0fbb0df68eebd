"""People: who works here, and what the administrator does about their accounts."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.people import (
    Because,
    NewPerson,
    OneTimeLink,
    PersonChange,
    PersonPage,
    PersonView,
    Unmasked,
    UnmaskField,
)
from gateway.api.views.lens import lens_of
from gateway.api.views.people import person_view
from gateway.people import People, Refused, Standing

router = noun("people")
Reader = Annotated[Viewer, Depends(Require("people.read"))]
Editor = Annotated[Viewer, Depends(Require("people.edit"))]
PersonId = Annotated[str, Path(alias="id", max_length=80)]


@router.get("/api/people", summary="People", response_model=PersonPage, responses=errors())
async def people(request: Request, viewer: Reader) -> Response:
    """Return everybody with roles, grids, skills, contacts (masked) and how their accounts stand."""
    found = await desk(request).all()
    return answer(PersonPage(items=[await _view(request, viewer, each) for each in found]))


@router.post(
    "/api/people", summary="Add a person", response_model=PersonView, status_code=201, responses=errors(409)
)
async def add_person(body: NewPerson, request: Request, viewer: Editor) -> Response:
    """Add somebody; their account has no password until an invitation is used. Every mistake is answered at once."""
    entry: dict[str, Any] = body.model_dump(exclude={"reason"})
    saved = await _save(request, viewer, entry, expected=0, new=True, reason=body.reason)
    return answer(await _view(request, viewer, saved), status=201)


@router.get("/api/people/{id}", summary="One person", response_model=PersonView, responses=errors(404))
async def person(name: PersonId, request: Request, viewer: Reader) -> Response:
    """Return one person."""
    return answer(await _view(request, viewer, await _one(request, name)))


@router.patch(
    "/api/people/{id}", summary="Change a person", response_model=PersonView, responses=errors(404, 409)
)
async def change_person(name: PersonId, body: PersonChange, request: Request, viewer: Editor) -> Response:
    """Change name, roles, grids, skills, contacts. Nobody changes their own roles; the duties of 三员 stay apart."""
    before = await _one(request, name)
    entry = {**msgspec.to_builtins(before.person), **body.model_dump(include={"name", "roles", "grids", "skills"}, exclude_none=True)}  # fmt: skip
    if body.household is not None:
        entry["household"] = body.household or None
    contacts = {**before.person.contacts, **body.contacts}
    entry["contacts"] = {channel: address for channel, address in contacts.items() if address is not None}
    saved = await _save(request, viewer, entry, expected=body.version, reason=body.reason)
    return answer(await _view(request, viewer, saved))


@router.post(
    "/api/people/{id}/deactivate", summary="Close an account", response_model=PersonView, responses=errors(404, 409)
)  # fmt: skip
async def deactivate_person(name: PersonId, body: Because, request: Request, viewer: Editor) -> Response:
    """End sessions, links and tokens of somebody at once; nobody sends or tells them anything any more."""
    try:
        await desk(request).deactivate(await _one(request, name), by=viewer.id, reason=body.reason)
    except Refused as refused:
        raise _mistakes(refused) from refused
    return answer(await _view(request, viewer, await _one(request, name)))


@router.post(
    "/api/people/{id}/activate", summary="Open an account again", response_model=PersonView, responses=errors(404, 409)
)  # fmt: skip
async def activate_person(name: PersonId, body: Because, request: Request, viewer: Editor) -> Response:
    """Let somebody in again with the password they had."""
    await desk(request).activate(await _one(request, name), by=viewer.id, reason=body.reason)
    return answer(await _view(request, viewer, await _one(request, name)))


@router.post(
    "/api/people/{id}/invite", summary="Invite a person", response_model=OneTimeLink, responses=errors(404, 409)
)  # fmt: skip
async def invite_person(name: PersonId, request: Request, viewer: Editor) -> Response:
    """Return a link that works once within three days and sets a password; an earlier one stops working."""
    standing = await _one(request, name)
    if not standing.person.active:
        raise ApiError("person_inactive", who=name)
    token, lifetime = await desk(request).invite(name, by=viewer.id)
    return _link(request, token, lifetime)


@router.post(
    "/api/people/{id}/reset", summary="Reset a login", response_model=OneTimeLink, responses=errors(404, 409)
)  # fmt: skip
async def reset_person(name: PersonId, request: Request, viewer: Editor) -> Response:
    """Take password and second factor away, end all sessions, and return a link for new ones."""
    standing = await _one(request, name)
    if not standing.person.active:
        raise ApiError("person_inactive", who=name)
    token, lifetime = await desk(request).reset(name, by=viewer.id)
    return _link(request, token, lifetime)


@router.post("/api/people/{id}/unlock", summary="Unlock an account", status_code=204, responses=errors(404))
async def unlock_person(name: PersonId, request: Request, viewer: Editor) -> Response:
    """Forget the wrong passwords that somebody typed."""
    await _one(request, name)
    await desk(request).unlock(name, by=viewer.id)
    return Response(status_code=204)


@router.post(
    "/api/people/{id}/unmask", summary="See one field of a person in full", response_model=Unmasked, responses=errors(404)
)  # fmt: skip
async def unmask_person(
    name: PersonId,
    body: UnmaskField,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("people.unmask"))],
) -> Response:
    """Return one contact, or a resident's name, in full for a minute; who, which and why go into the audit log first."""
    someone = (await _one(request, name)).person
    fields = {
        "name": someone.name,
        **{f"contacts.{channel}": each for channel, each in someone.contacts.items()},
    }
    if body.field not in fields:
        raise ApiError("not_found", what=body.field)
    until = await services(request).unmasking.allow(
        viewer.id, f"person:{name}", body.field, reason=body.reason
    )
    shown = lens_of(request).shown(until)
    return answer(Unmasked(field=body.field, value=fields[body.field], until=shown))


def desk(request: Request) -> People:
    """Return the people of this gateway.

    Raises:
        ApiError: `not_ready` where people are only shown.
    """
    found = services(request).people
    if found is None:
        raise ApiError("not_ready")
    return found


async def _one(request: Request, name: str) -> Standing:
    found = await desk(request).one(name)
    if found is None:
        raise ApiError("not_found", what=name)
    return found


async def _view(request: Request, viewer: Viewer, standing: Standing) -> PersonView:
    made_with = services(request)
    people = {standing.person.id: standing.person}
    verified = await made_with.contacts.verified(people) if made_with.contacts is not None else {}
    return person_view(
        standing,
        lens_of(request),
        shows=lambda about, field: made_with.unmasking.shows(viewer.id, about, field),
        verified=verified,
    )


async def _save(request: Request, viewer: Viewer, entry: dict[str, Any], **more: Any) -> Standing:
    try:
        return await desk(request).save(entry, by=viewer.id, **more)
    except Refused as refused:
        raise _mistakes(refused) from refused


def _mistakes(refused: Refused) -> ApiError:
    fields = [
        {"path": f"body.{each.path}".rstrip("."), "message": {"zh": each.zh, "en": each.en}}
        for each in refused.mistakes
    ]
    return ApiError("invalid_input", count=len(fields), fields=fields)


def _link(request: Request, token: str, lifetime: Any) -> Response:
    made_with, lens = services(request), lens_of(request)
    base = made_with.settings.public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"
    link = f"{base.rstrip('/')}/login#{token}"
    return answer(OneTimeLink(link=link, expires_at=lens.shown(lens.now + lifetime)))
