"""Field maps and keys written out: one Python function for each, made when a profile is loaded.

What a field map says is a loop over rules, each of which asks a getter and a converter. Written out, the loop is gone,
and a value that is already what the field holds is taken as it is. What is not plain goes the same way as before
(`devices.fields.put`), so that written out nothing is read otherwise. See docs/adr/0024-written-out.md.

`{data.reason: e.reason, state.battery: e.lock.battery}` becomes, somewhat shortened,

    def read(scope, flags):
        subject, data, state = {}, {}, {}
        e = scope['e']
        value = e.get('reason')
        if type(value) is str and len(value) <= 1000:
            data['reason'] = value
        elif value is not None:
            put(rule_2, value, scope, data, flags, 'data')
        inner_1 = e.get('lock')
        inner_1 = inner_1 if type(inner_1) is dict else NOTHING
        value = inner_1.get('battery')
        …
        return subject, data, state
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from devices.convert import (
    FACT_TEXT,
    REFUSED,
    Convert,
    OneOf,
    to_bool,
    to_integer,
    to_number,
    to_scalar,
    to_text,
)
from devices.limits import INTEGER
from devices.paths import Getter, Place, places_of

if TYPE_CHECKING:
    from devices.fields import FieldRule

_TEXT = f"type(value) is str and len(value) <= {FACT_TEXT}"
_WHOLE = f"type(value) is int and {-INTEGER} < value < {INTEGER}"
_NUMBER = f"(type(value) is int or type(value) is float) and {-INTEGER} < value < {INTEGER}"
_AS_SAID: dict[Convert, str] = {  # converter → what it returns unchanged
    to_text: _TEXT,
    to_number: _NUMBER,
    to_integer: _WHOLE,
    to_bool: "type(value) is bool",
    to_scalar: f"{_TEXT} or type(value) is bool or {_NUMBER}",
}


def write_fields(groups: dict[str, tuple[FieldRule, ...]], put: Any) -> Writer:
    """Write the function `(scope, flags) -> (subject, data, state)` of the rules of these groups.

    `put` is what is called with a value that is not plain.
    """
    writer = Writer("def read(scope, flags):", names={"put": put})
    writer.line(f"{', '.join(groups)} = {', '.join('{}' for _ in groups)}")
    for group, rules in groups.items():
        for rule in rules:
            writer.value(rule.get)
            plain = rule.default is None and rule.channel is None
            test = _as_said(writer, rule.convert) if plain else None
            if test is not None:
                writer.line(f"if {test}:")
                writer.line(f"{group}[{rule.name!r}] = value", 2)
            named = writer.name(rule, "rule")
            missing = "value is not None" if rule.default is None else "True"
            writer.line(f"{'elif' if test is not None else 'if'} {missing}:")
            writer.line(f"put({named}, value, scope, {group}, flags, {group!r})", 2)
    writer.line(f"return {', '.join(groups)}")
    return writer


def write_key(parts: Sequence[Getter]) -> Writer:
    """Write the function `(scope) -> key`: the parts joined by `|`, or None where one is missing.

    Half a key would merge what is not the same.
    """
    writer = Writer("def read(scope):", names={"to_text": to_text, "REFUSED": REFUSED})
    for number, get in enumerate(parts):
        writer.value(get)
        writer.line("if type(value) is not str:")
        writer.line("value = REFUSED if value is None else to_text(value)", 2)
        writer.line("if value is REFUSED:", 2)
        writer.line("return None", 3)
        writer.line(f"part_{number} = value")
    text = "|".join(f"{{part_{number}}}" for number in range(len(parts)))
    writer.line(f"return f'{text}'" if parts else "return None")
    return writer


def _as_said(writer: Writer, convert: Convert) -> str | None:
    """Return the condition under which a value is already what the field holds."""
    if isinstance(convert, OneOf):
        return f"type(value) is str and value in {writer.name(convert.words, 'words')}"
    return _AS_SAID.get(convert)


class Writer:
    """Writes one function: its lines, what they call by name, and the mappings of the message they have taken out."""

    def __init__(self, head: str, names: dict[str, Any]) -> None:
        self._lines = [head]
        self._taken: dict[Place, str] = {}
        self._names = {"NOTHING": {}, **names}

    def line(self, text: str, depth: int = 1) -> None:
        """Write one line."""
        self._lines.append("    " * depth + text)

    def name(self, value: Any, kind: str) -> str:
        """Return the name under which the function finds a value."""
        name = f"{kind}_{len(self._names)}"
        self._names[name] = value
        return name

    def value(self, get: Getter) -> None:
        """Write what takes a value out of the message, as `value`."""
        places = places_of(get)
        if not places or any(len(place) < 2 or not all(map(_plain, place[1:])) for place in places):
            self.line(f"value = {self.name(get, 'get')}(scope)")
            return
        holders = [self._holder(place[:-1]) for place in places]
        for number, (place, holder) in enumerate(zip(places, holders, strict=True)):
            if number:
                self.line("if value is None:")
            self.line(f"value = {holder}.get({place[-1]!r})", 2 if number else 1)

    def _holder(self, place: Place) -> str:
        """Return the name of the mapping at a place, an empty one where there is none; it is taken out once."""
        found = self._taken.get(place)
        if found is None:
            found = self._taken[place] = place[0] if len(place) == 1 else f"inner_{len(self._taken)}"
            if len(place) == 1:
                self.line(f"{found} = scope[{place[0]!r}]")
            else:
                self.line(f"{found} = {self._holder(place[:-1])}.get({place[-1]!r})")
                self.line(f"{found} = {found} if type({found}) is dict else NOTHING")
        return found

    @property
    def source(self) -> str:
        """The text of the function."""
        return "\n".join(self._lines) + "\n"

    def function(self, name: str) -> Any:
        """Return the function; `name` stands in tracebacks where a file would."""
        source, names = self.source, dict(self._names)
        code = compile(source, f"<{name} {zlib.crc32(source.encode()):08x}>", "exec")
        exec(code, names)  # noqa: S102  the text is made above; of a profile only strings written by `repr` are in it
        return names["read"]


def _plain(key: str) -> bool:
    return not key.isdecimal()  # a number may mean a place in a list: that is walked
