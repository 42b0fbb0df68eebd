"""Pictures are drawn, marked, small, and the same for the same seed."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from gateway.simulate import picture

AT = datetime(2026, 3, 6, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize("figure", ["person", "van", "ebike", ""])
def test_a_camera_picture(figure: str) -> None:
    one = picture.camera_picture(5, figure=figure, place="东围墙", at=AT, night=True)
    assert one == picture.camera_picture(5, figure=figure, place="东围墙", at=AT, night=True)
    assert len(one) < 60_000
    image = Image.open(io.BytesIO(one))
    assert image.size == picture.SIZE
    assert image.getpixel((0, 0))[2] < 60  # the black band that carries the mark
    assert _lit(image) > 100


def test_the_mark_is_there_without_any_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "_font", lambda: None)
    assert _lit(Image.open(io.BytesIO(picture.scene_photo(1, place="1号楼", at=AT)))) > 100


def _lit(image: Image.Image) -> int:
    """Return how many pixels of the band are as bright as its letters."""
    band = image.convert("RGB").crop((0, 0, 640, 30))
    return sum(red > 180 and green > 140 for red, green, _ in band.get_flattened_data())


def test_the_time_on_a_picture_is_the_sites_and_says_so() -> None:
    assert picture.stamped(AT) == "2026-03-07 06:30:00 UTC+8"
