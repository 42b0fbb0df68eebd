"""Screens: how a display without a keyboard comes in. It shows a code, an administrator confirms it, and it may look.

What a screen holds afterwards is a token that carries `wall.read` (and `wall.names`, where the site wants names on it),
kept in a cookie of its own, so that it is listed, revoked and ends like every other token.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import msgspec

from gateway.credentials import new_token, token_hash
from gateway.errors import GatewayError
from gateway.store.tokens import Token
from gateway.tokens import LONGEST, Tokens

LOOKS = "wall.read"
NAMES = "wall.names"
ONLY = frozenset({LOOKS, NAMES})  # a token with these alone belongs to a screen
LIFETIME = timedelta(minutes=10)  # of a code
OF_ONE_ADDRESS = 5
MOST = 100


class PairingOver(GatewayError):
    """A code that nobody shows any more, or a display that has waited too long."""

    def __init__(self) -> None:
        super().__init__("pairing_over")


class Pairing(msgspec.Struct, kw_only=True):
    """A display that shows its code and waits. `token` is there once somebody has confirmed it."""

    code: str
    address: str
    expires_at: datetime
    token: str | None = None


def is_screen(token: Token) -> bool:
    """Tell whether a token is that of a display."""
    return LOOKS in token.permissions and ONLY.issuperset(token.permissions)


class Screens:
    """The displays that wait to be let in, in memory: after a restart they show a new code. Belongs to the event loop."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._waiting: dict[str, Pairing] = {}  # by the hash of the display's secret, oldest first

    def begin(self, *, address: str, now: datetime) -> tuple[str, Pairing]:
        """Return the secret by which a display asks again, and the code that it shows."""
        self._drop_old(now)
        mine = [key for key, each in self._waiting.items() if each.address == address]
        for key in _surplus(mine, OF_ONE_ADDRESS) or _surplus(list(self._waiting), MOST):
            del self._waiting[key]
        shown = {each.code for each in self._waiting.values()}
        code = next(code for code in iter(_code, "") if code not in shown)
        secret = new_token()
        pairing = Pairing(code=code, address=address, expires_at=now + LIFETIME)
        self._waiting[token_hash(secret)] = pairing
        return secret, pairing

    def claim(self, secret: str, *, now: datetime) -> str | None:
        """Return the token of a display that was confirmed, this once; None: it still waits.

        Raises:
            PairingOver: nobody waits with this secret; the display begins anew.
        """
        self._drop_old(now)
        key = token_hash(secret)
        pairing = self._waiting.get(key)
        if pairing is None:
            raise PairingOver
        if pairing.token:
            del self._waiting[key]
        return pairing.token or None

    async def confirm(self, code: str, *, by: str, name: str, names: bool, now: datetime) -> Token:
        """Let in the display that shows this code.

        Raises:
            PairingOver: no display shows it, or it was confirmed already.
        """
        self._drop_old(now)
        found = next(
            (each for each in self._waiting.values() if each.code == code and each.token is None), None
        )
        if found is None:
            raise PairingOver
        found.token = ""  # nobody confirms it twice while the store writes
        wanted = [LOOKS, NAMES] if names else [LOOKS]
        try:
            text, token = await self._tokens.make(by, name=name, permissions=wanted, lifetime=LONGEST)
        except BaseException:
            found.token = None
            raise
        found.token = text
        return token

    def _drop_old(self, now: datetime) -> None:
        for key in [key for key, each in self._waiting.items() if now >= each.expires_at]:
            del self._waiting[key]


def _surplus(oldest_first: list[str], most: int) -> list[str]:
    """Return those that make room for one more."""
    return oldest_first[: max(0, len(oldest_first) - most + 1)]


def _code() -> str:
    return f"{secrets.randbelow(1_000_000):06d}"
