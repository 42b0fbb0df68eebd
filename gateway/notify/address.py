"""Address: where an outgoing connection may end, decided on the address that is really connected to.

A name is resolved once, every address it has is judged, and the connection goes to a judged one: a name
that changes its address between check and use (DNS rebinding) gains nothing. Spellings such as `0x7f.1`
are resolved like everything else; IPv4 inside IPv6 is judged as the IPv4 address it is.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable

from gateway.errors import Rejected, RetryLater

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host name, in the system's order."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def inner(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address carries (mapped, 6to4, Teredo, NAT64), or itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def refusal(address: Address, *, allow_private: bool) -> str | None:
    """Return why nothing may connect to this address, or None.

    `allow_private` opens private networks and this machine; link-local addresses (cloud metadata among
    them), multicast and reserved ranges stay closed.
    """
    judged = inner(address)
    if (
        judged.is_unspecified
        or judged.is_multicast
        or judged.is_link_local
        or (judged.is_reserved and not judged.is_loopback)
    ):
        return f"{address} is a link-local, multicast or reserved address"
    if judged.is_global:
        return None
    if allow_private and (judged.is_private or judged.is_loopback):
        return None
    return f"{address} is a private address; set allow_private for this destination if that is meant"


async def checked(host: str, port: int, *, allow_private: bool, using: Resolve = resolve) -> list[str]:
    """Return the addresses of `host` that may be connected to; one that may not refuses the whole name.

    Raises:
        Rejected: an address is not allowed.
        RetryLater: the name cannot be resolved now.
    """
    try:
        found = await using(host, port)
    except OSError as error:
        raise RetryLater(f"cannot resolve {host}: {error}") from error
    if not found:
        raise RetryLater(f"{host} has no address")
    for text in found:
        why = refusal(ipaddress.ip_address(text.split("%")[0]), allow_private=allow_private)
        if why is not None:
            raise Rejected(f"{host} is refused: {why}")
    return found
