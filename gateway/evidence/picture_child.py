"""The child process that decodes one picture: bytes in on stdin, facts and a clean JPEG out on stdout."""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterable

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 15
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2560
FORMATS = ("JPEG", "PNG", "WEBP")
_TAKEN, _OFFSET, _EXIF, _GPS = 0x9003, 0x9011, 0x8769, 0x8825


def main() -> None:
    """Limit this process, then decode."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    facts, picture = clean(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + picture)


def clean(raw: bytes) -> tuple[dict[str, object], bytes]:
    """Return the facts of a picture and its pixels as a new JPEG; `fault` in the facts when it is no good."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # we look at the size ourselves, before anything is decoded
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
            wide, high = image.size
            if wide * high > MAX_PIXELS:
                return {"fault": "pixels"}, b""
            tags = image.getexif()
            taken, where = _taken(tags.get_ifd(_EXIF)), _where(tags.get_ifd(_GPS))
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded small in the first place
            upright = ImageOps.exif_transpose(image).convert("RGB")
            fresh = Image.new("RGB", upright.size)
            fresh.paste(upright)
            out = io.BytesIO()
            fresh.save(out, "JPEG", quality=85, optimize=True)
    except Exception:  # noqa: BLE001 - task boundary: a decoder may fail in any way on hostile bytes
        return {"fault": "broken"}, b""
    facts: dict[str, object] = {"width": fresh.width, "height": fresh.height, "taken": taken, "where": where}
    return facts, out.getvalue()


def _taken(exif: dict[int, object]) -> str | None:
    """Return the camera's time in ISO form, with its zone when the camera knew it."""
    taken, offset = exif.get(_TAKEN), exif.get(_OFFSET)
    if not isinstance(taken, str) or len(taken) != 19:
        return None
    day, _, time = taken.partition(" ")
    return f"{day.replace(':', '-')}T{time}{offset if isinstance(offset, str) else ''}"


def _where(gps: dict[int, object]) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees (WGS 84), to about a metre; None when the camera knew no place."""
    try:
        north, east = (_degrees(gps[part]) for part in (2, 4))
        signs = (-1 if gps.get(1) == "S" else 1, -1 if gps.get(3) == "W" else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if not (0 <= north <= 90 and 0 <= east <= 180) or north == east == 0:  # zero and zero: no fix yet
        return None
    return round(signs[0] * north, 5), round(signs[1] * east, 5)


def _degrees(parts: object) -> float:
    if not isinstance(parts, Iterable):
        raise TypeError(parts)
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


if __name__ == "__main__":
    main()
