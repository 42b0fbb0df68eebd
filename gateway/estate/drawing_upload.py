"""Drawings that people upload: pixels are decoded and encoded anew in a child process, vectors written anew."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from gateway.estate.drawing_svg import clean_svg
from gateway.evidence.child import run_child
from gateway.evidence.picture import refused
from gateway.evidence.refused import UploadRefused
from gateway.response.drawing import DrawingKind

CHILD_SECONDS = 25
_CHILD = Path(__file__).with_name("drawing_child.py")
_PIXELS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_MARK = b"\xef\xbb\xbf"  # some editors begin a file with it


class CleanDrawing(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing that may be shown, and its size."""

    data: bytes
    mime: DrawingKind
    width: int
    height: int


class _Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the child says before the bytes of the new picture."""

    width: int = 0
    height: int = 0
    mime: DrawingKind = "image/png"
    fault: str | None = None


async def clean_drawing(raw: bytes) -> CleanDrawing:
    """Return a drawing made anew.

    Raises:
        UploadRefused: `bad_picture`: neither PNG, JPEG nor SVG, damaged, too large or too slow to read.
    """
    if raw.startswith(_PIXELS):
        return await _pixels(raw)
    if looks_like_svg(raw):
        data, width, height = await asyncio.to_thread(clean_svg, raw)
        return CleanDrawing(data=data, mime="image/svg+xml", width=width, height=height)
    raise UploadRefused(
        "bad_picture", why={"zh": "只收 PNG、JPEG 或 SVG 图", "en": "only PNG, JPEG and SVG are taken"}
    )


def looks_like_svg(raw: bytes) -> bool:
    """Tell from the first bytes whether this is markup."""
    return raw.removeprefix(_MARK).lstrip()[:1] == b"<"


async def _pixels(raw: bytes) -> CleanDrawing:
    out = await run_child(_CHILD, (), raw, wait_s=CHILD_SECONDS)
    if out is None:
        raise refused("slow")
    line, _, data = out.partition(b"\n")
    try:
        facts = msgspec.json.decode(line, type=_Facts)
    except msgspec.DecodeError:
        raise refused("broken") from None  # the child died: out of memory or of time
    if facts.fault is not None or not data:
        raise refused(facts.fault or "broken")
    return CleanDrawing(data=data, mime=facts.mime, width=facts.width, height=facts.height)
