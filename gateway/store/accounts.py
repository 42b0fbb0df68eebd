"""Accounts, sessions, one-time links: what is written about people who log in.

Every function takes a connection. Those that write run in the writer's own transaction (`Writer.call`).
Times are engine times; tokens and links are stored as hashes only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from devices.event import canonical_json
from gateway.clock import from_us, to_us
from gateway.response.model import Person, Role
from gateway.store.tables import login_links, sessions, users


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A person who may log in, and how their last tries went."""

    person: Person
    password: str | None
    active: bool
    language: str
    failed: int
    locked_until: datetime | None


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A session as it is stored."""

    token_hash: str
    csrf: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time link that still works."""

    purpose: str
    account: Account


def account(connection: sa.Connection, user: str) -> Account | None:
    """Return the account with this login name, or None."""
    row = connection.execute(sa.select(users).where(users.c.id == user)).one_or_none()
    return None if row is None else _account(row)


def sync_people(connection: sa.Connection, people: Iterable[Person]) -> None:
    """Make the accounts follow the site's people: new ones come without a password, missing ones are closed.

    An account that no site file knows and that has a password (the first administrator) is left alone.
    """
    wanted = {person.id: person for person in people}
    known = {row.id: row for row in connection.execute(sa.select(users))}
    for person in wanted.values():
        values = {
            "name": "" if "resident" in person.roles else person.name,  # sealed where the site keeps it
            "roles": _words(person.roles),
            "grids": _words(person.grids),
            "active": person.active,
        }
        if not person.active:
            connection.execute(sessions.delete().where(sessions.c.user == person.id))
        if person.id in known:
            connection.execute(users.update().where(users.c.id == person.id).values(**values))
        else:
            connection.execute(users.insert().values(id=person.id, **values))
    for row in known.values():
        if row.id not in wanted and "administrator" not in _roles(row.roles):
            connection.execute(users.update().where(users.c.id == row.id).values(active=False))
            connection.execute(sessions.delete().where(sessions.c.user == row.id))


def needs_first_run(connection: sa.Connection) -> bool:
    """Tell whether nobody can administrate yet: no active administrator has a password."""
    rows = connection.execute(sa.select(users.c.roles).where(users.c.active, users.c.password.is_not(None)))
    return not any("administrator" in _roles(row.roles) for row in rows)


def add_administrator(connection: sa.Connection, user: str, name: str) -> None:
    """Make sure that an account with the administrator's role exists (without a password)."""
    if account(connection, user) is None:
        connection.execute(
            users.insert().values(
                id=user, name=name, roles=_words(["administrator"]), grids=_words([]), active=True
            )
        )


def set_password(
    connection: sa.Connection, user: str, password_hash: str, *, keep: str | None = None
) -> None:
    """Set the hash of a password and end the person's sessions, except the one to keep."""
    connection.execute(
        users.update()
        .where(users.c.id == user)
        .values(password=password_hash, failed=0, locked_until_us=None)
    )
    connection.execute(
        sessions.delete().where(sessions.c.user == user, sessions.c.token_hash != (keep or ""))
    )


def accounts(connection: sa.Connection) -> list[Account]:
    """Return every account, by login name."""
    return [_account(row) for row in connection.execute(sa.select(users).order_by(users.c.id))]


def last_seen(connection: sa.Connection) -> dict[str, datetime]:
    """Return when each person with a session was seen last."""
    wanted = sa.select(sessions.c.user, sa.func.max(sessions.c.seen_us)).group_by(sessions.c.user)
    return {user: from_us(seen) for user, seen in connection.execute(wanted)}


def close_account(connection: sa.Connection, user: str) -> None:
    """Let nobody in any more: sessions end, links stop working."""
    connection.execute(users.update().where(users.c.id == user).values(active=False))
    end_sessions(connection, user)
    connection.execute(
        login_links.delete().where(login_links.c.user == user, login_links.c.used_us.is_(None))
    )


def reopen_account(connection: sa.Connection, user: str) -> None:
    """Let a person in again, with the password they had."""
    connection.execute(
        users.update().where(users.c.id == user).values(active=True, failed=0, locked_until_us=None)
    )


def end_sessions(connection: sa.Connection, user: str, *, keep: str = "") -> None:
    """End the sessions of a person, except the one to keep."""
    connection.execute(sessions.delete().where(sessions.c.user == user, sessions.c.token_hash != keep))


def clear_password(connection: sa.Connection, user: str) -> None:
    """Take the password from an account and end its sessions: only a one-time link opens it now."""
    connection.execute(
        users.update().where(users.c.id == user).values(password=None, failed=0, locked_until_us=None)
    )
    end_sessions(connection, user)


def unlock(connection: sa.Connection, user: str) -> None:
    """Forget the wrong passwords that somebody typed."""
    connection.execute(users.update().where(users.c.id == user).values(failed=0, locked_until_us=None))


def record_failure(connection: sa.Connection, user: str, *, locked_until: datetime) -> None:
    """Count a wrong password and note until when no further one is tried."""
    connection.execute(
        users.update()
        .where(users.c.id == user)
        .values(failed=users.c.failed + 1, locked_until_us=to_us(locked_until))
    )


def open_session(connection: sa.Connection, user: str, row: SessionRow) -> None:
    """Store a new session, forget failed tries, drop sessions that have run out."""
    connection.execute(sessions.delete().where(sessions.c.expires_us <= to_us(row.created_at)))
    connection.execute(users.update().where(users.c.id == user).values(failed=0, locked_until_us=None))
    connection.execute(
        sessions.insert().values(
            token_hash=row.token_hash,
            user=user,
            csrf=row.csrf,
            created_us=to_us(row.created_at),
            seen_us=to_us(row.seen_at),
            expires_us=to_us(row.expires_at),
            address=row.address,
        )
    )


def session(connection: sa.Connection, token_hash: str) -> tuple[SessionRow, Account] | None:
    """Return a session with its account if the account is active, however old the session is."""
    row = connection.execute(
        sa.select(sessions, users)
        .join(users, users.c.id == sessions.c.user)
        .where(sessions.c.token_hash == token_hash, users.c.active)
    ).one_or_none()
    if row is None:
        return None
    found = SessionRow(
        token_hash=row.token_hash,
        csrf=row.csrf,
        created_at=from_us(row.created_us),
        seen_at=from_us(row.seen_us),
        expires_at=from_us(row.expires_us),
        address=row.address,
    )
    return found, _account(row)


def touch_session(connection: sa.Connection, token_hash: str, *, now: datetime) -> None:
    """Note that a session is in use."""
    connection.execute(
        sessions.update().where(sessions.c.token_hash == token_hash).values(seen_us=to_us(now))
    )


def close_session(connection: sa.Connection, token_hash: str) -> None:
    """End a session."""
    connection.execute(sessions.delete().where(sessions.c.token_hash == token_hash))


def put_link(
    connection: sa.Connection,
    token_hash: str,
    *,
    user: str,
    purpose: str,
    now: datetime,
    lifetime: timedelta,
) -> None:
    """Store a one-time link; an earlier unused one of the same purpose and person stops working."""
    connection.execute(
        login_links.delete().where(
            login_links.c.user == user, login_links.c.purpose == purpose, login_links.c.used_us.is_(None)
        )
    )
    connection.execute(
        login_links.insert().values(
            token_hash=token_hash, user=user, purpose=purpose, expires_us=to_us(now + lifetime)
        )
    )


def link(connection: sa.Connection, token_hash: str, *, now: datetime) -> Link | None:
    """Return a link that can still be used, or None."""
    row = connection.execute(
        sa.select(login_links.c.purpose, users)
        .join(users, users.c.id == login_links.c.user)
        .where(
            login_links.c.token_hash == token_hash,
            login_links.c.used_us.is_(None),
            login_links.c.expires_us > to_us(now),
            users.c.active,
        )
    ).one_or_none()
    return None if row is None else Link(purpose=row.purpose, account=_account(row))


def use_link(connection: sa.Connection, token_hash: str, *, now: datetime, password: str | None) -> bool:
    """Use up a link, setting the account's password if one is given; False when it was used meanwhile."""
    changed = connection.execute(
        login_links.update()
        .where(
            login_links.c.token_hash == token_hash,
            login_links.c.used_us.is_(None),
            login_links.c.expires_us > to_us(now),
        )
        .values(used_us=to_us(now))
    ).rowcount
    if changed != 1:
        return False
    if password is not None:
        user = connection.execute(
            sa.select(login_links.c.user).where(login_links.c.token_hash == token_hash)
        ).scalar_one()
        set_password(connection, user, password)
    return True


def _account(row: Any) -> Account:
    return Account(
        person=Person(
            id=row.id,
            name=row.name or row.id,
            roles=_roles(row.roles),
            grids=tuple(msgspec.json.decode(row.grids)),
        ),
        password=row.password,
        active=bool(row.active),
        language=row.language,
        failed=row.failed,
        locked_until=None if row.locked_until_us is None else from_us(row.locked_until_us),
    )


def _words(words: Iterable[str]) -> str:
    return canonical_json(list(words)).decode()


def _roles(text: str) -> tuple[Role, ...]:
    return msgspec.json.decode(text, type=tuple[Role, ...])
