"""Each stage alone: what it does to a look, from frames made for the purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pytest

from gateway.vision import evidence, guard, health, motion, tracks
from gateway.vision.analytics import ANALYTICS, analytic
from gateway.vision.analytics.motion import inside
from gateway.vision.analytics.zone import Zone
from gateway.vision.camera import Camera, SignalSettings
from gateway.vision.frame import Box, Frame, Look, Track
from gateway.vision.privacy import hidden, hide
from gateway.vision.schedule import Span, awake

CAMERA = Camera(id="c1", url="none")
T0 = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)


def frame(seconds: float, pixels: np.ndarray, index: int = 1) -> Frame:
    return Frame(
        index=index, seconds=seconds, at=T0 + timedelta(seconds=seconds), small=pixels, picture=lambda: pixels
    )


def look(seconds: float, pixels: np.ndarray | None = None, **more: object) -> Look:
    at = T0 + timedelta(seconds=seconds)
    return Look(seconds=seconds, at=at, frame=None if pixels is None else frame(seconds, pixels), **more)  # type: ignore[arg-type]  # the fields are named by the caller


def grey(level: int) -> np.ndarray:
    random = np.random.default_rng(1)
    return np.clip(random.normal(level, 3, (216, 384, 3)), 0, 255).astype(np.uint8)


def test_health_goes_by_the_age_of_the_frame_not_by_its_arrival() -> None:
    camera = Camera(id="c1", url="none", signal=SignalSettings(abnormal=5, lost=10))
    memory, seen = health.look(camera, health.Health(), look(0.0))
    assert seen.signal == "waiting"
    memory, seen = health.look(camera, memory, look(1.0, grey(90)))
    assert seen.signal == "ok"
    # A frame that arrives at 12 s but was taken at 1.2 s: a buffer that empties after the camera's death.
    stale = Look(seconds=12.0, at=T0, frame=frame(1.2, grey(90)))
    memory, seen = health.look(camera, memory, stale)
    assert seen.signal == "lost"
    memory, seen = health.look(camera, memory, look(13.0, grey(90)))
    assert seen.signal == "ok"


@pytest.mark.parametrize(
    ("age", "signal"), [(4.9, "ok"), (5.0, "abnormal"), (9.9, "abnormal"), (10.0, "lost")]
)
def test_health_limits(age: float, signal: str) -> None:
    memory, _ = health.look(CAMERA, health.Health(), look(1.0, grey(90)))
    assert health.look(CAMERA, memory, look(1.0 + age))[1].signal == signal


def test_a_camera_that_never_showed_anything_is_lost_too() -> None:
    memory, _ = health.look(CAMERA, health.Health(), look(100.0))
    assert health.look(CAMERA, memory, look(109.9))[1].signal == "abnormal"
    assert health.look(CAMERA, memory, look(110.0))[1].signal == "lost"


def test_guard_suspends_after_a_change_of_light_and_only_then() -> None:
    memory, seen = guard.look(CAMERA, guard.Guard(), look(0.0, grey(90)))
    assert not seen.suspended
    memory, seen = guard.look(CAMERA, memory, look(0.2, grey(92)))
    assert not seen.suspended
    memory, seen = guard.look(CAMERA, memory, look(0.4, grey(130)))
    assert seen.suspended
    # The new light stays: suspended for `hold` seconds after the last picture that differs from a second ago.
    times = [round(0.6 + 0.2 * n, 1) for n in range(30)]
    states = {}
    for seconds in times:
        memory, seen = guard.look(CAMERA, memory, look(seconds, grey(130)))
        states[seconds] = seen.suspended
    assert states[3.0]
    assert not states[4.6]


def test_motion_finds_a_block_and_ignores_what_is_too_small() -> None:
    memory = motion.Motion()
    for n in range(20):
        memory, _ = motion.look(CAMERA, memory, look(n * 0.2, grey(90)))
    picture = grey(90)
    picture[100:140, 200:220] = 200
    picture[20:22, 20:22] = 200
    memory, seen = motion.look(CAMERA, memory, look(4.2, picture))
    assert len(seen.boxes) == 1
    found, truth = seen.boxes[0], Box(200 / 384, 100 / 216, 20 / 384, 40 / 216)
    assert found.overlap(truth) > 0.6


def test_motion_learns_pixels_that_flicker() -> None:
    memory, found = motion.Motion(), []
    for n in range(60):
        picture = grey(90)
        if n % 3 == 0:
            picture[60:90, 60:90] = 160 + n % 5  # a branch in front of the sky
        memory, seen = motion.look(CAMERA, memory, look(n * 0.2, picture))
        found.append(len(seen.boxes))
    assert sum(found[:12]) > 0
    assert sum(found[-20:]) == 0


def walk(steps: list[Box], *, pace: float = 0.2) -> list[tuple[Track, ...]]:
    memory, seen_tracks = tracks.Tracks(), []
    for n, box in enumerate(steps):
        memory, seen = tracks.look(CAMERA, memory, look(n * pace, grey(90), boxes=(box,)))
        seen_tracks.append(seen.tracks)
    return seen_tracks


def test_a_track_is_confirmed_when_it_went_somewhere() -> None:
    path = walk([Box(0.1 + 0.03 * n, 0.4, 0.05, 0.2) for n in range(14)])
    assert {track.number for step in path for track in step} == {1}
    assert not path[2][0].confirmed
    assert not path[9][0].confirmed  # it went far enough, but the background is still being learnt
    assert path[-1][0].confirmed
    assert path[-1][0].score == 1.0


def test_a_branch_moves_for_ever_and_arrives_nowhere() -> None:
    path = walk([Box(0.4 + 0.03 * (n % 2), 0.3, 0.05, 0.05) for n in range(40)])
    assert not any(track.confirmed for step in path for track in step)


def test_a_track_survives_a_short_gap_and_ends_after_a_long_one() -> None:
    memory = tracks.Tracks()
    box = Box(0.4, 0.4, 0.1, 0.2)
    memory, first = tracks.look(CAMERA, memory, look(0.0, grey(90), boxes=(box,)))
    memory, _ = tracks.look(CAMERA, memory, look(0.4, grey(90)))
    memory, again = tracks.look(CAMERA, memory, look(0.8, grey(90), boxes=(box,)))
    assert first.tracks[0].number == again.tracks[0].number
    memory, _ = tracks.look(CAMERA, memory, look(2.0, grey(90)))
    _, late = tracks.look(CAMERA, memory, look(2.2, grey(90), boxes=(box,)))
    assert late.tracks[0].number != first.tracks[0].number


def standing(number: int, foot: tuple[float, float]) -> Track:
    box = Box(foot[0] - 0.02, foot[1] - 0.2, 0.04, 0.2)
    return Track(
        number=number, box=box, first=0, last=0, hits=9, missed=0, start=box.centre, moved=0, confirmed=True
    )


def zone_events(zone: Zone, feet: list[tuple[float, float]], *, camera: Camera = CAMERA) -> list[float]:
    see, memory, times = ANALYTICS["zone"].see, None, []
    for n, foot in enumerate(feet):
        seen = look(n * 0.2, grey(90), tracks=(standing(1, foot),))
        memory, found = see((zone,), memory, camera, seen)
        times += [sighting.seconds for sighting in found]
    return times


SQUARE = ((0.5, 0.5), (1.0, 0.5), (1.0, 1.0), (0.5, 1.0))


def test_zone_speaks_once_after_enough_frames_inside() -> None:
    zone = Zone(id="z", polygon=SQUARE, min_frames=3)
    assert zone_events(zone, [(0.2, 0.8)] * 5 + [(0.7, 0.8)] * 20) == [pytest.approx(1.4)]
    assert zone_events(zone, [(0.2, 0.8)] * 20) == []
    assert zone_events(zone, [(0.7, 0.8)] * 2) == []


def test_zone_keeps_its_hours() -> None:
    local = T0.astimezone(ZoneInfo("Asia/Shanghai")).time()  # 22:00
    night = Span(days=("fri",), begin=local, end=local.replace(hour=6))
    day = Span(days=("fri",), begin=local.replace(hour=8), end=local.replace(hour=18))
    inside_at_night = [(0.7, 0.8)] * 5
    assert zone_events(Zone(id="z", polygon=SQUARE, schedule=(night,)), inside_at_night)
    assert not zone_events(Zone(id="z", polygon=SQUARE, schedule=(day,)), inside_at_night)


def test_a_span_over_midnight_belongs_to_the_day_it_starts() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    span = (Span(days=("fri",), begin=datetime(1, 1, 1, 22).time(), end=datetime(1, 1, 1, 6).time()),)
    saturday, friday = (datetime(2026, 3, day, 1, tzinfo=zone) for day in (7, 6))
    assert awake(span, saturday, zone)
    assert not awake(span, friday, zone)
    assert awake((), friday, zone)


def test_signal_reports_one_loss_and_one_return() -> None:
    see, memory, kinds = ANALYTICS["signal"].see, None, []
    for n, signal in enumerate(["waiting", "ok", "abnormal", "lost", "lost", "ok", "ok", "lost"]):
        memory, found = see(None, memory, CAMERA, look(float(n), signal=signal))
        kinds += [sighting.kind for sighting in found]
    assert kinds == ["camera.offline", "camera.online", "camera.offline"]


def test_an_analytic_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match=r"already gateway\.vision\.analytics\.zone\.see"):
        analytic("zone", read=lambda _: None)(lambda *_: (None, []))


def test_evidence_keeps_the_best_view_and_stays_small() -> None:
    random = np.random.default_rng(3)
    noisy = random.integers(0, 255, (1080, 1920, 3), dtype=np.uint8)  # the worst case for JPEG
    assert len(evidence.jpeg(noisy)) <= evidence.MOST_BYTES
    small, large = standing(1, (0.5, 0.6)), standing(1, (0.5, 0.9))
    large = Track(
        **{name: getattr(large, name) for name in large.__struct_fields__} | {"box": Box(0.3, 0.3, 0.3, 0.5)}
    )
    memory, _ = evidence.look(CAMERA, evidence.Views(), look(0.0, grey(40), tracks=(small,)))
    memory, _ = evidence.look(CAMERA, memory, look(0.2, grey(200), tracks=(large,)))
    assert memory.best[1].frame.seconds == 0.2
    memory, _ = evidence.look(CAMERA, memory, look(0.4, grey(40), tracks=(small,)))
    assert memory.best[1].frame.seconds == 0.2
    memory, _ = evidence.look(CAMERA, memory, look(9.0, grey(40)))
    assert memory.best == {}


def test_privacy_masks_cover_analysis_and_evidence() -> None:
    masked = hidden(frame(0.0, grey(90)), (SQUARE,))
    assert masked.small[200, 300].tolist() == [0, 0, 0]
    assert masked.picture()[200, 300].tolist() == [0, 0, 0]
    assert masked.small[20, 20].tolist() != [0, 0, 0]
    untouched = grey(90)
    hide(untouched, (SQUARE,))
    assert untouched[200, 300].tolist() != [0, 0, 0]


def test_inside_counts_the_edge() -> None:
    assert inside(SQUARE, (0.5, 0.7))
    assert not inside(SQUARE, (0.499, 0.7))
    assert cv2.__version__  # the polygon test is OpenCV's
