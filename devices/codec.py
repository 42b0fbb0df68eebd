"""The door for payload formats: a codec turns bytes into JSON-like mappings, one for each message inside.

A new format is one new file under `devices/codecs/` with `@codec("name")`; a profile names it in `payload:`.
A codec is pure and refuses with `CodecRefused`; whatever else it raises is quarantined as its own fault. Where one
payload holds many records, a record that cannot be read is a `CodecRefused` in the list, and the others are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

Document: TypeAlias = dict[str, Any]


class CodecRefused(Exception):
    """The bytes are not what this codec reads; `code` is a quarantine code, the message a sentence.

    Raised for the whole payload; among the documents of one it stands for the record that could not be read.
    """

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        super().__init__(reason)


Refusable: TypeAlias = Document | CodecRefused
Codec: TypeAlias = Callable[[bytes, str], Sequence[Refusable]]
C = TypeVar("C", bound=Codec)

CODECS: dict[str, Codec] = {}


def codec(name: str) -> Callable[[C], C]:
    """Register a function `(payload, encoding) -> documents` under `name`; a name is given once."""

    def register(function: C) -> C:
        if name in CODECS:
            raise ValueError(f"codec '{name}' is both {CODECS[name].__module__} and {function.__module__}")
        CODECS[name] = function
        return function

    return register
