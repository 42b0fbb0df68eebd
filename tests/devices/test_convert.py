"""Conversions never guess: either the value is what the fact needs, or it is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.convert import (
    REFUSED,
    by_map,
    by_scale,
    in_turn,
    to_bool,
    to_field,
    to_integer,
    to_number,
    to_scalar,
    to_text,
)
from devices.kinds import Field


@pytest.mark.parametrize(
    ("convert", "value", "result"),
    [
        (to_bool, "0", False), (to_bool, "1", True), (to_bool, 0, False), (to_bool, 1.0, True), (to_bool, "TRUE", True),
        (to_bool, "off", False), (to_bool, "maybe", REFUSED), (to_bool, 2, REFUSED), (to_bool, "", REFUSED),
        (to_number, " 3.5 ", 3.5), (to_number, "12", 12), (to_number, True, REFUSED), (to_number, "nan", REFUSED),
        (to_number, "1e400", REFUSED), (to_number, 2**70, REFUSED), (to_number, "x", REFUSED), (to_number, None, REFUSED),
        (to_integer, "3.0", 3), (to_integer, 3.5, REFUSED),
        (to_text, 7, "7"), (to_text, True, "true"), (to_text, ["a", 1], "a,1"), (to_text, [], REFUSED), (to_text, {}, REFUSED),
        (to_scalar, 2**64, str(2**64)), (to_scalar, {"a": 1}, REFUSED), (to_scalar, False, False),
        (by_map({"1": "card", "true": "x"}), 1, "card"), (by_map({"1": "card"}), 1.5, REFUSED), (by_map({}, "other"), 9, "other"),
        (by_map({"true": "x"}), True, "x"), (by_scale(0.1), "215", 21.5), (by_scale(1, -40), 60, 20),
        (in_turn([by_map({"a": "3"}), to_integer]), "a", 3), (in_turn([by_map({}), to_integer]), "a", REFUSED),
        (to_field(Field(choices=("in", "out"))), "in", "in"), (to_field(Field(choices=("in", "out"))), "IN", REFUSED),
    ],
)  # fmt: skip
def test_conversions(convert: object, value: object, result: object) -> None:
    got = convert(value)  # type: ignore[operator]  # a function of the parameters
    assert got == result
    assert isinstance(got, bool) == isinstance(result, bool)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    )
)
def test_every_conversion_answers_within_its_type(value: object) -> None:
    assert isinstance(to_text(value), str) or to_text(value) is REFUSED
    number = to_number(value)
    assert number is REFUSED or abs(number) < 2**63
    assert to_bool(value) in (True, False, REFUSED)
    scalar = to_scalar(value)
    assert scalar is REFUSED or isinstance(scalar, str | int | float | bool)
    assert not isinstance(scalar, int) or -(2**63) <= scalar < 2**63


def test_an_integer_of_hundreds_of_digits_is_refused() -> None:
    assert to_number(10**400) is REFUSED
    assert to_integer(-(10**400)) is REFUSED
