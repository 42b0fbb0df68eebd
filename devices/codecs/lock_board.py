"""Lock boards of lockers and cabinets (RS-485, five bytes): a head, board, lock, state, and the XOR of them.

`82` is what a board says by itself, `8A` answers an order to open, `80` answers a question; state `11` is closed, `00`
open (of locks whose contact is shut while they are closed; others are wired the other way round). Frames come as bytes
or as hexadecimal text with or without spaces, several in one body, as a serial-to-network box passes them on.

Boards that speak lines (`comm,01,` or `sync,01,` and 16 digits) are recognised: `said` is their first word, and the
digits stand as `digits`; which of them are which lock is not public.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import xor

from devices.codec import CodecRefused, Document, Refusable, codec

_HEADS = {0x82: "report", 0x8A: "opened", 0x80: "asked"}
_FRAME = 5
_ALL = 7  # bytes of an answer about all locks of a board: head, board, three bytes of states, 33, XOR
_MOST = 500  # frames of one body
_LINE = re.compile(rb"(comm|sync),([0-9A-Fa-f]{2}),([0-9A-Fa-f]{16})")
_HEXADECIMAL = b"0123456789abcdefABCDEF \t\r\n,"


@codec("lock_board")
def read_lock_board(payload: bytes, _encoding: str) -> list[Refusable]:
    """Read frames as `{"said", "board", "lock", "cell", "state"}`; one with a wrong sum stands as its refusal."""
    if payload[:5] in (b"comm,", b"sync,"):
        return [_line(line) for line in payload.split(None, _MOST)]
    frames = _bytes(payload)
    if len(frames) > _MOST * _FRAME:
        raise CodecRefused("too_large", f"{len(frames)} bytes of frames; at most {_MOST} frames are read")
    found: list[Refusable] = []
    at = 0
    while at < len(frames):
        head, rest = frames[at], frames[at:]
        length = (
            _ALL if head == 0x80 and len(rest) >= _ALL and rest[5] == 0x33 and _sums(rest[:_ALL]) else _FRAME
        )
        found.append(_frame(rest[:length]))
        at += length
    return found


def _line(line: bytes) -> Refusable:
    found = _LINE.fullmatch(line)
    if found is None:
        shown = line[:40].decode("ascii", "backslashreplace")
        return CodecRefused("malformed", f"no line of a lock board: '{shown}'")
    said, board, digits = (part.decode() for part in found.groups())
    return {"said": said, "board": str(int(board, 16)), "digits": digits.lower()}


def _bytes(payload: bytes) -> bytes:
    if payload.translate(None, _HEXADECIMAL):
        return payload
    try:
        return bytes.fromhex(payload.decode("ascii").replace(",", " "))
    except ValueError:
        raise CodecRefused("malformed", "hexadecimal text with half a byte") from None


def _frame(frame: bytes) -> Refusable:
    shown = frame.hex(" ").upper()
    if frame[0] not in _HEADS or len(frame) < _FRAME:
        return CodecRefused("malformed", f"no frame of a lock board: {shown}")
    if not _sums(frame):
        return CodecRefused("malformed", f"a frame whose sum is wrong: {shown}")
    document: Document = {"said": _HEADS[frame[0]], "board": str(frame[1])}
    if len(frame) == _ALL:
        return {**document, "said": "all", "states": frame[2:5].hex()}
    lock = str(frame[2])
    return {**document, "lock": lock, "cell": f"{frame[1]}-{lock}", "state": f"{frame[3]:02x}"}


def _sums(frame: bytes) -> bool:
    return reduce(xor, frame[:-1]) == frame[-1]
