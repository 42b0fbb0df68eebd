"""Cameras: where they stand and their newest pictures."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, read, services
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.cameras import CameraList, CameraPicture, CameraView
from gateway.api.views.lens import both, lens_of
from gateway.store.read import Connection
from gateway.store.read_devices import device_states, troubles

router = noun("cameras")
SEES = "camera"  # the device type that takes pictures


@router.get("/api/cameras", summary="Cameras", response_model=CameraList, responses=errors())
async def cameras(request: Request, viewer: Annotated[Viewer, Depends(Require("cameras.read"))]) -> Response:
    """Return every camera in my scope with its newest picture. A page asks once a second."""
    lens, pictures = lens_of(request), services(request).pictures
    mine = [each for each in lens.community.registry if each.type == SEES and viewer.sees_grid(each.grid)]
    names = [camera.id for camera in mine]

    def query(connection: Connection) -> CameraList:
        states, trouble = device_states(connection, names), troubles(connection)
        newest = pictures.of(connection, names)
        items = []
        for camera in mine:
            state, open_alerts, picture = states.get(camera.id), trouble.get(camera.id), newest.get(camera.id)
            shown = CameraPicture(sha256=picture.sha256, at=lens.shown(picture.at)) if picture else None
            items.append(
                CameraView(
                    id=camera.id,
                    name=both(camera.name, camera.id),
                    place=lens.place_of_device(camera),
                    building=camera.building,
                    unit=camera.unit,
                    floor=camera.floor,
                    zone=camera.zone,
                    online=state.online if state else None,
                    last_at=lens.shown(state.last_at) if state else None,
                    worst=open_alerts.worst if open_alerts else None,
                    picture=shown,
                )
            )
        return CameraList(items=items)

    return answer(await read(request, query))
