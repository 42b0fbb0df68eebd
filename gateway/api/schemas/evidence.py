"""Evidence of a case: its bundles with their parts, and whether its media must stay."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from gateway.api.schemas.common import PersonName, Request, Sha256, View


class PartView(View):
    """One part of a bundle. Pictures and sounds are fetched at `/api/evidence/{sha256}`."""

    name: str = Field(examples=["around.json"])
    mime: str
    size: int
    sha256: Sha256 = Field(description="of the part as it was sealed, not as it is masked here")
    origin: str = Field(description="what it came from", examples=["event:018f", "person:zhao", "the roster"])
    captured_at: datetime | None
    state: Literal["here", "missing", "erased"]
    content: Any | None = Field(
        description="of a JSON part, references to people masked; null when my role does not see it"
    )


class BundleView(View):
    """A bundle, or an addendum with what came late. It is open until `hash` is there and never changes after."""

    number: int
    kind: Literal["bundle", "addendum"]
    opened_at: datetime
    closes_at: datetime
    hash: Sha256 | None = Field(description="SHA-256 of the manifest; the same stands in the case's timeline")
    alerts: list[str]
    parts: list[PartView]


class HoldView(View):
    """Who said, when and why, that the media of this case must stay."""

    by: PersonName
    at: datetime
    reason: str


class EvidenceList(View):
    """Everything that is kept as proof of a case."""

    incident: str
    bundles: list[BundleView]
    hold: HoldView | None
    complete_at: datetime | None = Field(
        description="when the last open bundle is sealed; a package taken before that lacks it; null: all is sealed"
    )
    media_until: datetime | None = Field(
        description="when pictures and sounds will be deleted; null while open or held"
    )


class TakeRequest(Request):
    """Why the evidence is taken away; it is kept in the case."""

    reason: str = Field(min_length=4, max_length=500, examples=["派出所调取，案号 2026-118"])


class RevealRequest(Request):
    """Why faces and plates of a picture must be seen; it is kept in the case and in the audit log."""

    reason: str = Field(min_length=2, max_length=500, examples=["核实告警"])


class Revealed(View):
    """It is written down; the picture may be shown."""

    sha256: Sha256
    at: datetime


class HoldRequest(Request):
    """Whether the media must stay, and why."""

    held: bool
    reason: str = Field(min_length=4, max_length=500, examples=["民事诉讼，等待判决"])
