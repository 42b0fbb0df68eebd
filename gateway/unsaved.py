"""While nothing can be stored, alarms still reach the people in the house: open pages and the console, marked 未存盘."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from gateway.degraded import Unsaved
from gateway.notify.channel import Destination
from gateway.notify.lan import Lan, Notice
from gateway.response.message import render
from gateway.response.model import Message

log = structlog.get_logger("unsaved")
MARK = "【未存盘】"


def unsaved_listener(
    lan: Lan, destination: Callable[[Message], Destination], loop: asyncio.AbstractEventLoop
) -> Callable[[Unsaved], None]:
    """Return what the writer calls, in its thread, at each word about being degraded; it never blocks."""

    def listener(word: Unsaved) -> None:
        said = "stored again" if word.over else word.reason.get("zh", "")
        log.error("unsaved", over=word.over, alerts=len(word.changes), why=said)
        loop.call_soon_threadsafe(_show, lan, destination, word)

    return listener


def _show(lan: Lan, destination: Callable[[Message], Destination], word: Unsaved) -> None:
    whole_site = Destination(recipient="site")
    title = "已恢复存盘 / stored again" if word.over else f"{MARK} {word.reason.get('zh', '')}"
    identity = f"unsaved-{word.since.isoformat()}"
    lan.show(_notice(identity, "L2", title, word.reason.get("en", ""), over=word.over), whole_site)
    for message in word.messages:
        words = render(message, "zh")
        lan.show(
            _notice(message.id, message.level, f"{MARK}{words.title}", words.text, message),
            destination(message),
        )


def _notice(
    identity: str, level: str, title: str, text: str, message: Message | None = None, *, over: bool = False
) -> Notice:
    return Notice(
        id=identity, level=level, title=title, text=text, unsaved=True, over=over,
        incident=message.incident if message else None, alert=message.alert if message else None,
        drill=message.drill if message else False,
    )  # fmt: skip
