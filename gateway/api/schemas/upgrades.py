"""Upgrades: which versions there are, which package waits, and what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from pydantic import Field

from gateway.api.schemas.common import PersonName, Request, Sha256, View


class PackagePart(View):
    """One file of a package."""

    name: str = Field(examples=["smart_community_gateway-1.1.0-py3-none-any.whl"])
    size_bytes: int


class PackageView(View):
    """A package that was brought in and proven: signature, and every file against the signed list."""

    version: str = Field(examples=["1.1.0"])
    published_at: datetime
    size_bytes: int
    sha256: Sha256
    parts: list[PackagePart]
    by: PersonName
    at: datetime
    installed: bool = Field(description="whether its version stands beside the running one already")
    use: str = Field(
        description="the one command that turns to it, typed on the machine; it installs what is not installed yet"
    )


Standing: TypeAlias = Literal["current", "previous", "beside"]


class VersionView(View):
    """A version that is installed."""

    version: str = Field(examples=["1.1.0"])
    installed_at: datetime
    published_at: datetime
    standing: Standing
    use: str | None = Field(description="the command that turns to it; null: it is in use")


class UpgradeView(View):
    """What runs, what is installed, what waits and what comes next."""

    version: str = Field(description="the version that runs")
    configured: bool = Field(description="false: gateway.yaml names no publisher's key, no package is taken")
    key: str | None = Field(
        description="SHA-256 of the publisher's key, to be compared with what they published"
    )
    most_bytes: int = Field(description="the largest package that is taken")
    free_bytes: int
    doing: Literal["receiving", "checking", "installing"] | None
    failed: str | None = Field(
        description="why the newest installation came to nothing, in the installer's words"
    )
    package: PackageView | None
    installed: list[VersionView]
    can_install: bool = Field(
        description="whether the gateway itself may install beside; a hardened service may not, the command does it"
    )
    service: str | None = Field(
        description="the service that the command stops and starts; null: a person stops and starts the gateway"
    )
    back: str | None = Field(
        description="the command that turns back; null: there is nothing to turn back to"
    )


class UpgradeAnnounce(Request):
    """How large the package is, and proof of who sends it: an open page left alone is not enough."""

    size: int = Field(ge=1, le=2**53, description="bytes")
    current: str | None = Field(default=None, min_length=1, max_length=256, description="my password")
    code: str | None = Field(
        default=None, min_length=6, max_length=20, description="a code of my second factor, if I have one"
    )


class UpgradeUpload(View):
    """Where the package goes; good once, for ten minutes."""

    id: str
    size: int
    until: datetime
