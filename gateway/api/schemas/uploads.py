"""Uploads: what a phone announces, how far it has come, what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from gateway.api.schemas.common import Request, Sha256, View, WallTime


class UploadRequest(Request):
    """A file that will be sent in chunks. Repeat it with the same key to learn how far it has come."""

    kind: Literal["photo", "voice"]
    sha256: Sha256 = Field(description="of the whole file as it will be sent")
    size: int = Field(ge=1, le=2**31 - 1, description="bytes", examples=[182044])
    mime: str = Field(
        min_length=3, max_length=100, pattern=r"^[\w.+-]+/[\w.+-]+(;.*)?$", examples=["image/jpeg"]
    )
    captured_at: WallTime | None = Field(default=None, description="when it was taken, by the phone's clock")
    phone_at: WallTime | None = Field(
        default=None, description="what the phone's clock says now: its error is kept"
    )
    incident: str | None = Field(
        default=None, min_length=1, max_length=80, description="the case it belongs to; none for a report"
    )


class UploadedFile(View):
    """The file as it was kept: made anew, without what the phone added; its hash is not that of what was sent."""

    sha256: Sha256
    mime: str
    size: int
    width: int | None = Field(description="of a picture, in pixels")
    height: int | None
    length_s: float | None = Field(description="of a voice note; null when nothing could measure it")
    captured_at: datetime | None
    received_at: datetime
    skew_ms: int | None = Field(description="the phone's clock − the gateway's when it was announced")


class UploadView(View):
    """How far an upload has come. Go on at `offset`; when it equals `size`, finish."""

    id: str
    state: Literal["open", "done", "refused"]
    offset: int
    size: int
    chunk_bytes: int = Field(description="the largest chunk that is taken")
    incident: str | None
    file: UploadedFile | None
