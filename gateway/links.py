"""One-time login links: how the first administrator gets in, and how a visitor tries the demo."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from devices.problem import nearest
from gateway.access import Write
from gateway.core import Core
from gateway.credentials import new_token, token_hash
from gateway.errors import ConfigError
from gateway.people_rules import LOGIN_NAME, RESERVED
from gateway.response.model import Person
from gateway.secret_files import secret
from gateway.store.accounts import (
    account,
    accounts,
    add_administrator,
    clear_password,
    needs_first_run,
    put_link,
    reopen_account,
)
from gateway.store.beside import write_beside
from gateway.store.chain import append_audit
from gateway.store.second_factors import enrolled_users, remove_factor

LIFETIME = timedelta(hours=24)
DEMO_ROLES = ("guard", "worker", "manager", "resident", "administrator")


async def first_links(call: Write, core: Core, *, base: str, demo: bool) -> list[tuple[str, str]]:
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


class KnownUser(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the command line lists it."""

    id: str
    roles: tuple[str, ...]
    active: bool
    password: bool
    second_factor: bool


def known_users(data: Path) -> list[KnownUser]:
    """Return every account of a data folder, by login name.

    Raises:
        StoreError: the folder holds no database.
    """

    def job(connection: Any, _: datetime) -> list[KnownUser]:
        factors = enrolled_users(connection)
        return [
            KnownUser(
                id=each.person.id,
                roles=each.person.roles,
                active=each.active,
                password=each.password is not None,
                second_factor=each.person.id in factors,
            )
            for each in accounts(connection)
        ]

    return write_beside(data, job)


def add_user(data: Path, user: str, *, base: str) -> str:
    """Make an administrator's account; return the address of a one-time link that sets its password.

    Raises:
        ConfigError: the name is taken or none.
        StoreError: the folder holds no database, or it cannot be written.
    """

    def job(connection: Any, now: datetime) -> str:
        if not LOGIN_NAME.fullmatch(user) or user in RESERVED:
            raise ConfigError(
                [f"{user}: expected 2 to 40 of a-z, 0-9, '.', '_', '-', beginning with a letter or digit"]
            )
        if account(connection, user) is not None:
            raise ConfigError([f"{user}: is there already; `gateway users reset {user}` gives it a new link"])
        add_administrator(connection, user, user)
        _note(connection, data, now, "user.added", user, {"roles": ["administrator"]})
        return _link(connection, user, "invite", now, base)

    return write_beside(data, job)


def reset_user(data: Path, user: str, *, base: str) -> str:
    """Take password and second factor from an account, open it, end its sessions; return the address of a one-time link.

    Raises:
        ConfigError: nobody has this name.
        StoreError: the folder holds no database, or it cannot be written.
    """

    def job(connection: Any, now: datetime) -> str:
        if account(connection, user) is None:
            known = [each.person.id for each in accounts(connection)]
            raise ConfigError(
                [f"{user}: nobody has this login name{nearest(user, known)}; `gateway users list` shows them"]
            )
        clear_password(connection, user)
        reopen_account(connection, user)
        remove_factor(connection, user)
        _note(connection, data, now, "person.reset", user, {})
        return _link(connection, user, "invite", now, base)

    return write_beside(data, job)


def _note(connection: Any, data: Path, now: datetime, action: str, user: str, facts: dict[str, Any]) -> None:
    key = secret(data / "secrets", "seal.key")
    append_audit(connection, at=now, actor="shell", action=action, subject=user, facts=facts, key=key)
