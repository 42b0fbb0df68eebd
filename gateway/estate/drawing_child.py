"""The child process that decodes one drawing: bytes in on stdin, facts and a clean PNG or JPEG out on stdout."""

from __future__ import annotations

import io
import json
import resource
import sys

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 20
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 4096
LARGEST_PNG = 4 * 1024 * 1024  # lines and words stay sharp; a photograph of a plan becomes a JPEG


def main() -> None:
    """Limit this process, then decode."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    facts, picture = clean(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + picture)


def clean(raw: bytes) -> tuple[dict[str, object], bytes]:
    """Return the facts of a drawing and its pixels anew, on white; `fault` in the facts when it is no good."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # we look at the size ourselves, before anything is decoded
    try:
        with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG")) as image:
            wide, high = image.size
            if wide * high > MAX_PIXELS:
                return {"fault": "pixels"}, b""
            sharp = image.format == "PNG"
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
            fresh = Image.new("RGB", upright.size, (255, 255, 255))
            fresh.paste(upright, mask=upright.getchannel("A"))
        out = io.BytesIO()
        if sharp:
            fresh.save(out, "PNG", optimize=True)
        if not sharp or out.tell() > LARGEST_PNG:
            sharp, out = False, io.BytesIO()
            fresh.save(out, "JPEG", quality=88, optimize=True)
    except Exception:  # noqa: BLE001 - task boundary: a decoder may fail in any way on hostile bytes
        return {"fault": "broken"}, b""
    mime = "image/png" if sharp else "image/jpeg"
    return {"width": fresh.width, "height": fresh.height, "mime": mime}, out.getvalue()


if __name__ == "__main__":
    main()
