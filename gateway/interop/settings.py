"""What `gateway.yaml` says about other systems: who receives cases, who may post to us, which panels call us."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Account = Annotated[str, Field(pattern=r"^[0-9A-F]{3,16}$")]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Receiver(_Section):
    """Another system that is told about cases. Whom and what for is recorded, because people's affairs leave the site."""

    url: str
    secret_file: Path  # whsec_… ; two lines while one replaces the other, both sign
    recipient: str = Field(min_length=2, max_length=120)  # who gets it, in words: "幸福街道综治中心"
    purpose: str = Field(min_length=2, max_length=200)  # what for, in words
    format: Literal["cloudevents", "cap"] = "cloudevents"
    fields: tuple[str, ...] = ()  # of the allow-list; empty: all of it
    levels: tuple[Literal["L1", "L2", "L3", "L4"], ...] = ()  # empty: all
    grids: tuple[str, ...] = ()  # empty: the whole site
    allow_private: bool = False  # a receiver on the site's own network, also by plain http
    ca_file: str = ""
    restriction: str = ""  # CAP: who may read it; without one the scope is Private, addressed to `recipient`


class Inbound(_Section):
    """A system that may post to `/in/{name}`: signed by Standard Webhooks, or with a bearer secret of its own."""

    secret_file: Path | None = None  # whsec_… lines
    token_file: Path | None = None  # one secret a line, at least 24 characters
    per_minute: int = Field(default=120, ge=1, le=6000)
    max_bytes: int = Field(default=65_536, ge=1, le=262_144)


class PanelAccount(_Section):
    """One alarm panel by its account number."""

    key_file: Path | None = None  # AES key, 16, 24 or 32 characters in the file
    clock_s: tuple[int, int] | None = (
        40,
        20,
    )  # its clock may lie so far behind and ahead; null: not looked at


class Panels(_Section):
    """The receiver for alarm panels (SIA DC-09), TCP and UDP on one port."""

    host: str = "127.0.0.1"
    port: int = Field(default=10_500, ge=1, le=65_535)
    accounts: dict[Account, PanelAccount] = Field(min_length=1)
