"""Session: somebody who is logged in, and what a login that failed says."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from gateway.errors import GatewayError
from gateway.response.model import Person

LIFETIME = timedelta(hours=12)


class LoginError(GatewayError):
    """Nobody was logged in; `code` is a word of the API's catalogue, `wait` how long not to try again."""

    def __init__(self, code: str, *, wait: timedelta | None = None) -> None:
        self.code = code
        self.wait = wait
        super().__init__(code)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One login of one person, or one token of theirs at work: then `only` are the permissions it has."""

    token_hash: str
    person: Person
    language: str
    csrf: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    token: str | None = None  # the id of the token that a program sent
    only: frozenset[str] | None = None


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A session just made, with the token for the cookie: it is known only in this moment."""

    token: str
    session: Session
