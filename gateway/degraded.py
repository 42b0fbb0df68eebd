"""Degraded: the disk is full or failing. Nothing is acknowledged, alarms are still shown, marked 未存盘."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from gateway.batch import Batch
from gateway.errors import StoreFull
from gateway.response.model import Message
from rules.change import Change

HELD_MESSAGES = 5_000
HELD_BYTES = 16 << 20


class Unsaved(msgspec.Struct, frozen=True, kw_only=True):
    """What listeners are told while nothing can be stored; `over` is the last word, after all was stored.

    `changes` and `messages` are those since the last word: they would be sent after their commit, and are
    for the page on the LAN and the siren only.
    """

    since: datetime  # E
    reason: dict[str, str]  # zh, en
    changes: Sequence[tuple[int, Change]] = ()
    messages: Sequence[Message] = ()
    over: bool = False


class Degraded:
    """Whether we are degraded, since when and why; tells each change of that, and each unsaved alert once."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[Unsaved], None]] = []
        self.since: datetime | None = None
        self.reason: dict[str, str] = {}
        self._changes = (
            self._decisions
        ) = -1  # how many of the open batch were told; -1: not even that it began

    def __bool__(self) -> bool:
        return self.since is not None

    def enter(self, error: Exception, at: datetime) -> None:
        """Nothing can be stored from now on."""
        self.since = self.since or at
        self.reason = {
            "zh": f"数据无法写入磁盘，告警未存盘：{error}。请立即清理磁盘或更换存储卡。",
            "en": f"Nothing can be written to disk, alerts are not stored: {error}. Free space or replace the card now.",
        }

    def refusal(self) -> StoreFull:
        """Return what is answered to somebody who wants to write now."""
        return StoreFull(self.reason.get("en", "nothing can be stored now"))

    def tell(self, batch: Batch) -> None:
        """Tell what the open batch holds beyond the last time, if that is anything."""
        if self.since is None or (len(batch.changes), len(batch.decisions)) == (
            self._changes,
            self._decisions,
        ):
            return
        fresh = [
            message for _, each in batch.decisions[max(0, self._decisions) :] for message in each.messages
        ]
        word = Unsaved(
            since=self.since,
            reason=self.reason,
            changes=batch.changes[max(0, self._changes) :],
            messages=fresh,
        )
        self._changes, self._decisions = len(batch.changes), len(batch.decisions)
        for listener in self.listeners:
            listener(word)

    def leave(self) -> None:
        """Everything is stored again."""
        if self.since is None:
            return
        word = Unsaved(since=self.since, reason=self.reason, over=True)
        self.since, self.reason = None, {}
        self._changes = self._decisions = -1
        for listener in self.listeners:
            listener(word)

    def holds_enough(self, batch: Batch) -> bool:
        """Whether memory must not take more until something is stored."""
        return batch.taken >= HELD_MESSAGES or batch.bytes >= HELD_BYTES
