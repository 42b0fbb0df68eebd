"""Shapes are short cuts: whatever the value, they say what the general form says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.expression import UNKNOWN, compile_expression

CONSTANTS = ('"a"', '""', "5", "5.0", "-1", "0", "1", "1.5", "true", "false", "null")
VALUES = st.one_of(
    st.just(UNKNOWN),
    st.sampled_from(["a", "", "5", 5, 5.0, -1, 0, 1, 1.5, True, False, None, [5], {"a": 1}, float("nan")]),
    st.integers(),
    st.floats(),
    st.text(max_size=2),
)


def _env(value: Any) -> dict[str, Any]:
    """The value where a shape looks for it and, for the general way, one step deeper."""
    return {"data": {} if value is UNKNOWN else {"x": value, "deep": {"x": value}}, "e": {}}


@pytest.mark.parametrize("operator", ["==", "!=", "<", "<=", ">", ">="])
@pytest.mark.parametrize("constant", CONSTANTS)
@given(value=VALUES)
def test_a_shape_says_what_the_general_form_says(operator: str, constant: str, value: Any) -> None:
    short = compile_expression(f"data.x {operator} {constant}", roots=("data",))
    general = compile_expression(f"data.deep.x {operator} {constant}", roots=("data",))
    assert short(_env(value)) is general(_env(value))


@given(value=VALUES, listed=st.lists(st.sampled_from(CONSTANTS), max_size=4))
def test_a_list_of_constants_says_what_its_parts_say(value: Any, listed: list[str]) -> None:
    among = compile_expression(f"data.x in [{', '.join(listed)}]", roots=("data",))
    alone = [compile_expression(f"data.x == {each}", roots=("data",))(_env(value)) for each in listed]
    assert among(_env(value)) is (UNKNOWN if value is UNKNOWN else True in alone)


@given(left=VALUES, right=VALUES)
def test_two_parts_are_joined_as_three_are(left: Any, right: Any) -> None:
    env = {"data": {name: each for name, each in (("a", left), ("b", right)) if each is not UNKNOWN}}
    two = compile_expression("data.a && data.b", roots=("data",))
    three = compile_expression("data.a && data.b && true", roots=("data",))
    assert two(env) is three(env)


def test_a_root_that_is_not_there_is_unknown() -> None:
    for text in ('data.x == "a"', "data.x == 5", "data.x == true", "data.x > 5"):
        assert compile_expression(text, roots=("data",))({}) is UNKNOWN
