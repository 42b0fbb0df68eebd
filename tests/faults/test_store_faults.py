"""Faults under the store: a crash at any statement, a power cut at any write, a disk that is full.

After each: what was acknowledged is there once, the journal has no gap, the chains are sound; and after the
broker has delivered again what was not acknowledged, every row is as if nothing had happened.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.errors import StoreError, StoreFull
from gateway.response.model import Action
from gateway.store.inputs import EventInput
from gateway.store.journal import read_from
from gateway.store.store import Store
from gateway.store.tables import metadata
from tests.faults.torn_disk import PowerCut, TornDisk, driver
from tests.gateway.pump_parts import START, Bench
from tests.gateway.test_pump import act

# number, seconds after the start, device, kind; "take" is a person's action
STORY = [
    (1, 0, "d1", "contact.opened"),
    (2, 1, "d2", "device.heartbeat"),
    (3, 5, "d3", "access.forced"),
    (4, 31, "d1", "contact.closed"),
    (5, 40, "d3", "take"),
    (6, 41, "d3", "access.forced"),
    (7, 42, "d2", "contact.opened"),
    (8, 80, "d2", "access.forced"),
    (9, 81, "d1", "device.heartbeat"),
]
UNSPOKEN = {"journal", "event_index", "audit", "counters", "meta"}  # these tell of batches and of random ids


class Crashed(BaseException):
    """The process is gone."""


def tell(bench: Bench, *, commit_every: int = 2) -> None:
    """Deliver what is not acknowledged, in order; commit every few messages."""
    for count, (number, second, device, kind) in enumerate(STORY, 1):
        at = START + timedelta(seconds=second)
        if number not in bench.acked:
            if kind == "take":
                action = Action(
                    name="take", by="wang", roles=("worker",), incident="sc-20260304-001", key="k5"
                )
                answer = act(bench, action, at, key="k5")
                answer.add_done_callback(
                    lambda done, n=number: bench.acked.append(n) if not done.exception() else None
                )
            else:
                bench.say(number, at, device, kind, state={"open": kind == "contact.opened"})
        if count % commit_every == 0:
            bench.pump.commit()
    bench.pump.advance(START + timedelta(minutes=10))
    bench.pump.snapshot()
    bench.pump.commit()


def rows(bench: Bench) -> dict[str, Any]:
    with bench.store.read() as connection:
        found: dict[str, Any] = {
            name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for name, table in metadata.tables.items()
            if name not in UNSPOKEN
        }
        found["inputs"] = [repr(each).replace("event-", "") for each in read_from(connection, 1)]
        found["searchable"] = connection.execute(sa.text("SELECT seq, device, kind FROM event_index")).all()
    return {name: _without_ids(value) for name, value in found.items()}


def _without_ids(value: Any) -> str:
    """Leave out the ids minted at the edge: an event that is delivered again gets another one."""
    return re.sub(r"event-\d+|id='\d+'|\"events\":\[[^]]*\]|events=\([^)]*\)|\\x[0-9a-f]{2}", "", str(value))


def stored_once(bench: Bench) -> set[int]:
    """Return the numbers of the events in the journal, having checked that each is there once."""
    with bench.store.read() as connection:
        found = [
            int(each.event.dedup or 0) for each in read_from(connection, 1) if isinstance(each, EventInput)
        ]
    assert len(found) == len(set(found))
    return set(found)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    bench = Bench(tmp_path_factory.mktemp("undisturbed"))
    tell(bench)
    found = rows(bench)
    bench.crash()
    return found


def count_statements(folder: Path) -> int:
    bench = Bench(folder)
    ran: list[str] = []
    sa.event.listen(bench.store.database.write, "before_cursor_execute", lambda *given: ran.append(given[2]))
    sa.event.listen(bench.store.database.write, "commit", lambda _: ran.append("COMMIT"))
    tell(bench)
    bench.crash()
    return len(ran)


def crash_at(bench: Bench, place: int) -> None:
    """Have the process die before its `place`-th statement."""
    left = [place]

    def step(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Crashed

    sa.event.listen(bench.store.database.write, "before_cursor_execute", step)
    sa.event.listen(bench.store.database.write, "commit", step)


@pytest.mark.timeout(
    900
)  # a store is opened twice for each of some hundred statements; a slow disk takes its time
def test_a_crash_between_any_two_statements_loses_and_doubles_nothing(
    tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    statements = count_statements(tmp_path / "count")
    assert statements > 40
    template = tmp_path / "template"  # making all tables anew for every statement takes longer than the test
    Store.open(template, reserve_bytes=4096).close()
    for place in range(1, statements + 1):
        shutil.copytree(template, tmp_path / str(place))
        bench = Bench(tmp_path / str(place))
        crash_at(bench, place)
        with contextlib.suppress(Crashed):
            tell(bench)
            raise AssertionError(f"statement {place} of {statements} was never reached")
        bench.crash()
        bench.open()
        assert set(bench.acked) - {5} <= stored_once(bench), f"acknowledged and lost at statement {place}"
        tell(bench)
        assert rows(bench) == undisturbed, f"after a crash at statement {place}"
        assert bench.store.verify() is None
        bench.crash()


def cut_power(folder: Path, seed: int, cut_at: int) -> tuple[Bench, bool]:
    """Run the story until the power goes at that write; return what a new start finds, and whether it went."""
    disk = TornDisk(f"torn-{seed}-{cut_at}", seed=seed, cut_at=cut_at)
    first = Bench.__new__(Bench)
    acked: list[int] = []
    try:
        first.__init__(folder / "before", module=driver(disk))  # type: ignore[misc]  # the cut may come while it opens
        acked = first.acked
        tell(first)
    except (PowerCut, StoreError, sa.exc.DBAPIError, sqlite3.Error):
        pass
    except Exception as error:
        if disk.image is None:
            raise AssertionError("the disk failed before its power was cut") from error
    if disk.image is not None:
        disk.scrapped = True
    after = folder / "after"
    after.mkdir(parents=True)
    for path, content in (disk.image or {}).items():
        (after / Path(path).name).write_bytes(content)
    if disk.image is None:
        return first, False
    second = Bench(after)
    second.acked = list(acked)
    second.ids = (f"event-{number}" for number in itertools.count(1000))
    return second, True


def check_power_cut(folder: Path, seed: int, cut_at: int, undisturbed: dict[str, Any]) -> bool:
    bench, cut = cut_power(folder, seed, cut_at)
    if cut:
        assert bench.store.check() == []
        assert set(bench.acked) - {5} <= stored_once(bench), (
            f"acknowledged and lost: seed {seed}, cut at {cut_at}"
        )
        tell(bench)
        assert rows(bench) == undisturbed
        assert bench.store.verify() is None
    bench.crash()
    return cut


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.usefixtures("waiting_disk")
def test_a_power_cut_loses_nothing_that_was_acknowledged(
    tmp_path: Path, seed: int, undisturbed: dict[str, Any]
) -> None:
    assert check_power_cut(tmp_path, seed, 150 + 26 * seed, undisturbed)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("waiting_disk")
def test_a_power_cut_at_any_write(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    cut_at, cuts = 1, 0
    while check_power_cut(tmp_path / str(cut_at), cut_at, cut_at, undisturbed):
        cut_at, cuts = cut_at + 3, cuts + 1
    assert cuts > 50


def test_a_full_disk_stores_nothing_and_the_same_batch_fits_later(
    tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    bench = Bench(tmp_path)
    bench.pump.listeners.clear()
    with bench.store.database.write.connect() as connection:
        cursor = connection.connection.cursor()
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages}")
    before = rows(bench)
    with pytest.raises(StoreFull, match="full"):
        tell(bench, commit_every=len(STORY))
    assert (rows(bench), bench.acked) == (before, [])
    with pytest.raises(StoreFull, match="full"):
        bench.pump.commit()
    with bench.store.database.write.connect() as connection:
        connection.connection.cursor().execute("PRAGMA max_page_count=1000000")
    bench.pump.commit()
    assert sorted(bench.acked) == [number for number, *_ in STORY]
    bench.pump.advance(START + timedelta(minutes=10))
    bench.pump.snapshot()
    bench.pump.commit()
    assert rows(bench) == undisturbed
