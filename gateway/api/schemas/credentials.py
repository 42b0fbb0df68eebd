"""Credentials of devices that push over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, Request, View

Way = Literal["password", "url"]


class CredentialView(View):
    """One sender's credential; its secret is nowhere."""

    sender: str = Field(description="a device's `user`, or its id", examples=["gate-n1"])
    device_name: Bilingual | None = Field(
        description="null: the site has no such device any more, it is let in nowhere"
    )
    scheme: Way
    made_at: datetime
    made_by: str = Field(description="`shell`: on the command line", examples=["chen"])


class CredentialList(View):
    """Every credential, by sender."""

    items: list[CredentialView]


class NewCredential(Request):
    """How a device proves who it is: user and password (Digest, Basic over TLS), or a secret in the address."""

    scheme: Way = "password"


class CredentialMade(View):
    """A new credential with its secret, which is shown this once."""

    sender: str = Field(description="the user name that goes with a password")
    scheme: Way
    secret: str = Field(description="the password, or what follows /push/ in the address")
    profiles: list[str] = Field(description="what its devices speak; their paths follow the address")
