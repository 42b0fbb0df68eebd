"""Second factors and tokens: what only their owner ever sees."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from gateway.api.schemas.common import PersonName, Request, View

MostDays = 366


class Current(Request):
    """The password of this account, so that an open page left alone is not enough."""

    current: str | None = Field(default=None, min_length=1, max_length=256)


class FactorBegun(View):
    """What an authenticator app needs; shown once. It counts only after a code has confirmed it."""

    secret: str = Field(description="to be typed in", examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])
    uri: str = Field(
        description="what the square code says", examples=["otpauth://totp/lijing:zhou?secret=…"]
    )
    qr: str = Field(description="the square code as an SVG picture", examples=["<svg …>"])


class FactorCode(Request):
    """A code of the app."""

    code: str = Field(min_length=6, max_length=20, examples=["492039"])


class FactorEnd(Request):
    """Both proofs, to take the second factor away."""

    current: str | None = Field(default=None, min_length=1, max_length=256)
    code: str = Field(min_length=6, max_length=20, examples=["492039"])


class RecoveryCodes(View):
    """Each opens the account once when the phone is lost; shown once, kept as hashes."""

    codes: list[str] = Field(examples=[["k7m2p-x9qrt"]])


class TokenView(View):
    """A token as its maker sees it; its text is nowhere."""

    id: str = Field(examples=["9f86d081884c"])
    name: str = Field(examples=["大屏 / wall screen"])
    maker: PersonName
    permissions: list[str] = Field(examples=[["incidents.read"]])
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_from: str | None = Field(description="address of its last use")
    revoked_at: datetime | None
    works: bool


class TokenPage(View):
    """Tokens, newest first, and what a new one may carry."""

    items: list[TokenView]
    grantable: list[str] = Field(examples=[["incidents.read", "health.read"]])


class NewToken(Request):
    """A token to be made: what for, what it may do, for how long."""

    name: str = Field(min_length=1, max_length=80, examples=["大屏 / wall screen"])
    permissions: list[str] = Field(min_length=1, max_length=100, examples=[["incidents.read"]])
    days: int = Field(ge=1, le=MostDays, examples=[90])


class TokenMade(View):
    """A new token with its text, which is shown this once."""

    token: str = Field(examples=["scg_…"])
    made: TokenView
