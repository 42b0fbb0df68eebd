"""What a captured file holds: one message or many, with the topic or path it came on where the capture says so.

Understood are one JSON value, JSON lines, JSON values behind each other, what `mosquitto_sub -v` and
`mosquitto_sub -F %j` write, XML documents behind each other, an HTTP request with its head, the frames of alarm panels
and 64-byte frames in hexadecimal; all of it also packed with gzip or stored as UTF-16, as some tools do. Anything else
is one message as it is. Nothing here raises for what a file holds.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import datetime
from json import JSONDecoder
from typing import Any

import msgspec

from gateway.interop.dc09 import Account, Report, framed, read_frame
from gateway.interop.panels import body_of

_REQUEST = re.compile(rb"(?:POST|PUT|GET) (\S{1,2000}) HTTP/1\.[01]\r?\n")
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]")
_PANEL = re.compile(rb'[0-9A-Fa-f]{4}[0-9A-Fa-f]{4}"\*?(?:SIA-DCS|ADM-CID|NULL)"')
_ACCOUNT = re.compile(rb"#([0-9A-Fa-f]{1,16})[\[|]")
_TOPIC_LINE = re.compile(rb"([^\s{}\[\]\"<>,;=]{1,400}/[^\s{}\[\]\"<>,;=]{0,400}) (.*)")
_DOCUMENT = re.compile(rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?<([A-Za-z_][\w:.-]{0,80})[\s>]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UNPACKED = 64 * 1024 * 1024  # bytes of a packed file that are read; what is packed tighter is a bomb
_CRC = 8  # characters before a frame's text: CRC and length
_HEX_KEYS = ("packet_hex", "frame_hex", "payload_hex", "hex")
_MOST = 100_000  # messages of one file


class Captured(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a file. `topic` and `path` are what the capture itself says; `remarks` what one must know."""

    payload: bytes
    topic: str | None = None
    path: str | None = None
    headers: dict[str, str] = {}
    retained: bool = False
    remarks: tuple[str, ...] = ()
    refused: str | None = None  # why nothing can be read of it, before any profile is asked


def messages_of(data: bytes, *, now: datetime) -> list[Captured]:
    """Return the messages of a file, at least one; `now` is when they count as received."""
    data, remarks = _plain(data)
    found = _http(data) or _panels(data, now) or _json(data) or _lines(data) or _documents(data)
    messages = (found or [Captured(payload=data)])[:_MOST]
    if not remarks:
        return messages
    return [msgspec.structs.replace(each, remarks=(*remarks, *each.remarks)) for each in messages]


def _plain(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the file as the device sent it: not packed, and not in the two-byte letters some tools store."""
    remarks: tuple[str, ...] = ()
    if data.startswith(b"\x1f\x8b"):
        try:
            unpacking = zlib.decompressobj(wbits=31)
            unpacked = unpacking.decompress(data, _UNPACKED)
        except zlib.error:
            return data, ()
        if not unpacking.eof:
            return data, ()
        data, remarks = unpacked, ("packed with gzip",)
    if data.startswith(_UTF16):
        text = data.decode("utf-16", "replace")
        if text[:1].isascii() and "\ufffd" not in text:
            return text.encode("utf-8", "surrogatepass"), (*remarks, "stored as UTF-16")
    return data, remarks


def _http(data: bytes) -> list[Captured]:
    """Read a request with its head, or a body with only its headers."""
    request = _REQUEST.match(data)
    if request is None and _HEADER.match(data) is None:
        return []
    head, gap, body = data[request.end() if request else 0 :].partition(b"\r\n\r\n")
    if not gap:
        head, gap, body = data[request.end() if request else 0 :].partition(b"\n\n")
    headers = {}
    for line in head.splitlines():
        name, colon, value = line.partition(b":")
        if not colon:
            return []
        headers[name.strip().decode("latin-1").lower()] = value.strip().decode("latin-1")
    if request is None and "content-type" not in headers:
        return []
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = _whole(body)
    elif headers.get("content-length", "").isdecimal():
        body = body[: int(headers["content-length"])]
    path = request[1].decode("latin-1") if request is not None else None
    return [Captured(payload=body, path=path, headers=headers)]


def _whole(chunked: bytes) -> bytes:
    parts: list[bytes] = []
    while chunked:
        size, _, rest = chunked.partition(b"\r\n")
        try:
            length = int(size.partition(b";")[0], 16)
        except ValueError:
            break
        if length <= 0:
            break
        parts.append(rest[:length])
        chunked = rest[length + 2 :]
    return b"".join(parts)


def _panels(data: bytes, now: datetime) -> list[Captured]:
    """Read frames of alarm panels (SIA DC-09), one a line."""
    lines = [line.strip() for line in data.splitlines() if line.strip()]
    if not lines or not all(_PANEL.match(line) for line in lines):
        return []
    return [_panel(line, now) for line in lines]


def _panel(line: bytes, now: datetime) -> Captured:
    found = _ACCOUNT.search(line)
    account = found[1].decode().upper() if found is not None else ""
    accounts = {account: Account(id=account, clock_s=None)}
    if line[_CRC:].startswith(b'"*'):
        return Captured(
            payload=line, refused=f"an encrypted frame of account {account or '?'}, and no key is known"
        )
    report = read_frame(line, accounts, now=now)
    remarks: tuple[str, ...] = ()
    if not isinstance(report, Report) and report.why == "crc":
        report = read_frame(framed(line[_CRC:].decode("ascii", "replace")).strip(), accounts, now=now)
        remarks = ("its CRC does not fit: live, such a frame is met with silence and the panel repeats it",)
    if not isinstance(report, Report):
        return Captured(payload=line, refused=f"a frame of an alarm panel that cannot be read: {report.why}")
    said = f"{report.account}|{report.sequence}|{report.event}|{report.qualifier}|{report.zone}"
    at = report.frame.timestamp
    written = at.isoformat() if isinstance(at, datetime) else ""
    body = body_of(report, device=report.account, key=f"{written or int(now.timestamp())}|{said}")
    if written:  # what was captured is old: here its own time counts, live the moment of receipt does
        body["time"] = written
    if report.is_poll:
        body["event"] = "poll"
    return Captured(payload=msgspec.json.encode(body), path=f"panel/{report.account}", remarks=remarks)


def _json(data: bytes) -> list[Captured]:
    """Read JSON values behind each other: one, one a line, or without anything between them."""
    text = _text(data)
    if text is None or text[:1] not in ("{", "["):
        return []
    found: list[tuple[Any, bytes]] = []
    reader, place = JSONDecoder(), 0
    try:
        while place < len(text) and len(found) < _MOST:
            start = place
            value, place = reader.raw_decode(text, start)
            found.append((value, text[start:place].encode("utf-8", "surrogatepass")))
            while text[place : place + 1] in (" ", "\n", "\r", "\t", ","):
                place += 1
    except (ValueError, RecursionError):
        return [_value(line) for line in data.splitlines() if line.strip()] if found else []
    return [each for value, raw in found for each in _records(value, raw)]


def _records(value: Any, raw: bytes) -> Iterator[Captured]:
    if not _is_record(value):
        yield _unwrapped(value, raw)
        return
    for each in value if isinstance(value, list) else [value]:
        said = each["payload"]
        payload = said.encode("utf-8", "surrogatepass") if isinstance(said, str) else _encoded(said)
        yield Captured(payload=payload, topic=each["topic"], retained=each.get("retain") in (1, True))


def _value(line: bytes) -> Captured:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Captured(payload=line)
    return next(_records(value, line))


def _is_record(value: Any) -> bool:
    """Tell whether a capture wrote this, rather than a device: an object with a topic and a payload."""
    if isinstance(value, list):
        return bool(value) and all(_is_record(each) for each in value)
    return (
        isinstance(value, dict) and {"topic", "payload"} <= value.keys() and isinstance(value["topic"], str)
    )


def _unwrapped(value: Any, raw: bytes) -> Captured:
    """Return a message without the wrapping of a collection: a frame as hexadecimal, a radio codec's test case."""
    if not isinstance(value, dict):
        return Captured(payload=raw)
    if "fPort" in value and "decoded" in value:
        decoded = value["decoded"]
        inner = {"fPort": value["fPort"], **({"object": decoded} if isinstance(decoded, dict) else {})}
        return Captured(
            payload=msgspec.json.encode(inner), remarks=("a codec's test case, read as an uplink",)
        )
    for key in _HEX_KEYS:
        text = value.get(key)
        if isinstance(text, str):
            try:
                return Captured(payload=bytes.fromhex(text), remarks=(f"the bytes under {key}",))
            except ValueError:
                continue
    return Captured(payload=raw)


def _lines(data: bytes) -> list[Captured]:
    """Read `topic payload` lines."""
    lines = [line for line in data.splitlines() if line.strip()]
    found = [_TOPIC_LINE.fullmatch(line) for line in lines]
    if not lines or not all(found):
        return []
    return [
        Captured(payload=each[2], topic=each[1].decode("utf-8", "replace"))
        for each in found
        if each is not None
    ]


def _documents(data: bytes) -> list[Captured]:
    """Read XML documents behind each other; without the line that declares them, those of one kind."""
    if data.lstrip().startswith(b"<?xml") and data.count(b"<?xml") > 1:
        return [Captured(payload=b"<?xml" + part) for part in data.split(b"<?xml")[1:]]
    begun = _DOCUMENT.match(data)
    if begun is None:
        return []
    end = b"</" + begun[1] + b">"
    pieces = data.split(end)
    if len(pieces) < 3 or not all(_DOCUMENT.match(piece) for piece in pieces[:-1]):
        return []
    whole = [Captured(payload=piece + end) for piece in pieces[:-1]]
    return whole + ([Captured(payload=pieces[-1])] if pieces[-1].strip() else [])


def _text(data: bytes) -> str | None:
    try:
        return data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return None


def _encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        return b""
