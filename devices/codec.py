"""The door for payload formats: a codec turns bytes into JSON-like mappings, one for each message inside.

A new format is one new file under `devices/codecs/` with `@codec("name")`; a profile names it in `payload:`.
A codec is pure and refuses with `CodecRefused`; whatever else it raises is quarantined as its own fault.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Document: TypeAlias = dict[str, Any]
Codec: TypeAlias = Callable[[bytes, str], list[Document]]

CODECS: dict[str, Codec] = {}


class CodecRefused(Exception):
    """The bytes are not what this codec reads; `code` is a quarantine code, the message a sentence."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        super().__init__(reason)


def codec(name: str) -> Callable[[Codec], Codec]:
    """Register a function `(payload, encoding) -> documents` under `name`; a name is given once."""

    def register(function: Codec) -> Codec:
        if name in CODECS:
            raise ValueError(f"codec '{name}' is both {CODECS[name].__module__} and {function.__module__}")
        CODECS[name] = function
        return function

    return register
