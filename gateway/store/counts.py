"""Counters that cost nothing to keep: what a batch adds travels in its journal row and is summed now and then.

The table `counters` is brought up to date with every snapshot; `meta.counted_seq` says up to which journal
number. At a start the rows after it are added again, so no count is lost or doubled by a crash.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import sqlalchemy as sa

from devices.event import canonical_json
from gateway.batch import Batch
from gateway.store.tables import counters, journal, meta


class Counts:
    """The totals, as committed; `totals` may be read from any thread."""

    def __init__(self, *, put_counter: Any, put_meta: Any) -> None:
        self.totals: Counter[str] = Counter()
        self._unsummed: set[str] = set()  # names whose row in `counters` is behind
        self._put_counter = put_counter
        self._put_meta = put_meta

    def load(self, connection: sa.Connection) -> None:
        """Read the table and add what the journal holds beyond it."""
        self.totals = Counter({row.name: row.value for row in connection.execute(sa.select(counters))})
        counted = connection.execute(
            sa.select(meta.c.value).where(meta.c.name == "counted_seq")
        ).scalar_one_or_none()
        rows = sa.select(journal.c.counts).where(
            journal.c.first_seq > int(counted or 0), journal.c.counts.is_not(None)
        )
        for row in connection.execute(rows):
            added = msgspec.json.decode(row.counts, type=dict[str, int])
            self.totals.update(added)
            self._unsummed.update(added)

    def carried_by_journal(self, batch: Batch) -> str | None:
        """Return what the journal row carries, or None when this batch must be summed into the table."""
        if batch.snapshot is not None or not batch.inputs:
            return None
        return canonical_json(dict(batch.counts)).decode()

    def write(self, connection: sa.Connection, batch: Batch, *, upto: int) -> None:
        """Bring the table up to date, this batch included; `upto` is the newest journal number."""
        names = self._unsummed | set(batch.counts)
        if names:
            sums = [{"name": name, "value": self.totals[name] + batch.counts[name]} for name in sorted(names)]
            connection.execute(self._put_counter, sums)
        connection.execute(self._put_meta, {"name": "counted_seq", "value": str(upto)})

    def settled(self, batch: Batch) -> None:
        """Take over what a batch added, after its commit."""
        carried = self.carried_by_journal(batch) is not None
        self.totals = (
            self.totals + batch.counts
        )  # a new object: readers in other threads see old or new, never half
        self._unsummed = self._unsummed | set(batch.counts) if carried else set()
