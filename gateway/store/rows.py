"""Rows: how each value of the domain lies in its table. One function a table, no SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from devices.event import Blob, Event, Note, canonical_json
from devices.shadow import Shadow
from gateway.batch import Document, Fault, Result
from gateway.clock import to_us
from gateway.response.model import TERMINAL, Incident, Message
from rules.change import Change

Row = dict[str, Any]
CLOSING = frozenset({"cleared", "late_resolved"})
UNSEARCHED = frozenset({"device.heartbeat"})
"""Kinds nobody looks for one by one; they are in the journal, but have no index row."""


def dedup_key(change: Change) -> str:
    """Return the key under which at most one alert is open: rule and key values."""
    return f"{change.rule} {canonical_json(change.key).decode()}"


def event_rows(events: Sequence[Event], batch: int) -> list[tuple[int, int, str, int, str, str]]:
    """Return the index rows of the searchable ones among `events`, in the order of the columns."""
    return [
        (event.seq, batch, event.id, to_us(event.at), event.device, event.kind)
        for event in events
        if event.kind not in UNSEARCHED
    ]


def alert_rows(changes: Iterable[tuple[int, Change]]) -> list[Row]:
    """Return one row per alert, of its newest change; closed alerts first, so that a new one may take their key."""
    newest = {change.alert: (seq, change) for seq, change in changes}
    rows = [_alert_row(seq, change) for seq, change in newest.values()]
    return sorted(rows, key=lambda row: bool(row["open"]))


def _alert_row(seq: int, change: Change) -> Row:
    closing = change.change in CLOSING
    return {
        "id": change.alert,
        "dedup_key": dedup_key(change),
        "rule": change.rule,
        "version": change.version,
        "open": not closing,
        "stage": change.stage,
        "level": change.level,
        "category": change.category,
        "device": change.device,
        "count": change.count,
        "opened_us": to_us(change.opened_at),
        "last_us": to_us(change.last_at),
        "cleared_us": to_us(change.t) if closing else None,
        "updated_seq": seq,
        "body": canonical_json(change).decode(),
    }


def change_rows(changes: Iterable[tuple[int, Change]]) -> list[Row]:
    """Return the history rows of these changes."""
    return [
        {
            "seq": seq,
            "alert": change.alert,
            "t_us": to_us(change.t),
            "change": change.change,
            "body": canonical_json(change).decode(),
        }
        for seq, change in changes
    ]


def acknowledgements(changes: Iterable[tuple[int, Change]]) -> list[Row]:
    """Return (alert_id, by) of the alerts that somebody acknowledged."""
    return [
        {"alert_id": change.alert, "who": str(change.why.get("by", "system"))}
        for _, change in changes
        if change.change == "acknowledged"
    ]


def incident_row(seq: int, incident: Incident) -> Row:
    """Return the row of an incident; `due_us` is its next timer."""
    return {
        "number": incident.number,
        "state": incident.state,
        "open": incident.state not in TERMINAL,
        "version": incident.version,
        "level": incident.level,
        "category": incident.category,
        "grid": incident.grid,
        "building": incident.building,
        "owner": incident.owner,
        "drill": incident.drill,
        "opened_us": to_us(incident.opened_at),
        "closed_us": _us(incident.closed_at),
        "due_us": _us(min(incident.timers.values(), default=None)),
        "updated_seq": seq,
        "body": canonical_json(incident).decode(),
    }


def words_row(incident: Incident) -> Row:
    """Return the row a case is found by: its codes, and in words number, titles, place and device in both languages."""
    # By language, not as the case has them: one that came back from the store has them in another order.
    names = [text for each in (incident.title, incident.place) for _, text in sorted(each.items())]
    said = (incident.number, incident.device, *names)
    return {
        "number": incident.number,
        "opened_us": to_us(incident.opened_at),
        "category": incident.category,
        "building": incident.building,
        "grid": incident.grid,
        "owner": incident.owner,
        "words": " ".join(dict.fromkeys(w for w in said if w)).casefold(),
    }


def message_row(order: int, message: Message, *, withdrawn_us: int | None = None) -> Row:
    """Return the outbox row of a message; `order` grows with writing."""
    return {
        "id": message.id,
        "incident": message.incident,
        "alert": message.alert,
        "channel": message.channel,
        "recipient": message.recipient,
        "level": message.level,
        "state": "pending" if withdrawn_us is None else "withdrawn",
        "order": order,
        "due_us": to_us(message.created_at),
        "not_after_us": to_us(message.not_after),
        "claimed_us": None,
        "attempts": 0,
        "receipt": None,
        "body": canonical_json(message).decode(),
        "place": _place(message),
        "settled_us": withdrawn_us,
    }


def _place(message: Message) -> str | None:
    """Return the place a message speaks of, so that the first of each goes before the second of one."""
    place = message.params.get("place")
    return place.get("zh") if isinstance(place, dict) else None


def shadow_row(shadow: Shadow) -> Row:
    """Return the row of a device's shadow."""
    return {
        "device": shadow.device,
        "online": shadow.online,
        "at_us": to_us(shadow.at),
        "reported": canonical_json(shadow).decode(),
    }


def note_row(note: Note) -> Row:
    """Return the row of a description that came after its event."""
    return {"device": note.device, "track": note.track, "at_us": to_us(note.at), "body": _json(note.data)}


def fault_row(fault: Fault) -> Row:
    """Return the row of an input our own code could not carry through."""
    return {
        "seq": fault.seq,
        "at_us": to_us(fault.at),
        "stage": fault.stage,
        "subject": fault.subject,
        "error": fault.error,
    }


def blob_row(blob: Blob, at_us: int) -> Row:
    """Return the row of a picture or clip that came inside a message."""
    return {"sha256": blob.sha256, "mime": blob.mime, "size": len(blob.data), "at_us": at_us, "by": "device"}


def document_row(document: Document, digest: str) -> Row:
    """Return the row of one version of a saved document."""
    return {
        "name": document.name,
        "version": document.version,
        "author": document.author,
        "at_us": to_us(document.at),
        "body": document.body,
        "hash": digest,
    }


def result_row(result: Result) -> Row:
    """Return the row that answers a late duplicate of an action."""
    return {"key": result.key, "by": result.by, "at_us": to_us(result.at), "result": _json(result.result)}


def _json(value: object) -> str:
    return canonical_json(msgspec.to_builtins(value)).decode()


def _us(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)
