"""Case codes: from the six digits of a text message to the case, for whoever may see it anyway."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, read, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.incidents import IncidentView
from gateway.api.tries import Tries
from gateway.api.views.incidents import view_for
from gateway.api.views.lens import lens_of
from gateway.store.case_codes import case_by_code
from gateway.store.read import Connection
from gateway.store.read_incidents import IncidentRow, incident

router = noun("incidents")
Code = Annotated[str, Path(pattern=r"^[0-9]{6}$", examples=["048213"])]


@router.get(
    "/api/incidents/by-code/{code}",
    summary="The case of a text message",
    response_model=IncidentView,
    responses=errors(404, 429),
)
async def incident_by_code(
    code: Code, request: Request, viewer: Annotated[Viewer, Depends(Require("incidents.read"))]
) -> Response:
    """Return the case that a text message named by six digits, if I may see it.

    429 `too_many`: ten wrong codes within a quarter of an hour.
    """
    tries: Tries = request.app.state.code_tries
    now = services(request).now()
    wait_s = tries.wait(viewer.id, now)
    if wait_s is not None:
        raise ApiError("too_many", wait_s=wait_s)
    tries.count(viewer.id, now)

    def find(connection: Connection) -> IncidentRow | None:
        number = case_by_code(connection, code)
        return None if number is None else incident(connection, number)

    row = await read(request, find)
    if row is None or not viewer.sees(row.incident, now):
        raise ApiError("not_found", what=code)
    tries.give_back(viewer.id, now)
    return answer(view_for(row, lens_of(request), viewer.person))
