"""What one firmware pushes as JSON, the next as XML and the third as multipart, brought to one shape.

The first bytes say which it is. Every value becomes text (`5` → `"5"`, true → `"true"`; null is left out), as XML
has nothing else, so that one table of kinds reads them all.
"""

from __future__ import annotations

from typing import Any

from devices.codec import CodecRefused, Document, codec
from devices.codecs.form import read_form
from devices.codecs.json import read_json_pictures
from devices.codecs.multipart import read_multipart
from devices.codecs.xml import read_xml

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NAME = 4_096  # bytes of a form in which its first name must end


@codec("push")
def read_push(payload: bytes, encoding: str) -> list[Document]:
    """Read a multipart body, XML, JSON or a form, each value as text."""
    if payload.startswith(_UTF16):
        payload = _in_utf8(payload)
    start = payload[:64].lstrip(b"\xef\xbb\xbf\r\n\t ")
    if start.startswith(b"--"):
        found = read_multipart(payload.lstrip(), encoding)
    elif start.startswith(b"<"):
        return read_xml(payload, encoding)
    elif start.startswith((b"{", b"[")):
        found = read_json_pictures(payload, encoding)
    elif not start:
        raise CodecRefused("malformed", "an empty body")
    elif b"=" not in payload[:_NAME]:
        shown = payload[:16].decode("ascii", "backslashreplace")
        raise CodecRefused("malformed", f"neither multipart, XML, JSON nor a form: it begins with '{shown}'")
    else:
        found = read_form(payload, encoding)
    return [_texts(each) for each in found]


def _in_utf8(payload: bytes) -> bytes:
    try:
        return payload.decode("utf-16").encode()
    except UnicodeError:
        raise CodecRefused("malformed", "marked as UTF-16, which it is not") from None


def _texts(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is bytes:
        return value
    if kind is dict:
        return {name: _texts(inner) for name, inner in value.items() if inner is not None}
    if kind is list:
        return [_texts(inner) for inner in value if inner is not None]
    if kind is bool:
        return "true" if value else "false"
    return str(value)
