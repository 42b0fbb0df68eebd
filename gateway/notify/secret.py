"""Secret: a key that a channel signs or logs in with, which no repr, log line or error shows."""

from __future__ import annotations

from collections.abc import Iterable


class Secret:
    """The text of a secret file. Only `reveal` and `lines` give it away, where it is used."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text.strip()

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._text

    def lines(self) -> tuple[str, ...]:
        """Return its words: two keys while one replaces the other."""
        return tuple(self._text.split())

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self._text

    def __hash__(self) -> int:
        return hash(self._text)


def hushed(text: str, secrets: Iterable[str]) -> str:
    """Return `text` with every secret in it replaced; a receiver's answer may repeat what it was sent."""
    for secret in sorted({each for each in secrets if len(each) >= 4}, key=len, reverse=True):
        text = text.replace(secret, "…")
    return text
