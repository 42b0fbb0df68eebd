"""What a message may at most be: checked before anything reads it, so that a bomb costs nothing.

Sizes are bytes, depth counts nested objects and lists, text length counts characters.
"""

from __future__ import annotations

from typing import Any

from devices.codec import CodecRefused

EVENT_BYTES = 256 * 1024
EVIDENCE_BYTES = 2 * 1024 * 1024  # of a whole message that carries pictures
DEPTH = 32
KEYS = 2_000
TEXT = 64 * 1024
INTEGER = 2**63  # larger integers are kept as text: no store below keeps them exact
SIGNS = 4 * KEYS  # of one sort that part values: beyond them a text is not worth the time to take it apart
# A key costs at least five bytes (`"":0,`), so a message this short cannot hold too many.
_SHORT = 5 * KEYS


def is_small(payload: bytes) -> bool:
    """Tell from the bytes alone that no limit of depth, keys or text can be broken."""
    return len(payload) < _SHORT and payload.count(b"{") + payload.count(b"[") < DEPTH


def check_size(payload: bytes, limit: int) -> None:
    """Refuse a payload above `limit` bytes."""
    if len(payload) > limit:
        raise CodecRefused("too_large", f"{len(payload)} bytes; at most {limit} are read")


def check_signs(payload: bytes, signs: bytes) -> None:
    """Refuse a payload that has one of these signs too often: to count costs a fiftieth of reading it."""
    if len(payload) > SIGNS:
        for sign in signs:
            if payload.count(sign) > SIGNS:
                raise CodecRefused("too_large", f"more than {SIGNS} times {chr(sign)!r}")


def check_shape(value: Any, *, text: int = TEXT) -> None:
    """Refuse a decoded value that is too deep, has too many keys, or holds a text longer than `text`."""
    keys = 0
    stack = [(value, 1)]
    while stack:
        here, depth = stack.pop()
        if isinstance(here, str):
            if len(here) > text:
                raise CodecRefused("too_large", f"a text of {len(here)} characters; at most {text} are read")
            continue
        if not isinstance(here, dict | list):
            continue
        if depth > DEPTH:
            raise CodecRefused("too_deep", f"nested deeper than {DEPTH} levels")
        if isinstance(here, dict):
            keys += len(here)
            stack.extend((key, depth) for key in here)
            here = list(here.values())
        if keys > KEYS:
            raise CodecRefused("too_large", f"more than {KEYS} keys")
        stack.extend((child, depth + 1) for child in here)
