"""Displays that wait: one more never drives out those who have room."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from gateway.screens import MOST, PairingOver, Screens

NOW = datetime(2026, 3, 6, tzinfo=UTC)


def test_displays_wait_side_by_side_and_only_the_oldest_makes_room():
    screens = Screens(cast("Any", None))  # nobody is let in here
    secrets = [screens.begin(address=f"10.0.0.{n}", now=NOW)[0] for n in range(MOST)]
    assert [screens.claim(each, now=NOW) for each in secrets] == [None] * MOST, "all of them still wait"
    screens.begin(address="10.0.1.1", now=NOW)
    with pytest.raises(PairingOver):
        screens.claim(secrets[0], now=NOW)
    assert [screens.claim(each, now=NOW) for each in secrets[1:]] == [None] * (MOST - 1)
