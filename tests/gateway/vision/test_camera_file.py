"""The camera's file: everything wrong is said at once, with line, path and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import ConfigError
from gateway.vision.camera import load_camera, load_vision, masked, with_credentials

GOOD = """
site: sc-demo
timezone: Asia/Shanghai
broker: {host: 127.0.0.1, port: 1883}
cameras:
  - id: cam-wall
    url: rtsp://10.0.0.8/stream2
    signal: {lost: 8s, abnormal: 4s}
    masks: [[[0, 0], [0.2, 0], [0.2, 0.2]]]
    analytics:
      motion: {quiet: 20s}
      zone:
        zones:
          - id: wall
            polygon: [[0.1, 0.5], [0.9, 0.5], [0.9, 1], [0.1, 1]]
            schedule: [{from: "22:00", to: "06:00"}]
"""

BAD = """
site: sc demo
timezone: Mars/Olympus
cameras:
  - id: cam-1
    url: gopher://10.0.0.8/
    frmaes: 5
    frames: 99
    signal: {lost: 2s, abnormal: 5s, timeout: soon}
    analytics:
      moton: {}
      zone:
        zones:
          - id: wall
            polygon: [[0.1, 0.5], [0.9, 0.5]]
          - id: wall
            polygon: [[0.1, 0.5], [0.9, 0.5], [0.9, 500]]
            schedule: [{days: [mon, tus], from: "25:00", to: "06:00"}]
  - id: cam-1
    url: clip.mp4
"""


def test_a_good_file_is_read() -> None:
    settings = load_vision(GOOD, "vision.yaml")
    camera = settings.cameras[0]
    assert (settings.site, camera.id, camera.signal.lost, camera.frames) == ("sc-demo", "cam-wall", 8.0, 5.0)
    assert set(camera.analytics) == {"motion", "zone", "signal"}
    assert camera.analytics["zone"][0].polygon[2] == (0.9, 1.0)
    assert len(camera.masks[0]) == 3


def test_every_mistake_is_reported_with_its_place() -> None:
    with pytest.raises(ConfigError) as caught:
        load_vision(BAD, "vision.yaml")
    said = "\n".join(caught.value.problems)
    for expected in (
        "site: 'sc demo' cannot be part of a topic",
        "timezone: unknown time zone 'Mars/Olympus'",
        "cameras[0].url: 'gopher:' is not known",
        "cameras[0].frmaes: unknown name 'frmaes'; did you mean 'frames'?",
        "cameras[0].frames: 99 is not a number from 1 to 15",
        "cameras[0].signal.timeout: 'soon' is not a duration",
        "cameras[0].signal.lost: 2s is shorter than 'abnormal' (5s)",
        "cameras[0].analytics.moton: unknown name 'moton'; did you mean 'motion'?",
        "zones[0].polygon: a polygon needs at least 3 points, this has 2",
        "zones[1].id: the zone 'wall' is already there",
        "zones[1].polygon[2]: [0.9, 500] is not [x, y] with shares from 0 to 1",
        "schedule[0].days: unknown word 'tus'; did you mean 'tue'?",
        "schedule[0].from: '25:00' is not a time of day",
        "camera 2 repeats the id 'cam-1'",
    ):
        assert expected in said, f"{expected!r} is not in:\n{said}"
    assert all(problem.startswith("vision.yaml:") for problem in caught.value.problems)
    frmaes = next(problem for problem in caught.value.problems if "frmaes" in problem)
    assert frmaes.startswith("vision.yaml:7:")


@pytest.mark.parametrize(
    "text", ["", "[]", "site: 5", "cameras: 3\nsite: s", "site: s\ncameras: [1, null]", "a: [\n"]
)
def test_no_file_makes_it_crash(text: str) -> None:
    with pytest.raises(ConfigError):
        load_vision(text, "vision.yaml")


def test_one_camera_for_a_clip_needs_nothing() -> None:
    assert load_camera("", "camera.yaml", url="x.mp4").url == "x.mp4"


def test_secrets_come_from_files_and_are_never_shown(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("p@ss/word\n")
    camera = load_vision(
        GOOD.replace("    signal:", f"    user: admin\n    password_file: {secret}\n    signal:"), "v"
    ).cameras[0]
    assert camera.url == "rtsp://admin:p%40ss%2Fword@10.0.0.8/stream2"
    assert masked(f"cannot open {camera.url}: 401") == "cannot open rtsp://***@10.0.0.8/stream2: 401"
    assert with_credentials("clip.mp4", "admin", "x") == "clip.mp4"
