"""Limits of what people may send, and how long proof is kept; a site changes them under `evidence:` in `gateway.yaml`."""

from __future__ import annotations

from datetime import timedelta

import msgspec

CHUNK_BYTES = 256 * 1024  # of one request; all that an upload ever holds in memory


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one box takes from phones. Sizes in bytes."""

    photo_bytes: int = 10 * 1024 * 1024
    voice_bytes: int = 3 * 1024 * 1024
    voice_s: int = 60
    open_each: int = 40  # uploads of one person that are on their way
    open_each_bytes: int = 100 * 1024 * 1024
    open_all_bytes: int = 1024 * 1024 * 1024
    announced_a_minute: int = 60  # by one person
    abandoned_after: timedelta = timedelta(hours=48)  # nothing more came: the part is deleted
    remembered_for: timedelta = timedelta(days=14)  # a late repeat of a finish still gets its first answer

    def most(self, kind: str) -> int:
        """Return the largest file of a kind."""
        return self.voice_bytes if kind == "voice" else self.photo_bytes


class Keeping(msgspec.Struct, frozen=True, kw_only=True):
    """How long proof is open and how long its pictures and sounds are kept."""

    open_s: float = 60.0
    around_s: float = 60.0  # neighbours' events before and after
    media_days: float = 30.0  # after the case was closed; a legal hold keeps them
    events: int = 200  # of neighbours in one bundle
    devices: int = 100
