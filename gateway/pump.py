"""The pump: from packet to commit. The one place where state changes, and the one place that numbers inputs.

    message ─ decode ─ shed? ─ dedup ─ number ─ rules ─ respond ─┐
    action  ─ seen before? ─────────── number ─ rules / respond ─┼─► batch ─ commit ─► acknowledge, answer, tell
    time    ─ deadlines of rules and of cases, in order of due ──┘

Inputs are evaluated as they come and wait in the open batch; nothing is acknowledged, sent or shown before
the batch is committed. Every time in here is engine time. Deadlines fire at their own due time and before
any later input, so the result does not depend on how inputs are cut into batches or on how late the writer
wakes. A message that cannot be carried through is quarantined alone: if the engine failed on it, the batch
is committed without it and all state is built again from the store.

Belongs to the writer's thread; reads no clock.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from devices.event import RawMessage
from gateway.amendments import Prepare, Switch
from gateway.batch import Batch, Committed, Document, Position
from gateway.clock import ClockMark, from_us, to_us
from gateway.deeds import Answer, Deeds
from gateway.flow import Flow
from gateway.hold import Hold
from gateway.intake import Intake
from gateway.reaction import EngineBroken, Reaction, Respond
from gateway.response.model import Action
from gateway.shedding import Sheddable
from gateway.state import Decodes, State
from gateway.store.inputs import ConfigInput, OffsetInput, RestartInput, TickInput
from gateway.store.store import Store
from rules.action import Action as AlertAction

SNAPSHOT_EVERY = timedelta(minutes=5)
REST = timedelta(seconds=60)
"""A deadline on which the engine failed, or that does not go away when served, is left alone for this time."""
LOADED = 128
"""A batch of so many messages comes from a gateway that has much to do."""
_SAME_INSTANT = 16  # rounds at one instant before that is assumed

Listener: TypeAlias = Callable[[Committed], None]


class Pump:
    """Takes inputs in, commits them in batches, tells who listens. `recover` builds all state from the store.

    `now` is the engine time of the start, `mark` what the clock leaves for the next start.
    """

    def __init__(
        self,
        *,
        store: Store,
        decoder: Decodes,
        recover: Callable[[], State],
        respond: Respond,
        mint: Callable[[], str],
        mark: ClockMark,
        now: datetime,
    ) -> None:
        self.decoder = decoder
        self.listeners: list[Listener] = []
        self.on_listener_fault: Callable[[Exception], None] = lambda _: None
        self._store = store
        self._recover = recover
        self._respond = respond
        self._mark: ClockMark | None = mark  # to be written with the next batch
        state = recover()
        self._flow = Flow(
            seq=store.last_seq,
            e=now,
            offset=timedelta(microseconds=mark.offset_us),
            state=state,
            reaction=Reaction(state.rules, state.cases, respond),
        )
        self.intake = Intake(self._flow, mint=mint)
        self._sheddable = Sheddable()
        self._deeds = Deeds(self._flow, store)
        self._hold = Hold(self._flow)
        self._snapshot_at = now + SNAPSHOT_EVERY

    @property
    def batch(self) -> Batch:
        """The open batch."""
        return self._flow.batch

    @property
    def state(self) -> State:
        """The state as of the newest input, committed or not."""
        return self._flow.state

    @property
    def next_due(self) -> datetime | None:
        """When the next deadline falls due, or None."""
        return self._flow.due

    def waits_s(self, now: datetime) -> float:
        """Return how many seconds' worth of deadlines wait for what is still being read; 0: none."""
        since = self._hold.since
        return 0.0 if since is None else max((now - since) / timedelta(seconds=1), 0.0)

    @property
    def broken(self) -> bool:
        """Whether the engine failed and nothing may come in before the next commit builds it anew."""
        return self._flow.broken

    def under_pressure(self, places: int) -> frozenset[int]:
        """Shed what may go of the first `places` kinds of `SHED_ORDER` until told otherwise; return all that may."""
        may = self._sheddable.ranks(self._flow.state.rules.rules)
        self.intake.shedding = frozenset(rank for rank in may if rank <= places) if places else frozenset()
        return may

    # --- what comes in ----------------------------------------------------------------------------

    def message(
        self, message: RawMessage | None, at: datetime, ack: Callable[[], None], *, shed: str = ""
    ) -> None:
        """Take one message in; `ack` is called after the commit. None: it was shed at the door, under `shed`."""
        flow = self._flow
        if flow.due is not None and flow.due < at:
            self.advance(at)
        flow.e = at
        batch = flow.batch
        batch.settle.append(ack)
        batch.taken += 1
        batch.counts["in"] += 1
        if message is None:
            self.intake.shed(shed)
            return
        self.intake.take(message, self.decoder)
        if flow.broken:
            self.commit()

    def act(
        self, action: Action | AlertAction, at: datetime, answer: Answer, *, by: str, key: str | None
    ) -> None:
        """Take a person's action in; `answer` gets its result after the commit, or why it was refused."""
        flow = self._flow
        self.advance(at)
        flow.e = at
        self._deeds.take(action, answer, by=by, key=key)
        if flow.broken:
            self.commit()

    def advance(self, limit: datetime) -> None:
        """Let time pass up to (not including) `limit`: every deadline before it, each at its own due time."""
        flow = self._flow
        rounds = 0
        while flow.due is not None and flow.due < limit:
            rounds = rounds + 1 if flow.due <= flow.e else 0
            flow.e = max(flow.due, flow.e)
            try:
                self._pass()
            except EngineBroken as error:
                flow.rest_until = flow.e + REST
                flow.fail(error.fault)
                self.commit()
                continue
            if rounds > _SAME_INSTANT:
                flow.rest_until = flow.e + REST
            flow.look_ahead()

    def restart(self, at: datetime, down_for: timedelta, *, waits: bool = False) -> None:
        """Say that the gateway is back after `down_for`; call it once, before anything else comes in.

        With `waits` the rules' deadlines wait until `heard` says that what was said meanwhile has been read.
        """
        flow = self._flow
        if self._mark is not None and self._mark.offset_us != (self._store.last_offset_us or 0):
            self._set_offset(self._mark, from_us(self._store.last_us or to_us(at)))  # time has not passed yet
        flow.e = at
        effects = flow.reaction.restart(at, down_for, flow.seq + 1, waits=waits)
        down_us = down_for // timedelta(microseconds=1)
        flow.batch.others.append(RestartInput(seq=flow.next(), at=at, down_for_us=down_us, waits=waits))
        self._hold.begun(at, waits=waits)
        flow.collect(effects)
        flow.batch.close_for("restart")
        flow.look_ahead()

    def heard(self, until: datetime | None, at: datetime) -> None:
        """Everything said before `until` has come in, and the rest is being read; None: all of it has."""
        flow = self._flow
        self.advance(at)
        flow.e = at
        try:
            self._hold.move(until)
        except EngineBroken as error:
            flow.fail(error.fault)
            self.commit()
        flow.look_ahead()

    def offset(self, mark: ClockMark, at: datetime) -> None:
        """The wall clock was stepped or (de)synchronised: nothing but the offset changes."""
        self.advance(at)
        self._flow.e = at
        self._set_offset(mark, at)

    def configure(self, prepare: Prepare, at: datetime, switch: Switch) -> None:
        """Save what `prepare` returns and put it in force in the engine at work, in one transaction; all or nothing.

        Raises whatever kept it from being prepared, switched or stored; then all is as it was.
        """
        self.advance(at)
        self._flow.e = at
        self.commit()
        documents = prepare(at)
        if not documents:
            return
        counts = self._flow.batch.counts.copy()
        try:
            self.note(documents, at)
            self._flow.batch.beside.extend(filter(None, [switch(at)]))
            self.snapshot()
            self.commit()
        except BaseException:
            self._flow.batch = Batch()
            self._flow.batch.counts.update(counts)
            self._flow.seq = self._store.last_seq
            self._rebuild()
            raise
        self._flow.look_ahead()

    def note(self, documents: list[Document], at: datetime) -> None:
        """Have documents saved with the next commit, each at its own place of the journal."""
        flow = self._flow
        for each in documents:
            saved = ConfigInput(seq=flow.next(), at=at, name=each.name, version=each.version)
            flow.batch.others.append(saved)
        flow.batch.documents.extend(documents)

    # --- the commit -------------------------------------------------------------------------------

    def snapshot(self) -> None:
        """Have all state written with the next commit, as every five minutes; for a clean stop."""
        self._snapshot_at = self._flow.e

    def commit(self) -> Committed | None:
        """Write the open batch in one transaction, then acknowledge, answer and tell; None: nothing came in.

        Raises:
            StoreFull: nothing was written; the batch stays open and can be tried again.
            StoreError: anything else; the process must not go on.
        """
        flow, batch = self._flow, self._flow.batch
        snapshot = flow.e >= self._snapshot_at
        if snapshot:
            batch.snapshot = (batch.snapshot or {}) | flow.state.rules.dump_changed()
        flow.tell_shadows(everything=snapshot, loaded=batch.taken >= LOADED)
        if not batch.taken and not batch.writes:
            return None
        position = Position(
            first_seq=self._store.last_seq + 1,
            last_seq=flow.seq,
            e_us=to_us(flow.e),
            offset_us=flow.offset // timedelta(microseconds=1),
            mark=self._mark,
        )
        flow.batch = Batch()
        if batch.writes:
            self._write(batch, position)
        else:  # only repetitions and the like: their counts travel with the next batch
            flow.batch.counts.update(batch.counts)
        committed = batch.committed(position)
        self._settle(batch, committed)
        if flow.broken:
            self._rebuild()
        return committed

    def _write(self, batch: Batch, position: Position) -> None:
        try:
            self._store.commit(batch, position)
        except BaseException:
            self._flow.batch = batch
            raise
        self._mark = None
        if batch.snapshot is not None:
            self._snapshot_at = self._flow.e + SNAPSHOT_EVERY

    def _settle(self, batch: Batch, committed: Committed) -> None:
        """What may leave the process only now: acknowledgements first, in order of arrival."""
        self._flow.state.dedup.settle(to_us(committed.at))
        tell: list[Callable[[], None]] = [partial(listener, committed) for listener in self.listeners]
        for done in batch.settle + tell:
            try:
                done()
            except Exception as error:  # noqa: BLE001  # task boundary: what is stored stays stored, whoever fails to hear it
                self.on_listener_fault(error)

    def _pass(self) -> None:
        """Serve what is due at the flow's engine time."""
        flow = self._flow
        if flow.hold_ends is not None and flow.hold_ends <= flow.e:
            self._hold.expire()
            return
        if self.intake.tell_samples():
            return
        effects = flow.reaction.tick(flow.e, flow.seq + 1)
        if effects:
            flow.batch.others.append(TickInput(seq=flow.next(), at=flow.e))
            flow.collect(effects)
            flow.batch.close_for("deadline")

    def _set_offset(self, mark: ClockMark, at: datetime) -> None:
        flow = self._flow
        self._mark, flow.offset = mark, timedelta(microseconds=mark.offset_us)
        flow.reaction.set_offset(flow.offset)
        flow.batch.others.append(OffsetInput(seq=flow.next(), at=at, offset_us=mark.offset_us))
        flow.look_ahead()

    def _rebuild(self) -> None:
        flow = self._flow
        flow.state = self._recover()
        flow.reaction = Reaction(flow.state.rules, flow.state.cases, self._respond)
        flow.broken, flow.heard, flow.news = False, {}, dict(flow.state.heard)
        flow.look_ahead()
