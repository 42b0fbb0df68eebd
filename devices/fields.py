"""The field map of a profile: which facts, states and references an event gets from a message.

What is not listed here never leaves the decoder. Facts become the type their kind gives them; a value that
cannot be that is left out and flagged (`field:data.value`), because a bad battery reading must not cost the
alarm that came with it. Credentials and persons are only ever kept as references (`devices.references`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from devices.convert import REFUSED, Convert, to_scalar, to_text
from devices.paths import Getter, Scope
from devices.written import write_fields

GROUPS = ("data", "state", "subject")
Groups: TypeAlias = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]  # subject, data, state
ReadFields: TypeAlias = Callable[[Scope, list[str]], Groups]


class FieldRule(NamedTuple):
    """One line of a field map: where the value is, what it is converted to, what stands in its place.

    `default` is used when nothing is there (formats that leave out zeros). `channel` numbers the name of a
    state (`output_1`); channel 0 keeps the plain name.
    """

    name: str
    get: Getter
    convert: Convert = to_scalar
    default: Any = None
    channel: Getter | None = None


class FieldMap:
    """All field rules that apply to one entry of a kinds table.

    `read(scope, flags)` returns the subject, the data and the state that are there, each converted, and adds a flag
    for each value that could not be. It is written out (`devices.written`) when the first message comes.
    """

    __slots__ = ("data", "kind", "read", "state", "subject")

    def __init__(
        self,
        *,
        kind: str = "",
        data: tuple[FieldRule, ...] = (),
        state: tuple[FieldRule, ...] = (),
        subject: tuple[FieldRule, ...] = (),
    ) -> None:
        self.kind = kind
        self.data = data
        self.state = state
        self.subject = subject
        self.read: ReadFields = self._first

    def _first(self, scope: Scope, flags: list[str]) -> Groups:
        groups = {"subject": self.subject, "data": self.data, "state": self.state}
        self.read = write_fields(groups, put).function(f"fields of {self.kind}")
        return self.read(scope, flags)


def read_fields(rules: tuple[FieldRule, ...], scope: Scope, group: str, flags: list[str]) -> dict[str, Any]:
    """Return the values that are there, converted; add a flag for each that could not be."""
    found: dict[str, Any] = {}
    for rule in rules:
        put(rule, rule.get(scope), scope, found, flags, group)
    return found


def put(
    rule: FieldRule, value: Any, scope: Scope, found: dict[str, Any], flags: list[str], group: str
) -> None:
    """Put what a rule makes of a value into what was found, or a flag where it can make nothing of it."""
    if value is None or value == []:  # an empty list says as much as nothing
        if rule.default is None:
            return
        value = rule.default
    else:
        value = rule.convert(value)
        if value is None:  # a map says that this word says nothing
            return
        if value is REFUSED:
            flags.append(f"field:{group}.{rule.name}")
            return
    found[rule.name if rule.channel is None else _numbered(rule.name, rule.channel(scope))] = value


def _numbered(name: str, channel: Any) -> str:
    text = to_text(channel)
    number = "" if text is REFUSED else "".join(letter for letter in text if letter in "0123456789")
    return name if number in ("", "0") else f"{name}_{number[:4]}"


def constant(value: Any) -> Callable[[Scope], Any]:
    """Return a getter that always gives `value`."""
    return lambda _scope: value
