"""Dead man: tells somebody outside, again and again, that this box lives; silence is the alarm.

A ping goes out only while ingest, rules, journal and outbox have each moved or are idle. Whoever is pinged
(a second gateway's `/in/…`, a service in the manner of healthchecks) raises the alarm when pings stop. When
the pings themselves cannot be delivered, the box says so as a system event, like of any other channel.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

import httpx
import structlog

from gateway.batch import Committed
from gateway.config import Deadman
from gateway.guarded import Say
from gateway.pulse import Pulse

PATIENCE = 2  # pings in a row that may get lost before it is said
TIMEOUT_S = 10.0
CHANNEL = "deadman"
_log = structlog.get_logger("deadman")


class DeadmanPing:
    """A part of the app."""

    name = "deadman"

    def __init__(
        self, settings: Deadman, *, site: str, pulse: Pulse, say: Say, wall: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._site = site
        self._pulse = pulse
        self._say = say
        self._wall = wall
        self._failures = 0
        self._told = False

    async def run(self) -> None:
        """Ping until cancelled."""
        async with httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
            while True:
                await self.turn(client)
                await asyncio.sleep(self._settings.every_s)

    def committed(self, committed: Committed) -> None:
        """Commits are seen in the writer's own figures."""

    async def turn(self, client: httpx.AsyncClient) -> bool:
        """Look once, and ping if everything moves; return whether the ping was taken."""
        beats = self._pulse.beats(time.monotonic())
        stuck = sorted(part for part, beat in beats.items() if beat == "stuck")
        if stuck:
            _log.error("no ping: parts do not move", parts=stuck)
            return False
        state = {"site": self._site, "at": self._wall().isoformat(), "state": "alive", "parts": beats}
        try:
            answer = await client.post(self._settings.url, json=state)
            error = "" if answer.is_success else f"HTTP {answer.status_code}"
        except httpx.HTTPError as failure:
            error = type(failure).__name__
        self._note(error)
        return not error

    def _note(self, error: str) -> None:
        """Say that pings are lost, once, and that they arrive again."""
        self._failures = self._failures + 1 if error else 0
        lost = self._failures >= PATIENCE
        if lost is not self._told and (lost or not error):
            self._told = lost
            self._say("system.channel", channel=CHANNEL, online=not lost, reason=error)
