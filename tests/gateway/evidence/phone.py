"""A phone as a program: it announces, sends chunks, asks where to go on, finishes. And files for it to send."""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

CHUNK = 256 * 1024


def picture(side: int = 64, *, seed: int = 0) -> bytes:
    """Return a JPEG that does not compress well, so that its size follows its side."""
    noise = random.Random(seed).randbytes(side * side * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise).save(out, "JPEG", quality=92)
    return out.getvalue()


def sound(folder: Path, name: str, *, seconds: float = 2.0, codec: tuple[str, ...] = ()) -> bytes:
    """Return a tone made by ffmpeg; the container follows the name's ending."""
    path = folder / name
    command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"]
    subprocess.run([*command, *codec, "-metadata", "title=SecretPhone", str(path)], check=True)
    return path.read_bytes()


def moving(folder: Path) -> bytes:
    """Return a clip without sound."""
    path = folder / "clip.webm"
    command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=d=1:s=64x64", str(path)]
    subprocess.run(command, check=True)
    return path.read_bytes()


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Phone:
    """One person's phone; `browser` is logged in."""

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self.browser = browser

    async def announce(self, content: bytes, *, key: str = "upload-1", **more: Any) -> httpx.Response:
        body = {
            "kind": "photo", "sha256": checksum(content), "size": len(content), "mime": "image/jpeg", **more,
        }  # fmt: skip
        return await self.browser.post(
            "/api/uploads", json=body, headers={"Idempotency-Key": f"upload-key-{key}"}
        )

    async def add(self, upload: str, offset: int, chunk: bytes, *, told: str | None = None) -> httpx.Response:
        return await self.browser.patch(
            f"/api/uploads/{upload}",
            content=chunk,
            headers={
                "Upload-Offset": str(offset),
                "Upload-Checksum": told or checksum(chunk),
                "Content-Type": "application/octet-stream",
            },
        )

    async def offset(self, upload: str) -> int:
        answer = await self.browser.head(f"/api/uploads/{upload}")
        assert answer.status_code == 200, answer.text
        return int(answer.headers["Upload-Offset"])

    async def offset_or_none(self, upload: str) -> int | None:
        answer = await self.browser.head(f"/api/uploads/{upload}")
        return int(answer.headers["Upload-Offset"]) if answer.status_code == 200 else None

    async def finish(self, upload: str) -> httpx.Response:
        return await self.browser.post(f"/api/uploads/{upload}/finish")

    async def send(self, content: bytes, *, chunk: int = CHUNK, **more: Any) -> httpx.Response:
        """Send a whole file; return the answer to the finish."""
        begun = await self.announce(content, **more)
        assert begun.status_code == 201, begun.text
        upload, offset = begun.json()["id"], begun.json()["offset"]
        while offset < len(content):
            answer = await self.add(upload, offset, content[offset : offset + chunk])
            assert answer.status_code == 204, answer.text
            offset = int(answer.headers["Upload-Offset"])
        return await self.finish(upload)


class SteadyPhone:
    """A phone over a real connection, for threads; it takes every step once unless it is told to stop early."""

    def __init__(self, http: httpx.Client, csrf: str) -> None:
        self.http, self._csrf = http, csrf
        self.chunk_s: list[float] = []

    def announce(self, content: bytes, *, key: str, **more: Any) -> dict[str, Any]:
        body = {
            "kind": "photo", "sha256": checksum(content), "size": len(content), "mime": "image/jpeg", **more,
        }  # fmt: skip
        return self._asked(
            "POST", "/api/uploads", json=body, headers={"Idempotency-Key": f"upload-key-{key}"}
        ).json()  # type: ignore[no-any-return]  # the shape is the API's

    def send(self, content: bytes, *, key: str, stop_at: int | None = None, **more: Any) -> dict[str, Any]:
        """Send what is missing and finish; with `stop_at`, leave when that much is there."""
        begun = self.announce(content, key=key, **more)
        offset, upload = begun["offset"], begun["id"]
        while begun["state"] == "open" and offset < len(content):
            if stop_at is not None and offset >= stop_at:
                return begun
            chunk = content[offset : offset + CHUNK]
            headers = {"Upload-Offset": str(offset), "Upload-Checksum": checksum(chunk)}
            began = time.perf_counter()
            answer = self._asked("PATCH", f"/api/uploads/{upload}", content=chunk, headers=headers)
            self.chunk_s.append(time.perf_counter() - began)
            offset = int(answer.headers["Upload-Offset"])
        return self._asked("POST", f"/api/uploads/{upload}/finish").json()  # type: ignore[no-any-return]  # the shape is the API's

    def _asked(self, method: str, path: str, **given: Any) -> httpx.Response:
        headers = {"X-CSRF-Token": self._csrf, **given.pop("headers", {})}
        answer = self.http.request(method, path, headers=headers, **given)
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer


def peak_rss_mb(pid: int) -> float:
    """Return the most memory a process has held so far (Linux: VmHWM)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"process {pid} tells no memory")
