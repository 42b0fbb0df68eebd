"""From a received message to a RawMessage, cut down to its head when it is above the limit."""

from __future__ import annotations

import hashlib
from datetime import datetime

from devices.event import RawMessage
from gateway.ingest.packets import MalformedError, Publish, length_at, read_publish

HEAD_BYTES = 4096  # what is kept of a message above the limit


def topic_text(topic: bytes) -> str:
    """Return the topic; bytes that are no UTF-8 are written as escapes."""
    return topic.decode("utf-8", "backslashreplace")


def raw_message(message: Publish, *, received_at: datetime, drained: bool, limit_bytes: int) -> RawMessage:
    """Return the message as the decoder takes it.

    Above `limit_bytes` only the first 4 KiB are kept, with headers `oversize` (its size in bytes), `limit`
    and `sha256` (of the whole), so that it is quarantined with the reason and can be recognised.
    """
    payload = message.payload
    if len(payload) <= limit_bytes:
        return RawMessage(
            topic=topic_text(message.topic),
            payload=payload,
            received_at=received_at,
            retained=message.retained,
            drained=drained,
        )
    return RawMessage(
        topic=topic_text(message.topic),
        payload=payload[:HEAD_BYTES],
        received_at=received_at,
        retained=message.retained,
        drained=drained,
        headers=_oversize(len(payload), limit_bytes, hashlib.sha256(payload).hexdigest()),
    )


def _oversize(size: int, limit_bytes: int, digest: str) -> dict[str, str]:
    return {"oversize": str(size), "limit": str(limit_bytes), "sha256": digest}


class Giant:
    """A packet too large to be collected: its payload is hashed piece by piece, only the head is kept.

    A 3.1.1 broker cannot be told a largest packet, and what it once accepted it would send for ever.
    """

    def __init__(self, *, first: int, size: int, five: bool) -> None:
        self._first = first
        self._left = size
        self._five = five
        self._start = b""  # everything up to the payload
        self._message: Publish | None = None
        self._hash = hashlib.sha256()
        self._size = 0

    def feed(self, data: bytes) -> bytes:
        """Take bytes of the packet; return those that follow it."""
        mine, rest = data[: self._left], data[self._left :]
        self._left -= len(mine)
        if self._message is None:
            self._start += mine
            mine = self._begin()
        self._hash.update(mine)
        self._size += len(mine)
        return rest

    def finished(self, *, received_at: datetime, drained: bool, limit_bytes: int) -> RawMessage:
        """Return what is kept of the message."""
        assert self._message is not None
        return RawMessage(
            topic=topic_text(self._message.topic),
            payload=self._message.payload,
            received_at=received_at,
            retained=self._message.retained,
            drained=drained,
            headers=_oversize(self._size, limit_bytes, self._hash.hexdigest()),
        )

    @property
    def complete(self) -> bool:
        return self._left == 0

    @property
    def message(self) -> Publish:
        """The message with its head as payload; there once the packet is complete."""
        if self._message is None:
            raise MalformedError("a packet that ends before its topic does")
        return self._message

    def _begin(self) -> bytes:
        """Read the variable header once enough is there, and return the payload bytes behind it."""
        start, qos = self._start, (self._first >> 1) & 3
        at = 2 + int.from_bytes(start[:2], "big") + (2 if qos else 0)
        if self._five and len(start) > at:
            found = length_at(start, at)
            at = found[0] + found[1] if found else len(start) + 1
        if len(start) < at + HEAD_BYTES and not self.complete:
            return b""
        head = start[: at + HEAD_BYTES]
        self._message = read_publish(self._first, head, 0, len(head), five=self._five)
        return start[at:]
