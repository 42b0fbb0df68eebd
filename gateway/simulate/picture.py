"""Pictures of the simulation, drawn by code and marked 演示: what a camera would send, what a worker would photograph."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw, ImageFont

from gateway.simulate.estate import ZONE

SIZE = (640, 360)
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)
# 演示 in 16 × 16 points, for machines without a Chinese font: one number a row, the highest bit to the left.
YAN = (
    0x0080,
    0x2040,
    0x17FE,
    0x1402,
    0x8004,
    0x43F8,
    0x4040,
    0x13F8,
    0x1248,
    0x23F8,
    0x2248,
    0xE248,
    0x23F8,
    0x2110,
    0x2208,
    0x0404,
)
SHI = (0x0000, 0x1FF8, 0x0000, 0x0000, 0x0000, 0x7FFE, 0x0100, 0x0100, 0x1110, 0x1108, 0x2104, 0x4102, 0x8102, 0x0100, 0x0500, 0x0200)  # fmt: skip


def camera_picture(seed: int, *, figure: str, place: str, at: datetime, night: bool) -> bytes:
    """Return a JPEG of a made-up view: `figure` is person, ebike, van or nothing."""
    random = Random(seed)  # noqa: S311  # the same picture for the same seed, not a secret
    image = Image.new("RGB", SIZE, (34, 40, 46) if night else (168, 188, 200))
    draw = ImageDraw.Draw(image)
    _place(draw, random, night=night)
    x = random.randint(180, 460)
    _figure(draw, figure, x, 292, night=night)
    _stamp(draw, f"{place}  {stamped(at)}")
    return _jpeg(image)


def stamped(at: datetime) -> str:
    """Return a time as a camera of the site writes it: local, with its zone."""
    local = at.astimezone(ZoneInfo(ZONE))
    hours = (local.utcoffset() or timedelta()) / timedelta(hours=1)
    return f"{local:%Y-%m-%d %H:%M:%S} UTC{hours:+g}"


def scene_photo(seed: int, *, place: str, at: datetime) -> bytes:
    """Return a JPEG such as a worker takes as proof: a door, a floor, a tool box."""
    random = Random(seed)  # noqa: S311  # as above
    wall = random.randint(170, 215)
    image = Image.new("RGB", SIZE, (wall, wall - 6, wall - 18))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 250, 640, 360), fill=(120, 112, 104))
    left = random.randint(80, 380)
    draw.rectangle((left, 60, left + 130, 250), fill=(96, 74, 58), outline=(60, 46, 36), width=4)
    draw.ellipse((left + 108, 150, left + 120, 162), fill=(200, 180, 90))
    draw.rectangle((left + 170, 215, left + 240, 252), fill=(170, 48, 40))
    _stamp(draw, f"{place}  {stamped(at)}")
    return _jpeg(image)


def _place(draw: ImageDraw.ImageDraw, random: Random, *, night: bool) -> None:
    dim = 0.35 if night else 1.0
    shade = tuple(int(part * dim) for part in (150, 140, 128))
    draw.rectangle((0, 120, 640, 230), fill=shade)
    for left in range(0, 640, 64):
        draw.line((left, 120, left, 230), fill=tuple(int(part * 0.8) for part in shade), width=2)
    draw.polygon(
        [(0, 360), (0, 230), (640, 230), (640, 360)], fill=tuple(int(part * dim) for part in (118, 120, 116))
    )
    for _ in range(4):
        x, radius = random.randint(20, 620), random.randint(24, 46)
        draw.ellipse(
            (x - radius, 110 - radius, x + radius, 110 + radius),
            fill=tuple(int(p * dim) for p in (78, 116, 70)),
        )


def _figure(draw: ImageDraw.ImageDraw, figure: str, x: int, foot: int, *, night: bool) -> None:
    dark, skin = ((20, 22, 26), (150, 130, 116)) if night else ((52, 56, 74), (206, 170, 142))
    if figure == "person":
        draw.rectangle((x - 15, foot - 96, x + 15, foot - 40), fill=dark)
        draw.line((x - 7, foot - 40, x - 13, foot), fill=dark, width=10)
        draw.line((x + 7, foot - 40, x + 14, foot), fill=dark, width=10)
        draw.ellipse((x - 11, foot - 122, x + 11, foot - 98), fill=skin)
        draw.rectangle((x - 26, foot - 130, x + 26, foot + 6), outline=(230, 60, 40), width=2)
    elif figure == "ebike":
        for wheel in (-34, 34):
            draw.ellipse((x + wheel - 18, foot - 36, x + wheel + 18, foot), outline=dark, width=5)
        draw.line((x - 34, foot - 18, x, foot - 46, x + 34, foot - 18), fill=dark, width=6)
        draw.line((x + 24, foot - 50, x + 30, foot - 72), fill=dark, width=5)
        draw.rectangle((x - 60, foot - 82, x + 60, foot + 6), outline=(230, 60, 40), width=2)
    elif figure == "van":
        draw.rectangle((x - 110, foot - 92, x + 90, foot - 14), fill=(214, 214, 208))
        draw.rectangle((x + 50, foot - 84, x + 86, foot - 52), fill=(90, 110, 128))
        for wheel in (-74, 56):
            draw.ellipse((x + wheel - 18, foot - 32, x + wheel + 18, foot + 4), fill=(30, 30, 30))
        draw.rectangle((x - 116, foot - 98, x + 96, foot + 8), outline=(230, 60, 40), width=2)


def _stamp(draw: ImageDraw.ImageDraw, text: str) -> None:
    """Mark the picture as made up, in words no one can overlook, and write place and time."""
    draw.rectangle((0, 0, 640, 30), fill=(0, 0, 0))
    font = _font()
    if font is not None:
        draw.text((8, 3), f"演示 DEMO  {text}", fill=(255, 210, 60), font=font)
        return
    for column, glyph in enumerate((YAN, SHI)):
        for row, bits in enumerate(glyph):
            for bit in range(16):
                if bits >> (15 - bit) & 1:
                    draw.point((8 + 18 * column + bit, 7 + row), fill=(255, 210, 60))
    draw.text((52, 9), f"DEMO  {text}".encode("ascii", "replace").decode(), fill=(255, 210, 60))


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont | None:
    for path in FONTS:
        try:
            return ImageFont.truetype(path, 18)
        except OSError:
            continue
    return None


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=72)
    return out.getvalue()


EVIDENCE_BYTES = 150_000  # what a camera of today sends for a sighting
_COMMENT = 60_000  # bytes of one JPEG comment


def evidence(random: Random) -> bytes:
    """Return a JPEG of the size that cameras send, each another file: one of a few views, with noise in its comments."""
    view = _view(random.randrange(8))
    noise = random.randbytes(max(0, EVIDENCE_BYTES - len(view)))
    comments = b"".join(
        b"\xff\xfe" + (len(part) + 2).to_bytes(2, "big") + part
        for part in (noise[at : at + _COMMENT] for at in range(0, len(noise), _COMMENT))
    )
    return view[:2] + comments + view[2:]


@lru_cache(maxsize=8)
def _view(number: int) -> bytes:
    at = datetime(2026, 3, 6, 12, number, tzinfo=ZoneInfo(ZONE))
    return camera_picture(number, figure="person", place="演示摄像机", at=at, night=number % 2 == 0)
