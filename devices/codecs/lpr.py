"""Number plate cameras that say `AlarmInfoPlate`: pushed over HTTP, wrapped for MQTT, or bare as over TCP.

All become what is pushed over HTTP, every value as text. The wrapping of MQTT (`sn`, `name`, `timestamp`, `payload`)
stands beside it as `serialno`, `said` and `sent`, and the plate, which is base64 there, is read. A bare `PlateResult`
is put where the push has it.
"""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from devices.codec import Document, codec
from devices.codecs.push import read_push

_PLATE = 40  # letters; no plate is longer


@codec("lpr")
def read_lpr(payload: bytes, encoding: str) -> list[Document]:
    """Read one report, however it is wrapped."""
    return [_plain(document) for document in read_push(payload, encoding)]


def _plain(document: Document) -> Document:
    wrapped = document.get("payload")
    if isinstance(wrapped, dict) and "sn" in document:
        body = wrapped.get("body")
        inner = body if isinstance(body, dict) else wrapped
        result = _result(inner)
        if "license" in result:
            result["license"] = _unpacked(result["license"])
        kept = {"serialno": "sn", "said": "name", "sent": "timestamp", "id": "id"}
        return {**inner, **{name: document[word] for name, word in kept.items() if word in document}}
    if isinstance(document.get("PlateResult"), dict):
        return {**document, "AlarmInfoPlate": {"result": {"PlateResult": document.pop("PlateResult")}}}
    return document


def _result(inner: Document) -> Document:
    """Return the part that says what was read; an empty one where there is none."""
    found: Any = inner
    for name in ("AlarmInfoPlate", "result", "PlateResult"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _unpacked(plate: Any) -> Any:
    """Return a plate that is base64 as its letters; one that is not, as it is."""
    if not isinstance(plate, str) or len(plate) > 2 * _PLATE:
        return plate
    try:
        return b64decode(plate, validate=True).decode()
    except ValueError:  # also of bytes that are no UTF-8
        return plate
