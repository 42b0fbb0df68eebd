"""How much one camera costs: milliseconds of CPU a frame by stage, and how many streams one core carries.

A made scene with walkers (H.264, 10 frames a second, 5 analysed) at the size of a sub-stream and of a main
stream, through the pipeline on one thread; decoding and shrinking are stages of their own. Streams a core is
what is left of a second of CPU: an upper bound without MQTT, RTSP and the operating system. Prints JSON.
    python bench/vision.py [--seconds 30] [--rounds 3] [--clip FILE] [--out bench/results/vision.json]
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import av
import cv2

from gateway.vision.analytics.motion import MotionWatch
from gateway.vision.analytics.zone import Zone
from gateway.vision.camera import Camera
from gateway.vision.frame import Frame
from gateway.vision.pipeline import Memory, see
from gateway.vision.scene import Scene, Walker, encode
from gateway.vision.source import clip_frames, decoded, open_container

SIZES = {"360p": (640, 360), "1080p": (1920, 1080)}
WALL = Zone(id="wall", polygon=((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0)))


class StopWatch:
    """CPU seconds by stage."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.spent[stage] += time.process_time() - began


def scene(seconds: float, size: tuple[int, int]) -> Scene:
    walkers = tuple(
        Walker(begin=2 + 8 * n, end=9 + 8 * n, start=(-0.05, 0.8), stop=(1.05, 0.85), height=0.25)
        for n in range(int(seconds // 8))
    )
    return Scene(seed=1, seconds=seconds, walkers=walkers, leaves=8, size=size)


def measure(camera: Camera, rate: float) -> dict[str, float]:
    """Return milliseconds of CPU: per frame of the stream for decoding, per analysed frame for the rest."""
    began, count = time.process_time(), 0
    container = open_container(camera)
    for _ in decoded(container, camera.url):
        count += 1
    container.close()
    decode = (time.process_time() - began) / count
    watch, memory, frames = StopWatch(), Memory(), 0
    began = time.process_time()
    for frame in clip_frames(camera):
        memory = look(camera, memory, frame, watch)
        frames += 1
    total = time.process_time() - began
    staged = {name: 1000 * spent / frames for name, spent in watch.spent.items()}
    shrink = max(0.0, 1000 * (total - decode * count) / frames - sum(staged.values()))
    a_second = decode * rate + (total - decode * count) / frames * camera.frames
    return {
        "decode_ms_per_stream_frame": 1000 * decode,
        "shrink_ms": shrink,
        **{f"{name}_ms": value for name, value in staged.items()},
        "cpu_ms_per_stream_second": 1000 * a_second,
        "streams_per_core": 1 / a_second,
    }


def look(camera: Camera, memory: Memory, frame: Frame, watch: StopWatch) -> Memory:
    return see(camera, memory, frame, seconds=frame.seconds, at=frame.at, watch=watch)[0]


def rounds(path: Path, rate: float, count: int) -> dict[str, float]:
    analytics = {"motion": MotionWatch(), "zone": (WALL,), "signal": None}
    camera = Camera(id="bench", url=str(path), analytics=analytics)
    runs = [measure(camera, rate) for _ in range(count)]
    return {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clip", type=Path, help="a real clip instead of the made scenes")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    result: dict[str, Any] = {
        "what": "vision pipeline, one thread, CPU time",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "opencv": cv2.__version__,
        "av": av.__version__,
        "rounds": options.rounds,
    }
    if options.clip is not None:
        with av.open(str(options.clip)) as container:
            rate = float(container.streams.video[0].average_rate or 25)
        result[options.clip.name] = rounds(options.clip, rate, options.rounds)
    else:
        with tempfile.TemporaryDirectory() as folder:
            for name, size in SIZES.items():
                clip = encode(scene(options.seconds, size), Path(folder) / f"{name}.mp4")
                result[f"made {name} 10 fps"] = rounds(clip, 10, options.rounds)
    text = json.dumps(result, indent=2)
    print(text)
    if options.out is not None:
        options.out.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
