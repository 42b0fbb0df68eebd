"""Credentials: password hashes, tokens, and how long somebody who guesses has to wait."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

FREE_TRIES_ACCOUNT = 5
FREE_TRIES_ADDRESS = 20
LONGEST_WAIT_ACCOUNT = timedelta(minutes=5)
LONGEST_WAIT_ADDRESS = timedelta(minutes=15)

# 19 MiB, two passes: the smallest OWASP profile, so that a Pi answers in about a quarter of a second.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_hex(16))  # an unknown name costs the same work as a known one


def new_token() -> str:
    """Return 256 random bits as text for a cookie or a link."""
    return secrets.token_urlsafe(32)


def hash_password(password: str) -> str:
    """Return the Argon2id hash to store."""
    return _hasher.hash(password)


def check_password(password: str, stored_hash: str | None) -> bool:
    """Tell whether the password fits; takes as long for an account without one."""
    try:
        _hasher.verify(stored_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored_hash is not None


def token_hash(token: str) -> str:
    """Return the form under which a token is stored. Tokens are 256 random bits: no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def wait_after(failures: int, *, free: int, longest: timedelta) -> timedelta:
    """Return how long to wait after so many failures in a row: nothing, then 1 s, 2 s, 4 s … up to `longest`."""
    if failures < free:
        return timedelta(0)
    return min(longest, timedelta(seconds=2.0 ** min(failures - free, 30)))


class Failures:
    """Failures in a row by address or unknown name, the newest few thousand of them, in memory."""

    def __init__(self, *, free: int, longest: timedelta, size: int = 4096) -> None:
        self._free, self._longest, self._size = free, longest, size
        self._rows: OrderedDict[str, tuple[int, datetime]] = OrderedDict()

    def wait(self, key: str, now: datetime) -> timedelta:
        """Return how long this key must still wait."""
        failures, last = self._rows.get(key, (0, now))
        return max(timedelta(0), last + wait_after(failures, free=self._free, longest=self._longest) - now)

    def failed(self, key: str, now: datetime) -> None:
        """Count one more failure; an hour of peace forgets the earlier ones."""
        failures, last = self._rows.pop(key, (0, now))
        self._rows[key] = (1 if now - last > timedelta(hours=1) else failures + 1, now)
        if len(self._rows) > self._size:
            self._rows.popitem(last=False)

    def forget(self, key: str) -> None:
        """A success ends the row of failures."""
        self._rows.pop(key, None)
