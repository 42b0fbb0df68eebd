"""The stored shadows are the fold of the journal: whatever came late, in whatever batches, wherever it was killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.event import Decoded, Event, RawMessage
from devices.shadow import Shadow, fold
from gateway.store.inputs import EventInput
from gateway.store.journal import read_from
from gateway.store.tables import shadow
from tests.gateway.pump_parts import START, Bench, PlainDecoder

KINDS = ("device.state", "device.online", "device.offline", "device.heartbeat", "camera.offline")
STATES = st.dictionaries(
    st.sampled_from(["open", "battery", "online", "mode"]),
    st.one_of(st.booleans(), st.integers(0, 3), st.sampled_from(["a", "b"])),
    max_size=3,
)
SAID = st.tuples(
    st.just("say"),
    st.tuples(
        st.sampled_from(["d1", "d2", "d3"]),
        st.sampled_from(KINDS),
        STATES,
        st.integers(0, 300),  # seconds that it was on its way
        st.integers(0, 90),  # seconds since the one before
        st.sampled_from(["live", "live", "backfill", "retained", "snapshot"]),
        st.integers(0, 9),  # its own number: some come twice
    ),
)
DEEDS = st.tuples(st.sampled_from(["commit", "commit", "snapshot", "killed"]), st.none())


class LateDecoder(PlainDecoder):
    """The plain decoder, for messages that say how long they were on their way and in which mode."""

    def decode(self, message: RawMessage, *, mint: Callable[[], str]) -> list[Decoded]:
        said = msgspec.json.decode(message.payload, type=dict[str, Any])
        (event,) = super().decode(message, mint=mint)
        assert isinstance(event, Event)
        at = message.received_at - timedelta(seconds=said["late"])
        return [msgspec.structs.replace(event, at=at, mode=said["mode"])]


def folded(bench: Bench) -> dict[str, Shadow]:
    """Fold the whole journal anew."""
    found: dict[str, Shadow] = {}
    with bench.store.read() as connection:
        for each in read_from(connection, 1):
            if isinstance(each, EventInput):
                found[each.event.device] = fold(found.get(each.event.device), each.event)
    return found


def stored(bench: Bench) -> dict[str, Shadow]:
    with bench.store.read() as connection:
        rows = connection.execute(sa.select(shadow)).all()
    found = {row.device: msgspec.json.decode(row.reported, type=Shadow) for row in rows}
    assert all(row.online == found[row.device].online for row in rows)
    return found


def opened(bench: Bench, at: Any = START) -> None:
    bench.open(at)
    bench.pump.decoder = LateDecoder()


@settings(deadline=None, max_examples=40)  # the machine may be busy
@given(story=st.lists(st.one_of(SAID, SAID, SAID, DEEDS), min_size=1, max_size=40))
def test_the_stored_shadows_are_the_fold_of_the_journal(
    tmp_path_factory: pytest.TempPathFactory, story: list[tuple[str, Any]]
) -> None:
    bench = Bench(tmp_path_factory.mktemp("s"))
    bench.pump.decoder = LateDecoder()
    now = START
    for deed, what in story:
        if deed == "say":
            device, kind, state, late, pause, mode, number = what
            now += timedelta(seconds=pause)
            bench.say(number, now, device, kind, state=state, late=late, mode=mode)
        elif deed == "killed":  # what was not committed is gone, from journal and shadows alike
            bench.crash()
            opened(bench, now)
            assert bench.pump.state.shadows == folded(bench)
        else:
            if deed == "snapshot":
                bench.pump.snapshot()
            bench.pump.commit()
            journal = folded(bench)
            assert bench.pump.state.shadows == journal
            rows = stored(bench)
            assert {name: each.values() for name, each in rows.items()} == {
                name: each.values() for name, each in journal.items()
            }
            if deed == "snapshot":
                assert rows == journal
    bench.pump.snapshot()
    bench.pump.commit()
    assert stored(bench) == folded(bench)
    bench.crash()


def test_under_load_the_rows_follow_and_a_kill_between_loses_nothing(tmp_path):
    """A full batch writes shadows once a second at most; what is not written is folded again at the start."""
    bench = Bench(tmp_path)
    bench.pump.decoder = LateDecoder()
    for batch in range(3):
        for n in range(200):
            at = START + timedelta(milliseconds=200 * batch + n)
            state = {"mode": f"{batch}-{n}"}
            bench.say(1000 * batch + n, at, f"d{n % 5}", "device.state", state=state, late=0, mode="live")
        bench.pump.commit()
    journal = folded(bench)
    assert stored(bench) != journal, "the story is no test if everything was written"
    bench.crash()
    opened(bench, START + timedelta(seconds=2))
    assert bench.pump.state.shadows == journal
    bench.pump.snapshot()
    bench.pump.commit()
    assert stored(bench) == journal
    bench.crash()
