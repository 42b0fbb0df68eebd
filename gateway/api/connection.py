"""The connection a request came by: encrypted or not, from where, with which cookie, from which page.

Over TLS the cookie is `__Host-session`. Plain HTTP is for loopback and private addresses only; browsers
drop `__Host-` cookies there (except on localhost), so it is called `session` and is at least out of
reach of scripts and of other sites.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from gateway.api.errors import ApiError
from gateway.response.model import Person

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Written out: `is_private` of the library also counts documentation and benchmark networks.
_LANS = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"),
    )
)
TLS_COOKIE, PLAIN_COOKIE = "__Host-session", "session"
TLS_SCREEN, PLAIN_SCREEN = "__Host-screen", "screen"  # of a wall screen, beside a person's own


def client_address(request: Request) -> str:
    """Return the address of the client, as the server saw it (trusted proxies are the server's business)."""
    return request.client.host if request.client else ""


def encrypted(request: Request) -> bool:
    """Tell whether the request came over TLS."""
    scheme: str = request.scope["scheme"]  # `request.url` would build a whole address for each request
    return scheme == "https"


def nearness(address: str) -> str:
    """Return `loopback`, `private` or `public` for an IP address; anything else counts as public."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "public"
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return "loopback"
    return "private" if any(ip in network for network in _LANS) else "public"


def may_log_in(request: Request, person: Person, *, demo: bool) -> bool:
    """Tell whether this person may have a session over this connection."""
    if encrypted(request):
        return True
    near = nearness(client_address(request))
    if near == "loopback":
        return True
    return near == "private" and (demo or "administrator" not in person.roles)


def cookie_name(request: Request) -> str:
    """Return the name of the session cookie on this connection."""
    return TLS_COOKIE if encrypted(request) else PLAIN_COOKIE


def screen_cookie(request: Request) -> str:
    """Return the name of a wall screen's cookie on this connection."""
    return TLS_SCREEN if encrypted(request) else PLAIN_SCREEN


def give_cookie(
    request: Request, response: Response, token: str, *, seconds: int, name: str | None = None
) -> None:
    """Put the session's token into a cookie that scripts and other sites cannot use; `name` of another than its own."""
    response.set_cookie(
        name or cookie_name(request),
        token,
        max_age=seconds,
        path="/",
        httponly=True,
        secure=encrypted(request),
        samesite="lax" if encrypted(request) else "strict",
    )


def take_cookie(request: Request, response: Response) -> None:
    """Remove the session's cookie."""
    response.delete_cookie(
        cookie_name(request),
        path="/",
        httponly=True,
        secure=encrypted(request),
        samesite="lax" if encrypted(request) else "strict",
    )


def check_origin(request: Request) -> None:
    """Refuse a write that a page of another site started.

    Raises:
        ApiError: `csrf`.
    """
    origin = request.headers.get("origin")
    if origin is None:
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise ApiError("csrf")
        return
    own = {f"{request.url.scheme}://{request.headers.get('host', '')}"}
    public = request.app.state.services.settings.public_url
    if public:
        parts = urlsplit(public)
        own.add(f"{parts.scheme}://{parts.netloc}")
    if origin.lower() not in {address.lower() for address in own}:
        raise ApiError("csrf")
