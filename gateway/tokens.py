"""Tokens: how programs come in. One is shown once, stored as a hash, and never does more than its maker may.

`Authorization: Bearer scg_…`; no cookie, no CSRF token. A token ends with its date, when it is revoked, and with its
maker's account.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta

from gateway.access import Access
from gateway.credentials import FREE_TRIES_ADDRESS, LONGEST_WAIT_ADDRESS, Failures, new_token, token_hash
from gateway.session import LoginError, Session
from gateway.store import tokens as stored
from gateway.store.read import Connection
from gateway.store.tokens import Token

PREFIX = "scg_"
LONGEST = timedelta(days=366)
MOST = 50  # in force, of one person
_TOUCH = timedelta(minutes=1)
_RECHECK = timedelta(seconds=10)  # how long a revoked token may go on
_KNOWN = 500


class Tokens:
    """Makes, knows and revokes tokens."""

    def __init__(self, access: Access) -> None:
        self._access, self._now = access, access.now
        self._known: OrderedDict[str, tuple[Session, datetime]] = OrderedDict()
        self._touched: dict[str, datetime] = {}
        self._addresses = Failures(free=FREE_TRIES_ADDRESS, longest=LONGEST_WAIT_ADDRESS)

    async def make(
        self, user: str, *, name: str, permissions: Sequence[str], lifetime: timedelta
    ) -> tuple[str, Token]:
        """Return the text of a new token, which nobody can look up again, and what is kept of it."""
        now, text = self._now(), PREFIX + new_token()
        token = Token(
            id=token_hash(text)[:12],
            name=name,
            user=user,
            permissions=tuple(sorted(set(permissions))),
            created_at=now,
            expires_at=now + min(lifetime, LONGEST),
        )

        def job(connection: Connection) -> None:
            stored.put_token(connection, token, token_hash(text))
            facts = {"name": name, "permissions": list(token.permissions), "until": str(token.expires_at)}
            self._access.note(connection, actor=user, action="token.made", about=token.id, facts=facts)

        await self._access.write(job)
        return text, token

    async def session(self, text: str, *, address: str) -> Session | None:
        """Return what stands behind a token, or None.

        Raises:
            LoginError: `too_many`: this address sent too many that are none.
        """
        now, key = self._now(), token_hash(text)
        known, looked = self._known.get(key, (None, now))
        if known is None or now - looked >= _RECHECK:
            if wait := self._addresses.wait(address, now):
                raise LoginError("too_many", wait=wait)
            known = await self._look(key, now)
            if known is None:
                self._known.pop(key, None)
                self._addresses.failed(address, now)
                return None
            self._known[key] = (known, now)
            if len(self._known) > _KNOWN:
                self._known.popitem(last=False)
        if now >= known.expires_at:
            return None
        self._touch(known, address, now)
        return known

    async def all(self, user: str | None = None) -> list[Token]:
        """Return the tokens of one person, or of everybody, newest first."""
        return await self._access.read(lambda connection: stored.tokens(connection, user=user))

    async def revoke(self, *, by: str, token: str | None = None, user: str | None = None) -> list[str]:
        """Stop one token, or all of a person, at once; return the ids of those that were in force."""
        now = self._now()

        def job(connection: Connection) -> list[str]:
            gone = stored.revoke_tokens(connection, now=now, token=token, user=user)
            for each in gone:
                self._access.note(connection, actor=by, action="token.revoked", about=each, facts={})
            return gone

        gone = await self._access.write(job)
        for key in [key for key, (session, _) in self._known.items() if session.token in gone]:
            del self._known[key]
        return gone

    async def _look(self, key: str, now: datetime) -> Session | None:
        found = await self._access.read(lambda connection: stored.token_by_hash(connection, key))
        if found is None or not found[0].works(now) or not found[1].active:
            return None
        token, maker = found
        return Session(
            token_hash="", person=maker.person, language=maker.language, csrf="", created_at=token.created_at,
            seen_at=now, expires_at=token.expires_at, address="", token=token.id, only=frozenset(token.permissions),
        )  # fmt: skip

    def _touch(self, session: Session, address: str, now: datetime) -> None:
        token = session.token or ""
        before = self._touched.get(token)
        if before is None or now - before >= _TOUCH:
            self._touched[token] = now
            self._access.send(
                lambda connection: stored.touch_token(connection, token, now=now, address=address)
            )
