"""What residents send and get without an account: the form, a report, its answer, a rating, printed codes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import UploadFile
from pydantic import Field

from gateway.api.schemas.common import Bilingual, Request, Sha256, View
from gateway.resident.words import LONGEST

Language = Literal["zh", "en"]
AnswerState = Literal["received", "working", "done", "declined"]
MOST_PHOTOS = 3


class SpotView(View):
    """A place that a report can be about."""

    key: str = Field(examples=["unit:b3/u2"])
    kind: str = Field(examples=["unit"])
    name: Bilingual


class FormCategory(View):
    """One thing to report, in plain words."""

    code: str = Field(examples=["0602"])
    name: Bilingual


class ReportForm(View):
    """What the public form needs to be drawn, and the ticket that a report sent from it carries."""

    site: Bilingual
    place: SpotView | None = Field(description="where the scanned code hangs; null without a code")
    places: list[SpotView] = Field(description="to choose from, without a code; empty with one")
    categories: list[FormCategory]
    mode: Literal["open", "code", "residents", "closed"]
    me: str | None = Field(description="my name, when I am logged in")
    office: str | None = Field(description="the property office's telephone number")
    ticket: str
    most_photos: int
    longest: int = Field(description="characters of the words")


class PublicReport(Request):
    """A report as the form sends it (multipart). At least one of text, photos and voice."""

    category: str = Field(max_length=8, examples=["0602"])
    ticket: str = Field(max_length=120, description="from the form")
    p: str | None = Field(default=None, max_length=200, description="token of the scanned code")
    spot: str | None = Field(
        default=None, max_length=90, description="key of a place of the list, without a code"
    )
    where: str = Field(default="", max_length=200, description="more exactly, in words")
    text: str = Field(default="", max_length=LONGEST)
    phone: str = Field(
        default="", max_length=30, description="for the answer; kept sealed, erased after the case"
    )
    code: str = Field(default="", max_length=6, description="of the notice board, when the site asks for it")
    language: Language = "zh"
    device: str = Field(default="", max_length=64, description="a random word that this phone keeps")
    website: str = Field(default="", max_length=200, description="stays empty: people do not see it")
    photos: list[UploadFile] = Field(default=[], max_length=MOST_PHOTOS)
    voice: UploadFile | None = None


class PublicReportTaken(View):
    """The report was taken down. The link opens its answer; it is shown once and is nowhere stored."""

    number: str = Field(examples=["lijing-20260301-007"])
    link: str = Field(examples=["/report/a/4Yq0mC3v8n1xPz7K"])


class AnswerStep(View):
    """One step of how it went, in plain words; who is a role, never a name."""

    text: Bilingual
    at: datetime


class RatingView(View):
    """What I thought of it."""

    score: int
    words: str | None
    until: datetime = Field(description="until then it can be changed")


class PublicAnswer(View):
    """How a report stands, for whoever has its link."""

    number: str
    state: AnswerState
    state_name: Bilingual
    place: Bilingual
    category_name: Bilingual
    reported_at: datetime
    steps: list[AnswerStep]
    note: Bilingual | None = Field(description="what was done, as the staff told it")
    photos: list[Sha256] = Field(description="released pictures of the work")
    can_rate: bool
    rating: RatingView | None
    can_ask_reopen: bool
    asked_reopen: bool
    withdrawn: bool = Field(description="what the reporter wrote was erased")
    drill: bool
    office: str | None


class RatingRequest(Request):
    """1 is very bad, 5 is very good."""

    score: int = Field(ge=1, le=5)
    words: str = Field(default="", max_length=500)


class PlaceCode(View):
    """A printed code of one place: what it says and what it opens."""

    spot: SpotView
    url: str
    svg: str = Field(description="the code as an SVG image, to be put into a page")


class PlaceCodes(View):
    """All codes of the site. `round` counts how often they were renewed."""

    round: int
    lobby_code: str | None = Field(description="of this month, when the site asks for one")
    warning: Bilingual | None = Field(
        description="why no phone can open these codes, when their address leads to this machine alone; else null"
    )
    items: list[PlaceCode]


class SatisfactionRow(View):
    """How content residents were: 4 and 5 count as satisfied."""

    key: str = Field(examples=["0602"])
    name: Bilingual
    count: int
    satisfied: int
    rate: float
    average: float


class SatisfactionTable(View):
    """Satisfaction within a span, by category, grid or month."""

    rows: list[SatisfactionRow]
