"""The child process that makes the veiled form of a picture: bytes in on stdin, a small blurred JPEG out on stdout."""

from __future__ import annotations

import io
import resource
import sys

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 15
MAX_PIXELS = 40_000_000
GRAINS = 48  # of the longer side: smoke, a flame, a standing person are seen; a face or a plate is not
SHOWN = 480
FORMATS = ("JPEG", "PNG", "WEBP")


def main() -> None:
    """Limit this process, then decode."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    sys.stdout.buffer.write(veil(sys.stdin.buffer.read()))


def veil(raw: bytes) -> bytes:
    """Return the picture with no more than GRAINS grains a side, drawn large and soft; nothing when it is no good."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # we look at the size ourselves, before anything is decoded
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
            wide, high = image.size
            if wide * high > MAX_PIXELS:
                return b""
            image.draft("RGB", (SHOWN, SHOWN))  # a JPEG is decoded small in the first place
            upright = ImageOps.exif_transpose(image).convert("RGB")
            upright.thumbnail((GRAINS, GRAINS))
            scale = SHOWN / max(upright.size)
            size = (max(1, round(upright.width * scale)), max(1, round(upright.height * scale)))
            out = io.BytesIO()
            upright.resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=60)
    except Exception:  # noqa: BLE001 - task boundary: a decoder may fail in any way on hostile bytes
        return b""
    return out.getvalue()


if __name__ == "__main__":
    main()
