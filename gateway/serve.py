"""Serve: one gateway in this process until a signal stops it, and the words with which it greets."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
import uvloop

from gateway.app import Gateway
from gateway.core import Core
from gateway.written import Written

log = structlog.get_logger("gateway")
Ready = Callable[[Gateway], Awaitable[None]]


def live(written: Written, ready: Ready, *, core: Core | None = None) -> None:
    """Run until a signal says stop; a second signal ends at once."""
    uvloop.run(_serve(written, ready, core))


async def _serve(written: Written, ready: Ready, core: Core | None) -> None:
    loop = asyncio.get_running_loop()

    async def armed(gateway: Gateway) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, gateway.stop.set)
        loop.add_signal_handler(signal.SIGHUP, gateway.reload)
        await ready(gateway)

    started = datetime.now(UTC)
    gateway = Gateway(written, core=core)
    report = gateway.core.recovery.report
    if report.unreadable:
        log.warning(
            "the engine's snapshot is of another version; rebuilt from the journal", why=report.unreadable
        )
    log.info(
        "armed",
        replayed=report.replayed,
        differences=len(report.differences),
        seconds=(datetime.now(UTC) - started).total_seconds(),
    )
    await gateway.run(armed)


def base_url(written: Written) -> str:
    """Return the address to type: the public one, or this box's own."""
    http = written.settings.http
    if http.public_url:
        return http.public_url.rstrip("/")
    scheme = "https" if http.tls_cert else "http"
    host = "127.0.0.1" if http.host in ("0.0.0.0", "::") else http.host  # noqa: S104 - compared, not bound
    return f"{scheme}://{host}:{http.port}"


async def welcome(gateway: Gateway) -> None:
    """Say where the pages are, and how the first administrator gets in."""
    base = base_url(gateway.written)
    print(f"网关已就绪 / ready: {base}/duty", flush=True)
    for role, link in await gateway.links(base=base):
        print(f"首次登录 / first login ({role}), valid once, 24 h: {link}", flush=True)
