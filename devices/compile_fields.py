"""Compiling a profile's field map against the kind tree: which fact comes from where, as what type.

A field is a path (`data.door: e.doorNo`) or a mapping: `from` (one path or several, the first present wins),
`map` with `else`, `scale` and `plus`, `default` when nothing is there, `value` (a constant), `test` (a
condition, giving true or false), `index` (the channel, for states).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from devices.convert import REFUSED, Convert, by_map, by_scale, in_turn, to_field, to_scalar, to_text
from devices.expression import UNKNOWN, Expression
from devices.fields import GROUPS, FieldMap, FieldRule, constant
from devices.kinds import KINDS, STATES, Field
from devices.node import Node
from devices.paths import Getter, Scope
from devices.problem import nearest
from devices.references import SUBJECTS
from devices.vocabulary import Vocabulary

_CHANNEL = 4  # digits of a channel's number
SPEC_KEYS = ("from", "map", "else", "scale", "plus", "default", "value", "test", "index")


class FieldCompiler:
    """Compiles field maps with the vocabulary of one message form."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words

    def event(self, kind: str, maps: Iterable[Node], state: Node | None) -> FieldMap:
        """Return the rules for one kind; of several maps a later one wins, and only the last must fit the kind."""
        maps = [node for node in maps if node.value is not None]
        groups: dict[str, dict[str, FieldRule]] = {group: {} for group in GROUPS}
        for node in maps:
            own = (
                node is maps[-1]
                and len(node.path) > 1
                and node.path[-2] != "messages"
                and "kinds" in node.path
            )
            for name, place in node.pairs():
                group, _, field = name.partition(".")
                rule = self._rule(kind, group, field, place, strict=own)
                if rule is not None:
                    groups[group][field] = rule
        for field, place in state.pairs() if state is not None else ():
            rule = self._rule(kind, "state", field, place, strict=True)
            if rule is not None:
                groups["state"][field] = rule
        return FieldMap(kind=kind, **{group: tuple(rules.values()) for group, rules in groups.items()})

    def note(self, node: Node) -> FieldMap:
        """Return the rules for a note: data of any name."""
        rules: list[FieldRule] = []
        for name, place in node.pairs() if node.value is not None else ():
            group, _, field = name.partition(".")
            if group != "data" or not field:
                place.say("a note has only data.NAME")
                continue
            rule = self._spec(field, place, None)
            if rule is not None:
                rules.append(rule)
        return FieldMap(data=tuple(rules))

    def _rule(self, kind: str, group: str, field: str, place: Node, *, strict: bool) -> FieldRule | None:
        known: dict[str, Field] = {
            "data": KINDS[kind].fields,
            "state": STATES,
            "subject": dict.fromkeys(SUBJECTS, Field()),
        }.get(group, {})
        if group not in GROUPS:
            place.say(f"expected data.NAME, state.NAME or subject.NAME{nearest(group, GROUPS)}")
            return None
        base, _, channel = field.rpartition("_")
        if group == "state" and field not in known and base in known and _is_channel(channel):
            return self._spec(field, place, known[base])  # `output_2`: the second of several
        if field not in known:
            anywhere = any(field in other.fields for other in KINDS.values())
            if strict or group != "data" or not anywhere:
                place.say(f"{kind} has no {group} '{field}'{nearest(field, known)}")
            return None
        return self._spec(field, place, known[field])

    def _spec(self, name: str, place: Node, field: Field | None) -> FieldRule | None:
        last: Convert = to_field(field) if field is not None else to_scalar
        if isinstance(place.value, str):
            get = self._words.path(place)
            return None if get is None else FieldRule(name=name, get=get, convert=last)
        if isinstance(place.value, bool | int | float):
            return self._constant(name, place, place.value, last)
        if not place.mapping(SPEC_KEYS):
            return None
        sources = [key for key in ("from", "value", "test") if place.has(key)]
        if len(sources) != 1:
            place.say("expected exactly one of 'from', 'value' and 'test'")
            return None
        index = self._words.path(place.child("index")) if place.has("index") else None
        if place.has("value"):
            return self._constant(name, place.child("value"), place.child("value").value, last, index)
        if place.has("test"):
            condition = self._words.expression(place.child("test"))
            return (
                None
                if condition is None
                else FieldRule(name=name, get=_truth(condition), convert=last, channel=index)
            )
        get = self._words.first(place.child("from"))
        if get is None:
            return None
        converts = (*self._steps(place), last)
        default = self._converted(place.child("default"), last) if place.has("default") else None
        return FieldRule(name=name, get=get, convert=in_turn(converts), default=default, channel=index)

    def _steps(self, place: Node) -> list[Convert]:
        steps: list[Convert] = []
        if place.has("map"):
            table = {str(to_text(key)): value for key, value in _entries(place.child("map"))}
            steps.append(by_map(table, place.child("else").value if place.has("else") else REFUSED))
        if place.has("scale") or place.has("plus"):
            factor = place.child("scale").number() if place.has("scale") else 1
            plus = place.child("plus").number() if place.has("plus") else 0
            steps.append(by_scale(1 if factor is None else factor, plus or 0))
        return steps

    def _constant(
        self, name: str, place: Node, value: Any, last: Convert, index: Getter | None = None
    ) -> FieldRule | None:
        held = self._converted(place, last)
        if held is None:
            return None
        return FieldRule(name=name, get=constant(value), convert=last, channel=index)

    @staticmethod
    def _converted(place: Node, last: Convert) -> Any:
        held = last(place.value)
        if held is REFUSED:
            place.say(f"'{place.value}' is not what this field holds")
            return None
        return held


def _entries(node: Node) -> list[tuple[Any, Any]]:
    if not isinstance(node.value, dict):
        node.say("expected a mapping from codes to values")
        return []
    return list(node.value.items())


def _is_channel(text: str) -> bool:
    return text.isdecimal() and len(text) <= _CHANNEL and not text.startswith("0")


def _truth(condition: Expression) -> Getter:
    def truth(scope: Scope) -> Any:
        value = condition.test(scope)
        return None if value is UNKNOWN else value

    return truth
