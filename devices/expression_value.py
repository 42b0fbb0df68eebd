"""What the operators of an expression do with values: three-valued, never raising but for the budget.

A missing field, a mismatch of types and a division by zero are UNKNOWN. Text and number are never equal;
a bool is no number; 1 == 1.0. Whole numbers are 64-bit as in CEL: what does not fit is UNKNOWN.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from datetime import datetime, tzinfo
from enum import Enum
from typing import Any, Final, Literal, TypeAlias

MOST_STEPS = 10_000
TEXT_STEP = 64  # characters searched or joined in one step
_DEEPEST_VALUE = 64


class Unknown(Enum):
    """The type of UNKNOWN: the third truth value, and the value of what is not there."""

    UNKNOWN = "unknown"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
Truth: TypeAlias = bool | Unknown


class BudgetExceeded(Exception):
    """An expression looked at more than its 10,000 steps allow."""


class Meter:
    """The steps one operation may take; what an expression has is shared out when it is compiled."""

    __slots__ = ("allowed",)

    def __init__(self) -> None:
        self.allowed = MOST_STEPS

    def check(self, steps: int) -> None:
        if steps > self.allowed:
            raise BudgetExceeded(f"{steps:,} steps in one operation; {self.allowed:,} are left for it")


def is_number(value: object) -> bool:
    """Tell whether a value is a number; a bool is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def equal(left: object, right: object, meter: Meter) -> Truth:
    """Return whether two values are the same, text never being a number."""
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    return _same(left, right, [0], meter, 0)


def _same(left: Any, right: Any, spent: list[int], meter: Meter, depth: int) -> Truth:
    spent[0] += 1
    meter.check(spent[0])
    if isinstance(left, str):
        return isinstance(right, str) and left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float):
        return isinstance(right, int | float) and bool(left == right)
    if left is None or right is None:
        return left is right
    if depth > _DEEPEST_VALUE:
        return UNKNOWN
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        if len(left) != len(right):
            return False
        return _all(_same(a, b, spent, meter, depth + 1) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        if left.keys() != right.keys():
            return False
        return _all(_same(value, right[key], spent, meter, depth + 1) for key, value in left.items())
    if isinstance(left, datetime) and isinstance(right, datetime):
        return left == right
    return False


def _all(truths: Any) -> Truth:
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is UNKNOWN:
            result = UNKNOWN
    return result


def contains(item: object, holder: object, meter: Meter) -> Truth:
    """Return whether a list has this item, or a mapping this key."""
    if item is UNKNOWN:
        return UNKNOWN
    if isinstance(holder, list | tuple):
        meter.check(len(holder))
        if isinstance(item, str):
            # Lists of texts are nearly all there are; a text equals nothing but a text.
            return bool(item in holder)
        spent = [0]
        found: Truth = False
        for each in holder:
            same = _same(item, each, spent, meter, 0)
            if same is True:
                return True
            if same is UNKNOWN:
                found = UNKNOWN
        return found
    if isinstance(holder, dict):
        return isinstance(item, str) and item in holder
    return UNKNOWN


def _ordered(left: Any, right: Any) -> bool:
    return (
        (isinstance(left, str) and isinstance(right, str))
        or (is_number(left) and is_number(right))
        or (isinstance(left, bool) and isinstance(right, bool))
        or (
            isinstance(left, datetime)
            and isinstance(right, datetime)
            and (left.tzinfo is None) == (right.tzinfo is None)
        )
    )


def _compared(plain: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Truth]:
    def compare(left: Any, right: Any) -> Truth:
        return bool(plain(left, right)) if _ordered(left, right) else UNKNOWN

    return compare


# Each with the plain comparison, for callers that know both sides are numbers.
ORDER: dict[str, tuple[Callable[[Any, Any], Truth], Callable[[Any, Any], Any]]] = {
    symbol: (_compared(plain), plain)
    for symbol, plain in (("<", operator.lt), ("<=", operator.le), (">", operator.gt), (">=", operator.ge))
}


def add(left: Any, right: Any, meter: Meter) -> Any:
    """Return the sum of two numbers, or two texts or lists joined."""
    if is_number(left) and is_number(right):
        return _fit(lambda: left + right)
    if isinstance(left, str) and isinstance(right, str):
        meter.check((len(left) + len(right)) // TEXT_STEP)
        return left + right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        meter.check(len(left) + len(right))
        return [*left, *right]
    return UNKNOWN


def subtract(left: Any, right: Any) -> Any:
    """Return the difference of two numbers."""
    return _fit(lambda: left - right) if is_number(left) and is_number(right) else UNKNOWN


def multiply(left: Any, right: Any) -> Any:
    """Return the product of two numbers."""
    return _fit(lambda: left * right) if is_number(left) and is_number(right) else UNKNOWN


def divide(left: Any, right: Any) -> Any:
    """Return the true quotient: 7 / 2 is 3.5."""
    return _fit(lambda: left / right) if is_number(left) and is_number(right) else UNKNOWN


def remainder(left: Any, right: Any) -> Any:
    """Return the remainder with the sign of the dividend, as CEL has it."""
    if not (is_number(left) and is_number(right)):
        return UNKNOWN
    if isinstance(left, int) and isinstance(right, int):
        return _fit(lambda: abs(left) % abs(right) * (1 if left >= 0 else -1))
    return _fit(lambda: math.fmod(left, right))


def negate(value: Any) -> Any:
    """Return the number with the other sign."""
    return _fit(lambda: -value) if is_number(value) else UNKNOWN


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
}


def _fit(calculate: Callable[[], Any]) -> Any:
    try:
        result = calculate()
    except (ArithmeticError, ValueError):  # by zero, too large for a float, infinity % 2
        return UNKNOWN
    return UNKNOWN if isinstance(result, int) and not -(2**63) <= result < 2**63 else result


def size(value: Any, meter: Meter) -> Any:
    """Return the length of a text (in characters), list or mapping."""
    if isinstance(value, str):
        meter.check(len(value) // TEXT_STEP)
        return len(value)
    if isinstance(value, list | tuple | dict):
        meter.check(len(value))
        return len(value)
    return UNKNOWN


METHODS: dict[str, Callable[[str, str], bool]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": str.__contains__,
}


def search(method: str, value: Any, part: Any, meter: Meter) -> Truth:
    """Return `value.startsWith(part)`, `endsWith` or `contains`; anything but texts is UNKNOWN."""
    if not (isinstance(value, str) and isinstance(part, str)):
        return UNKNOWN
    meter.check(len(value) // TEXT_STEP)
    return METHODS[method](value, part)


def clock(function: str, value: Any, zone: tzinfo | None) -> Any:
    """Return the `hour` (0–23) or `weekday` (1 = Monday) of an instant in the site's zone."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        return UNKNOWN
    try:
        local = value.astimezone(zone) if zone is not None else value
    except (OverflowError, ValueError):  # within a day of the years 1 and 9999
        return UNKNOWN
    return local.hour if function == "hour" else local.isoweekday()
