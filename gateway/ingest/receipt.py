"""Receipt and status: what the ingest gives to others beside the messages themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec


class IngestStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How reception stands now; `since` is when `connected` last changed, `error` a sentence in zh and en."""

    connected: bool
    since: datetime
    error: dict[str, str] | None
    reconnects: int
    received: int
    acknowledged: int
    unacknowledged: int
    oversized: int
    draining: bool
    refused_filters: tuple[str, ...]


class Receipt:
    """Acknowledges one message when called; calling it twice, or after its connection ended, is harmless."""

    __slots__ = ("_wake", "done", "packet")

    def __init__(self, packet: int, wake: Callable[[], None]) -> None:
        self.packet = packet
        self.done = False
        self._wake = wake

    def __call__(self) -> None:
        self.done = True
        self._wake()


def no_receipt() -> None:
    """Stand for the receipt of a QoS 0 message, which nobody waits for."""
