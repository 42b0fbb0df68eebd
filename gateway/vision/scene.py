"""Scenes: made pictures whose truth is known, for tests, benchmarks and the demonstration.

A scene is drawn by code from a seed (ground, swaying trees, noise, walkers with moving legs), encoded as
real H.264, and comes with its truth: who was where from when to when. Made scenes prove that a stage does
what it says; they do not prove that it works outdoors, and no figure from them is given as if it did.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import msgspec
import numpy as np

from gateway.vision.frame import Box, Pixels


class Walker(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who crosses the picture on a straight line; points and height are shares 0–1."""

    begin: float  # seconds
    end: float
    start: tuple[float, float]  # foot point at `begin`
    stop: tuple[float, float]
    height: float = 0.22
    grey: int = 60

    def box(self, seconds: float) -> Box | None:
        """Return where the walker is, or None before and after."""
        if not self.begin <= seconds <= self.end:
            return None
        part = (seconds - self.begin) / (self.end - self.begin)
        x = self.start[0] + part * (self.stop[0] - self.start[0])
        y = self.start[1] + part * (self.stop[1] - self.start[1])
        width = self.height * 0.22
        return Box(x - width / 2, y - self.height, width, self.height)


class Light(msgspec.Struct, frozen=True, kw_only=True):
    """From `at` on the whole picture is `gain` times as bright: a lamp, or an exposure jump."""

    at: float
    gain: float


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be drawn. `leaves`: swaying tufts; `noise`: standard deviation in grey levels."""

    seed: int
    seconds: float
    walkers: tuple[Walker, ...] = ()
    lights: tuple[Light, ...] = ()
    leaves: int = 0
    noise: float = 2.0
    rate: int = 10  # frames per second
    size: tuple[int, int] = (480, 270)


def draw(scene: Scene) -> Iterator[Pixels]:
    """Yield the pictures of a scene, the same for the same seed."""
    random = np.random.default_rng(scene.seed)
    ground = background(scene, random)
    tufts = random.uniform((0.02, 0.05, 4.0, 0.5, 0.0), (0.98, 0.45, 12.0, 2.0, 6.28), (scene.leaves, 5))
    width, height = scene.size
    for index in range(round(scene.seconds * scene.rate)):
        now = index / scene.rate
        picture = ground.copy()
        for x, y, radius, pace, phase in tufts:
            sway = 5.0 * np.sin(2 * np.pi * pace * now + phase) + random.normal(0, 1.5)
            centre = (int(x * width + sway), int(y * height + 0.4 * sway))
            cv2.circle(picture, centre, int(radius), (40, 70 + int(6 * radius), 45), -1, cv2.LINE_AA)
        for walker in scene.walkers:
            draw_walker(picture, walker, now)
        gain = np.prod([light.gain for light in scene.lights if now >= light.at])
        noisy = picture.astype(np.float32) * gain + scene.noise * random.standard_normal(
            picture.shape, np.float32
        )
        yield np.clip(noisy, 0, 255).astype(np.uint8)


def background(scene: Scene, random: np.random.Generator) -> Pixels:
    """Return the empty place: sky, wall, ground with texture and a kerb."""
    width, height = scene.size
    rough = random.normal(0, 9, (height // 4, width // 4)).astype(np.float32)
    texture = cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)
    picture = np.zeros((height, width, 3), np.float32)
    picture[: height // 4] = (170, 160, 150)
    picture[height // 4 : height // 2] = (120, 125, 135)
    picture[height // 2 :] = (110, 112, 112)
    picture += texture[:, :, None]
    ground = np.clip(picture, 0, 255).astype(np.uint8)
    cv2.line(ground, (0, height // 2), (width, height // 2), (80, 80, 80), 3)
    return ground


def draw_walker(picture: Pixels, walker: Walker, now: float) -> None:
    """Draw head, body and two legs that swing; nothing when the walker is not there."""
    box = walker.box(now)
    if box is None:
        return
    height, width = picture.shape[:2]
    foot_x, foot_y = box.foot[0] * width, box.foot[1] * height
    tall, wide = box.height * height, box.width * width
    colour = (walker.grey, walker.grey + 10, walker.grey + 25)
    swing = 0.5 * wide * np.sin(2 * np.pi * 1.6 * now)
    for side in (-1, 1):
        hip = (int(foot_x), int(foot_y - 0.45 * tall))
        cv2.line(
            picture,
            hip,
            (int(foot_x + side * swing), int(foot_y)),
            colour,
            max(2, int(0.3 * wide)),
            cv2.LINE_AA,
        )
    body = (int(foot_x), int(foot_y - 0.62 * tall))
    cv2.ellipse(
        picture,
        body,
        (max(2, int(0.45 * wide)), max(3, int(0.24 * tall))),
        0,
        0,
        360,
        colour,
        -1,
        cv2.LINE_AA,
    )
    cv2.circle(
        picture,
        (int(foot_x), int(foot_y - 0.92 * tall)),
        max(2, int(0.09 * tall)),
        (120, 140, 170),
        -1,
        cv2.LINE_AA,
    )


def encode(scene: Scene, path: Path) -> Path:
    """Write the scene as a video with a key frame every second; return the path."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(scene.rate))
        stream.width, stream.height = scene.size
        stream.pix_fmt = "yuv420p"
        stream.gop_size = scene.rate
        stream.options = {"preset": "veryfast", "tune": "zerolatency", "crf": "26"}
        for picture in draw(scene):
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path
