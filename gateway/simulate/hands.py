"""Hands: the simulated people at work while the demonstration runs, through whatever door the caller gives them.

`attend` takes two doors, to see the open cases and to act; `HttpDoor` is the pair that goes through the real
HTTP API, each person with a login of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
import structlog

from gateway.errors import ActionRefused, GatewayError
from gateway.simulate.people import Case, Crew, Move

log = structlog.get_logger("simulate.people")
See = Callable[[], Awaitable[Sequence[Case]]]
Act = Callable[[Move], Awaitable[None]]


async def attend(
    crew: Crew,
    see: See,
    act: Act,
    stop: asyncio.Event,
    *,
    every_s: float = 3.0,
    clock: Callable[[], datetime] | None = None,
) -> int:
    """Let the people look at the cases every few seconds and do what they decide, until `stop`; return how much they did.

    A refused action is the everyday case of somebody else having been quicker: it is noted, and they look again.
    """
    done = 0
    while not stop.is_set():
        now = clock() if clock is not None else datetime.now(UTC)
        try:
            for move in crew.turn(now, await see()):
                try:
                    await act(move)
                    done += 1
                except ActionRefused as error:
                    log.info("refused", case=move.case, action=move.action, by=move.by, why=str(error))
        except (GatewayError, httpx.HTTPError) as error:
            log.warning("people_cannot_see", why=str(error))
        try:
            await asyncio.wait_for(stop.wait(), every_s)
        except TimeoutError:
            continue
    return done


class HttpDoor:
    """The HTTP API as the simulated people use it: log in once each, list the open cases, post actions and photos."""

    def __init__(self, base_url: str, *, passwords: Mapping[str, str], viewer: str) -> None:
        self._base = base_url
        self._passwords = passwords
        self._viewer = viewer
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()

    async def see(self) -> list[Case]:
        client = await self._as(self._viewer)
        answer = await client.get("/api/incidents", params={"state": "open"})
        answer.raise_for_status()
        body = answer.json()
        return [case_of_view(view) for view in (body["items"] if isinstance(body, dict) else body)]

    async def act(self, move: Move) -> None:
        """Post one action; raises ActionRefused when the gateway says no."""
        client = await self._as(move.by)
        fields = dict(move.fields)
        if move.picture is not None:
            answer = await client.post(
                f"/api/incidents/{move.case}/photos",
                files={"file": ("photo.jpg", move.picture, "image/jpeg")},
                data={"captured_at": datetime.now(UTC).isoformat()},
            )
            if answer.is_success:
                fields["photos"] = [answer.json()["sha256"]]
        answer = await client.post(
            f"/api/incidents/{move.case}/actions",
            json={"action": move.action, "version": move.version, "fields": fields},
            headers={"Idempotency-Key": move.key},
        )
        if answer.is_client_error:
            raise ActionRefused("refused", f"{answer.status_code}: {answer.text[:200]}")
        answer.raise_for_status()

    async def _as(self, person: str) -> httpx.AsyncClient:
        client = self._clients.get(person)
        if client is None:
            client = httpx.AsyncClient(base_url=self._base, timeout=10, trust_env=False)
            answer = await client.post(
                "/api/login", json={"user": person, "password": self._passwords[person]}
            )
            if not answer.is_success:
                await client.aclose()
                raise GatewayError(f"{person} cannot log in at {self._base}: {answer.status_code}")
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
            self._clients[person] = client
        return client


def case_of_view(view: dict[str, Any]) -> Case:
    """Return a case from the API's view of it."""
    changed = view.get("changed") or {}
    return Case(
        number=view["number"],
        state=view["state"],
        version=view["version"],
        level=view["level"],
        category=view["category"],
        opened_at=datetime.fromisoformat(view["opened_at"]),
        owner=view.get("owner"),
        takers=tuple(view.get("takers") or ((view["owner"],) if view.get("owner") else ())),
        assignees=tuple(a["id"] if isinstance(a, dict) else a for a in view.get("assignees") or ()),
        resolver=view.get("resolver"),
        place=(view.get("place") or {}).get("zh", ""),
        photos=len(view.get("photos") or ()),
        changed_by=changed.get("by"),
    )
