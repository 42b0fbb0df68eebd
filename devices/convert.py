"""From what a device wrote to the type a fact has: numbers in text, `"0"` for false, maps of codes.

A converter returns the value, or `REFUSED` when what is there cannot be that; it never guesses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from devices.kinds import Field
from devices.limits import INTEGER

FACT_TEXT = 1_000  # characters of one fact; longer texts are cut, they are for people


class _Refused:
    """The value cannot be what the field is."""


REFUSED: Final = _Refused()
Convert: TypeAlias = Callable[[Any], Any]

_TRUE = frozenset({"1", "true", "on", "yes"})
_FALSE = frozenset({"0", "false", "off", "no"})


def to_text(value: Any) -> Any:
    """Return a scalar, or a list of scalars joined by commas, as text."""
    kind = type(value)
    if kind is str:
        return value if len(value) <= FACT_TEXT else value[:FACT_TEXT]
    if kind is int and -INTEGER < value < INTEGER:
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)[:FACT_TEXT]
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return ",".join(str(item) for item in value)[:FACT_TEXT] if value else REFUSED
    return REFUSED


def to_number(value: Any) -> Any:
    """Return a finite number; text is read as one."""
    if type(value) is int and -INTEGER < value < INTEGER:
        return value
    if isinstance(value, str):
        try:
            text = value.strip()
            value = int(text) if text.isdecimal() and len(text) < 20 else float(text)
        except ValueError:
            return REFUSED
    if isinstance(value, bool) or not isinstance(value, int | float):
        return REFUSED
    # The size first: an integer of hundreds of digits does not fit the float that the other question needs.
    return value if abs(value) < INTEGER and math.isfinite(value) else REFUSED


def to_integer(value: Any) -> Any:
    """Return a whole number; `3.0` is one."""
    number = to_number(value)
    if number is REFUSED or number != int(number):
        return REFUSED
    return int(number)


def to_bool(value: Any) -> Any:
    """Return true or false for booleans, 0, 1 and the words devices use for them."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value) if value in (0, 1) else REFUSED
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else REFUSED
    return REFUSED


def to_scalar(value: Any) -> Any:
    """Return a scalar as it is; an integer too large for any store becomes text."""
    kind = type(value)
    if kind is str:
        return value if len(value) <= FACT_TEXT else value[:FACT_TEXT]
    if kind is bool:
        return value
    if kind is int:
        return value if -INTEGER <= value < INTEGER else str(value)[:FACT_TEXT]
    if kind is float:
        return value if math.isfinite(value) else REFUSED
    return to_text(value)


BY_TYPE: dict[str, Convert] = {
    "text": to_text,
    "number": to_number,
    "integer": to_integer,
    "bool": to_bool,
    "scalar": to_scalar,
}


def to_field(field: Field) -> Convert:
    """Return the converter for a fact of the kind tree: its type, and its words if it has a closed list."""
    convert = BY_TYPE[field.type]
    if not field.choices:
        return convert

    return OneOf(frozenset(field.choices))


class OneOf:
    """Converts to a text that is one of a closed list of words."""

    __slots__ = ("words",)

    def __init__(self, words: frozenset[str]) -> None:
        self.words = words

    def __call__(self, value: Any) -> Any:
        word = value if type(value) is str else to_text(value)
        return word if word in self.words else REFUSED


def by_map(table: Mapping[str, Any], otherwise: Any = REFUSED) -> Convert:
    """Return a converter that looks the value up as text (`1`, `true`, `card`)."""

    def look_up(value: Any) -> Any:
        key = to_text(value)
        return otherwise if key is REFUSED else table.get(key, otherwise)

    return look_up


def by_scale(factor: float, plus: float = 0) -> Convert:
    """Return a converter to `value × factor + plus`, rounded to what a sensor can mean."""

    def scale(value: Any) -> Any:
        number = to_number(value)
        return REFUSED if number is REFUSED else round(number * factor + plus, 6)

    return scale


def in_turn(converts: Sequence[Convert]) -> Convert:
    """Return one converter that runs several, each on what the one before returned; None (says nothing) ends it."""
    if len(converts) == 1:
        return converts[0]

    def run(value: Any) -> Any:
        for convert in converts:
            value = convert(value)
            if value is REFUSED or value is None:
                return value
        return value

    return run
