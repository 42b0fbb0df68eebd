"""Signing: what this box gave out is known again, and nobody else can make it. One key file, one key a purpose."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

_BYTES = 12  # 96 bits: short enough for a printed code, far beyond guessing


class Signer:
    """Signs texts for one purpose (`place`, `ticket`, `answer` …); a token of one purpose is none of another."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        self._key = hmac.new(secret, f"resident:{purpose}".encode(), "sha256").digest()

    def mark(self, text: str) -> str:
        """Return the mark of a text: always the same, known only to this box."""
        return _text(self._digest(text))

    def number(self, text: str) -> int:
        """Return a number that only this box can make from the text."""
        return int.from_bytes(self._digest(text)[:8], "big")

    def token(self, text: str) -> str:
        """Return a text with its signature, fit for an address."""
        return f"{_text(text.encode())}.{self.mark(text)}"

    def read(self, token: str) -> str | None:
        """Return the signed text, or None when this box did not sign it."""
        body, _, mark = token.partition(".")
        try:
            text = urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
        except (NotBase64, ValueError):
            return None
        same = hmac.compare_digest(mark.encode(), self.mark(text).encode())
        return text if same and _text(text.encode()) == body else None

    def _digest(self, text: str) -> bytes:
        return hmac.new(self._key, text.encode(), "sha256").digest()[:_BYTES]


def hashed(token: str) -> str:
    """Return the hash under which a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
