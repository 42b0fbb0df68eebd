"""Hikvision's reports as one shape: pushed as JSON, XML or multipart, or read from the log of a terminal.

A report's own fields and those of its `AccessControllerEvent` (or `IDCardInfoEvent`, `QRCodeEvent` …) stand side by
side, every value as text. The log's words (`major`, `minor`, `time`) become those of the push, and `stored` says that
they were read later. `code` is the one word that says what happened: `5-75` (major and sub type) of an access event,
else its `eventType`; `word` is the `eventType` in small letters without the number some firmware appends.

Of a camera's report, `region` and `target` are those of its first region, `channel` is the channel that has a number,
`key` tells two cars apart where the firmware sends no `UUID`.
"""

from __future__ import annotations

import re
from typing import Any

from devices.codec import CodecRefused, Document, codec
from devices.codecs.push import read_push

_WORDS = {"major": "majorEventType", "minor": "subEventType", "time": "dateTime"}
_NOBODY = ("cardNo", "employeeNo", "employeeNoString", "doorNo")  # in which nothing and 0 stand for none
_ALIVE = "heartBeat"  # older firmware says instead, every ten seconds, that it has not lost its picture
_INNER = ("AccessControllerEvent", "IDCardInfoEvent", "QRCodeEvent")
_NUMBER = re.compile(r"-\d{1,3}$")  # facedetection-1: the channel, said again
_NO_SIGN = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\d\d:\d\d)"
)  # some recorders lose the plus of their zone
_REGIONS = ("DetectionRegionEntry", "DetectionRegion")
_TARGETS = ("detectionTarget", "targetType")


@codec("hikvision")
def read_hikvision(payload: bytes, encoding: str) -> list[Document]:
    """Read one push, a stream of them, or the list of events in an answer to `AcsEvent`."""
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
    word = _text(report.get("eventType"))
    if word == "videoloss" and report.get("eventState") == "inactive":
        word = _ALIVE
    spoiled = _NO_SIGN.fullmatch(_text(report.get("dateTime")))
    if spoiled is not None:
        report["dateTime"] = f"{spoiled[1]}+{spoiled[2]}"
    said = {"word": _NUMBER.sub("", word).lower(), **_seen(report)}
    for name in _INNER:
        inner = report.get(name)
        if isinstance(inner, dict):
            del report[name]
            code = _code(inner) if "majorEventType" in inner else word
            return {**_somebody({**report, **inner}), **said, "code": code}
    return {**_somebody(report), **said, "code": word}


def _stored(entry: Document) -> Document:
    named = {_WORDS.get(name, name): value for name, value in entry.items()}
    return {**_somebody(named), "stored": "true", "code": _code(named)}


def _somebody(event: Document) -> Document:
    """Return the event without the numbers that stand for nobody and no door."""
    for name in _NOBODY:
        if event.get(name) in ("", "0"):
            del event[name]
    return event


def _seen(report: Document) -> Document:
    """Return what a camera saw and where, and the key of a car."""
    found: Document = {}
    channel = _text(report.get("channelID")) or _text(report.get("dynChannelID"))
    if channel:
        found["channel"] = channel
    region = _first(report.get("DetectionRegionList"))
    if _text(region.get("regionID")):
        found["region"] = region["regionID"]
    target = next((text for name in _TARGETS for at in (region, report) if (text := _text(at.get(name)))), "")
    if target:
        found["target"] = target.lower()
    plate = report.get("ANPR", report)
    if not report.get("UUID") and isinstance(plate, dict) and _text(report.get("dateTime")):
        lane = _text(plate.get("line")) or _text(plate.get("laneNo"))
        found["key"] = f"{report['dateTime']}|{_text(plate.get('licensePlate'))}|{lane}"
    return found


def _first(regions: Any) -> Document:
    """Return the first region of a list that XML, JSON and older firmware write differently."""
    for name in ("", *_REGIONS, ""):
        if isinstance(regions, list):
            regions = regions[0] if regions else None
        if name and isinstance(regions, dict):
            regions = regions.get(name, regions)
    return regions if isinstance(regions, dict) else {}


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
