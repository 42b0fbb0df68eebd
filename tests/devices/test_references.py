"""References: the same for the same card, nothing without the key, remembered but not without end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import references
from devices.references import References


@given(st.text(min_size=1, max_size=80), st.binary(min_size=1, max_size=64))
def test_what_is_remembered_is_what_is_worked_out(card: str, key: bytes) -> None:
    known, fresh = References(key), References(key)
    first = known.keyed({"cred": card}, ())
    assert first == known.keyed({"cred": card}, ()) == {"cred": fresh.of("cred", card)}
    assert card not in first["cred"] or len(card) < 3
    assert first["cred"] != known.keyed({"person": card}, ())["person"]


def test_only_subjects_are_kept_and_a_household_only_if_it_exists() -> None:
    said = {"cred": 7, "person": "", "household": "h1", "key": "x", "name": "Li"}
    kept = References(b"k").keyed(said, {"h1"})
    assert kept == {"cred": References(b"k").of("cred", "7"), "household": "h1"}
    assert References(b"k").keyed({"household": "h2"}, {"h1"}) == {}


def test_a_flood_of_cards_empties_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "_REMEMBERED", 10)
    known = References(b"k")
    for number in range(25):
        known.keyed({"cred": str(number)}, ())
    known.keyed({"cred": "x" * 1000}, ())
    assert 0 < len(known._known["cred"]) <= 10
