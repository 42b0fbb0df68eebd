"""Intake: what becomes of one message. Decode, shed, recognise repetitions, number, evaluate.

Every message gets exactly one verdict: stored, quarantined, deduplicated, shed or ignored (of several
items in one message, the first of these that occurred). Nothing that a device sends can end this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec.structs import force_setattr, replace

from devices.dedup import body_hash
from devices.event import Blob, Decoded, Event, Ignored, Note, Quarantine, RawMessage, Telemetry, dedup_hash
from devices.kinds import KINDS
from devices.reading import raw_hash
from devices.shadow import Shadow, fold
from gateway.batch import Again, Quarantined, Reread
from gateway.clock import to_us
from gateway.flow import Flow
from gateway.reaction import EngineBroken
from gateway.sampling import Sampling, Told
from gateway.shedding import SHED_RANK, measurement
from gateway.state import Decodes

URGENT = frozenset(name for name, kind in KINDS.items() if kind.alert_capable)
VERDICTS = ("stored", "quarantined", "deduplicated", "shed", "ignored")
_STORED, _QUARANTINED, _DEDUPLICATED, _SHED, _IGNORED = range(5)
Outcome: TypeAlias = Literal["stored", "duplicate", "ignored", "unread"]
_OUTCOMES: dict[int, Outcome] = {_STORED: "stored", _QUARANTINED: "unread", _DEDUPLICATED: "duplicate"}


class Intake:
    """The stages from a raw message to its effects in the flow's open batch."""

    def __init__(self, flow: Flow, *, mint: Callable[[], str]) -> None:
        self._flow = flow
        self._mint = mint
        self._sampling = Sampling()
        self.prompt: frozenset[str] = (
            frozenset()
        )  # devices somebody waits for: what they say is stored at once
        self.shedding: frozenset[int] = frozenset()  # the places of SHED_ORDER that are being shed

    def take(self, message: RawMessage, decoder: Decodes) -> None:
        """Take one message at the flow's engine time."""
        flow = self._flow
        flow.batch.bytes += len(message.payload)
        if type(message) is Again:
            self._again(message, decoder)
            return
        items = self._decoded(message, decoder)
        best, refused, done = _IGNORED, len(flow.batch.quarantined), 0
        for item in items:
            verdict = self._event(item, message) if type(item) is Event else self._item(item, message)
            best = min(best, verdict)
            if flow.broken:
                break
            done += 1
        flow.batch.counts[VERDICTS[best]] += 1
        if len(flow.batch.quarantined) > refused:
            flow.batch.quarantined[refused:] = [_one_row(flow.batch.quarantined[refused:], items[:done])]

    def _decoded(self, message: RawMessage, decoder: Decodes) -> list[Decoded]:
        try:
            return decoder.decode(message, mint=self._mint)
        except Exception as error:  # noqa: BLE001  # task boundary: no message ends the pump
            return [Quarantine(code="codec", reason=f"{type(error).__name__}: {error}")]

    def _again(self, message: Again, decoder: Decodes) -> None:
        """Read a quarantined message anew: what of it was taken before is not taken twice, its row ends with the batch."""
        flow, batch = self._flow, self._flow.batch
        told = Counter(message.told)
        best = _IGNORED
        refused: Quarantine | None = None
        for item in self._decoded(message, decoder):
            if isinstance(item, Quarantine):
                refused = refused or item
            elif told[key := taken_as(item)] > 0:
                told[key] -= 1
                best = min(best, _DEDUPLICATED)
            elif type(item) is Event:
                best = min(best, self._event(replace(item, flags=(*item.flags, "replayed")), message))
            else:
                best = min(best, self._item(item, message))
            if flow.broken:  # the fault stands in the row, not in a second one
                fault = batch.quarantined.pop()
                refused = Quarantine(code=fault.code, reason=fault.reason, device=fault.device)
                break
        unread = refused is not None and best != _STORED
        batch.counts["quarantined" if unread else VERDICTS[best]] += 1
        batch.counts["replayed"] += 1
        outcome: Outcome = "unread" if unread else _OUTCOMES.get(best, "ignored")
        batch.reread.append(
            Reread(
                row=message.row, at=flow.e, outcome=outcome, code=refused.code if refused else "",
                reason=refused.reason if refused else "", device=refused.device if refused else None,
                profile=refused.profile if refused else None,
            )
        )  # fmt: skip
        batch.close_for("replay")

    def shed(self, reason: str) -> None:
        """Count a message that was shed at the door."""
        self._flow.batch.counts["shed"] += 1
        self._shed(reason)

    def _item(self, item: Decoded, message: RawMessage) -> int:
        """Take one decoded item; return the place of its verdict in `VERDICTS`."""
        batch = self._flow.batch
        if type(item) is Telemetry:
            return self._sample(item, message)
        if isinstance(item, Quarantine):
            batch.quarantined.append(_quarantined(item, message, self._flow.e))
            batch.counts[f"quarantined.{item.code}"] += 1
            return _QUARANTINED
        if isinstance(item, Note):
            batch.notes.append(item)
            return _STORED
        if isinstance(item, Blob):
            batch.blobs.append(item)
        if isinstance(item, Ignored):
            batch.counts[f"ignored.{item.code}"] += 1
        return _IGNORED

    def _sample(self, item: Telemetry, message: RawMessage) -> int:
        """Take one sample of a measurement: told to the rules that read it, if it is its turn."""
        flow, event, wanted = self._flow, item.event, None
        if event is not None and event.mode == "live" and type(message) is not Again:
            wanted = flow.reaction.rules.wanted(item.device, item.metric)
        if wanted is None and SHED_RANK[shed_as := measurement(item.metric)] in self.shedding:
            return self._shed(shed_as)
        flow.batch.telemetry.append(item)
        if wanted is None or event is None:
            return _STORED
        told = Told(value=item.value, event=event, message=message)
        if self._sampling.take(item.metric, told, wanted, flow.e) is not None:
            self._store(replace(event, id=self._mint()), message)
        elif flow.samples_due != self._sampling.due:
            flow.samples_due = self._sampling.due
            flow.look_ahead()
        return _STORED

    def tell_samples(self) -> bool:
        """Take in the samples that waited for their turn, at the flow's engine time; False: it is none's.

        Raises EngineBroken; the sample it failed on is left out.
        """
        flow, due = self._flow, self._sampling.due
        if due is None or due > flow.e:
            return False
        for told in self._sampling.turn(flow.e):
            self._number(replace(told.event, id=self._mint()), told.message)
        flow.samples_due = self._sampling.due
        return True

    def _event(self, event: Event, message: RawMessage) -> int:
        flow = self._flow
        batch, at = flow.batch, flow.e
        if self.shedding and SHED_RANK.get(event.kind) in self.shedding:
            return self._shed(event.kind)
        pair: tuple[int, int] | None = None
        if event.dedup is not None:
            pair = (dedup_hash(event.device, event.dedup), body_hash(event))
            seen = flow.state.dedup.seen(*pair, to_us(at))
            if seen == "duplicate":
                _name_raw(event, message)
                batch.duplicates.append(event)
                return _DEDUPLICATED
            if seen == "collision":
                event = replace(event, flags=(*event.flags, "dedup_collision"))
        verdict = self._store(event, message)
        if pair is not None and verdict == _STORED:
            batch.dedup.append(pair)
        return verdict

    def _store(self, event: Event, message: RawMessage) -> int:
        flow = self._flow
        try:
            self._number(event, message)
        except EngineBroken as error:
            flow.fail(error.fault)
            failed = Quarantine(code="fault", reason=error.fault.error, device=event.device)
            return self._item(failed, message)
        flow.look_ahead()
        return _STORED

    def _number(self, event: Event, message: RawMessage) -> None:
        """Give an event its number and let the rules see it.

        Raises EngineBroken; then it has none.
        """
        flow = self._flow
        batch, at = flow.batch, flow.e
        if flow.offset:  # devices and brokers speak wall time, everything from here on engine time
            event = replace(event, at=event.at - flow.offset, received_at=event.received_at - flow.offset)
        force_setattr(event, "seq", flow.seq + 1)  # ours alone until the rules see it
        _name_raw(event, message)
        effects = flow.reaction.event(event, at)
        flow.seq += 1
        batch.events.append(event)
        batch.arrivals.append(at)
        self._shadow(event)
        if event.kind in URGENT or event.device in self.prompt:
            batch.close_for("urgent")
        if effects:
            flow.collect(effects)
            batch.close_for("alert")

    def _shadow(self, event: Event) -> None:
        flow = self._flow
        before = flow.state.shadows.get(event.device)
        after = fold(before, event)
        if after is before:
            return
        flow.state.shadows[event.device] = after
        if event.device in flow.news or before is None or _tells_more(before, after):
            flow.news[event.device] = after
            flow.heard.pop(event.device, None)
        else:  # only the time moved: written with the next snapshot, and after a crash folded again
            flow.heard[event.device] = after

    def _shed(self, reason: str) -> int:
        self._flow.batch.counts[f"shed.{reason}"] += 1
        return _SHED


def _name_raw(event: Event, message: RawMessage) -> None:
    """Note the hash of the bytes an event came in; what the gateway says of itself came in none."""
    if event.source.topic:
        force_setattr(event, "source", replace(event.source, raw=raw_hash(message.payload)))


def taken_as(item: Decoded) -> str:
    """Return by what it is known that something of a message was taken before; '': it may be taken again."""
    if isinstance(item, Event):
        return f"{item.device}|{item.kind}"
    if isinstance(item, Telemetry):
        return f"{item.device}|t|{item.metric}"
    return f"{item.device}|n|{item.track}" if isinstance(item, Note) else ""


def _one_row(refused: Sequence[Quarantined], items: Sequence[Decoded]) -> Quarantined:
    """Return one row for all that was refused of one message, with what of it was taken before that."""
    first, *more = refused
    told = Counter(key for item in items if (key := taken_as(item)))
    reason = f"{first.reason} (+{len(more)})" if more else first.reason
    return replace(first, reason=reason, told=dict(told))


def _quarantined(item: Quarantine, message: RawMessage, at: datetime) -> Quarantined:
    return Quarantined(
        message=message, at=at, code=item.code, reason=item.reason, device=item.device, profile=item.profile
    )


def _tells_more(before: Shadow, after: Shadow) -> bool:
    if before.online != after.online:
        return True
    if after.reported is before.reported:
        return False
    if before.reported.keys() != after.reported.keys():
        return True
    return any(after.reported[name].value != state.value for name, state in before.reported.items())
