"""Which version is newer."""

from __future__ import annotations

import pytest

from gateway.upgrade.order import newer


def test_versions_stand_in_their_order():
    row = [
        "0.9",
        "1.0.dev1",
        "1.0a1",
        "1.0b2",
        "1.0rc1",
        "1.0",
        "1.0.post1",
        "1.0.1",
        "1.9",
        "1.10rc1",
        "1.10",
        "2.0",
    ]
    for place, each in enumerate(row):
        assert [newer(each, other) for other in row] == [number < place for number in range(len(row))], each


@pytest.mark.parametrize(("one", "other"), [("1.2", "1.2.0"), ("1.2.0", "1.2.0+local.5")])
def test_what_is_the_same_is_not_newer(one, other):
    assert not newer(one, other)
    assert not newer(other, one)
