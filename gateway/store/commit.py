"""The one transaction: everything that a batch changed, written in few statements, whole or not at all.

Statements are built once. The order inside matters in three places: closed alerts before open ones (one
open alert per key), freed alert keys before claimed ones, withdrawals before new messages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.dml import Update

from devices.event import canonical_json
from gateway.batch import AuditLine, Batch, Position
from gateway.clock import from_us, to_us
from gateway.response.model import Message
from gateway.store import chain, commands, quarantine, rows
from gateway.store.counts import Counts
from gateway.store.engine import Database
from gateway.store.journal import encode, pack_dedup
from gateway.store.tables import (
    action_results,
    alert_changes,
    alerts,
    blobs,
    documents,
    engine_state,
    event_index,
    faults,
    incident_alert_keys,
    incidents,
    journal,
    meta,
    notes,
    outbox,
    shadow,
    timeline,
    timeline_text,
)
from gateway.store.tables_search import incident_words

_ORDER_BITS = 20  # messages of one input are ordered below its number


class Commit:
    """Writes batches through one database; knows nothing of time, threads or retries."""

    def __init__(self, database: Database) -> None:
        self._insert_journal = journal.insert()
        self._insert_events = database.insert_plain(event_index)
        self._insert_changes = alert_changes.insert()
        self._insert_claims = incident_alert_keys.insert()
        self._insert_timeline, self._insert_texts = timeline.insert(), timeline_text.insert()
        self._put_alert = database.upsert(alerts, keep=("acknowledged_by", "incident", "opened_us"))
        self._acknowledge = _update(alerts, alerts.c.id == sa.bindparam("alert_id"), acknowledged_by="who")
        self._link_alert = _update(alerts, alerts.c.id == sa.bindparam("alert_id"), incident="number")
        self._put_incident = database.upsert(incidents, keep=("opened_us",))
        self._put_words = database.upsert(incident_words)
        self._free_keys = incident_alert_keys.delete().where(
            incident_alert_keys.c.incident == sa.bindparam("number")
        )
        self._withdraw = _withdrawal(outbox.c.recipient == sa.bindparam("who"))
        self._withdraw_all = _withdrawal()
        self._put_shadow = database.upsert(shadow, keep=("skew_ms",))
        self._put_meta = database.upsert(meta)
        self._put_state = database.upsert(engine_state)
        self._drop_state = engine_state.delete().where(
            engine_state.c.rule == sa.bindparam("old_rule"), engine_state.c.key == sa.bindparam("old_key")
        )
        self._new_blob = database.insert_new(blobs)
        self._new_message = database.insert_new(outbox)
        self._key = b""

    def seal_with(self, key: bytes) -> None:
        """Seal the heads of the hash chains with the site's key from now on."""
        self._key = key

    def write(self, connection: sa.Connection, batch: Batch, *, position: Position, counts: Counts) -> None:
        """Write a batch inside the caller's transaction."""
        self._journal(connection, batch, position, counts)
        if batch.changes:
            self._alerts(connection, batch)
        if batch.decisions:
            self._decisions(connection, batch, position)
        if batch.shadows:
            connection.execute(self._put_shadow, [rows.shadow_row(each) for each in batch.shadows.values()])
        if batch.quarantined:
            quarantine.write(connection, batch.quarantined)
        if batch.reread:
            quarantine.settle(connection, batch.reread)
        self._rare(connection, batch, position)
        if batch.snapshot is not None:
            self._snapshot(connection, batch.snapshot, position)

    def _journal(self, connection: sa.Connection, batch: Batch, position: Position, counts: Counts) -> None:
        carried = counts.carried_by_journal(batch)
        if batch.inputs:
            inputs = encode(
                batch.events, batch.arrivals, batch.others, batch.acknowledged, e_us=position.e_us
            )
            row = {
                "first_seq": position.first_seq,
                "last_seq": position.last_seq,
                "e_us": position.e_us,
                "offset_us": position.offset_us,
                "inputs": inputs,
                "dedup": pack_dedup(batch.dedup),
                "counts": carried,
            }
            connection.execute(self._insert_journal, row)
            if found := rows.event_rows(batch.events, position.first_seq):
                self._insert_events(connection, found)
        if carried is None:
            counts.write(connection, batch, upto=position.last_seq)
        if position.mark is not None:
            connection.execute(
                self._put_meta, {"name": "clock", "value": canonical_json(position.mark).decode()}
            )

    def _alerts(self, connection: sa.Connection, batch: Batch) -> None:
        connection.execute(self._put_alert, rows.alert_rows(batch.changes))
        connection.execute(self._insert_changes, rows.change_rows(batch.changes))
        if who := rows.acknowledgements(batch.changes):
            connection.execute(self._acknowledge, who)

    def _decisions(self, connection: sa.Connection, batch: Batch, position: Position) -> None:
        changed = batch.incidents()
        if changed:
            seqs = {each.number: seq for seq, decision in batch.decisions for each in decision.incidents}
            connection.execute(
                self._put_incident, [rows.incident_row(seqs[n], each) for n, each in changed.items()]
            )
            connection.execute(self._put_words, [rows.words_row(each) for each in changed.values()])
            connection.execute(self._free_keys, [{"number": number} for number in changed])
            claims = [
                {"alert_key": k, "incident": n}
                for n, each in changed.items()
                if each.is_open
                for k in each.alert_keys
            ]
            if claims:
                connection.execute(self._insert_claims, claims)
            links = [{"alert_id": alert, "number": n} for n, each in changed.items() for alert in each.alerts]
            if links:
                connection.execute(self._link_alert, links)
        told = [(seq, row) for seq, decision in batch.decisions for row in decision.timeline]
        if told:
            chained, texts, head = chain.timeline_rows(chain.read_head(connection, "timeline"), told)
            connection.execute(self._insert_timeline, chained)
            connection.execute(self._insert_texts, texts)
            chain.write_head(connection, "timeline", head, key=self._key)
        self._messages(connection, batch)
        if ordered := [each for _, decision in batch.decisions for each in decision.commands]:
            commands.record(connection, ordered, wall=from_us(position.e_us + position.offset_us))

    def _messages(self, connection: sa.Connection, batch: Batch) -> None:
        pending: dict[str, tuple[int, Message]] = {}
        withdrawn: dict[str, int] = {}
        count: Counter[int] = Counter()
        stopped: list[dict[str, Any]] = []
        for seq, decision in batch.decisions:
            at_us = to_us(max(row.at for row in decision.timeline)) if decision.timeline else 0
            for number, recipient in decision.withdraw:
                stopped.append({"number": number, "who": recipient, "at_us": at_us})
                for key, (_, each) in pending.items():
                    if each.incident == number and recipient in {"*", each.recipient}:
                        withdrawn.setdefault(key, at_us)
            for message in decision.messages:
                count[seq] += 1
                pending.setdefault(message.id, ((seq << _ORDER_BITS) + count[seq], message))
        if everyone := [each for each in stopped if each["who"] == "*"]:
            fields = ("number", "at_us")
            connection.execute(
                self._withdraw_all, [{name: each[name] for name in fields} for each in everyone]
            )
        if some := [each for each in stopped if each["who"] != "*"]:
            connection.execute(self._withdraw, some)
        if pending:
            fresh = [
                rows.message_row(order, each, withdrawn_us=withdrawn.get(key))
                for key, (order, each) in pending.items()
            ]
            connection.execute(self._new_message, fresh)

    def _rare(self, connection: sa.Connection, batch: Batch, position: Position) -> None:
        if batch.notes:
            connection.execute(notes.insert(), [rows.note_row(each) for each in batch.notes])
        if batch.blobs:
            connection.execute(self._new_blob, [rows.blob_row(each, position.e_us) for each in batch.blobs])
        if batch.faults:
            connection.execute(faults.insert(), [rows.fault_row(each) for each in batch.faults])
        if batch.documents:
            saved = [rows.document_row(each, chain.sha256(each.body.encode())) for each in batch.documents]
            connection.execute(documents.insert(), saved)
        if batch.modes is not None:
            connection.execute(
                self._put_meta, {"name": "modes", "value": canonical_json(batch.modes).decode()}
            )
        if batch.results:
            connection.execute(action_results.insert(), [rows.result_row(each) for each in batch.results])
        self._beside(connection, batch, position)

    def _beside(self, connection: sa.Connection, batch: Batch, position: Position) -> None:
        """Write what a changed configuration brings with it, and who tried what was not allowed."""
        lines = [
            AuditLine(at=each.at, by=each.by, action=each.action, subject="refused", facts=each.facts)
            for each in batch.refusals
        ]
        lines += [line for beside in batch.beside for line in beside.audit]
        if lines:
            chain.append_lines(connection, lines, key=self._key)
        if told := [message for beside in batch.beside for message in beside.messages]:
            first = (position.last_seq << _ORDER_BITS) + 1
            connection.execute(
                self._new_message, [rows.message_row(order, each) for order, each in enumerate(told, first)]
            )

    def _snapshot(
        self, connection: sa.Connection, changed: Mapping[tuple[str, str], bytes | None], position: Position
    ) -> None:
        kept = [
            {"rule": rule, "key": key, "state": state}
            for (rule, key), state in changed.items()
            if state is not None
        ]
        gone = [{"old_rule": rule, "old_key": key} for (rule, key), state in changed.items() if state is None]
        if kept:
            connection.execute(self._put_state, kept)
        if gone:
            connection.execute(self._drop_state, gone)
        connection.execute(self._put_meta, {"name": "snapshot_seq", "value": str(position.last_seq)})


def _update(table: sa.Table, where: sa.ColumnElement[bool], **columns: str) -> Update:
    return (
        table.update()
        .where(where)
        .values({name: sa.bindparam(parameter) for name, parameter in columns.items()})
    )


def _withdrawal(*only: sa.ColumnElement[bool]) -> Update:
    """Stop what is unsent; what is being sent just now gets its receipt, but is not tried again."""
    waits, going = outbox.c.state == "pending", outbox.c.state == "sending"
    unsent = (outbox.c.incident == sa.bindparam("number"), waits | going)
    return (
        outbox.update()
        .where(*unsent, *only)
        .values(
            state=sa.case((waits, "withdrawn"), else_=outbox.c.state),
            stopped=sa.case((going, sa.true()), else_=outbox.c.stopped),
            settled_us=sa.case(
                (waits, sa.bindparam("at_us", type_=sa.BigInteger)), else_=outbox.c.settled_us
            ),
        )
    )
