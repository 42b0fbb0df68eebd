"""Request: the head of an HTTP request as the door looks at it, and what is answered. Pure.

A device that can only be given an address carries its secret there: `/push/<secret>/path` or `?push_token=<secret>`.
The secret is taken out here, before anything is kept: `target` is the path (with its query) that profiles read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import msgspec

HEAD_BYTES = 16 * 1024
MOST_HEADERS = 100
LONGEST_TARGET = 4096  # characters
LONGEST_HEADER = 1024  # characters of a header that is kept for profiles
PREFIX = "/push/"
PARAMETER = "push_token="
METHODS = ("GET", "POST", "PUT")

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A request without its body. Header names are in small letters."""

    method: str
    asked: str  # the target as it was sent, secret included: digest answers are made over it
    target: str
    path: str
    secret: str = ""
    headers: dict[str, str] = {}
    address: Address
    secure: bool = False  # nobody can read along


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent back; `why` is the word under which a refusal is counted, empty: it was taken in."""

    status: int
    body: bytes = b""
    type: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()
    why: str = ""
    closes: bool = False  # the connection cannot be used any further


REFUSALS: dict[str, tuple[int, str]] = {
    "malformed": (400, "Bad Request"),
    "no_credential": (401, "Unauthorized"),
    "wrong_credential": (401, "Unauthorized"),
    "stale_nonce": (401, "Unauthorized"),
    "basic_in_clear": (401, "Unauthorized"),
    "not_here": (401, "Unauthorized"),  # a right credential from an address that is not the sender's
    "not_allowed": (403, "Forbidden"),
    "unknown_path": (404, "Not Found"),
    "method": (405, "Method Not Allowed"),
    "too_slow": (408, "Request Timeout"),
    "too_large": (413, "Content Too Large"),
    "too_many_parts": (413, "Content Too Large"),
    "target_too_long": (414, "URI Too Long"),
    "too_many_of_device": (429, "Too Many Requests"),
    "too_many_of_address": (429, "Too Many Requests"),
    "guessing": (429, "Too Many Requests"),
    "head_too_large": (431, "Request Header Fields Too Large"),
    "not_understood": (501, "Not Implemented"),
    "not_stored": (503, "Service Unavailable"),
    "degraded": (503, "Service Unavailable"),
    "no_room": (503, "Service Unavailable"),
    "stopping": (503, "Service Unavailable"),
}
"""Every reason for not taking a request in, with what is answered; a sender reads no more than the number."""


def refusal(
    why: str, *, wait_s: float = 0, headers: Iterable[tuple[str, str]] = (), closes: bool = False
) -> Answer:
    """Return the answer for one of REFUSALS; `wait_s` tells when to come again."""
    status, words = REFUSALS[why]
    more = list(headers)
    if wait_s > 0:
        more.append(("Retry-After", str(max(1, round(wait_s)))))
    if status == 405:
        more.append(("Allow", ", ".join(METHODS)))
    return Answer(status=status, body=words.encode(), headers=tuple(more), why=why, closes=closes)


def split_target(asked: str) -> tuple[str, str]:
    """Return the target as profiles read it, and the secret that stood in it ("": none)."""
    if "://" in asked[:8]:  # as it is sent to a proxy
        asked = "/" + asked.partition("://")[2].partition("/")[2]
    path, mark, query = asked.partition("?")
    secret = ""
    if path.startswith(PREFIX):
        secret, _, rest = path.removeprefix(PREFIX).partition("/")
        path = "/" + rest
    kept = []
    for each in query.split("&") if mark else ():
        if each.startswith(PARAMETER):
            secret = secret or each.removeprefix(PARAMETER)
        else:
            kept.append(each)
    return (f"{path}?{'&'.join(kept)}" if kept else path), secret


def read_head(
    method: str,
    asked: str,
    fields: Iterable[tuple[str, str]],
    *,
    peer: str,
    secure: bool,
    proxies: Collection[Network] = (),
) -> Head | Answer:
    """Return the head of a request, or why it is refused whoever sends it.

    Behind a trusted proxy the address and the encryption are those that the proxy tells.
    """
    headers: dict[str, str] = {}
    size = 0
    for number, (name, value) in enumerate(fields, 1):
        size += len(name) + len(value)
        if number > MOST_HEADERS or size > HEAD_BYTES:
            return refusal("head_too_large", closes=True)
        before = headers.get(name)
        headers[name] = value if before is None else f"{before}, {value}"
    if len(asked) > LONGEST_TARGET:
        return refusal("target_too_long")
    if method not in METHODS:
        return refusal("method")
    if not asked.startswith("/") and "://" not in asked[:8]:
        return refusal("malformed", closes=True)
    if "transfer-encoding" in headers and "content-length" in headers:
        return refusal("malformed", closes=True)  # two ends of one body: who reads which is a matter of luck
    target, secret = split_target(asked)
    address = plain_address(peer)
    if within(address, proxies):
        address = _behind(headers.get("x-forwarded-for", ""), proxies) or address
        secure = headers.get("x-forwarded-proto", "").lower() == "https"
    return Head(
        method=method,
        asked=asked,
        target=target,
        path=target.partition("?")[0],
        secret=secret,
        headers=headers,
        address=address,
        secure=secure or address.is_loopback,
    )


def plain_address(text: str) -> Address:
    """Return an address without its zone, and IPv4 as such when a dual socket wrote it as IPv6."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def within(address: Address, networks: Collection[Network]) -> bool:
    """Tell whether an address lies in one of these networks."""
    return any(address in network for network in networks)


def _behind(forwarded: str, proxies: Collection[Network]) -> Address | None:
    """Return who spoke to the outermost trusted proxy: everything before that may be made up."""
    for part in reversed(forwarded.split(",")):
        try:
            address = plain_address(part.strip().strip("[]"))
        except ValueError:
            return None
        if not within(address, proxies):
            return address
    return None
