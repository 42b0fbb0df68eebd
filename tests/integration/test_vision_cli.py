"""`gateway vision analyse` from the outside: one event a line, and every mistake a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.vision.scene import Scene, Walker, encode

CAMERA = """
analytics:
  motion: {quiet: 2s}
  zone:
    zones:
      - {id: right, polygon: [[0.5, 0.4], [1, 0.4], [1, 1], [0.5, 1]]}
"""


def analyse(clip: Path, camera: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "gateway",
        "vision",
        "analyse",
        str(clip),
        "--camera",
        str(camera),
        *more,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    walker = Walker(begin=4, end=10, start=(-0.05, 0.85), stop=(1.05, 0.85), height=0.3)
    return encode(Scene(seed=31, seconds=11, walkers=(walker,)), tmp_path_factory.mktemp("clip") / "walk.mp4")


def test_one_event_a_line(clip: Path, tmp_path: Path) -> None:
    camera = tmp_path / "camera.yaml"
    camera.write_text(CAMERA)
    done = analyse(clip, camera, "--jsonl")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["kind"] for line in lines] == ["camera.motion", "camera.zone"]
    assert lines[1]["zone"] == "right"
    assert 7 <= lines[1]["t"] <= 9
    assert len(lines[0]["box"]) == 4
    assert lines[0]["snapshot_bytes"] < 200_000
    assert "2 events in" in done.stderr
    assert analyse(clip, camera).stdout.count("camera.") == 2


def test_mistakes_are_sentences(clip: Path, tmp_path: Path) -> None:
    good, bad, text = tmp_path / "good.yaml", tmp_path / "bad.yaml", tmp_path / "text.mp4"
    good.write_text(CAMERA)
    bad.write_text("frmaes: 5\nwidth: 10\n")
    text.write_text("not a video " * 100)
    for arguments, words in (
        ((tmp_path / "none.mp4", good), ["none.mp4: there is no such file"]),
        ((text, good), ["text.mp4: cannot be opened"]),
        (
            (clip, bad),
            ["bad.yaml:1: frmaes: unknown name 'frmaes'; did you mean 'frames'?", "bad.yaml:2: width: 10"],
        ),
        ((clip, tmp_path / "none.yaml"), ["none.yaml: there is no such file"]),
    ):
        done = analyse(*arguments)
        assert done.returncode == 2
        assert all(word in done.stderr for word in words), done.stderr
        assert "Traceback" not in done.stderr


def test_without_the_extra_it_says_how_to_install_it(tmp_path: Path) -> None:
    code = (
        "import sys, importlib.util as u; real = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name in ('cv2', 'av') else real(name, *a)\n"
        "from gateway.cli import main; main(['vision', 'analyse', 'x.mp4', '--camera', 'y.yaml'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 3
    assert "pip install 'smart-community-gateway[vision]'" in done.stderr
    assert "Traceback" not in done.stderr
