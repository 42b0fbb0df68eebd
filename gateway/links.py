"""One-time login links: how the first administrator gets in, and how a visitor tries the demo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.core import Core
from gateway.credentials import new_token, token_hash
from gateway.errors import ConfigError
from gateway.response.model import Person
from gateway.secret_files import secret
from gateway.store.accounts import account, add_administrator, needs_first_run, put_link
from gateway.store.beside import write_beside
from gateway.store.chain import append_audit

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
        people = core.view.people.values()
        known = next((person.id for person in people if "administrator" in person.roles), "admin")
        add_administrator(connection, known, known)
        return [("administrator", _link(connection, known, "first_run", now, base))]

    return await asyncio.wrap_future(call(job))


def _link(connection: Any, person: str, purpose: str, now: Any, base: str) -> str:
    token = new_token()
    put_link(connection, token_hash(token), user=person, purpose=purpose, now=now, lifetime=LIFETIME)
    return f"{base}/login#{token}"


def fresh_links(data: Path, people: Mapping[str, str], *, base: str, purpose: str) -> list[tuple[str, str]]:
    """Return (role or name, address) of fresh one-time links, also while a gateway runs on the data folder.

    `people` maps what stands before the link to a login name. Whoever may write the folder may do this; the audit
    log says so. An earlier unused link of the same person stops working.

    Raises:
        StoreError: the folder holds no database, or it cannot be written.
        ConfigError: a person has no account there.
    """

    def job(connection: Any, now: datetime) -> list[tuple[str, str]]:
        key = secret(data / "secrets", "seal.key")
        strangers = [who for who in people.values() if account(connection, who) is None]
        if strangers:
            raise ConfigError(
                [f"{data}: nobody is called {', '.join(strangers)}; the site file names the people"]
            )
        for who in people.values():
            facts = {"purpose": purpose}
            append_audit(connection, at=now, actor="shell", action="link", subject=who, facts=facts, key=key)
        return [(label, _link(connection, who, purpose, now, base)) for label, who in people.items()]

    return write_beside(data, job)


def demo_visitors(core: Core) -> dict[str, str]:
    """Return one person a role for the visitor to be."""
    return visitors(core.view.people.values())


def visitors(people: Iterable[Person]) -> dict[str, str]:
    """Return the first person of each role that a visitor may try."""
    people = list(people)
    found: dict[str, str] = {}
    for role in DEMO_ROLES:
        person = next((p.id for p in people if p.roles and p.roles[0] == role), None)
        if person is not None:
            found[role] = person
    return found
