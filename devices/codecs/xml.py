"""XML as plain mappings: no namespaces, no DTD, no entities, every value text.

`<EventNotificationAlert xmlns="…"><ANPR><line>2</line></ANPR></EventNotificationAlert>` becomes
`{"xml": "EventNotificationAlert", "ANPR": {"line": "2"}}`. Attributes stand beside the elements (an element of the
same name wins); the text of an element that also has attributes or elements stands under `text`; an element that
occurs several times is a list.
"""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from devices.codec import CodecRefused, Document, codec
from devices.limits import DEPTH, KEYS, SIGNS, TEXT, check_signs

_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "us-ascii": "utf-8",
    "utf-8": "utf-8",
}
_PARTING = b"<&\r\n"  # the parser stops at each of them
_LONG_NAME = re.compile(rb"</?[^\s<>/]{300}")
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class _Tree:
    """Builds the mapping while expat walks the document; refuses what is too deep or too large on the way."""

    def __init__(self) -> None:
        self.root: Any = None
        self.name = ""
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self._values = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEPTH:
            raise CodecRefused("too_deep", f"nested deeper than {DEPTH} levels")
        self._values += 1 + len(attributes)
        if self._values > KEYS:
            raise CodecRefused("too_large", f"more than {KEYS} elements and attributes")
        kept = {_local(key): value for key, value in attributes.items() if not key.startswith("xmlns")}
        self._open.append((_local(name), kept, []))

    def text(self, text: str) -> None:
        if self._open:
            self._open[-1][2].append(text)

    def end(self, _name: str) -> None:
        name, inner, texts = self._open.pop()
        text = "".join(texts).strip()
        if len(text) > TEXT:
            raise CodecRefused("too_large", f"a text of {len(text)} characters; at most {TEXT} are read")
        value: Any = inner or text
        if inner and text:
            inner.setdefault("text", text)
        if not self._open:
            self.root, self.name = value, name
            return
        above = self._open[-1][1]
        before = above.get(name)
        if before is None:
            above[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            above[name] = [before, value]

    def doctype(self, *_: object) -> None:
        raise CodecRefused("malformed", "XML with a document type is refused")


@codec("xml")
def read_xml(payload: bytes, encoding: str) -> list[Document]:
    """Read one XML document; the name of its root stands under `xml`."""
    check_parting(payload)
    tree = _Tree()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.text
    parser.StartDoctypeDeclHandler = tree.doctype
    try:
        parser.Parse(_utf8(payload, encoding), True)
    except expat.ExpatError as error:
        raise CodecRefused("malformed", f"not XML: {error}") from None
    if not isinstance(tree.root, dict):
        return [{"xml": tree.name, "text": tree.root}] if tree.root else [{"xml": tree.name}]
    return [{**tree.root, "xml": tree.name}]


def check_parting(payload: bytes) -> None:
    """Refuse XML that is dear to read: with very many parts, or with names that are no names."""
    if payload.count(b"=") > SIGNS:
        raise CodecRefused("too_large", f"more than {KEYS} attributes")
    check_signs(payload, _PARTING)
    if _LONG_NAME.search(payload) is not None:
        raise CodecRefused("malformed", "not XML: a name of more than 300 bytes")


def _utf8(payload: bytes, encoding: str) -> bytes:
    """Return the document in UTF-8: as it is if it is that, else read as it declares, else as the profile says."""
    payload = payload.strip()
    if payload[:1] not in (b"<", b"\xef", b"\xff", b"\xfe"):  # a mark may stand first
        raise CodecRefused("malformed", "not XML: it does not begin with '<'")
    marked = next((name for mark, name in _MARKS if payload.startswith(mark)), None)
    if marked is None and _is_utf8(payload):
        return payload
    found = _DECLARED.match(payload.removeprefix(b"\xef\xbb\xbf"))
    declared = _ENCODINGS.get(found[1].decode().lower()) if found is not None else None
    tried = [name for name in (marked, declared, encoding) if name not in (None, "utf-8")]
    for name in tried:
        try:
            return payload.decode(name or encoding).encode()
        except UnicodeError:
            continue
    raise CodecRefused(
        "malformed", f"XML that is neither UTF-8 nor {', '.join(map(str, tried)) or 'declared otherwise'}"
    )


def _is_utf8(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True


def _local(name: str) -> str:
    return name.rpartition(":")[2]
