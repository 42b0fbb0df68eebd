"""Reach check: looks at the public address like somebody outside: name, certificate, redirect, pages, what is closed."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from datetime import UTC, datetime

import httpx

from gateway.config import Settings
from gateway.notify.address import Resolve, inner, resolve
from gateway.reach import (
    CERTIFICATE_DAYS,
    MARKER,
    OPEN_PATHS,
    PRIVATE_PATHS,
    PRODUCT,
    Finding,
    finding,
    judged_open,
    judged_private,
)

TIMEOUT_S = 10.0


async def check_reach(
    settings: Settings,
    *,
    proxy: str | None = None,
    trust: ssl.SSLContext | None = None,
    using: Resolve = resolve,
    http_port: int = 80,
    inside: bool = False,
) -> list[Finding]:
    """Return everything that was found.

    Args:
        settings: the address and the mode stand in them.
        proxy: an HTTP proxy that stands outside; without one, from here.
        trust: what certificates are believed; None: what this machine believes.
        using: how names are resolved.
        http_port: where plain http answers.
        inside: addresses of private networks are right (a test bench).

    """
    url = settings.http.public_url
    if not url:
        return [finding("no_address")]
    if settings.reach.mode == "estate":
        return [finding("estate_only", url=url)]
    base = httpx.URL(url)
    if base.scheme != "https":
        return [finding("plain_http", url=url)]
    port = base.port or 443
    found = await _name(base.host, port, using, inside=inside or proxy is not None)
    if any(each.grade == "bad" for each in found):
        return found
    context = trust or ssl.create_default_context()
    if proxy is None:
        found += await _certificate(base.host, port, context)
        if any(each.grade == "bad" for each in found):
            return found
    async with httpx.AsyncClient(
        timeout=TIMEOUT_S, follow_redirects=False, trust_env=False, verify=context, proxy=proxy
    ) as client:
        try:
            return [*found, *await _redirect(client, base, http_port), *await _paths(client, base)]
        except httpx.HTTPError as error:
            why = f"{type(error).__name__} {error}".strip()
            return [*found, finding("unreachable", host=base.host, port=port, why=why)]


async def _name(host: str, port: int, using: Resolve, *, inside: bool) -> list[Finding]:
    try:
        addresses = await using(host, port)
    except OSError as error:
        return [] if inside else [finding("unresolved", host=host, why=error)]
    if not inside:
        for text in addresses:
            address = inner(ipaddress.ip_address(text.split("%")[0]))
            if not address.is_global:
                return [finding("private_address", host=host, address=text)]
    return [finding("resolved", host=host, address=", ".join(addresses))]


async def _certificate(host: str, port: int, context: ssl.SSLContext) -> list[Finding]:
    try:
        async with asyncio.timeout(TIMEOUT_S):
            _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        return [finding("certificate_bad", why=error.verify_message, host=host)]
    except (OSError, TimeoutError) as error:
        return [finding("unreachable", host=host, port=port, why=str(error) or "no answer")]
    try:
        ends = dict(writer.get_extra_info("peercert"))["notAfter"]
    finally:
        writer.close()
    days = (datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) - datetime.now(UTC)).days
    return [finding("certificate_ends" if days < CERTIFICATE_DAYS else "certificate_good", days=days)]


async def _redirect(client: httpx.AsyncClient, base: httpx.URL, http_port: int) -> list[Finding]:
    try:
        answer = await client.get(base.copy_with(scheme="http", port=http_port, path="/m"))
    except httpx.HTTPError:
        return []  # a closed port 80 is as good
    target = answer.headers.get("location", "")
    if answer.is_redirect and target.startswith("https://"):
        return [finding("redirects")]
    return [finding("no_redirect", host=base.host, found=f"HTTP {answer.status_code}")]


async def _paths(client: httpx.AsyncClient, base: httpx.URL) -> list[Finding]:
    found: list[Finding] = []
    prefix = base.path.rstrip("/")
    for path in OPEN_PATHS:
        answer = await client.get(base.copy_with(path=prefix + path))
        wrong = judged_open(
            path,
            answer.status_code,
            ours=_ours(answer),
            location=answer.headers.get("location", ""),
            url=str(base),
        )
        if wrong is not None:
            found.append(wrong)
            if wrong.code in {"tunnel_down", "someone_else"}:
                return found
        elif path == "/m":
            found.append(finding("pages_answer"))
    exposed = []
    for path in PRIVATE_PATHS:
        answer = await client.get(base.copy_with(path=prefix + path))
        wrong = judged_private(path, answer.status_code, ours=_ours(answer))
        if wrong is not None:
            exposed.append(wrong)
    return [*found, *(exposed or [finding("closed", count=len(PRIVATE_PATHS))])]


def _ours(answer: httpx.Response) -> bool:
    return str(answer.headers.get(MARKER)) == PRODUCT
