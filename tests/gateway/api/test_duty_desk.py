"""The duty desk over a running writer: a swap that is asked for lies in the outbox, the morning is told once."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gateway.duty_desk import DutyDesk
from gateway.store.tables import outbox
from tests.gateway.api.site_house import site_house


def waiting(it):
    with it.store.read() as connection:
        columns = sa.select(outbox.c.body, outbox.c.recipient).order_by(outbox.c.order)
        rows = connection.execute(columns).all()
    return [(msgspec.json.decode(row.body)["template"], row.recipient) for row in rows]


async def test_a_request_reaches_the_other_and_the_morning_is_told_once(tmp_path):
    async with site_house(tmp_path / "s") as it:
        woken = []
        desk = DutyDesk(
            view=lambda: it.core.view, call=it.writer.call, wake=lambda: woken.append(True), now=it.clock.now,
            offset=lambda: it.clock.offset,
        )  # fmt: skip
        it.sitebook.causes.append(desk.caused)
        ask = {"other": "li", "shift": "day", "day": "2026-03-08"}
        answer = await it.browser("wang").post("/api/roster/swaps", json=ask)
        assert answer.status_code == 200, answer.text
        assert waiting(it) == [("duty.asked", "li")]
        desk.turn()  # ten in the evening of a day whose morning was missed: still told, once
        it.write(lambda _: None)
        first = waiting(it)
        assert {template for template, _ in first} == {"duty.asked", "duty.today", "duty.gap"}
        assert ("duty.gap", "chen") in first
        desk.turn()
        anew = DutyDesk(
            view=lambda: it.core.view, call=it.writer.call, wake=lambda: None, now=it.clock.now, offset=lambda: it.clock.offset
        )  # fmt: skip
        anew.turn()
        it.write(lambda _: None)
        assert waiting(it) == first, "a restart says nothing twice"
        it.ticker.advance(hours=6)  # four in the morning
        desk.turn()
        it.write(lambda _: None)
        assert waiting(it) == first
        assert woken
