"""The bell of shift work: rings once, to somebody who is there, and never to a site that keeps no book."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import time, timedelta

from gateway.notify.lan import Lan, Notice
from gateway.shift.bell import rings_of
from gateway.shift.patrol import Round
from gateway.shift_bell import ShiftBell
from gateway.store import shifts
from gateway.store.store import Store
from tests.gateway.shift.test_shift import SHANGHAI, T0, minutes, record, visit


def test_the_book_is_asked_for_near_the_end_of_a_slot_and_only_where_it_is_kept():
    kept = [record(T0 - timedelta(hours=4))]
    assert rings_of([], [], now=minutes(100), zone=SHANGHAI) == ()
    assert rings_of(kept, [], now=minutes(80), zone=SHANGHAI) == ()
    (ring,) = rings_of(kept, [], now=minutes(100), zone=SHANGHAI)
    assert "10:00" in ring.text["zh"]
    assert rings_of([*kept, record(T0)], [], now=minutes(100), zone=SHANGHAI) == ()


async def test_a_bell_rings_once_and_waits_for_somebody_to_hear_it(tmp_path):
    store, lan, heard = Store.open(tmp_path, reserve_bytes=4096), Lan(), list[Notice]()
    now = minutes(130)  # the morning round of eight to ten is over
    planned = Round(id="day", name={"zh": "日巡", "en": "Day round"}, points=("zone:cellar", "zone:roof"), starts=(time(8),), minutes=120)  # fmt: skip
    with store.database.write.begin() as connection:
        shifts.put_round(connection, planned, expected=None)
        shifts.put_visit(connection, visit("zone:roof", minutes(5)))

    @contextmanager
    def read():
        with store.read() as connection:
            yield connection

    bell = ShiftBell(read=read, wall=lambda: now, zone=lambda: SHANGHAI, lan=lan)
    try:
        assert await bell.look() == ()  # nobody has a page open
        lan.connect("wang", roles=frozenset({"guard"}), grids=frozenset(), tell=heard.append)
        lan.connect("zhao", roles=frozenset({"worker"}), grids=frozenset(), tell=heard.append)
        (ring,) = await bell.look()
        assert ring.text == {"zh": "日巡：1 处没有巡查。", "en": "Day round: 1 point(s) were not seen."}
        assert [notice.text_en for notice in heard] == [ring.text["en"]]  # the desk, not the worker
        assert await bell.look() == ()
        with store.database.write.begin() as connection:
            shifts.put_visit(connection, visit("zone:cellar", minutes(129)))
        bell = ShiftBell(read=read, wall=lambda: now, zone=lambda: SHANGHAI, lan=lan)
        assert await bell.look() == ()  # late, but seen
    finally:
        store.close()
