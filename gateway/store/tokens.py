"""Tokens of programs as they are stored: a hash, what they may do, whose they are, when they were used last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from devices.event import canonical_json
from gateway.clock import from_us, to_us
from gateway.store.accounts import Account, account
from gateway.store.tables_accounts import api_tokens


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token as its maker sees it. Times are engine times."""

    id: str
    name: str
    user: str
    permissions: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    used_from: str | None = None
    revoked_at: datetime | None = None

    def works(self, now: datetime) -> bool:
        """Tell whether it may still be used."""
        return self.revoked_at is None and now < self.expires_at


def put_token(connection: sa.Connection, token: Token, token_hash: str) -> None:
    """Store a new token."""
    connection.execute(
        api_tokens.insert().values(
            id=token.id,
            token_hash=token_hash,
            name=token.name,
            user=token.user,
            permissions=canonical_json(list(token.permissions)).decode(),
            created_us=to_us(token.created_at),
            expires_us=to_us(token.expires_at),
        )
    )


def token_by_hash(connection: sa.Connection, token_hash: str) -> tuple[Token, Account] | None:
    """Return a token with its maker's account, whether it still works or not."""
    row = connection.execute(sa.select(api_tokens).where(api_tokens.c.token_hash == token_hash)).one_or_none()
    maker = account(connection, row.user) if row is not None else None
    return None if row is None or maker is None else (_token(row), maker)


def tokens(connection: sa.Connection, *, user: str | None = None) -> list[Token]:
    """Return the tokens of one person, or of everybody, newest first."""
    wanted = sa.select(api_tokens).order_by(api_tokens.c.created_us.desc(), api_tokens.c.id)
    if user is not None:
        wanted = wanted.where(api_tokens.c.user == user)
    return [_token(row) for row in connection.execute(wanted)]


def touch_token(connection: sa.Connection, token: str, *, now: datetime, address: str) -> None:
    """Note when and from where a token was used."""
    connection.execute(
        api_tokens.update().where(api_tokens.c.id == token).values(used_us=to_us(now), used_from=address)
    )


def revoke_tokens(
    connection: sa.Connection, *, now: datetime, token: str | None = None, user: str | None = None
) -> list[str]:
    """Stop one token, or all of a person; return the ids of those that were still in force."""
    alive: list[sa.ColumnElement[bool]] = [api_tokens.c.revoked_us.is_(None)]
    alive += [api_tokens.c.id == token] if token is not None else []
    alive += [api_tokens.c.user == user] if user is not None else []
    found = list(connection.execute(sa.select(api_tokens.c.id).where(*alive)).scalars())
    _revoke(connection, found, now)
    return found


def _revoke(connection: sa.Connection, ids: Iterable[str], now: datetime) -> None:
    for each in ids:
        connection.execute(api_tokens.update().where(api_tokens.c.id == each).values(revoked_us=to_us(now)))


def _token(row: Any) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        user=row.user,
        permissions=tuple(msgspec.json.decode(row.permissions)),
        created_at=from_us(row.created_us),
        expires_at=from_us(row.expires_us),
        used_at=None if row.used_us is None else from_us(row.used_us),
        used_from=row.used_from,
        revoked_at=None if row.revoked_us is None else from_us(row.revoked_us),
    )
