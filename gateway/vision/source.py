"""Source: frames out of a stream or a file, by PyAV, with the time at which each was taken.

A stream's own clock has no date, and a camera's date cannot be trusted; so the stream's seconds are
put on our monotonic scale by the smallest delay seen between being taken and arriving. A frame that
waited in a buffer then shows its true age, which is what health needs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit

import av
import av.error
import numpy as np
from av.video.frame import VideoFrame

from gateway.errors import GatewayError
from gateway.vision.camera import Camera, masked
from gateway.vision.frame import Frame, Pixels

JUMP = 5.0  # seconds: a stream clock that leaps this far has been set anew
DRIFT = 0.001  # a camera's clock may run this much slower than ours without its frames ageing


class SourceError(GatewayError):
    """The stream or file cannot be read; the message says what was tried, without credentials."""


class StreamClock:
    """Puts a stream's seconds on our scale: keeps the smallest delay, lets it grow slowly, restarts on a leap."""

    def __init__(self) -> None:
        self._offset: float | None = None
        self._before = 0.0
        self._arrived = 0.0

    def taken(self, stream_seconds: float | None, arrived: float) -> float:
        """Return when a frame was taken, in seconds of `arrived`'s scale; never later than `arrived`."""
        if stream_seconds is None:
            return arrived
        offset = arrived - stream_seconds
        if self._offset is None or abs(stream_seconds - self._before) > JUMP:
            self._offset = offset
        else:
            self._offset = min(offset, self._offset + DRIFT * (arrived - self._arrived))
        self._before, self._arrived = stream_seconds, arrived
        return stream_seconds + self._offset


def is_live(url: str) -> bool:
    """Return whether the address is a stream (a file is read at its own pace and ends)."""
    return urlsplit(url).scheme in ("rtsp", "rtsps", "http", "https")


def open_container(camera: Camera) -> av.container.InputContainer:
    """Open the camera's stream over TCP with its timeout, or its file; raise SourceError."""
    url = camera.url.removeprefix("file://")
    options: dict[str, str] = {}
    if urlsplit(url).scheme in ("rtsp", "rtsps"):
        options = {"rtsp_transport": "tcp", "fflags": "nobuffer"}
    elif not is_live(url) and not Path(url).is_file():
        raise SourceError(f"{masked(url)}: there is no such file")
    try:
        timeout = camera.signal.timeout
        container = av.open(url, options=options, timeout=(timeout, timeout) if is_live(url) else None)
    except (av.error.FFmpegError, OSError) as error:
        raise SourceError(f"{masked(url)}: cannot be opened: {readable(error)}") from error
    if not container.streams.video:
        container.close()
        raise SourceError(f"{masked(url)}: holds no video; give a clip or stream with pictures")
    return container


def decoded(container: av.container.InputContainer, url: str) -> Iterator[VideoFrame]:
    """Yield frames until the end; a damaged packet is skipped, a broken stream raises SourceError."""
    stream = container.streams.video[0]
    stream.thread_count = 1  # one core serves many cameras; threads would only move the waiting
    damaged = good = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            break
        except (av.error.FFmpegError, OSError) as error:
            raise SourceError(f"{masked(url)}: broke off after {good} frames: {readable(error)}") from error
        try:
            for frame in packet.decode():
                good += 1
                yield frame
        except av.error.InvalidDataError:
            damaged += 1
        except (av.error.FFmpegError, OSError) as error:
            raise SourceError(f"{masked(url)}: broke off after {good} frames: {readable(error)}") from error
    if good == 0:
        why = f"{damaged} damaged packets" if damaged else "no packets"
        raise SourceError(
            f"{masked(url)}: no frame could be decoded ({why}); the file is broken or not a video"
        )


def shrink(frame: VideoFrame, width: int) -> Pixels:
    """Return the frame at analysis size; the converter scales while it changes colours, which costs least."""
    width = min(width, frame.width)
    height = max(2, round(frame.height * width / frame.width))
    pixels = frame.reformat(width=width, height=height, format="bgr24", interpolation="AREA").to_ndarray()
    return pixels.astype(np.uint8, copy=False)


def full(frame: VideoFrame) -> Pixels:
    return frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)


def clip_frames(camera: Camera, *, begin: datetime | None = None) -> Iterator[Frame]:
    """Yield the frames of a clip that are due for analysis; seconds count from its first frame.

    What the header says about length is not believed: frames are counted as they decode.
    """
    begin = begin or datetime(1970, 1, 1, tzinfo=UTC)
    container = open_container(camera)
    try:
        rate = container.streams.video[0].average_rate or Fraction(25)
        first: float | None = None
        next_due = 0.0
        for index, frame in enumerate(decoded(container, camera.url)):
            stamp = frame.time if frame.pts is not None else index / float(rate)
            first = stamp if first is None else first
            seconds = stamp - first
            if seconds + 1e-6 < next_due:
                continue
            next_due = max(next_due + 1 / camera.frames, seconds)
            at = begin + timedelta(seconds=seconds)
            yield frame_of(frame, camera, index=index, seconds=seconds, at=at)
    finally:
        container.close()


def live_frames(camera: Camera, stop: threading.Event) -> Iterator[Frame]:
    """Yield frames of a stream as they come, or of a file at its own pace, until the end or `stop`."""
    container = open_container(camera)
    try:
        clock = StreamClock()
        live = is_live(camera.url)
        next_due = float("-inf")
        begin: tuple[float, float] | None = None
        for index, frame in enumerate(decoded(container, camera.url)):
            if not live and frame.time is not None:
                begin = begin or (time.monotonic(), frame.time)
                stop.wait(max(0.0, begin[0] + frame.time - begin[1] - time.monotonic()))
            if stop.is_set():
                return
            now = time.monotonic()
            seconds = clock.taken(frame.time, now)
            if seconds < next_due:
                continue
            next_due = max(next_due + 1 / camera.frames, seconds - 1 / camera.frames)
            at = datetime.now(UTC) - timedelta(seconds=now - seconds)
            yield frame_of(frame, camera, index=index, seconds=seconds, at=at)
    finally:
        container.close()


def frame_of(frame: VideoFrame, camera: Camera, *, index: int, seconds: float, at: datetime) -> Frame:
    return Frame(
        index=index, seconds=seconds, at=at, small=shrink(frame, camera.width), picture=lambda: full(frame)
    )


def readable(error: Exception) -> str:
    """Return FFmpeg's message in words, without addresses."""
    text = getattr(error, "strerror", None) or str(error) or error.__class__.__name__
    return masked(str(text))
