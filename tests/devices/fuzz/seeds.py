"""What fuzzing starts from: every sample of every profile, and the captured payloads where they are present."""

from __future__ import annotations

from functools import cache
from random import Random

import msgspec

from devices.codecs.form import fields_of  # noqa: F401  # registers every codec with its package
from devices.event import RawMessage
from tests.conftest import SHARED
from tests.devices.estate import T0, builtin

_LONGEST = 64 * 1024  # bytes of a captured payload; longer ones would be most of the time
MARKS = [
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\\ud800", b"null", b"true", b"NaN", b"1e999", b"-0", b"[]", b"{}", b"[[[[[[",
    b'"', b"'", b"{", b"}", b"<", b">", b"</", b"]]>", b"<![CDATA[", b"&#0;", b"&amp;", b"<!DOCTYPE x>", b"\r\n", b"\n\n", b"\r\n\r\n", b"\n--", b"--",
    b"=", b"&", b"%", b"%00", b"%ff", b"\t", b",", b":", b"9" * 400, b"0" * 20, b"2026-13-45T99:99:99Z", b"9999-12-31T23:59:59+14:00", b"0001-01-01T00:00:00Z",
    b"18446744073709551616", b"-9223372036854775809", b"\xd5\xc5\xc8\xfd", "张三".encode(), b"a" * 3_000, b"Content-Type: image/jpeg\r\n",
]  # fmt: skip


@cache
def seeds() -> tuple[RawMessage, ...]:
    """Return the samples as messages, in the order of the profiles."""
    return tuple(
        RawMessage(
            topic=sample.topic, payload=sample.payload, received_at=sample.received, adapter=sample.adapter,
            headers=sample.headers, user=sample.user, retained=sample.retained, drained=sample.drained,
        )
        for profile in builtin() for sample in profile.samples
    )  # fmt: skip


@cache
def payloads() -> tuple[bytes, ...]:
    """Return what a payload may begin as: those of the samples, and captured ones."""
    files = sorted(path for path in SHARED.glob("payloads/*/*") if path.is_file()) if SHARED.is_dir() else []
    captured = [path.read_bytes() for path in files if path.stat().st_size <= _LONGEST]
    return tuple(dict.fromkeys([seed.payload for seed in seeds()] + captured))


def mutated(payload: bytes, chance: Random) -> bytes:
    """Return a damaged copy: bytes flipped, cut, doubled, moved, replaced by marks, or mixed with another payload."""
    body = bytearray(payload)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        at = chance.randrange(len(body) + 1)
        end = min(len(body), at + chance.choice((0, 1, 1, 2, 8, 40)))
        way = chance.randrange(6)
        if way == 0:
            body[at:end] = b""
        elif way == 1:
            body[at:end] = chance.choice(MARKS)
        elif way == 2:
            body[at:at] = body[at:end] * chance.choice((1, 2, 30))
        elif way == 3 and at < len(body):
            body[at] ^= 1 << chance.randrange(8)
        elif way == 4:
            other = chance.choice(payloads())
            start = chance.randrange(len(other) + 1)
            body[at:end] = other[start : start + chance.choice((1, 8, 60, 400))]
        else:
            body = body[:at]
    return bytes(body)


def damaged(message: RawMessage, chance: Random) -> RawMessage:
    """Return a message with a damaged payload; now and then its payload or the end of its topic is another's."""
    payload = chance.choice(payloads()) if chance.random() < 0.05 else message.payload
    topic = message.topic
    if chance.random() < 0.1:
        topic = topic[: chance.randrange(len(topic)) + 1] + chance.choice(
            ("", "x", "/", "?SN=%ff", "中", "#", "1" * 300)
        )
    return msgspec.structs.replace(
        message, payload=mutated(payload, chance), topic=topic, received_at=T0 if chance.random() < 0.5 else message.received_at
    )  # fmt: skip
