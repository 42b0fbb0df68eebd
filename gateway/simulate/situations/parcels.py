"""At the parcel lockers: a cell that is broken open, one that was not shut, a parcel nobody collects."""

from __future__ import annotations

from datetime import datetime
from random import Random

from gateway.simulate.estate import Estate
from gateway.simulate.situations import Script, one_of, owed, script, situation
from gateway.simulate.speech import Fact


@situation("parcel_forced", weekly=2)
def parcel_forced(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A cell is broken open."""
    locker = one_of(random, estate.of("parcel_locker"), busy)
    if locker is None:
        return None
    cell = {"cell": str(random.randint(1, estate.size.cells))}
    steps = [(0.0, Fact(kind="parcel.forced", data=cell)), (45.0, Fact(kind="parcel.door_closed", data=cell))]
    expected = owed("parcel_forced", "parcel.forced", locker, begin, 0, stage="alarm")
    return script("parcel_forced", locker, begin, steps, expected)


@situation("parcel_overdue", weekly=6, hours=(9, 20))
def parcel_overdue(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A parcel has lain for two days and more; after a call it is fetched."""
    locker = one_of(random, estate.of("parcel_locker"), busy)
    if locker is None:
        return None
    data = {
        "cell": str(random.randint(1, estate.size.cells)),
        "parcel": f"P{random.randrange(10**7):07d}",
        "value": random.randint(49, 75),
    }
    fetched = {name: data[name] for name in ("cell", "parcel")}
    steps = [
        (0.0, Fact(kind="parcel.overdue", data=data)),
        (random.uniform(1200, 2400), Fact(kind="parcel.collected", data=fetched)),
    ]
    expected = owed("parcel_overdue", "parcel.overdue", locker, begin, 0)
    return script("parcel_overdue", locker, begin, steps, expected)


@situation("cell_open", weekly=4, hours=(8, 22))
def cell_open(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A cell was opened and stands open for more than an hour."""
    locker = one_of(random, estate.of("parcel_locker"), busy)
    if locker is None:
        return None
    cell = {"cell": str(estate.size.cells + 1)}  # the large cell: ordinary life does not use it
    steps = [
        (0.0, Fact(kind="parcel.door_open", data=cell)),
        (4500.0, Fact(kind="parcel.door_closed", data=cell)),
    ]
    return script(
        "cell_open",
        locker,
        begin,
        steps,
        owed("cell_open", "parcel.door_left_open", locker, begin, 300, stage="alarm"),
    )
