"""Residents: searched, kept, unmasked for a reason, handed out and erased when they ask for it."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import PAGE, Cursor, Limit, answer, cursor_of, errors, place_of, services, wrong
from gateway.api.errors import ApiError
from gateway.api.masking import mask_name, mask_phone
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.people import Unmasked, UnmaskField
from gateway.api.schemas.residents import (
    Erased,
    NewResident,
    PersonExport,
    ResidentChange,
    ResidentPage,
    ResidentView,
    Rights,
)
from gateway.api.views.lens import Lens, lens_of
from gateway.residents import Resident

router = noun("residents")
Reader = Annotated[Viewer, Depends(Require("residents.read"))]
Editor = Annotated[Viewer, Depends(Require("residents.edit"))]
ResidentId = Annotated[str, Path(alias="id", max_length=64)]
STAYS = Bilingual(
    zh="留下的：已删除这一事实、记录链里的散列、不含姓名的同意记录；未结案件里的文字，结案后请再删一次；"
    "流水账（journal）里的设备原始事件，以及本人和处理人员在操作里写的文字，目前没有期限，不会删除，只有能读数据目录的人看得到；"
    "不登录、用公开表单报的内容，凭回执链接另行删除；以前的备份：恢复备份后要再删一次。",
    en="What stays: the fact of the erasure, hashes in the chains, consents without a name; words of open cases: ask again when "
    "these are closed; in the journal, what devices said and the words that people typed into actions: nothing removes these yet, "
    "only who can read the data folder can see them; reports by the form without a login: by their answer link; "
    "backups made before: erase again after restoring one.",
)


@router.get("/api/residents", summary="Residents", response_model=ResidentPage, responses=errors())
async def residents(
    request: Request,
    viewer: Reader,
    text: Annotated[
        str | None,
        Query(
            alias="q", min_length=1, max_length=80, description="a reference, an exact name or phone number"
        ),
    ] = None,
    household: Annotated[str | None, Query(max_length=80)] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE,
) -> Response:
    """Return residents by reference, masked. Names lie sealed: only whole names and numbers can be found."""
    found = await services(request).residents.search(
        text=text,
        household=household,
        households=_homes(request, viewer),
        after=place_of(cursor),
        limit=limit,
    )
    items = [_view(request, viewer, each) for each in found.rows]
    return answer(ResidentPage(items=items, next=cursor_of(found.next)))


@router.post(
    "/api/residents", summary="Add a resident", response_model=ResidentView, status_code=201, responses=errors(404, 409)
)  # fmt: skip
async def add_resident(body: NewResident, request: Request, viewer: Editor) -> Response:
    """Add somebody to the register; name, phone and note are stored sealed."""
    _check_home(request, viewer, body.household)
    fresh = Resident(
        id=body.id or "", household=body.household, name=body.name.strip(), phone=body.phone, note=body.note, version=0
    )  # fmt: skip
    saved = await services(request).residents.save(fresh, by=viewer.id, new=True)
    if saved is None:
        raise ApiError("resident_there", who=body.id)
    return answer(_view(request, viewer, saved), status=201)


@router.get("/api/residents/{id}", summary="One resident", response_model=ResidentView, responses=errors(404))
async def resident(person: ResidentId, request: Request, viewer: Reader) -> Response:
    """Return one resident, masked but for what you unmasked within the last minute."""
    return answer(_view(request, viewer, await one_resident(request, viewer, person)))


@router.patch(
    "/api/residents/{id}", summary="Correct a resident", response_model=ResidentView, responses=errors(404, 409)
)  # fmt: skip
async def change_resident(
    person: ResidentId, body: ResidentChange, request: Request, viewer: Editor
) -> Response:
    """Correct what is kept; refused when somebody else changed it since `version`."""
    before = await one_resident(request, viewer, person)
    household = before.household if body.household is None else body.household or None
    if household != before.household:
        _check_home(request, viewer, household)
    after = Resident(
        id=before.id,
        household=household,
        name=before.name if body.name is None else body.name.strip(),
        phone=before.phone if body.phone is None else body.phone,
        note=before.note if body.note is None else body.note,
        version=body.version,
    )
    saved = await services(request).residents.save(after, by=viewer.id, new=False)
    if saved is None:
        raise ApiError("stale_resident", current_version=before.version)
    return answer(_view(request, viewer, saved))


@router.post(
    "/api/residents/{id}/unmask", summary="See one field of a resident in full", response_model=Unmasked, responses=errors(404)
)  # fmt: skip
async def unmask_resident(
    person: ResidentId,
    body: UnmaskField,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("residents.unmask"))],
) -> Response:
    """Return name, phone or note in full for a minute; who, which and why go into the audit log first."""
    known = await one_resident(request, viewer, person)
    fields = {"name": known.name, "phone": known.phone, "note": known.note}
    if body.field not in fields:
        raise wrong("body.field", "只能是 name、phone、note", "one of name, phone, note")
    until = await services(request).unmasking.allow(viewer.id, _about(person), body.field, reason=body.reason)
    shown = lens_of(request).shown(until)
    return answer(Unmasked(field=body.field, value=fields[body.field], until=shown))


@router.post(
    "/api/residents/{id}/export", summary="Hand out everything about a person", response_model=PersonExport, responses=errors(404)
)  # fmt: skip
async def export_resident(
    person: ResidentId,
    body: Rights,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("residents.export"))],
) -> Response:
    """Return everything kept about a person reference (the right to a copy); the audit log says who took it and why."""
    found = await services(request).residents.export(person, by=viewer.id, reason=body.reason)
    if found is None:
        raise ApiError("not_found", what=person)
    return answer(PersonExport(**found))


@router.post(
    "/api/residents/{id}/erase", summary="Erase a person", response_model=Erased, responses=errors(404, 409)
)  # fmt: skip
async def erase_resident(
    person: ResidentId,
    body: Rights,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("residents.erase"))],
) -> Response:
    """Erase what is said about and by a person (the right to deletion); the chains of proof stay whole."""
    if await services(request).residents.works_here(person):
        raise ApiError("works_here", who=person)
    await _leave_the_site(request, viewer, person)
    words = await services(request).residents.erase(person, by=viewer.id, reason=body.reason)
    if words is None:
        raise ApiError("not_found", what=person)
    services(request).accounts.forget(person)
    return answer(Erased(**words, stays=STAYS))


async def one_resident(request: Request, viewer: Viewer, person: str) -> Resident:
    """Return a resident whom the viewer may see.

    Raises:
        ApiError: `not_found`, also for one of other grids.
    """
    found = await services(request).residents.one(person)
    homes = _homes(request, viewer)
    if found is None or (homes is not None and found.household not in homes):
        raise ApiError("not_found", what=person)
    return found


async def _leave_the_site(request: Request, viewer: Viewer, person: str) -> None:
    """Take a resident who has an account out of the site, unless what it says of them is not theirs to lose.

    Who works here stays known to old cases: they are closed, not erased.
    """
    book = services(request).sitebook
    entry = book.present(f"person:{person}") if book is not None else None
    if book is not None and entry is not None and set(entry.get("roles") or ()) == {"resident"}:
        await asyncio.wrap_future(book.save(f"person:{person}", None, by=viewer.id, reason="erased"))


def _homes(request: Request, viewer: Viewer) -> list[str] | None:
    """Return the households that a viewer's grids hold; None: all."""
    if viewer.scope == "site":
        return None
    homes = services(request).community().registry.households
    return [name for name, home in homes.items() if home.grid is not None and viewer.sees_grid(home.grid)]


def _check_home(request: Request, viewer: Viewer, household: str | None) -> None:
    """Refuse a household that is not of this site, or not of the viewer's grids."""
    homes = _homes(request, viewer)
    known = homes if homes is not None else list(services(request).community().registry.households)
    if household is not None and household not in known:
        raise wrong(
            "body.household", "小区里没有这一户，或者不在您的网格", "no such household, or not in your grids"
        )
    if household is None and homes is not None:
        raise wrong("body.household", "请选您网格里的一户", "choose a household of your grids")


def _about(person: str) -> str:
    return f"resident {person}"


def _view(request: Request, viewer: Viewer, resident: Resident) -> ResidentView:
    whole = {
        field
        for field in ("name", "phone", "note")
        if services(request).unmasking.shows(viewer.id, _about(resident.id), field)
    }
    return ResidentView(
        id=resident.id,
        household=resident.household,
        place=_place(lens_of(request), resident.household),
        name=resident.name if "name" in whole else mask_name(resident.name),
        phone=resident.phone if "phone" in whole or not resident.phone else mask_phone(resident.phone),
        note=resident.note if "note" in whole or not resident.note else "***",
        masked=sorted({"name", "phone", "note"} - whole),
        version=resident.version,
    )


def _place(lens: Lens, household: str | None) -> Bilingual | None:
    home = lens.community.registry.households.get(household or "")
    if home is None:
        return None
    return lens.place({"building": home.building, "unit": home.unit, "floor": home.floor}, home.grid)
