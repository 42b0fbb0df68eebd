"""Callbacks of parcel locker platforms, brought to one set of words.

No two platforms name the cell, the parcel or what happened alike. The report stands alone, in `data`, `body` or
`msgData`, one or several; each becomes a document with `event` (small letters, `_` between words), `cell`, `parcel`,
`time`, `hours` and `request` where it names them, beside its own fields.
"""

from __future__ import annotations

import re
from typing import Any

from devices.codec import Document, codec
from devices.codecs.push import read_push

_INSIDE = ("msgData", "data", "body")
_WORDS = {  # ours → theirs, the first that is there counts
    "event": ("event", "eventType", "event_type", "eventName", "action", "notifyType", "type"),
    "cell": ("cell", "cellCode", "cellNo", "cellName", "cellId", "boxNo", "box_no", "boxCode", "gridNo", "doorNo", "compartment", "compartmentId"),
    "parcel": ("parcel", "parcelId", "parcel_id", "packageId", "postId", "orderNo", "order_no", "orderId", "orderCode"),
    "time": ("time", "timestamp", "eventTime", "event_time", "occurTime", "operateTime", "createTime", "ts"),
    "hours": ("hours", "overdueHours", "storeHours"),
    "request": ("requestId", "requestID", "request_id", "id", "eventId", "event_id", "messageId", "msgId"),
}  # fmt: skip
_OUTER = ("time", "request")  # what may stand beside the report instead
_BETWEEN = re.compile(r"[\s.\-]{1,4}|(?<=[a-z0-9])(?=[A-Z])")
_LONGEST = 40  # letters of a word that says what happened


@codec("locker_platform")
def read_locker_platform(payload: bytes, encoding: str) -> list[Document]:
    """Read one callback; a list of reports in it gives a document each."""
    return [report for document in read_push(payload, encoding) for report in _reports(document)]


def _reports(document: Document) -> list[Document]:
    inside: Any = next(
        (document[name] for name in _INSIDE if isinstance(document.get(name), dict | list)), None
    )
    if inside is None:
        return [_named(document, document)]
    reports = inside if isinstance(inside, list) else [inside]
    return [_named(report, document) for report in reports if isinstance(report, dict)] or [document]


def _named(report: Document, around: Document) -> Document:
    found = {
        word: report[name]
        for word, names in _WORDS.items()
        if (name := next((each for each in names if isinstance(report.get(each), str)), None)) is not None
    }
    if "cell" not in found and "event" not in report:
        return report  # nothing in it speaks of a locker: `type` and `id` are everybody's words
    for word in _OUTER:
        outer = next((around[each] for each in _WORDS[word] if isinstance(around.get(each), str)), None)
        if word not in found and outer is not None:
            found[word] = outer
    if "event" in found and len(found["event"]) <= _LONGEST:
        found["event"] = _BETWEEN.sub("_", found["event"].strip()).lower()
    return {**report, **found}
