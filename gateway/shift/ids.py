"""Ids that a repeat of the same request has too: what a phone sends twice is kept once."""

from __future__ import annotations

import hashlib


def id_of(key: str) -> str:
    """Return the id made from an idempotency key (with the person it belongs to)."""
    return hashlib.blake2b(key.encode(), digest_size=12).hexdigest()
