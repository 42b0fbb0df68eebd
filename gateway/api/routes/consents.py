"""Consents of residents: given to which version of which text, and withdrawn when they say so."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.routes.residents import ResidentId, one_resident
from gateway.api.schemas.residents import ConsentPage, ConsentView, NewConsent
from gateway.api.views.lens import Lens, lens_of
from gateway.store.persons import Consent

router = noun("residents")


@router.get(
    "/api/residents/{id}/consents", summary="Consents of a resident", response_model=ConsentPage, responses=errors(404)
)  # fmt: skip
async def consents(
    person: ResidentId, request: Request, viewer: Annotated[Viewer, Depends(Require("residents.read"))]
) -> Response:
    """Return what somebody agreed to, newest first, also what was withdrawn."""
    await one_resident(request, viewer, person)
    return _page(await services(request).residents.consents(person), lens_of(request))


@router.post(
    "/api/residents/{id}/consents", summary="Note a consent", response_model=ConsentPage, status_code=201, responses=errors(404)
)  # fmt: skip
async def give_consent(
    person: ResidentId,
    body: NewConsent,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("residents.edit"))],
) -> Response:
    """Note that somebody agreed to a purpose, in the version of the text that they were shown."""
    await one_resident(request, viewer, person)
    found = await services(request).residents.agree(
        person, purpose=body.purpose, version=body.version, by=viewer.id
    )
    return _page(found, lens_of(request), status=201)


@router.post(
    "/api/residents/{id}/consents/{consent}/withdraw", summary="Withdraw a consent", status_code=204, responses=errors(404)
)  # fmt: skip
async def withdraw_consent(
    person: ResidentId,
    consent: Annotated[int, Path(ge=1, le=2**53)],
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("residents.edit"))],
) -> Response:
    """Note that somebody no longer agrees; the row stays as proof of what was agreed until then."""
    await one_resident(request, viewer, person)
    if not await services(request).residents.withdraw(person, consent, by=viewer.id):
        raise ApiError("not_found", what=str(consent))
    return Response(status_code=204)


def _page(found: list[Consent], lens: Lens, *, status: int = 200) -> Response:
    rows = [
        ConsentView(
            id=each.id,
            purpose=each.purpose,
            version=each.version,
            given_at=lens.shown(each.given_at),
            given_to=each.given_to,
            withdrawn_at=lens.maybe(each.withdrawn_at),
        )
        for each in found
    ]
    return answer(ConsentPage(items=rows), status=status)
