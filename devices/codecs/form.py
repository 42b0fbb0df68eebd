"""Forms of web pages, as platforms and simple devices post them: `sn=A1&event=3&body={"cell":5}`.

Every value is text; a name that occurs several times is a list; a value that is a JSON object is read as one.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from typing import Any

from devices.codec import CodecRefused, Document, codec
from devices.codecs.json import parse_json
from devices.limits import KEYS, check_shape

_ESCAPES = 20_000  # `%` signs of one form
_RUN = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


def fields_of(raw: bytes, encoding: str) -> dict[str, Any]:
    """Return the fields of `a=1&b=2`, its `%` signs read; UTF-8 first, then `encoding`. Refuses with CodecRefused."""
    if raw.count(b"&") >= KEYS:
        raise CodecRefused("too_large", f"more than {KEYS} fields")
    found: dict[str, Any] = {}
    for name, value in _pairs(raw, encoding):
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


@codec("form")
def read_form(payload: bytes, encoding: str) -> list[Document]:
    """Read one urlencoded form."""
    found = fields_of(payload.strip(), encoding)
    if b"=" not in payload:
        raise CodecRefused("malformed", "not a form: expected name=value")
    document = {name: inner(value, encoding) for name, value in found.items()}
    check_shape(document)
    return [document]


def inner(value: Any, encoding: str) -> Any:
    """Return a text that holds a JSON object as that object, anything else as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] != "{":
        return value
    try:
        return parse_json(value.encode(), encoding)
    except CodecRefused as refusal:
        if refusal.code != "malformed":
            raise
        return value


def _pairs(raw: bytes, encoding: str) -> list[tuple[str, str]]:
    if raw.count(b"%") > _ESCAPES:
        raise CodecRefused("too_large", f"more than {_ESCAPES} letters written with %")
    pieces = [piece.partition(b"=") for piece in raw.split(b"&") if piece]
    for name in dict.fromkeys(("utf-8", encoding)):
        try:
            return [(_plain(key).decode(name), _plain(value).decode(name)) for key, _, value in pieces]
        except UnicodeDecodeError:
            continue
    raise CodecRefused("malformed", f"a form that is neither UTF-8 nor {encoding}")


def _plain(raw: bytes) -> bytes:
    """Read `+` and `%` signs; whole runs of them at once, which costs a tenth."""
    raw = raw.replace(b"+", b" ")
    return _RUN.sub(lambda run: unhexlify(run[0].replace(b"%", b"")), raw) if b"%" in raw else raw
