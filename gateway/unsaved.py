"""While nothing can be stored, alarms still reach the people in the house: open pages and the console, marked 未存盘."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from gateway.degraded import Unsaved
from gateway.notify.channel import Destination
from gateway.notify.lan import Lan, Notice
from gateway.response.message import Rendered, render
from gateway.response.model import Message

log = structlog.get_logger("unsaved")
MARK, MARK_EN = "【未存盘】", "[NOT STORED]"


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
    zh = "已恢复存盘" if word.over else f"{MARK}{word.reason.get('zh', '')}"
    en = "Stored again" if word.over else f"{MARK_EN} {word.reason.get('en', '')}"
    identity = f"unsaved-{word.since.isoformat()}"
    lan.show(
        _notice(identity, "L2", Rendered(title=zh, text=""), Rendered(title=en, text=""), over=word.over),
        whole_site,
    )
    for message in word.messages:
        zh_words, en_words = render(message, "zh"), render(message, "en")
        marked = Rendered(title=f"{MARK}{zh_words.title}", text=zh_words.text)
        marked_en = Rendered(title=f"{MARK_EN} {en_words.title}", text=en_words.text)
        lan.show(_notice(message.id, message.level, marked, marked_en, message), destination(message))


def _notice(
    identity: str,
    level: str,
    zh: Rendered,
    en: Rendered,
    message: Message | None = None,
    *,
    over: bool = False,
) -> Notice:
    return Notice(
        id=identity, level=level, title=zh.title, text=zh.text, title_en=en.title, text_en=en.text,
        unsaved=True, over=over,
        incident=message.incident if message else None, alert=message.alert if message else None,
        drill=message.drill if message else False,
    )  # fmt: skip
