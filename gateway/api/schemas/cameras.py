"""Cameras for the wall of pictures: where each stands, whether it is there, its newest picture."""

from __future__ import annotations

from datetime import datetime

from gateway.api.schemas.common import Bilingual, Level, Sha256, View


class CameraPicture(View):
    """The newest picture of a camera; `/api/evidence/{sha256}/veiled` shows it without faces and plates."""

    sha256: Sha256
    at: datetime


class CameraView(View):
    """One camera."""

    id: str
    name: Bilingual
    place: Bilingual
    building: str | None
    unit: str | None
    floor: str | None
    zone: str | None
    online: bool | None
    last_at: datetime | None
    worst: Level | None
    picture: CameraPicture | None


class CameraList(View):
    """Every camera I may see."""

    items: list[CameraView]
