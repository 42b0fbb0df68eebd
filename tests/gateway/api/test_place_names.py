"""Places that are only a number get the words people use for them."""

from __future__ import annotations

import pytest

from gateway.api.community_of import place_name


@pytest.mark.parametrize(
    ("kind", "part", "zh", "en"),
    [
        ("building", "b3", "3号楼", "building 3"),
        ("unit", "u2", "2单元", "unit 2"),
        ("floor", "1", "1层", "floor 1"),
        ("floor", "-1", "地下1层", "basement 1"),
        ("floor", "B2", "地下2层", "basement 2"),
        ("zone", "-1", "-1", "-1"),
    ],
)
def test_a_number_becomes_a_name_and_a_basement_is_not_the_floor_above_ground(
    kind: str, part: str, zh: str, en: str
) -> None:
    assert place_name(kind, part) == {"zh": zh, "en": en}
