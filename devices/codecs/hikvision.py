"""Hikvision's reports as one shape: pushed as JSON, XML or multipart, or read from the log of a terminal.

A report's own fields and those of its `AccessControllerEvent` stand side by side, every value as text. The log's
words (`major`, `minor`, `time`) become those of the push, and `stored` says that they were read later. `code` is the
one word that says what happened: `5-75` (major and sub type) of an access event, else its `eventType`.
"""

from __future__ import annotations

from typing import Any

from devices.codec import CodecRefused, Document, codec
from devices.codecs.push import read_push

_WORDS = {"major": "majorEventType", "minor": "subEventType", "time": "dateTime"}


@codec("hikvision")
def read_hikvision(payload: bytes, encoding: str) -> list[Document]:
    """Read one push, or the list of events in an answer to `AcsEvent`."""
    found: list[Document] = []
    for document in read_push(payload, encoding):
        wrapped = document.get("EventNotificationAlert")
        report = {**document, **wrapped} if isinstance(wrapped, dict) else document
        log = report if report.get("xml") == "AcsEvent" else report.get("AcsEvent")
        if isinstance(log, dict):
            found += [_stored(entry) for entry in _entries(log)]
        else:
            found.append(_pushed(report))
    return found


def _pushed(report: Document) -> Document:
    inner = report.pop("AccessControllerEvent", None)
    if not isinstance(inner, dict):
        return {**report, "code": _text(report.get("eventType"))}
    return {**report, **inner, "code": _code(inner)}


def _stored(entry: Document) -> Document:
    named = {_WORDS.get(name, name): value for name, value in entry.items()}
    return {**named, "stored": "true", "code": _code(named)}


def _entries(log: Document) -> list[Document]:
    """Return the entries of `InfoList`: a JSON list, or XML elements of any name inside it."""
    found = log.get("InfoList") or []
    if isinstance(found, dict) and "major" not in found:
        found = next(iter(found.values()), [])
    entries = found if isinstance(found, list) else [found]
    if not all(isinstance(entry, dict) for entry in entries):
        raise CodecRefused("malformed", "an InfoList whose entries are no objects")
    return entries


def _code(event: Document) -> str:
    return f"{_text(event.get('majorEventType'))}-{_text(event.get('subEventType'))}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
