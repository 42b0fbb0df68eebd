"""Pictures that people send: decoded and encoded anew in a child process, so that nothing the phone added is kept.

The child has a memory and a time limit and sees nothing but the bytes. Only when and where the picture was taken
is carried over, as facts beside it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from gateway.evidence.child import run_child
from gateway.evidence.refused import UploadRefused

CHILD_SECONDS = 20
_CHILD = Path(__file__).with_name("picture_child.py")
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_WHY = {
    "format": {"zh": "只收 JPEG、PNG 或 WebP 图片", "en": "only JPEG, PNG and WebP are taken"},
    "slow": {"zh": "处理时间太长", "en": "it takes too long to read"},
    "broken": {"zh": "图片已损坏", "en": "it is damaged"},
    "pixels": {"zh": "像素太多，最多 4000 万", "en": "it has more than 40 million pixels"},
}


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A clean JPEG and what was known about it. `where` is latitude and longitude in degrees, WGS 84."""

    data: bytes
    width: int
    height: int
    taken: datetime | None
    where: tuple[float, float] | None


class _Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the child says before the bytes of the new picture."""

    width: int = 0
    height: int = 0
    taken: str | None = None
    where: tuple[float, float] | None = None
    fault: str | None = None


def is_picture(head: bytes) -> bool:
    """Tell from the first bytes whether this may be a picture that we take."""
    return head.startswith(_SIGNATURES)


async def clean_picture(source: BinaryIO | bytes) -> Picture:
    """Return a picture as a clean JPEG.

    Raises:
        UploadRefused: `bad_picture` when the child refuses it, runs out of memory or takes too long.
    """
    if isinstance(source, bytes) and not is_picture(source):
        raise refused("format")
    out = await run_child(_CHILD, (), source, wait_s=CHILD_SECONDS)
    if out is None:
        raise refused("slow")
    line, _, data = out.partition(b"\n")
    try:
        facts = msgspec.json.decode(line, type=_Facts)
    except msgspec.DecodeError:
        raise refused("broken") from None  # the child died: out of memory or of time
    if facts.fault is not None or not data:
        raise refused(facts.fault or "broken")
    return Picture(
        data=data, width=facts.width, height=facts.height, taken=_time_of(facts.taken), where=facts.where
    )


def refused(why: str) -> UploadRefused:
    """Return the refusal of a picture."""
    return UploadRefused("bad_picture", why=_WHY.get(why, _WHY["broken"]))


def _time_of(taken: str | None) -> datetime | None:
    """Return the time a camera wrote (UTC only when it said so); a time without a zone is not a time."""
    try:
        at = datetime.fromisoformat(taken) if taken else None
    except ValueError:
        return None
    return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
