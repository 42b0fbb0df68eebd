"""Login, sessions and who I am."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from gateway.api.schemas.common import Bilingual, PersonName, Request, Role, View

Code = Field(
    default=None,
    min_length=6,
    max_length=20,
    description="of the authenticator app, or a recovery code; needed when the answer was `code_required`",
    examples=["492039"],
)
Password = Field(min_length=1, max_length=256, examples=["correct horse battery staple"])
NewPassword = Field(min_length=10, max_length=256, examples=["correct horse battery staple"])


class Login(Request):
    """Name and password."""

    user: str = Field(min_length=1, max_length=80, examples=["wang.qiang"])
    password: str = Password
    code: str | None = Code


class LinkLogin(Request):
    """A one-time link's token. Links that open an account (first run, invitation) also set its password."""

    token: str = Field(min_length=1, max_length=200, examples=["v1.6Nf0…"])
    password: str | None = Field(
        default=None,
        min_length=10,
        max_length=256,
        description="needed when the answer to the first try was `password_required`",
    )
    code: str | None = Code


class LoginResult(View):
    """A session was opened; its cookie is in the answer."""

    user: PersonName
    roles: list[Role]
    csrf: str = Field(description="send it as `X-CSRF-Token` with every write")
    home: str = Field(description="the page this person works on", examples=["/duty"])


class SiteName(View):
    """Which community this gateway serves."""

    id: str = Field(examples=["lijing"])
    name: Bilingual
    timezone: str = Field(examples=["Asia/Shanghai"])
    demo: bool
    phone: str | None = Field(description="of the duty room (`reports.phone`); null: not written down")


class Home(View):
    """Where I live, as the parts that a report's place takes."""

    name: Bilingual
    building: str | None
    unit: str | None
    floor: str | None


class FactorState(View):
    """How it stands with my second factor."""

    enrolled: bool
    recovery_left: int = Field(description="unused recovery codes")
    advised: bool = Field(description="an administrator without one: show it until it is set up")


class Me(View):
    """The person behind this session and what they may do."""

    id: str
    name: str
    roles: list[Role]
    grids: list[str] = Field(description="empty: the whole site")
    language: str = Field(examples=["zh-CN"])
    csrf: str
    home: str
    site: SiteName
    permissions: list[str] = Field(examples=[["alerts.read", "incidents.read", "incidents.act"]])
    lives: Home | None = Field(description="residents: where they live, offered as the place of a report")
    banner: Bilingual | None = Field(
        description="a warning to show on every page, e.g. that nothing is encrypted"
    )
    second_factor: FactorState
    expires_at: datetime = Field(description="end of the session at the latest")


class PasswordChange(Request):
    """A new password; `current` may be missing only when the account has none yet."""

    current: str | None = Field(default=None, min_length=1, max_length=256)
    new: str = NewPassword
