"""What is written out reads as the plain rules do, whatever stands in the message."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from devices.address import path_of
from devices.codec import CodecRefused
from devices.convert import BY_TYPE, REFUSED, OneOf, by_map, by_scale, in_turn, to_text
from devices.fields import FieldMap, FieldRule, constant, read_fields
from devices.match import TopicIndex
from devices.paths import compile_path, first_of, places_of
from devices.written import write_key
from tests.devices.estate import builtin

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["in", "out", "1", "x" * 1001, 2**63, -(2**63), 2**63 - 1, [], ["a"], [1, 2], {}, {"y": 1}]
    ),
)
NAMES = st.sampled_from(["a", "b", "c", "0", "a b", "'"])
MESSAGES = st.recursive(
    st.dictionaries(NAMES, SCALARS, max_size=4),
    lambda inner: st.dictionaries(NAMES, inner | SCALARS | st.lists(inner, max_size=2), max_size=4),
    max_leaves=8,
)
PATHS = st.tuples(st.sampled_from(["e", "topic"]), st.lists(NAMES, min_size=1, max_size=3).map(tuple))
GETTERS = st.one_of(
    st.lists(PATHS, min_size=1, max_size=3).map(
        lambda paths: first_of([compile_path(*each) for each in paths])
    ),
    st.sampled_from([constant(True), constant("on")]),
)
CONVERTS = st.sampled_from(
    [
        *BY_TYPE.values(),
        OneOf(frozenset({"in", "out", "1"})),
        by_map({"1": "in"}, None),
        in_turn([by_scale(2), to_text]),
    ]
)
RULES = st.lists(
    st.builds(
        FieldRule,
        name=st.sampled_from(["open", "dir", "value"]),
        get=GETTERS,
        convert=CONVERTS,
        default=st.sampled_from([None, None, "in", 0]),
        channel=st.none() | GETTERS,
    ),
    max_size=4,
).map(tuple)


def scope(message: dict[str, Any]) -> dict[str, Any]:
    return {"e": message, "topic": {"a": "t", "b": ""}, "headers": {}, "query": {}}


def exactly(value: Any) -> str:
    return repr(value)  # 1, 1.0 and True are not the same fact; a NaN is the same as itself


@given(subject=RULES, data=RULES, state=RULES, messages=st.lists(MESSAGES, min_size=1, max_size=3))
def test_a_field_map_reads_as_its_rules_do(
    subject: tuple[FieldRule, ...],
    data: tuple[FieldRule, ...],
    state: tuple[FieldRule, ...],
    messages: list[dict[str, Any]],
) -> None:
    fields = FieldMap(kind="x", subject=subject, data=data, state=state)
    for message in messages:
        flags: list[str] = []
        plain = tuple(
            read_fields(rules, scope(message), group, flags)
            for group, rules in (("subject", subject), ("data", data), ("state", state))
        )
        written: list[str] = []
        assert exactly(fields.read(scope(message), written)) == exactly(plain)
        assert written == flags


@given(st.lists(GETTERS, max_size=3), MESSAGES)
def test_a_key_is_its_parts_or_nothing(parts: list[Any], message: dict[str, Any]) -> None:
    key = write_key(parts).function("key")(scope(message))
    values = [get(scope(message)) for get in parts]
    texts = [
        REFUSED if value is None else value if type(value) is str else to_text(value) for value in values
    ]
    assert key == (None if not parts or REFUSED in texts else "|".join(texts))


def test_every_field_of_the_built_in_profiles_knows_where_it_looks() -> None:
    """Else it would be read the slow way: only constants and conditions may be."""
    entries = [entry for profile in builtin() for form in profile.forms for entry in form.entries]
    rules = [rule for entry in entries for rule in (*entry.fields.data, *entry.fields.state)]
    known = sum(bool(places_of(rule.get)) for rule in rules)
    assert known > 0.6 * len(rules)


@cache
def documents() -> list[tuple[FieldMap, dict[str, Any]]]:
    """Each field map of the built-in profiles beside each message of the samples on its topics."""
    found = []
    for profile in builtin():
        for form in profile.forms:
            index: TopicIndex[bool] = TopicIndex()
            index.add(form.pattern, True)
            for sample in profile.samples:
                if sample.adapter == form.adapter and index.find(path_of(sample.topic)):
                    with suppress(CodecRefused):
                        said = [
                            each
                            for each in form.codec(sample.payload, form.encoding)
                            if isinstance(each, dict)
                        ]
                        found += [(entry.fields, each) for each in said for entry in form.entries]
    return found


def changed(message: Any, way: list[int], value: Any) -> Any:
    """Return the message with another value at one place; `way` says at each level which of the children."""
    if not way or not isinstance(message, dict) or not message:
        return value
    key = sorted(message)[way[0] % len(message)]
    return {**message, key: changed(message[key], way[1:], value)}


@given(st.integers(0, 100_000), st.lists(st.integers(0, 20), min_size=1, max_size=3), SCALARS)
@settings(max_examples=300)
def test_built_in_field_maps_read_samples_and_their_mutations_as_their_rules_do(
    number: int, way: list[int], value: Any
) -> None:
    fields, message = documents()[number % len(documents())]
    mutated = changed(message, way, value)
    for each in (message, {**(mutated if isinstance(mutated, dict) else {}), "item": mutated}):
        flags: list[str] = []
        groups = (("subject", fields.subject), ("data", fields.data), ("state", fields.state))
        plain = tuple(read_fields(rules, scope(each), group, flags) for group, rules in groups)
        written: list[str] = []
        assert exactly(fields.read(scope(each), written)) == exactly(plain)
        assert written == flags
