"""Voice notes that people send: recognised by their first bytes, checked and copied clean by ffmpeg where there is one.

Without ffmpeg a note is kept as it came, if it is what it claims to be; how long it is is then not known.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import BinaryIO

import msgspec

from gateway.evidence.child import run_child
from gateway.evidence.limits import Limits
from gateway.evidence.refused import UploadRefused

CHILD_SECONDS = 30
_CHILD = Path(__file__).with_name("voice_child.py")
MIMES = {"webm": "audio/webm", "ogg": "audio/ogg", "mp4": "audio/mp4", "mp3": "audio/mpeg"}
_CLAIMED = {
    "audio/webm": "webm", "video/webm": "webm", "audio/ogg": "ogg", "audio/opus": "ogg", "application/ogg": "ogg",
    "audio/mp4": "mp4", "audio/x-m4a": "mp4", "audio/m4a": "mp4", "video/mp4": "mp4", "audio/aac": "mp4",
    "audio/mpeg": "mp3", "audio/mp3": "mp3",
}  # fmt: skip
_WHY = {
    "format": {
        "zh": "只收 webm、ogg、m4a 或 mp3 录音",
        "en": "only webm, ogg, m4a and mp3 recordings are taken",
    },
    "claim": {"zh": "文件内容和它声称的格式不符", "en": "it is not of the type it claims to be"},
    "tracks": {"zh": "应只有一条声音，没有画面", "en": "it must hold one sound track and no picture"},
    "codec": {"zh": "不支持这种声音编码", "en": "its sound is encoded in a way we do not take"},
    "broken": {"zh": "录音已损坏", "en": "it is damaged"},
    "slow": {"zh": "处理时间太长", "en": "it takes too long to read"},
    "long": {"zh": "录音太长", "en": "it is too long"},
}


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """A voice note as it is kept. `length_s` is None where nothing could measure it."""

    data: bytes
    mime: str
    length_s: float | None


class _Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the child says before the bytes of the copy."""

    length_s: float = 0.0
    fault: str | None = None


def container_of(head: bytes) -> str | None:
    """Return webm, ogg, mp4 or mp3 by the first bytes of a file, None when it is none of them."""
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm"
    if head.startswith(b"OggS"):
        return "ogg"
    if head[4:8] == b"ftyp":
        return "mp4"
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "mp3"  # 11 bits of synchronisation, layer III
    return None


def has_ffmpeg() -> bool:
    """Tell whether notes can be checked and copied here (Debian: `apt install ffmpeg`)."""
    return shutil.which("ffmpeg") is not None and shutil.which("ffprobe") is not None


async def clean_voice(source: BinaryIO, head: bytes, claimed: str, limits: Limits) -> Voice:
    """Return a voice note as it will be kept.

    Raises:
        UploadRefused: `bad_voice`.
    """
    container = container_of(head)
    if container is None:
        raise refused("format")
    if _CLAIMED.get(claimed.partition(";")[0].strip().lower()) != container:
        raise refused("claim")
    if not has_ffmpeg():
        data = await asyncio.to_thread(source.read, limits.voice_bytes + 1)
        return Voice(data=data, mime=MIMES[container], length_s=None)
    given = (container, str(limits.voice_s), str(limits.voice_bytes))
    out = await run_child(_CHILD, given, source, wait_s=CHILD_SECONDS)
    if out is None:
        raise refused("slow")
    line, _, data = out.partition(b"\n")
    try:
        facts = msgspec.json.decode(line, type=_Facts)
    except msgspec.DecodeError:
        raise refused("broken") from None
    if facts.fault is not None or not data:
        raise refused(facts.fault or "broken")
    return Voice(data=data, mime=MIMES[container], length_s=facts.length_s)


def refused(why: str) -> UploadRefused:
    """Return the refusal of a voice note."""
    return UploadRefused("bad_voice", why=_WHY.get(why, _WHY["broken"]))
