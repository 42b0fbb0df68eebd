"""While nothing can be stored, open pages hear of alarms at once, marked; and they hear when it is over."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime

from gateway.degraded import Unsaved
from gateway.notify.channel import Destination
from gateway.notify.lan import Lan, Notice
from gateway.response.model import Message
from gateway.unsaved import MARK, MARK_EN, unsaved_listener

NOW = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
FULL = {"zh": "磁盘已满", "en": "the disk is full"}


def message() -> Message:
    return Message(
        id="m1", incident="demo-20260306-001", alert=None, channel="lan", recipient="wang", template="case.verify",
        params={"title": {"zh": "火灾报警", "en": "Fire alarm"}}, level="L1", created_at=NOW, not_after=NOW,
    )  # fmt: skip


async def test_an_open_page_hears_of_an_unsaved_alarm_and_of_its_end() -> None:
    lan, heard = Lan(), list[Notice]()
    lan.connect("wang", roles=frozenset({"guard"}), grids=frozenset(), tell=heard.append)
    listener = unsaved_listener(lan, lambda m: Destination(recipient=m.recipient), asyncio.get_running_loop())
    listener(Unsaved(since=NOW, reason=FULL, messages=[message()]))
    listener(Unsaved(since=NOW, reason=FULL, over=True))
    await asyncio.sleep(0)  # the listener hands over to the loop
    began, alarm, ended = heard
    assert began.title == f"{MARK}磁盘已满"
    assert began.title_en.startswith(MARK_EN)
    assert not re.search("[\u4e00-\u9fff]", began.title_en + ended.title_en)
    assert alarm.title.startswith(MARK)
    assert (alarm.incident, alarm.level, alarm.unsaved) == ("demo-20260306-001", "L1", True)
    assert ended.over
    assert ended.id == began.id
    assert not alarm.over
