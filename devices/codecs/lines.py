"""Bodies of many records, one a line: each is read for itself, so that a spoiled line costs only itself.

What a line holds is said by the profile: `lines: {split: tab, columns: [pin, time, status]}` for values in a fixed
order, `lines: {split: tab, pairs: '='}` for `time=…⇥pin=…`. Without either there is only `e.line`.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from devices.codec import CodecRefused, Document, Refusable, codec
from devices.limits import KEYS, SIGNS, TEXT, check_signs

RECORDS = 2_000  # lines of one body; more are refused as a whole
_FIELDS = 100  # of one line
_WIDE = re.compile(r" {2,}")
_SHOWN = 120  # characters of a bad line that stand in its reason


class LineShape(msgspec.Struct, frozen=True, kw_only=True):
    """How the lines of a body are written.

    `split` stands between values; `columns` names them in order, the first `least` of which must be there;
    `pairs` is what stands between a name and its value instead. `skip` are beginnings of lines that say nothing.
    """

    split: str = ""
    columns: tuple[str, ...] = ()
    least: int = 0
    pairs: str = ""
    skip: tuple[str, ...] = ()


@codec("lines")
def read_plain(payload: bytes, encoding: str) -> list[Document]:
    """Read a body as lines, each as `{"line", "number"}`; empty lines say nothing."""
    return [{"line": line, "number": number} for number, line in _lines(payload, encoding)]


def read_lines(payload: bytes, encoding: str, shape: LineShape) -> list[Refusable]:
    """Read a body whose lines have a shape; a line that has another stands as its refusal among the documents."""
    found: list[Refusable] = []
    for number, line in _lines(payload, encoding):
        if line.startswith(shape.skip) and shape.skip:
            continue
        fields = _pairs(line, shape) if shape.pairs else _columns(line, shape)
        if isinstance(fields, str):
            found.append(CodecRefused("malformed", f"line {number}: {fields}: {line[:_SHOWN]!r}"))
        else:
            found.append({**fields, "line": line, "number": number})
    return found


def _lines(payload: bytes, encoding: str) -> list[tuple[int, str]]:
    if payload.count(b"\n") > 4 * RECORDS:
        raise CodecRefused(
            "too_large", f"more than {4 * RECORDS} ends of lines; at most {RECORDS} lines are read"
        )
    check_signs(payload, b"\0\r")  # to strip one costs twenty times what it costs to count it
    if payload.count(b" ") > 4 * SIGNS:
        raise CodecRefused("too_large", f"more than {4 * SIGNS} spaces")
    text = _text(payload, encoding)
    found = [
        (number, line)
        for number, raw in enumerate(text.split("\n"), 1)
        if (
            line := raw.strip("\r\0 ")
        ).strip()  # a tab at the end is an empty last column; only tabs are nothing
    ]
    if len(found) > RECORDS:
        raise CodecRefused("too_large", f"{len(found)} lines; at most {RECORDS} are read")
    if any(len(line) > TEXT for _, line in found):
        raise CodecRefused("too_large", f"a line of more than {TEXT} characters")
    return found


def _text(payload: bytes, encoding: str) -> str:
    payload = payload.removeprefix(b"\xef\xbb\xbf")
    try:
        return payload.decode()
    except UnicodeDecodeError:
        try:
            return payload.decode(encoding)
        except UnicodeDecodeError:
            raise CodecRefused("malformed", f"text is neither UTF-8 nor {encoding}") from None


def _columns(line: str, shape: LineShape) -> dict[str, Any] | str:
    values = line.split(shape.split, KEYS) if shape.split else line.split(None, KEYS)
    if len(values) == 1 and shape.split == "\t":  # written down by a program that turns tabs into spaces
        values = _WIDE.split(line, KEYS)
    if len(values) < shape.least:
        return f"{len(values)} columns where at least {shape.least} are expected"
    return {name: value.strip() for name, value in zip(shape.columns, values, strict=False)}


def _pairs(line: str, shape: LineShape) -> dict[str, Any] | str:
    parts = line.split(shape.split, _FIELDS) if shape.split else line.split(None, _FIELDS)
    if len(parts) > _FIELDS:
        return f"more than {_FIELDS} fields"
    found: dict[str, Any] = {}
    for part in parts:
        name, sign, value = part.partition(shape.pairs)
        if sign and name.strip():
            found[name.strip()] = value.strip()
    return found or f"no field such as name{shape.pairs}value"
