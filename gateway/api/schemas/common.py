"""What every view shares: both languages, levels, names of people, the form of an error."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Level = Literal["L1", "L2", "L3", "L4"]
Stage = Literal["warning", "alarm"]
Role = Literal[
    "guard", "worker", "leader", "maintenance", "manager", "checker", "administrator", "auditor", "resident"
]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["9f86d081884c7d659a2feaa0c55ad015" * 2])]

# A time that somebody sends: with its zone, and of our age, so that no sum with it leaves the calendar.
WallTime = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))
]


class View(BaseModel):
    """Something the API answers with: immutable, no field beyond those documented."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Request(BaseModel):
    """Something the API takes: unknown fields are refused, so that a typing mistake is seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(View):
    """One text in both languages of the product."""

    zh: str = Field(examples=["三号楼北门"])
    en: str = Field(examples=["North gate, building 3"])


class PersonName(View):
    """A person by login name and the name to show."""

    id: str = Field(examples=["wang.qiang"])
    name: str = Field(examples=["王强"])


class PhotoView(View):
    """A picture as proof. When it was taken and when it arrived are two facts."""

    sha256: Sha256
    mime: str = Field(examples=["image/jpeg"])
    size: int = Field(description="bytes", examples=[182044])
    captured_at: datetime | None = Field(description="as the phone said; null when unknown")
    received_at: datetime = Field(description="when the gateway had it")
    by: PersonName


class VoiceView(View):
    """A voice note as proof; fetch it at `/api/evidence/{sha256}`."""

    sha256: Sha256
    mime: str = Field(examples=["audio/webm"])
    size: int = Field(description="bytes")
    length_s: float | None = Field(description="null when nothing could measure it")
    captured_at: datetime | None = Field(description="as the phone said; null when unknown")
    received_at: datetime = Field(description="when the gateway had it")
    by: PersonName


class EvidenceView(View):
    """A picture, clip or sound that belongs to an event; fetch it at `/api/evidence/{sha256}`."""

    sha256: Sha256
    mime: str = Field(examples=["image/jpeg"])
    size: int = Field(description="bytes")
    at: datetime | None = Field(description="when it was recorded")
    event: str | None = Field(description="id of the event it came with")
    box: list[float] | None = Field(
        default=None,
        min_length=4,
        max_length=4,
        description="what was seen in the picture: left, top, width and height as shares of it; never painted into it",
        examples=[[0.41, 0.2, 0.18, 0.55]],
    )


class FieldError(View):
    """One thing wrong in what was sent, with its path."""

    path: str = Field(examples=["body.fields.note"])
    message: Bilingual


class Problem(View):
    """Every error of the API (RFC 9457 members, `detail` in both languages)."""

    type: str = Field(examples=["/problems/stale_version"])
    title: str = Field(examples=["Somebody else was faster"])
    status: int = Field(examples=[409])
    code: str = Field(
        description="stable word to switch on; docs/api.md lists them", examples=["stale_version"]
    )
    detail: Bilingual
    facts: dict[str, Any] = Field(
        description="what the sentence is about; `fields` holds a list of FieldError for `invalid_input`",
        examples=[{"current_version": 4}],
    )
