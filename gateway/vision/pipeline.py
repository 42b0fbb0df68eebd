"""The pipeline: which stages look at a frame, in which order. Nothing here waits, sends or reads a clock.

health     how old is the newest picture?            → signal
guard      did the light itself change?              → suspended
motion     what differs from the background?         → boxes
tracks     which of it is one thing that travels?    → tracks
analytics  does it do what this camera watches for?  → sightings
evidence   the best picture of it                    → snapshots

Each stage is a function (camera, its memory, look) → (its memory, look); `Memory` has one field a stage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

import msgspec

from gateway.vision import evidence, guard, health, motion, tracks
from gateway.vision.analytics import ANALYTICS
from gateway.vision.camera import Camera
from gateway.vision.frame import Frame, Look, Sighting
from gateway.vision.privacy import hidden

Stage = Callable[[Camera, Any, Look], tuple[Any, Look]]


def analytics(camera: Camera, memory: dict[str, Any], seen: Look) -> tuple[dict[str, Any], Look]:
    """Let each analytic that the camera's file names see the look, and gather what they found."""
    after: dict[str, Any] = {}
    sightings: list[Sighting] = []
    for name, settings in camera.analytics.items():
        after[name], found = ANALYTICS[name].see(settings, memory.get(name), camera, seen)
        sightings.extend(found)
    return after, msgspec.structs.replace(seen, sightings=tuple(sightings))


STAGES: tuple[tuple[str, Stage], ...] = (
    ("health", health.look),
    ("guard", guard.look),
    ("motion", motion.look),
    ("tracks", tracks.look),
    ("analytics", analytics),
    ("evidence", evidence.look),
)


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one camera remembers between frames, one field a stage."""

    health: health.Health = health.Health()
    guard: guard.Guard = guard.Guard()
    motion: motion.Motion = motion.Motion()
    tracks: tracks.Tracks = tracks.Tracks()
    analytics: dict[str, Any] = {}
    evidence: evidence.Views = evidence.Views()


Watch = Callable[[str], AbstractContextManager[None]]


def watch_nothing(_stage: str) -> AbstractContextManager[None]:
    """Measure nothing; the benchmark hands in a stop-watch instead."""
    return nullcontext()


def see(
    camera: Camera,
    memory: Memory,
    frame: Frame | None,
    *,
    seconds: float,
    at: datetime,
    watch: Watch = watch_nothing,
) -> tuple[Memory, Look]:
    """Run all stages over one frame, or over a moment without one, and return the new memory and the look."""
    seen = Look(seconds=seconds, at=at, frame=hidden(frame, camera.masks) if frame is not None else None)
    remembered: dict[str, Any] = {}
    for name, stage in STAGES:
        with watch(name):
            remembered[name], seen = stage(camera, getattr(memory, name), seen)
    return Memory(**remembered), seen


def see_all(camera: Camera, frames: Iterator[Frame], *, watch: Watch = watch_nothing) -> Iterator[Look]:
    """Run a clip through the pipeline as fast as it goes: now is the time of each frame."""
    memory = Memory()
    for frame in frames:
        memory, seen = see(camera, memory, frame, seconds=frame.seconds, at=frame.at, watch=watch)
        yield seen
