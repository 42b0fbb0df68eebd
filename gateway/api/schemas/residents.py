"""Residents: who lives where, masked; consents; what the law lets them ask for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, Request, View

Reason = Annotated[str, Field(min_length=2, max_length=500, examples=["本人书面申请 / asked for in writing"])]
Purpose = Literal["contact", "care", "camera", "face", "vehicle", "other"]


class ResidentView(View):
    """A resident. Name, phone and note are masked unless they were unmasked a moment ago."""

    id: str = Field(description="the reference that events and cases carry", examples=["p-7f3a91c2e0"])
    household: str | None = Field(examples=["3-1-502"])
    place: Bilingual | None
    name: str = Field(examples=["张*"])
    phone: str = Field(examples=["138****1234"])
    note: str = Field(description="stars when there is one", examples=["***"])
    masked: list[str] = Field(description="fields that are not shown in full", examples=[["name", "phone"]])
    version: int


class ResidentPage(View):
    """Residents by reference."""

    items: list[ResidentView]
    next: str | None


class NewResident(Request):
    """A resident to be added; without `id` a reference is made."""

    id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9:._-]{1,63}$")
    household: str | None = Field(default=None, max_length=80)
    name: str = Field(min_length=1, max_length=80)
    phone: str = Field(default="", max_length=40, pattern=r"^(\+?[\d -]{5,20})?$")
    note: str = Field(default="", max_length=500)


class ResidentChange(Request):
    """What is to be different; what is left out stays."""

    version: int = Field(ge=1, description="the version that was seen")
    household: str | None = Field(default=None, max_length=80, description="an empty text: none")
    name: str | None = Field(default=None, min_length=1, max_length=80)
    phone: str | None = Field(default=None, max_length=40, pattern=r"^(\+?[\d -]{5,20})?$")
    note: str | None = Field(default=None, max_length=500)


class Rights(Request):
    """Why something is handed out or erased; it goes into the audit log."""

    reason: Reason


class PersonExport(View):
    """Everything kept about one person reference, in the open. Treat the answer as what it is."""

    person: str
    resident: dict[str, Any] | None
    consents: list[dict[str, Any]]
    cases_reported: list[dict[str, Any]]
    done_in_cases: list[dict[str, Any]]
    reports: list[dict[str, Any]] = Field(
        description="what they reported by the form while logged in, with their ratings"
    )
    messages: list[dict[str, Any]]
    events: list[dict[str, Any]]
    looked_at_by: list[dict[str, Any]]


class Erased(View):
    """What went, and what stays for a while."""

    words: int = Field(description="texts of timelines that became tombstones")
    messages: int = Field(description="messages that were removed")
    reports: int = Field(description="reports by the form whose words, phone and ratings were erased")
    open_cases: int = Field(description="open cases of theirs whose words stay until they are closed")
    stays: Bilingual


class NewConsent(Request):
    """What somebody agreed to, in which version of the text they were shown."""

    purpose: Purpose
    version: str = Field(min_length=1, max_length=40, examples=["2026-01"])


class ConsentView(View):
    """A consent, until it was withdrawn."""

    id: int
    purpose: str
    version: str
    given_at: datetime
    given_to: str
    withdrawn_at: datetime | None


class ConsentPage(View):
    """What somebody agreed to, newest first."""

    items: list[ConsentView]
