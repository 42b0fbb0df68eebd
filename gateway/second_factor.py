"""Second factor: one-time codes of an authenticator app (RFC 6238), and recovery codes for the day it is lost.

A code counts for its 30 seconds and one step to each side, and only once. The secret lies sealed in the
store; of recovery codes only hashes are kept. Codes follow the wall clock, as the phone does.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime

import msgspec
import pyotp

from gateway.access import Access
from gateway.sealing import Sealer
from gateway.store import second_factors as stored

STEP_S = 30
SLACK = 1  # steps to each side: a phone's clock may be half a minute off
RECOVERY_CODES = 10
_RECOVERY_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another on paper


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown once: the secret, and the address that an app reads from a square code."""

    secret: str
    uri: str


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """Return the time step whose code this is, or None; only steps next to `at` (wall time) count."""
    code = re.sub(r"\s", "", code)
    now = int(at.timestamp()) // STEP_S
    made = pyotp.TOTP(secret)
    found = None
    for step in range(now - SLACK, now + SLACK + 1):  # all of them: how long it takes tells nothing
        if hmac.compare_digest(made.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def new_recovery_code() -> str:
    """Return ten letters and digits in two groups, about 49 bits."""
    letters = "".join(secrets.choice(_RECOVERY_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


class SecondFactors:
    """Second factors of the accounts; who may ask, and how often, is decided by the login."""

    def __init__(self, access: Access, *, wall: Callable[[], datetime], sealer: Sealer) -> None:
        self._read, self._write = access.read, access.write
        self._wall, self._sealer = wall, sealer

    async def enrolled(self, user: str) -> bool:
        """Tell whether a login of this account needs a code."""
        found = await self._read(lambda connection: stored.factor(connection, user))
        return found is not None and found.enrolled

    async def recovery_left(self, user: str) -> int:
        """Return how many recovery codes are left."""
        return await self._read(lambda connection: stored.recovery_codes_left(connection, user))

    async def begin(self, user: str, *, issuer: str) -> Enrolment | None:
        """Make a secret to be confirmed; None when the account has a second factor already."""
        secret = pyotp.random_base32()
        sealed = self._sealer.seal(secret)
        if not await self._write(lambda connection: stored.begin_factor(connection, user, sealed)):
            return None
        uri = pyotp.TOTP(secret).provisioning_uri(name=user, issuer_name=issuer)
        return Enrolment(secret=secret, uri=uri)

    async def confirm(self, user: str, code: str) -> list[str] | None:
        """Make the secret the account's second factor and return its recovery codes; None: the code is wrong."""
        found = await self._read(lambda connection: stored.factor(connection, user))
        if found is None or found.enrolled:
            return None
        now = self._wall()
        step = step_of(self._sealer.open(found.secret), code, now)
        if step is None:
            return None
        codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
        hashes = [self._hash(user, each) for each in codes]
        done = await self._write(
            lambda connection: stored.confirm_factor(
                connection, user, found.secret, step=step, codes=hashes, now=now
            )
        )
        return codes if done else None

    async def check(self, user: str, code: str) -> bool:
        """Use up a code of the app, or a recovery code; False when it is wrong or was used before."""
        found = await self._read(lambda connection: stored.factor(connection, user))
        if found is None or not found.enrolled:
            return False
        step = step_of(self._sealer.open(found.secret), code, self._wall())
        if step is not None:
            return await self._write(lambda connection: stored.take_step(connection, user, step))
        hashed = self._hash(user, code)
        return await self._write(lambda connection: stored.take_recovery_code(connection, user, hashed))

    async def remove(self, user: str) -> bool:
        """Take the second factor from an account; False when it has none."""
        return await self._write(lambda connection: stored.remove_factor(connection, user))

    def _hash(self, user: str, code: str) -> str:
        """Return the form under which a recovery code is stored: keyed, for its letters alone could be tried out."""
        return self._sealer.fingerprint(f"{user}:{re.sub(r'[^a-z0-9]', '', code.lower())}")
