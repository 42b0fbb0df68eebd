"""One-time login links: how the first administrator gets in, and how a visitor tries the demo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

from gateway.core import Core
from gateway.credentials import new_token, token_hash
from gateway.store.accounts import add_administrator, needs_first_run, put_link

Call = Callable[[Callable[[Any], Any]], Future[Any]]
LIFETIME = timedelta(hours=24)
DEMO_ROLES = ("guard", "worker", "manager", "resident", "administrator")


async def first_links(call: Call, core: Core, *, base: str, demo: bool) -> list[tuple[str, str]]:
    """Return (role, address) of fresh one-time links; without `demo` only for an administrator nobody is yet."""
    now = core.clock.now()

    def job(connection: Any) -> list[tuple[str, str]]:
        if demo:
            return [
                (role, _link(connection, person, "demo", now, base))
                for role, person in demo_visitors(core).items()
            ]
        if not needs_first_run(connection):
            return []
        people = core.written.site.view.people.values()
        known = next((person.id for person in people if "administrator" in person.roles), "admin")
        add_administrator(connection, known, known)
        return [("administrator", _link(connection, known, "first_run", now, base))]

    return await asyncio.wrap_future(call(job))


def _link(connection: Any, person: str, purpose: str, now: Any, base: str) -> str:
    token = new_token()
    put_link(connection, token_hash(token), user=person, purpose=purpose, now=now, lifetime=LIFETIME)
    return f"{base}/login#{token}"


def demo_visitors(core: Core) -> dict[str, str]:
    """Return one person a role for the visitor to be."""
    people = core.written.site.view.people.values()
    found: dict[str, str] = {}
    for role in DEMO_ROLES:
        person = next((p.id for p in people if p.roles and p.roles[0] == role), None)
        if person is not None:
            found[role] = person
    return found
