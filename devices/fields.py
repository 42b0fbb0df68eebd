"""The field map of a profile: which facts, states and references an event gets from a message.

What is not listed here never leaves the decoder. Facts become the type their kind gives them; a value that
cannot be that is left out and flagged (`field:data.value`), because a bad battery reading must not cost the
alarm that came with it. Credentials and persons are only ever kept as references (`devices.references`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from devices.convert import REFUSED, Convert, to_scalar, to_text
from devices.paths import Getter, Scope

GROUPS = ("data", "state", "subject")


class FieldRule(NamedTuple):
    """One line of a field map: where the value is, what it is converted to, what stands in its place.

    A tuple, because all rules of a form are run over each message: taking one apart costs less than asking it.

    `default` is used when nothing is there (formats that leave out zeros). `channel` numbers the name of a
    state (`output_1`); channel 0 keeps the plain name.
    """

    name: str
    get: Getter
    convert: Convert = to_scalar
    default: Any = None
    channel: Getter | None = None


class FieldMap(msgspec.Struct, frozen=True, kw_only=True):
    """All field rules that apply to one entry of a kinds table."""

    data: tuple[FieldRule, ...] = ()
    state: tuple[FieldRule, ...] = ()
    subject: tuple[FieldRule, ...] = ()


def read_fields(rules: tuple[FieldRule, ...], scope: Scope, group: str, flags: list[str]) -> dict[str, Any]:
    """Return the values that are there, converted; add a flag for each that could not be."""
    found: dict[str, Any] = {}
    for name, get, convert, default, channel in rules:
        value = get(scope)
        if value is None or value == []:  # an empty list says as much as nothing
            if default is None:
                continue
            value = default
        else:
            value = convert(value)
            if value is None:  # a map says that this word says nothing
                continue
            if value is REFUSED:
                flags.append(f"field:{group}.{name}")
                continue
        found[name if channel is None else _numbered(name, channel(scope))] = value
    return found


def _numbered(name: str, channel: Any) -> str:
    text = to_text(channel)
    number = "" if text is REFUSED else "".join(letter for letter in text if letter in "0123456789")
    return name if number in ("", "0") else f"{name}_{number[:4]}"


def constant(value: Any) -> Callable[[Scope], Any]:
    """Return a getter that always gives `value`."""
    return lambda _scope: value
