"""What `gateway.yaml` says under `push:`: where devices may post to, from where, and how much."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

MIB = 1024 * 1024


def _network(value: Any) -> Any:
    """Read an address or network as people write it: 192.168.1.201 or 192.168.1.0/24."""
    try:
        return ip_network(str(value))
    except ValueError as error:
        raise ValueError(
            f"expected an address or network like 192.168.1.201 or 192.168.1.0/24: {error}"
        ) from None


Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
PRIVATE = tuple(
    map(
        ip_network,
        ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"),
    )
)  # fmt: skip


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sender(_Section):
    """What is special about one sender: a device of the site, or a `user` that several devices name."""

    addresses: tuple[Network, ...] = ()  # it speaks from here only
    by_address: bool = False  # it cannot give a password: its address alone proves it
    per_second: float | None = Field(default=None, gt=0, le=1000)  # instead of `per_device`

    @model_validator(mode="after")
    def _proven(self) -> Self:
        if self.by_address and not self.addresses:
            raise ValueError("by_address needs `addresses`: without them anybody could speak for it")
        return self


class Push(_Section):
    """The listener for devices; off unless this section is there. Rates count requests."""

    host: str = "127.0.0.1"
    port: int = Field(default=8090, ge=1, le=65_535)
    tls_cert: Path | None = None
    tls_key: Path | None = None
    allow: tuple[Network, ...] = PRIVATE  # from where one may connect at all
    proxies: tuple[Network, ...] = ()  # whose X-Forwarded-For is believed
    basic: Literal["tls", "always", "never"] = (
        "tls"  # passwords that travel readable: only where nobody can read along
    )
    devices: dict[str, Sender] = {}
    max_bytes: int = Field(default=4 * MIB, ge=1024, le=64 * MIB)  # of one body
    max_parts: int = Field(default=16, ge=1, le=100)  # of one multipart body: the report and its pictures
    per_device: float = Field(default=20, gt=0, le=1000)  # requests a second, three times that at once
    per_address: float = Field(default=100, gt=0, le=10_000)
    connections: int = Field(default=256, ge=1, le=10_000)
    connections_per_address: int = Field(default=64, ge=1, le=10_000)
    memory_mb: int = Field(default=32, ge=1, le=1024)  # of all bodies that are being read
    head_s: float = Field(default=10, gt=0, le=120)  # from the first byte of a request to the end of its head
    body_s: float = Field(default=30, gt=0, le=600)  # for its body
    idle_s: float = Field(default=75, gt=0, le=3600)  # between two requests of a connection
    answer_s: float = Field(default=0.5, gt=0, le=30)  # for the commit; then 503, and the device sends again

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wrong = []
        if (self.tls_cert is None) != (self.tls_key is None):
            wrong.append("tls_cert and tls_key belong together; one of them is missing")
        if self.max_bytes > self.memory_mb * MIB:
            wrong.append(f"max_bytes {self.max_bytes} is more than memory_mb {self.memory_mb} lets in at all")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self
