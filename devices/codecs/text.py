"""Plain words (`online`, `Offline`, `1`) as `{"text": …}`, alone or where others send JSON on the same topic."""

from __future__ import annotations

from devices.codec import CodecRefused, Document, codec
from devices.codecs.json import parse_json, read_json
from devices.limits import TEXT


@codec("text")
def read_text(payload: bytes, encoding: str) -> list[Document]:
    """Read the whole payload as one text without the white space around it."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = payload.decode(encoding)
        except UnicodeDecodeError:
            raise CodecRefused("malformed", f"text is neither UTF-8 nor {encoding}") from None
    if len(text) > TEXT:
        raise CodecRefused("too_large", f"a text of {len(text)} characters; at most {TEXT} are read")
    return [{"text": text.strip()}]


@codec("any")
def read_any(payload: bytes, encoding: str) -> list[Document]:
    """Read a JSON object if it is one, a quoted JSON text as that text, anything else as plain text."""
    head = payload[:64].lstrip()[:1]
    if head in (b"{", b"["):
        return read_json(payload, encoding)
    if head == b'"':
        value = parse_json(payload, encoding)
        if isinstance(value, str):
            return [{"text": value.strip()}]
    return read_text(payload, encoding)
