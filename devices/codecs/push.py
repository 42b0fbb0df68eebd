"""What one firmware pushes as JSON, the next as XML and the third as multipart, brought to one shape.

The first bytes say which it is. Every value becomes text (`5` → `"5"`, true → `"true"`; null is left out), as XML
has nothing else, so that one table of kinds reads them all.
"""

from __future__ import annotations

from typing import Any

from devices.codec import Document, codec
from devices.codecs.form import read_form
from devices.codecs.json import read_json_pictures
from devices.codecs.multipart import read_multipart
from devices.codecs.xml import read_xml


@codec("push")
def read_push(payload: bytes, encoding: str) -> list[Document]:
    """Read a multipart body, XML, JSON or a form, each value as text."""
    start = payload[:64].lstrip(b"\xef\xbb\xbf\r\n\t ")
    if start.startswith(b"--"):
        found = read_multipart(payload.lstrip(), encoding)
    elif start.startswith(b"<"):
        return read_xml(payload, encoding)
    elif start.startswith((b"{", b"[")):
        found = read_json_pictures(payload, encoding)
    else:
        found = read_form(payload, encoding)
    return [_texts(each) for each in found]


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
