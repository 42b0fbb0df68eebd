"""The newest picture of each camera, looked up again only when the camera has said something since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from devices.event import Event
from gateway.store.read import Connection
from gateway.store.read_events import EventFilter, newest_of, search_events

FIRST_LOOK, NEXT_LOOK = 60, 12  # how many events back


class LastPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture by its hash, and when it was taken (engine time, or the camera's own)."""

    sha256: str
    at: datetime


class LastPictures:
    """Remembers what was found; asked from worker threads, each entry is replaced as a whole."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, LastPicture | None]] = {}

    def of(self, connection: Connection, cameras: Iterable[str]) -> dict[str, LastPicture]:
        """Return the newest picture of each of these cameras that has sent one lately."""
        found: dict[str, LastPicture] = {}
        for camera in cameras:
            newest = newest_of(connection, camera)
            if newest is None:
                continue
            looked, picture = self._known.get(camera, (None, None))
            if looked != newest:
                look = FIRST_LOOK if looked is None else NEXT_LOOK
                events = search_events(connection, EventFilter(device=camera), after=None, limit=look).rows
                picture = next((each for event in events if (each := _picture_of(event))), picture)
                self._known[camera] = (newest, picture)
            if picture is not None:
                found[camera] = picture
        return found


def _picture_of(event: Event) -> LastPicture | None:
    for piece in event.evidence:
        if piece.mime.startswith("image/"):
            return LastPicture(sha256=piece.sha256, at=piece.at or event.at)
    return None
