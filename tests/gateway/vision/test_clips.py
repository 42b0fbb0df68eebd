"""The whole pipeline over clips: made scenes with exact truth, and real ones when they are present.

The figures for real clips are floors of what was measured on these very clips, on which the defaults were
chosen too: they guard against getting worse and promise nothing about another place.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from gateway.vision.analyse import Tally, analyse
from gateway.vision.analytics.motion import MotionWatch
from gateway.vision.analytics.zone import Zone
from gateway.vision.camera import Camera
from gateway.vision.frame import Look
from gateway.vision.pipeline import see_all
from gateway.vision.scene import Light, Scene, Walker, draw, encode
from gateway.vision.source import SourceError, clip_frames

LOWER_RIGHT = ((0.55, 0.5), (1.0, 0.5), (1.0, 1.0), (0.55, 1.0))


def looks(path: Path, *, quiet: float = 2.0, zones: Sequence[Zone] = ()) -> list[Look]:
    camera = Camera(
        id="c1",
        url=str(path),
        analytics={"motion": MotionWatch(quiet=quiet), "zone": tuple(zones), "signal": None},
    )
    return list(see_all(camera, clip_frames(camera)))


def times(seen: list[Look], kind: str) -> list[float]:
    return [round(s.seconds, 2) for one in seen for s in one.sightings if s.kind == kind]


def moving(seen: list[Look]) -> list[float]:
    """Return the moments in which something confirmed was moving on."""
    return [
        one.seconds
        for one in seen
        if any(track.confirmed and one.seconds - track.moved <= 2.0 for track in one.tracks)
    ]


def test_a_scene_is_the_same_for_the_same_seed() -> None:
    scene = Scene(
        seed=5, seconds=1, leaves=3, walkers=(Walker(begin=0, end=1, start=(0, 0.8), stop=(1, 0.8)),)
    )
    one, other = list(draw(scene)), list(draw(scene))
    assert all((a == b).all() for a, b in zip(one, other, strict=True))
    different = next(draw(Scene(seed=6, seconds=1, leaves=3)))
    assert (one[0] != different).any()


def test_made_walkers_are_seen_and_nothing_else(tmp_path: Path) -> None:
    walkers = (
        Walker(begin=6, end=14, start=(-0.05, 0.85), stop=(1.05, 0.80)),
        Walker(begin=18, end=24, start=(1.05, 0.75), stop=(-0.05, 0.90), height=0.3, grey=200),
        Walker(begin=28, end=35, start=(0.3, 1.2), stop=(0.4, 0.55), height=0.18),
    )
    clip = encode(Scene(seed=11, seconds=38, walkers=walkers, leaves=6), tmp_path / "walkers.mp4")
    zone = Zone(id="right", polygon=LOWER_RIGHT, cooldown=5.0)
    seen = looks(clip, zones=[zone])
    events = times(seen, "camera.motion")
    for walker in walkers:
        assert any(walker.begin <= t <= walker.begin + 3 for t in events), (walker.begin, events)
    assert all(any(w.begin <= t <= w.end + 1 for w in walkers) for t in events), events
    # Only the first two come into the right half; the first after half of its way.
    entered = times(seen, "camera.zone")
    assert len(entered) == 2
    assert 10 <= entered[0] <= 12
    assert 18 <= entered[1] <= 21


def test_boxes_lie_on_the_walker(tmp_path: Path) -> None:
    walker = Walker(begin=6, end=14, start=(-0.05, 0.85), stop=(1.05, 0.85), height=0.3)
    clip = encode(Scene(seed=12, seconds=15, walkers=(walker,)), tmp_path / "walker.mp4")
    overlaps = []
    for one in looks(clip):
        truth = walker.box(one.seconds)
        if truth is not None and 7.5 < one.seconds < 12.5:
            overlaps.append(
                max((track.box.overlap(truth) for track in one.tracks if track.confirmed), default=0.0)
            )
    assert sum(overlap >= 0.3 for overlap in overlaps) / len(overlaps) >= 0.9


@pytest.mark.parametrize("gain", [0.55, 1.7])
def test_a_lamp_is_not_a_person(tmp_path: Path, gain: float) -> None:
    scene = Scene(seed=13, seconds=20, lights=(Light(at=8, gain=gain), Light(at=14, gain=1 / gain)), leaves=4)
    seen = looks(encode(scene, tmp_path / "lamp.mp4"))
    assert times(seen, "camera.motion") == []
    assert any(one.suspended for one in seen)


def test_the_evidence_of_an_event_shows_the_thing(tmp_path: Path) -> None:
    walker = Walker(begin=5, end=13, start=(-0.05, 0.85), stop=(1.05, 0.85), height=0.3)
    clip = encode(Scene(seed=14, seconds=14, walkers=(walker,)), tmp_path / "walker.mp4")
    sightings = [s for one in looks(clip) for s in one.sightings]
    assert sightings
    for sighting in sightings:
        assert sighting.snapshot is not None
        assert sighting.snapshot.startswith(b"\xff\xd8")
        assert sighting.data["box"] == str(sighting.box)


def test_a_broken_or_missing_clip_is_a_sentence(tmp_path: Path) -> None:
    def run(path: Path) -> list[dict[str, object]]:
        return list(analyse(Camera(id="c", url=str(path), analytics={}), Tally()))

    with pytest.raises(SourceError, match="there is no such file"):
        run(tmp_path / "none.mp4")
    (tmp_path / "text.mp4").write_text("this is not a video\n" * 50)
    with pytest.raises(SourceError, match="cannot be opened"):
        run(tmp_path / "text.mp4")
    (tmp_path / "empty.mp4").write_bytes(b"")
    with pytest.raises(SourceError):
        run(tmp_path / "empty.mp4")
    whole = encode(Scene(seed=1, seconds=4), tmp_path / "whole.ts").read_bytes()
    (tmp_path / "half.ts").write_bytes(whole[: len(whole) // 2])
    tally = Tally()
    assert list(analyse(Camera(id="c", url=str(tmp_path / "half.ts"), analytics={}), tally)) == []
    assert 3 < tally.frames < 20
    torn = bytearray(whole)
    torn[len(whole) // 3 : len(whole) // 3 + 3000] = b"\x55" * 3000
    (tmp_path / "torn.ts").write_bytes(bytes(torn))
    run(tmp_path / "torn.ts")


def test_car_park(shared: Path) -> None:
    """Five things seen, nothing in 22.2 s of empty car park."""
    clip = shared / "video" / "person-bicycle-car-detection.mp4"
    truth = json.loads((shared / "video" / "annotations.json").read_text())[clip.name]
    seen = looks(clip)
    at = moving(seen)
    found = [
        thing for thing in truth["objects"] if any(thing["from"] - 0.5 <= t <= thing["to"] + 0.5 for t in at)
    ]
    assert len(found) == 5
    empty = [t for t in times(seen, "camera.motion") if any(a <= t <= b for a, b in truth["empty"])]
    assert empty == []


@pytest.mark.slow  # 140 s of video; `make test-faults` runs it
def test_room_with_one_person_after_another(shared: Path) -> None:
    """Six people seen within 4 s of coming in; nothing in 20.9 s of empty room, exposure jumps included."""
    clip = shared / "video" / "one-by-one-person-detection.mp4"
    truth = json.loads((shared / "video" / "annotations.json").read_text())[clip.name]
    seen = looks(clip)
    at = moving(seen)
    assert sum(any(a - 0.5 <= t <= a + 4 for t in at) for a, _ in truth["stays"]) == 6
    events = times(seen, "camera.motion")
    inside = [t for t in events if any(a - 1 <= t <= b + 2 for a, b in truth["stays"])]
    assert len(inside) / len(events) >= 0.99  # precision
    assert [t for t in events if any(a <= t <= b for a, b in truth["empty"])] == []


def test_foliage_and_a_header_that_lies(shared: Path) -> None:
    """Leaves alone raise nothing; 444 frames are announced, 68 come, and that is no error.

    The annotation counts 15 frames a second as the header does; by its own time stamps the foliage lasts 22 s.
    """
    seen = looks(shared / "video" / "tree.avi")
    assert len(seen) == 68
    foliage_ends = seen[51].seconds
    assert 20 < foliage_ends < 24
    assert [t for t in times(seen, "camera.motion") if t < foliage_ends] == []
