"""Beginning: the draft that a person goes on from, made of what was guessed about one message. Pure."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any

from devices.address import path_of
from devices.event import RawMessage
from devices.seen import FieldSeen, Meaning, Seen

_KEY_PARTS = 3  # of a dedup key: a counter and a time tell enough apart
_ODD = re.compile(r"[^a-z0-9]+")


def beginning(message: RawMessage, seen: Seen) -> dict[str, Any] | None:
    """Return a draft with identity, time, dedup and sample as guessed, its kinds still to be said; None: nothing is read."""
    if seen.refused or not message.topic:
        return None
    named = _level(seen)
    identity = "topic.device" if named is not None else _first(seen.fields, "identity")
    time = _first(seen.fields, "time", sure=True)
    counters = [each.path for each in seen.fields if each.usable and _means(each, "counter")]
    key = [each for each in (identity, *counters, time) if each is not None] if counters or time else []
    form = _time_form(seen.fields, time)
    where = "topic" if message.adapter == "mqtt" else "path"
    return {
        "id": _id(seen.levels),
        "name": {"zh": "新设备", "en": "New device"},
        where: "/".join("{device}" if place == named else level for place, level in enumerate(seen.levels)),
        **({"payload": seen.payload} if seen.payload != "json" else {}),
        **({"encoding": seen.encoding} if seen.encoding != "utf-8" else {}),
        "identity": identity or "none",
        **({"time": {"from": time, "form": form}} if time is not None else {}),
        "dedup": key[: _KEY_PARTS + 1] or "none",
        "kinds": _kinds(seen.fields),
        "samples": [sample_of(message)],
    }


def sample_of(message: RawMessage) -> dict[str, Any]:
    """Return a message as the sample of a draft."""
    sample: dict[str, Any] = {"topic" if message.adapter == "mqtt" else "path": message.topic}
    try:
        sample["payload"] = message.payload.decode("utf-8")
    except UnicodeDecodeError:
        sample["base64"] = base64.b64encode(message.payload).decode()
    if message.headers:
        sample["headers"] = dict(message.headers)
    if message.retained:
        sample["retained"] = True
    sample["received"] = message.received_at.isoformat()
    return sample


def _kinds(fields: Iterable[FieldSeen]) -> list[dict[str, Any]]:
    """Return one line of kinds for the code that was seen, with the states that can be told by their names."""
    known = list(fields)
    states = {
        each.meant[-1].word: each.path
        for each in known
        if each.usable and each.meant and each.meant[-1].what == "state"
    }
    code = next(
        (each for each in known if each.usable and _means(each, "code") and each.path not in states.values()),
        None,
    )
    asked = {"field": code.path, "equals": code.example} if code is not None else {}
    if states:
        return [{**asked, "state": states}]
    return [{**asked, "ignore": {"code": "undecided", "reason": "what this means has still to be said"}}]


def _level(seen: Seen) -> int | None:
    """Return which level of the topic names the device: one that the payload repeats, or one that looks like a number."""
    said = {str(each.example) for each in seen.fields if _means(each, "identity")}
    for place, level in enumerate(seen.levels):
        if level in said:
            return place
    likely = [
        place for place, level in enumerate(seen.levels) if any(c.isdigit() for c in level) and len(level) > 1
    ]
    return likely[0] if likely else None


def _first(fields: Iterable[FieldSeen], what: Meaning, *, sure: bool = False) -> str | None:
    fitting = [each for each in fields if each.usable and _means(each, what)]
    certain = [each.path for each in fitting if any(m.what == what and m.sure for m in each.meant)]
    return next(iter(certain), None) if sure or certain else next((each.path for each in fitting), None)


def _time_form(fields: Iterable[FieldSeen], path: str | None) -> str:
    words = (m.word for each in fields if each.path == path for m in each.meant if m.what == "time")
    return next(words, "auto") or "auto"


def _means(field: FieldSeen, what: Meaning) -> bool:
    return any(each.what == what for each in field.meant)


def _id(levels: Iterable[str]) -> str:
    words = [_ODD.sub("-", path_of(level).lower()).strip("-") for level in levels]
    name = next((word for word in words if len(word) > 1 and word[0].isalpha()), "new-device")
    return name[:40].strip("-")
