"""Hostile: one client that means harm, beside the estate: what it tries must raise nothing and disturb nobody.

It listens to everything, sends far too much, far too large, nested, broken and foreign, and pretends to be devices that
are not registered. Only where every device has its account does it also try to speak for registered ones: a broker
without accounts believes anybody, and then no gateway can tell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import structlog

from gateway.simulate.estate import Estate
from gateway.simulate.faults import Sent
from gateway.simulate.switchboard import Address

log = structlog.get_logger("simulate.hostile")
NAME = "mallory"
ROUND_S = 5.0
FLOOD = 200  # messages of a round, at once
LARGE = 300_000  # bytes: more than an event may have


async def attack(estate: Estate, address: Address) -> None:
    """Try everything once in every few seconds, until cancelled; being thrown out by the broker is part of it."""
    for_others = bool(address.accounts)
    at = datetime.now(UTC)
    async with address.line(NAME, hears=("#", "$SYS/#", "sc1/+/+/c/#")) as line:
        while True:
            for topic, payload in words(estate, for_others=for_others):
                await line.send(Sent(at=at, topic=topic, payload=payload, qos=0))
            await asyncio.sleep(ROUND_S)


def words(estate: Estate, *, for_others: bool) -> Iterator[tuple[str, bytes]]:
    """Yield what it says in one round: (topic, payload)."""
    base = f"sc1/{estate.site}"
    alarm = b'{"n":1,"boot":"m","data":{"button":"emergency"}}'
    yield f"{base}/{NAME}/e/sos.button", alarm
    yield f"{base}/gate-nowhere/e/access.forced", alarm
    yield f"{base}/{NAME}/e/system.degraded", b'{"data":{"part":"all"}}'
    yield f"{base}/{NAME}/e/access.denied", b'{"data":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
    yield f"{base}/{NAME}/e/access.denied", b"x" * LARGE
    yield f"{base}/{NAME}/e/access.denied", b'{"n":1e999,"at":NaN}'
    yield f"{base}/{NAME}/e/access.denied", b"\xff\xfe\x00{"
    yield f"sc1/another-site/{NAME}/e/fire.smoke", b"{}"
    yield "zigbee2mqtt/nobody", b'{"smoke":true,"action":"sos"}'
    yield "frigate/events", b'{"type":"new","after":{"camera":"../../etc"}}'
    yield "tele/'; drop table alerts; --/SENSOR", b'{"Time":"2026-01-01T00:00:00"}'
    yield "a/" * 100 + "event/x", b"{}"
    for n in range(FLOOD):
        yield f"{base}/{NAME}-{n}/e/access.denied", b"{}"
    if for_others:
        for thing in estate.of("access_gate", "sos_button", "fall_sensor")[:20]:
            yield f"{base}/{thing.id}/e/access.forced", alarm
            yield f"{base}/{thing.id}/a", b"offline"
            yield f"sc1o/{estate.site}/incident/grid-1/1", b"{}"
