"""People who work here, their accounts and contacts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from gateway.api.schemas.common import Bilingual, Request, Role, View

Name = Annotated[str, Field(min_length=1, max_length=80)]
Code = Annotated[str, Field(min_length=1, max_length=80)]
Address = Annotated[str, Field(min_length=1, max_length=300)]
Reason = Annotated[str, Field(min_length=2, max_length=500, examples=["换岗 / other duties"])]


class ContactView(View):
    """One way to reach a person; masked unless it was unmasked a moment ago."""

    channel: str = Field(examples=["sms"])
    address: str = Field(examples=["138****1234"])
    masked: bool
    verified_at: datetime | None = Field(description="when a code sent there came back")
    fresh: bool = Field(description="verified in the last 90 days")


class PersonView(View):
    """A person with how their account stands."""

    id: str = Field(examples=["wang.qiang"])
    name: str
    roles: list[Role]
    grids: list[str] = Field(description="empty: the whole site")
    skills: list[str]
    household: str | None
    contacts: list[ContactView]
    active: bool
    has_password: bool
    second_factor: bool
    locked_until: datetime | None
    seen_at: datetime | None = Field(description="last use of a session that is still open")
    version: int = Field(description="send it back with a change; 0: nothing was saved on the screens yet")


class PersonPage(View):
    """Everybody, by login name."""

    items: list[PersonView]


class NewPerson(Request):
    """Somebody new. `contacts` are addresses by channel."""

    id: str = Field(min_length=2, max_length=40, examples=["wang.qiang"])
    name: Name
    roles: list[Role] = Field(min_length=1, max_length=9)
    grids: list[Code] = Field(default=[], max_length=200)
    skills: list[Code] = Field(default=[], max_length=50)
    household: Code | None = None
    contacts: dict[Code, Address] = Field(default={}, max_length=20, examples=[{"sms": "13800000000"}])
    reason: str = Field(default="", max_length=500)


class PersonChange(Request):
    """What is to be different; what is left out stays. A contact set to null is removed."""

    version: int = Field(ge=0, description="the version that was seen")
    name: Name | None = None
    roles: list[Role] | None = Field(default=None, max_length=9)
    grids: list[Code] | None = Field(default=None, max_length=200)
    skills: list[Code] | None = Field(default=None, max_length=50)
    household: Code | None = Field(default=None, description="an empty text takes it away")
    contacts: dict[Code, Address | None] = Field(default={}, max_length=20, examples=[{"sms": None}])
    reason: str = Field(default="", max_length=500)


class Because(Request):
    """Why; it goes into the audit log."""

    reason: Reason


class OneTimeLink(View):
    """A link that opens the account once; shown this once."""

    link: str = Field(examples=["https://gate.example/login#…"])
    expires_at: datetime


class UnmaskField(Request):
    """Which field, and why."""

    field: str = Field(min_length=1, max_length=80, examples=["contacts.sms"])
    reason: Reason


class Unmasked(View):
    """One field in full; ask again after `until`."""

    field: str
    value: str
    until: datetime


class ContactCode(Request):
    """The code that came."""

    code: str = Field(min_length=4, max_length=12, examples=["492039"])


class CodeSent(View):
    """A code is on its way."""

    to: str = Field(description="where, masked", examples=["138****1234"])
    text: Bilingual


class PhoneRequest(Request):
    """Who is to be called: somebody who was sent to the case, took it or reported it."""

    person: str = Field(min_length=1, max_length=80, examples=["zhao.min"])


class Phone(View):
    """A number to call; null: none is known."""

    name: str
    phone: str | None = Field(examples=["13812341234"])
