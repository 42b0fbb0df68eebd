"""Multipart bodies, as access terminals and cameras push them: a JSON or XML report with pictures beside it.

A stream of such reports (`alertStream`) that was written down is read report by report.

The report's own fields become the document's, text parts stand beside them under their names, pictures and clips in
the list `pictures` as `{"name", "file", "mime", "size", "content"}`. The boundary is read from the body itself, so
that a body that was captured without its headers can be read as well.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from devices.codec import CodecRefused, Document, codec
from devices.codecs.json import read_json
from devices.codecs.xml import read_xml
from devices.evidence import MIMES, PIECES, mime_of
from devices.limits import TEXT, check_shape

PARTS = 64
_HEADERS = 4 * 1024  # bytes of one part's headers
_BOUNDARY = 120  # bytes; the standard allows 70
_PREAMBLE = 1024  # bytes that may stand before the first boundary
_QUOTED = re.compile(r'\b(name|filename)="?([^";\r\n]{0,200})')
_TYPE = re.compile(r"^content-type:\s*([\w.+-]+/[\w.+-]+)", re.IGNORECASE | re.MULTILINE)


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    file: str
    mime: str
    content: bytes


@codec("multipart")
def read_multipart(payload: bytes, encoding: str) -> list[Document]:
    """Read one multipart body, or the parts of a stream of reports: each report with the pictures that follow it.

    A report that is a JSON list gives several documents, the pictures with its first.
    """
    reports: list[Document] = []
    beside: dict[str, Any] = {}
    pictures: list[dict[str, Any]] = []  # of the last report; before the first one, of that
    count = 0
    for part in _parts(payload):
        if part.mime in MIMES:
            if count < PIECES:
                pictures.append(_picture(part))
            count += 1
            continue
        head = part.content[:64].lstrip()[:1]
        if head in (b"<", b"{", b"["):
            found = (read_xml if head == b"<" else read_json)(part.content, encoding)
            if found and (not reports or _is_report(part, found[0], reports[0])):
                pictures = [] if reports else pictures
                reports += [dict(each) for each in found]
                reports[-len(found)]["pictures"] = pictures
            elif part.name:
                beside.setdefault(part.name, found[0])
        else:
            text = _text(part.content, encoding)
            if text is not None and part.name:
                beside.setdefault(part.name, text)
    if not reports:
        reports = [{"pictures": pictures}]
    for name, value in beside.items():
        reports[0].setdefault(name, value)
    for report in reports:
        check_shape(report)
    return reports


def _is_report(part: _Part, found: Document, first: Document) -> bool:
    """Tell whether a part is the next report of a stream rather than something beside the first one.

    The parts of a stream have no name; where they have one, the next report has half the words of the first.
    """
    return not part.name or 2 * len(found.keys() & first.keys()) >= max(len(found), 1)


def _parts(payload: bytes) -> list[_Part]:
    boundary = _boundary(payload)
    pieces = (b"\n" + payload).split(b"\n" + boundary, PARTS + 2)
    if len(pieces) > PARTS + 2:
        raise CodecRefused("too_large", f"more than {PARTS} parts")
    found: list[_Part] = []
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            break
        if piece.strip() or not found:  # a stream that was cut ends with a bare boundary
            found.append(_part(piece))
    if not found:
        raise CodecRefused("malformed", "a multipart body without parts")
    return found


def _boundary(payload: bytes) -> bytes:
    """Return the first line that begins with two dashes."""
    for line in payload[:_PREAMBLE].split(b"\n"):
        if line.startswith(b"--") and len(mark := line.rstrip(b"\r \t")) > 2:
            if len(mark) > _BOUNDARY:
                break
            return mark
    raise CodecRefused("malformed", "not multipart: no boundary at its beginning")


def _part(piece: bytes) -> _Part:
    """Read the headers of a part; what follows the first empty line is its content."""
    piece = piece.lstrip(b" \t").removeprefix(b"\r").removeprefix(b"\n")
    ends = [(at, len(sign)) for sign in (b"\r\n\r\n", b"\n\n") if (at := piece.find(sign, 0, _HEADERS)) >= 0]
    if not ends:
        if piece[:2] in (b"\r\n", b"\n"):
            ends = [(0, 1)]
        else:
            raise CodecRefused("malformed", f"a part without an end of its headers in {_HEADERS} bytes")
    at, length = min(ends)
    headers = piece[:at].decode("utf-8", "replace")
    content = piece[at + length :].removesuffix(b"\r")
    said = dict(_QUOTED.findall(headers))
    declared = _TYPE.search(headers)
    mime = mime_of(content) or (declared[1].lower() if declared is not None else "")
    return _Part(name=said.get("name", ""), file=said.get("filename", ""), mime=mime, content=content)


def _picture(part: _Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "file": part.file,
        "mime": part.mime,
        "size": len(part.content),
        "content": part.content,
    }


def _text(content: bytes, encoding: str) -> str | None:
    if len(content) > TEXT:
        raise CodecRefused(
            "too_large", f"a part of {len(content)} bytes that is no picture; at most {TEXT} are read"
        )
    for name in ("utf-8", encoding):
        try:
            return content.decode(name).strip()
        except UnicodeDecodeError:
            continue
    return None
