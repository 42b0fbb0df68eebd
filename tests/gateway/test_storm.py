"""A thousand signals within a minute: each person and group gets a bounded number of messages, and the screens show all.

The bound, per destination: a text message to a person at most 5 in 15 minutes (level 1 excepted, and then the vendor's
50 a day); a group robot at most 16 in a minute of the 20 its vendor allows (4 are kept for level 1); a person on another
channel that bundles at most 12 in a minute. What did not go by itself is counted in a digest.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
import sqlalchemy as sa

from devices.event import RawMessage
from gateway.clock import to_us
from gateway.notify.channel import Channel, Destination, Limits, Receipt, Wording
from gateway.outbox import Outbox
from gateway.response.message import render
from gateway.response.model import Action, Message
from gateway.store.tables import outbox
from tests.gateway.api.house import House, house
from tests.gateway.outbox_parts import Fake, settled

SIGNALS = 1000
DISPATCHED = 300  # of the cases are sent out at once, so that people and their group are told


class Counted(Fake):
    """Remembers when each destination was written to, and what it was told."""

    at_once: ClassVar[int] = 4

    def __init__(self, it: House) -> None:
        super().__init__()
        self._it = it
        self.times: dict[str, list[datetime]] = defaultdict(list)
        self.told: dict[str, list[str]] = defaultdict(list)
        self.ids: set[str] = set()

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        self.ids.add(message.id)
        self.times[destination.recipient].append(self._it.clock.now())
        self.told[destination.recipient].append(f"{wording.title} {wording.text}")
        return Receipt(state="delivered")

    def most_within(self, span: timedelta) -> int:
        """Return the most messages that one destination got within any such span."""
        return max(
            (
                sum(begin <= at < begin + span for at in times)
                for times in self.times.values()
                for begin in times
            ),
            default=0,
        )


class Robot(Counted):
    reach: ClassVar[Any] = "outside"
    limits: ClassVar[Limits] = Limits(per_minute=20, bundle=True)


class Sms(Counted):
    kind: ClassVar[str] = "sms"
    reach: ClassVar[Any] = "outside"
    repeatable: ClassVar[bool] = False
    limits: ClassVar[Limits] = Limits(per_day=50)


class Mail(Counted):
    reach: ClassVar[Any] = "outside"
    limits: ClassVar[Limits] = Limits(bundle=True)


@pytest.mark.timeout(600)
async def test_a_thousand_signals_in_a_minute_reach_everybody_in_bounds(tmp_path: Path) -> None:
    async with house(tmp_path) as it:
        robot, sms, mail, page = Robot(it), Sms(it), Mail(it), Counted(it)
        channels: dict[str, Channel] = {
            "chat": robot, "sms": sms, "voice": Sms(it), "webhook": mail, "lan": page, "console": page,
        }  # fmt: skip
        box = Outbox(
            write=it.writer.call,
            channels=channels,
            render=render,
            destination=lambda m: Destination(recipient=m.recipient),
            now=it.clock.now,
        )
        written: set[str] = set()
        it.writer.on_commit(lambda committed: written.update(each.id for each in committed.messages))
        it.writer.on_commit(lambda committed: box.wake() if committed.messages else None)
        task = asyncio.create_task(box.run())
        try:
            await asyncio.to_thread(storm, it)
            for _ in range(6):  # six minutes go by, nobody takes anything
                await settled(box)
                it.ticker.advance(seconds=60)
                box.wake()
            await settled(box)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        cases = it.pump.state.cases.incidents  # type: ignore[attr-defined]  # of the house
        assert len(cases) > 100, "it was a storm"
        assert 0 < robot.most_within(timedelta(minutes=1)) <= 16
        assert 0 < sms.most_within(timedelta(minutes=15)) <= 5
        assert mail.most_within(timedelta(minutes=1)) <= 12
        left_out = [int(n) for text in robot.told["group"] for n in re.findall(r"省略 (\d+) 条", text)]
        assert sum(left_out) > 50, "the group is told how many were left out"
        assert await on_screen(it) == len(cases), "the page shows everything"
        given = set().union(*(each.ids for each in channels.values() if isinstance(each, Counted)))
        assert len(written) > SIGNALS
        assert unaccounted(it, written, given) == {}, (
            "no message is lost, and it is known what became of each"
        )


def storm(it: House) -> None:
    """Force a thousand doors within a minute, and send people to the first of them."""
    last: Future[None] = Future()
    for n in range(SIGNALS):
        it.ticker.advance(milliseconds=60)
        body = msgspec.json.encode({"device": f"door-{n}", "kind": "access.forced"})
        message = RawMessage(topic=f"door/{n}", payload=body, received_at=it.clock.now(), adapter="http")
        it.writer.put(message, (lambda: last.set_result(None)) if n == SIGNALS - 1 else (lambda: None))
    last.result(240)
    sent = [
        it.writer.act(Action(name="dispatch", by="chen", roles=("manager",), incident=number))
        for number in sorted(it.pump.state.cases.incidents)[:DISPATCHED]  # type: ignore[attr-defined]  # of the house
    ]
    for each in sent:
        each.result(240)


async def on_screen(it: House) -> int:
    browser, found, cursor = it.browser("chen"), 0, None
    while True:
        where = {"state": "open", "limit": "100", **({"cursor": cursor} if cursor else {})}
        answer = (await browser.get("/api/incidents", params=where)).json()
        found += len(answer["items"])
        cursor = answer["next"]
        if cursor is None:
            return found


def unaccounted(it: House, written: set[str], given: set[str]) -> dict[str, str]:
    """Return every message of which nobody can say what became, with what is wrong.

    `written` are the ids that commits brought; `given` those that channels got, alone or at the head of a bundle.
    """
    with it.store.read() as connection:
        rows = {row.id: row for row in connection.execute(sa.select(outbox))}
    wrong = dict.fromkeys(written - rows.keys(), "its row is gone")
    for key, row in rows.items():
        held = msgspec.json.decode(row.receipt).get("reason") if row.receipt else None
        if row.state in {"sent", "delivered"}:
            right = key in given or row.bundle in given
        elif row.state == "pending":
            right = held == "limit" or row.due_us > to_us(it.clock.now())
        else:
            right = row.state in {"expired", "withdrawn"} and bool(row.receipt)
        if not right:
            wrong[key] = f"{row.state} on {row.channel} to {row.recipient}: {row.receipt}"
    return wrong
