"""Digest: HTTP Digest access authentication, server side (RFC 7616): MD5 and SHA-256, `qop=auth` and none.

The password never travels, and is not kept either: of each credential the hashes HA1 = H(user:realm:password) are.
A nonce tells its own time and cannot be made up; each of its counts (`nc`) is taken once, so that an answer that was
listened to is worth nothing. Old firmware that knows no `qop` gets one request out of a nonce. `auth-int`, `userhash`
and names in other charsets are not offered.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

REALM = "devices"  # part of every stored hash: it can never change
NONCE_S = 300.0
MOST_NONCES = 65_536
ALGORITHMS: dict[str, Callable[[bytes], str]] = {
    "SHA-256": lambda text: hashlib.sha256(text).hexdigest(),
    "MD5": lambda text: hashlib.md5(text, usedforsecurity=False).hexdigest(),
}
Judged: TypeAlias = Literal["right", "wrong", "stale"]
_PART = re.compile(r'([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_COUNT = re.compile(r"[0-9a-fA-F]{8}")


def ha1(user: str, password: str) -> dict[str, str]:
    """Return what is kept of a password, by algorithm."""
    text = f"{user}:{REALM}:{password}".encode()
    return {name: digest(text) for name, digest in ALGORITHMS.items()}


def read_digest(header: str) -> dict[str, str] | None:
    """Return the parts of an `Authorization: Digest …` header, or None if it is none."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "digest":
        return None
    found = {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) if quoted else token
        for name, quoted, token in _PART.findall(rest)
    }
    return found if {"username", "nonce", "uri", "response"} <= found.keys() else None


class Nonces:
    """Hands out nonces and takes each count of them once. `steady` is a clock that never jumps, in seconds."""

    def __init__(self, steady: Callable[[], float], *, most: int = MOST_NONCES) -> None:
        self._steady, self._most = steady, most
        self._key = secrets.token_bytes(32)
        self._used: OrderedDict[str, int] = OrderedDict()  # nonce -> the highest count so far
        self._floor = -1  # nonces from before this millisecond are forgotten, and no longer good for anything

    def mint(self) -> str:
        """Return a new nonce."""
        body = f"{int(self._steady() * 1000):012x}{secrets.token_hex(4)}"
        return body + self._seal(body)

    def take(self, nonce: str, count: int) -> bool:
        """Tell whether this count of this nonce is fresh, and use it up."""
        body, seal = nonce[:20], nonce[20:]
        if not hmac.compare_digest(self._seal(body).encode(), seal.encode()):
            return False
        at = int(body[:12], 16)
        if at <= self._floor or self._steady() * 1000 - at > NONCE_S * 1000:
            return False
        if count <= self._used.get(nonce, 0):
            return False
        self._used[nonce] = count
        self._forget()
        return True

    def _forget(self) -> None:
        oldest = self._steady() * 1000 - NONCE_S * 1000
        while self._used:
            nonce = next(iter(self._used))
            at = int(nonce[:12], 16)
            if at >= oldest and len(self._used) <= self._most:
                return
            self._floor = max(self._floor, at)
            del self._used[nonce]

    def _seal(self, body: str) -> str:
        return hmac.new(self._key, body.encode(), "sha256").hexdigest()[:32]


def challenges(nonce: str, *, stale: bool = False) -> list[str]:
    """Return the `WWW-Authenticate` values, MD5 first: firmware that reads only the first one knows only that."""
    end = ", stale=true" if stale else ""
    return [
        f'Digest realm="{REALM}", qop="auth", algorithm={name}, nonce="{nonce}"{end}'
        for name in ("MD5", "SHA-256")
    ]


def judge(
    parts: Mapping[str, str], kept: Mapping[str, str], *, method: str, asked: str, nonces: Nonces
) -> Judged:
    """Tell whether an answer fits the kept hashes of its user; `stale`: it does, but its nonce is no longer good."""
    named = parts.get("algorithm", "MD5")
    session = named.upper().endswith("-SESS")
    algorithm = named[:-5].upper() if session else named.upper()
    digest, secret = ALGORITHMS.get(algorithm), kept.get(algorithm)
    qop, count, cnonce = parts.get("qop", ""), parts.get("nc", ""), parts.get("cnonce", "")
    if digest is None or secret is None or qop not in ("", "auth"):
        return "wrong"
    if parts["uri"] not in (asked, asked.partition("?")[0]):  # there is firmware that leaves its query out
        return "wrong"
    if (qop or session) and (not cnonce or not _COUNT.fullmatch(count)):
        return "wrong"
    nonce = parts["nonce"]
    if session:
        secret = digest(f"{secret}:{nonce}:{cnonce}".encode())
    about = digest(f"{method}:{parts['uri']}".encode())
    middle = f"{nonce}:{count}:{cnonce}:{qop}" if qop else nonce
    wanted = digest(f"{secret}:{middle}:{about}".encode())
    if not hmac.compare_digest(wanted.encode(), parts["response"].lower().encode()):
        return "wrong"
    return "right" if nonces.take(nonce, int(count, 16) if qop else 1) else "stale"
