"""Flow: where the pump stands between two inputs, shared by its stages."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from devices.shadow import Shadow
from gateway.batch import Batch, Fault
from gateway.reaction import Effects, Reaction
from gateway.state import State
from gateway.store.inputs import Acknowledged

SHADOWS_EVERY = timedelta(seconds=1)
"""Under load, what devices report of themselves goes into its table so often."""


class Flow:
    """The open batch, the newest number and engine time, the clock's offset, and all state."""

    def __init__(self, *, seq: int, e: datetime, offset: timedelta, state: State, reaction: Reaction) -> None:
        self.batch = Batch()
        self.seq = seq
        self.e = e
        self.offset = offset  # wall − E
        self.state = state
        self.reaction = reaction
        self.heard: dict[str, Shadow] = {}  # shadows of which only the time is not yet written
        self.news: dict[str, Shadow] = dict(state.heard)  # those whose values are not
        self.news_at = e - SHADOWS_EVERY  # when they were written last
        self.broken = False  # the engine failed: after the next commit all state is built anew
        self.due: datetime | None = None  # the next deadline
        self.rest_until: datetime | None = None  # a deadline that failed is not tried before
        self.hold_ends: datetime | None = None  # deadlines of rules wait until then at most
        self.samples_due: datetime | None = None  # when a measurement that waits is told
        self.look_ahead()

    def next(self) -> int:
        """Use up one journal number."""
        self.seq += 1
        return self.seq

    def collect(self, effects: Effects) -> None:
        """Put what the input numbered last caused into the batch."""
        batch, seq = self.batch, self.seq
        batch.changes.extend((seq, change) for change in effects.changes)
        batch.decisions.extend((seq, decision) for decision in effects.decisions)
        batch.acknowledged.extend(
            Acknowledged(seq=seq, at=self.e, alert=alert, by=by) for alert, by in effects.acknowledged
        )
        for each in effects.faults:
            self._note(each)

    def fail(self, fault: Fault) -> None:
        """The engine failed on an input; that input must not be numbered."""
        self._note(fault)
        self.broken = True

    def tell_shadows(self, *, everything: bool, loaded: bool) -> None:
        """Put shadows into the batch: what has news, under load once a second; with a snapshot `everything`.

        What is left out is not lost: a start folds the events since the snapshot again.
        """
        batch = self.batch
        if self.news and (everything or not loaded or self.e - self.news_at >= SHADOWS_EVERY):
            batch.shadows |= self.news
            self.news, self.news_at = {}, self.e
        if everything:
            batch.shadows |= self.heard  # a device is in it only with something newer
            self.heard = {}

    def look_ahead(self) -> None:
        """Find the next deadline."""
        due = self.reaction.next_due()
        for other in (self.hold_ends, self.samples_due):
            if other is not None:
                due = other if due is None else min(due, other)
        if due is not None and self.rest_until is not None:
            due = max(due, self.rest_until)
        self.due = due

    def _note(self, fault: Fault) -> None:
        self.batch.faults.append(replace(fault, seq=self.seq))
        self.batch.counts[f"faults.{fault.stage}"] += 1
