"""The expression language beside an implementation of CEL: on what both share, every expression means the same.

Expressions and values are made up at random, typed and untyped, with brackets and without. What differs on purpose is
listed in `DIFFERENCES`, each with an example that shows both answers, and is what the generators below leave out:
no `/`, no arithmetic between whole and fractional numbers, no `%` of fractional numbers, `has` one field deep.
"""

from __future__ import annotations

from typing import Any

import pytest
from cel_expr_python import cel
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from devices.expression import UNKNOWN, ExpressionError, Unknown, compile_expression

_CEL = cel.NewEnv(variables={"data": cel.Type.DYN})


def by_cel(text: str, data: dict[str, Any]) -> Any:
    """Return the answer of the reference; an error of its is our UNKNOWN."""
    result = _CEL.compile(text, disable_check=True).eval(data={"data": data})
    return UNKNOWN if result.type().name() == "ERROR" else result.plain_value()


def by_us(text: str, data: dict[str, Any]) -> Any:
    return compile_expression(text, roots=("data",))({"data": data})


DIFFERENCES = [
    # text, values, ours, CEL's: why
    ("7 / 2", {}, 3.5, 3),  # `/` is true division: a manager's 7 / 2 is 3.5
    ("data.n / 2", {"n": 7}, 3.5, 3),
    ("1.0 / 0.0", {}, UNKNOWN, float("inf")),  # a division by zero is unknown
    ("1 + 0.5", {}, 1.5, UNKNOWN),  # whole and fractional numbers mix: a sensor sends 20 and 20.5
    ("data.n * 1.5", {"n": 2}, 3.0, UNKNOWN),
    ("5.5 % 2.0", {}, 1.5, UNKNOWN),  # the remainder of fractional numbers is known
    ("has(data.a.b)", {}, False, UNKNOWN),  # what is below something missing is missing
    ("data.s.size() == 1", {"s": "a"}, None, True),  # size is a function, not a method: refused when compiled
    (
        "data.l[data.i] == 1",
        {"l": [1], "i": 0},
        None,
        True,
    ),  # no indexing by a value, no comprehensions, no patterns
    ("data.l.exists(x, x == 1)", {"l": [1]}, None, True),
    ("data.s.matches('a+')", {"s": "a"}, None, True),
    ("double(data.n) == 1.0", {"n": 1}, None, True),  # no conversions: text and number are never equal
]


@pytest.mark.parametrize(
    ("text", "data", "ours", "theirs"), DIFFERENCES, ids=[each[0] for each in DIFFERENCES]
)
def test_a_difference_on_purpose(text: str, data: dict[str, Any], ours: Any, theirs: Any) -> None:
    assert by_cel(text, data) == theirs
    if ours is None:
        with pytest.raises(ExpressionError, match=r"found|unknown"):
            by_us(text, data)
    else:
        assert by_us(text, data) == ours
        assert ours != theirs


# --- values: `i j v l` hold whole numbers, `f g w k` fractional ones; `s t` texts, `b` a truth value, `m` a mapping

_INTS = st.integers(-5, 5) | st.sampled_from([2**53 + 1, 2**63 - 1, -(2**63), 10**12])
_DOUBLES = st.floats(-5, 5, allow_nan=False, width=16) | st.sampled_from([0.0, 1.0, 2.0, 1e300, -0.5, 0.1])
_TEXTS = st.text("ab1门", max_size=3)
_PLAIN = _TEXTS | st.booleans() | st.none()
_DATA = st.fixed_dictionaries(
    {},
    optional={
        "i": _INTS, "j": st.integers(-3, 3), "v": _INTS | _PLAIN | st.lists(_INTS, max_size=2), "l": st.lists(st.integers(-3, 3) | _PLAIN, max_size=3),
        "f": _DOUBLES, "g": _DOUBLES, "w": _DOUBLES | _PLAIN | st.lists(_DOUBLES, max_size=2), "k": st.lists(_DOUBLES | _PLAIN, max_size=3),
        "s": _TEXTS, "t": _TEXTS | st.none(), "b": st.booleans(), "c": st.booleans() | st.none(),
        "m": st.fixed_dictionaries({}, optional={"i": st.integers(-3, 3), "s": _TEXTS, "b": st.booleans(), "l": st.lists(_TEXTS, max_size=2)}),
    },
)  # fmt: skip

# --- expressions of any types, all numbers of one sort

_COMMON = ["data.s", "data.t", "data.b", "data.c", "data.m", "data.m.s", "data.m.b", "data.m.l", "data.gone", "data.s.x", "''", "'a'", "'1'", "'门'", "true", "false", "null", "[]"]  # fmt: skip
_ATOMS = {
    "whole": [*_COMMON, "data.i", "data.j", "data.v", "data.l", "data.m.i", "0", "1", "-1", "2", "9223372036854775807", "[1, 'a', null]", "[1, 2]"],
    "fractional": [*_COMMON, "data.f", "data.g", "data.w", "data.k", "0.0", "1.0", "-1.0", "2.5", "1e300", "[1.0, 'a']", "[1.0, 2.0]"],
}  # fmt: skip
_COMPARISONS = ["==", "!=", "<", "<=", ">", ">=", "in"]
_HAS = ["data.i", "data.v", "data.s", "data.t", "data.gone", "data.m", "data.c"]


def _untyped(sort: str, *, bare: bool) -> st.SearchStrategy[str]:
    """Build expressions; `bare` ones have no brackets of their own, so that what binds stronger decides."""
    arithmetic = ["+", "-", "*", "%"] if sort == "whole" else ["+", "-", "*"]
    operators = st.sampled_from([*arithmetic, *_COMPARISONS, "&&", "||"])
    around = "{} {} {}" if bare else "({} {} {})"

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        found = (
            st.tuples(inner, operators, inner).map(lambda t: around.format(*t))
            | inner.map("!({})".format)
            | inner.map("-({})".format)
            | st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} ? {t[1]} : {t[2]})")
            | st.tuples(inner, st.sampled_from(["startsWith", "endsWith", "contains"]), inner).map(
                lambda t: f"({t[0]}).{t[1]}({t[2]})"
            )
            | st.sampled_from(_HAS).map("has({})".format)
            | st.tuples(inner, inner).map(lambda t: f"[{t[0]}, {t[1]}]")
        )
        return found | inner.map("size({})".format) if sort == "whole" else found

    return st.recursive(st.sampled_from(_ATOMS[sort]), grow, max_leaves=9)


_SIMPLE = st.builds(
    lambda path, operator, literal, turned: f"{literal} {operator} {path}" if turned else f"{path} {operator} {literal}",
    st.sampled_from(["data.i", "data.f", "data.v", "data.w", "data.s", "data.t", "data.b", "data.c", "data.l", "data.gone"]),
    st.sampled_from(_COMPARISONS),
    st.sampled_from(["0", "1", "1.0", "2.5", "-1", "'a'", "'1'", "true", "false", "null", "[1, 1.0]", "['a', 'b', '1']", "[]", "[true, 0]"]),
    st.booleans(),
)  # fmt: skip
"""The forms that have a function of their own: a path and a literal, compared, whatever is at the path."""


def same(text: str, data: dict[str, Any]) -> None:
    theirs, ours = by_cel(text, data), by_us(text, data)
    event("unknown" if theirs is UNKNOWN else type(theirs).__name__)
    assert isinstance(ours, Unknown) == isinstance(theirs, Unknown), (text, data, ours, theirs)
    assert isinstance(ours, bool) == isinstance(theirs, bool), (text, data, ours, theirs)
    assert ours == theirs, (text, data, ours, theirs)


def _nan_free(value: Any) -> bool:
    return value == value and not (isinstance(value, list) and not all(map(_nan_free, value)))  # noqa: PLR0124 - NaN is what differs from itself


@settings(max_examples=300)
@given(_SIMPLE, _DATA)
def test_a_path_and_a_literal(text: str, data: dict[str, Any]) -> None:
    same(text, data)


@settings(max_examples=200)
@given(
    st.lists(_SIMPLE, min_size=2, max_size=4),
    st.lists(st.sampled_from(["&&", "||"]), min_size=3, max_size=3),
    _DATA,
)
def test_parts_joined_without_brackets(parts: list[str], words: list[str], data: dict[str, Any]) -> None:
    text = parts[0]
    for word, part in zip(words, parts[1:], strict=False):
        text += f" {word} {part}"
    same(text, data)


@settings(max_examples=300)
@given(_untyped("whole", bare=False) | _untyped("whole", bare=True), _DATA)
def test_whole_numbers_and_all_else(text: str, data: dict[str, Any]) -> None:
    same(text, data)


@settings(max_examples=300)
@given(_untyped("fractional", bare=False) | _untyped("fractional", bare=True), _DATA)
def test_fractional_numbers_and_all_else(text: str, data: dict[str, Any]) -> None:
    assume(_nan_free(by_us(text, data)))
    same(text, data)


@settings(max_examples=200)
@given(
    _untyped("whole", bare=False), st.sampled_from(_COMPARISONS), _untyped("fractional", bare=False), _DATA
)
def test_whole_and_fractional_numbers_compared(
    left: str, operator: str, right: str, data: dict[str, Any]
) -> None:
    assume(_nan_free(by_us(right, data)))
    same(f"({left}) {operator} ({right})", data)
