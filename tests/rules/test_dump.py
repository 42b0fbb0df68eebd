"""A rule that is written out and read again is the same rule; every pack, and rules made up at random."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.document import parse_document
from devices.expression import Expression
from devices.yaml_text import WIDTH, yaml_text
from gateway.builtin import builtin_packs
from rules.dump import WRITERS, dump_rule, to_yaml, writer, written
from rules.duration import LONGEST_US, SECOND_US, parse_duration
from rules.load import load_rules
from rules.model import Rule
from rules.operators import OPERATORS
from tests.rules.generated import SITE, Chance, pack
from tests.rules.playing import loaded


def meaning(value: Any) -> Any:
    """Everything a rule means, as plain values: without where it stands and what it looked like."""
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, msgspec.Struct):
        names = [name for name in value.__struct_fields__ if name not in {"source", "file", "line"}]
        return {name: meaning(getattr(value, name)) for name in names}
    if isinstance(value, tuple | list):
        return [meaning(item) for item in value]
    if isinstance(value, dict):
        return {key: meaning(item) for key, item in value.items()}
    return value


def same(rules: tuple[Rule, ...], others: tuple[Rule, ...]) -> None:
    for one, other in zip(rules, others, strict=True):
        ours, theirs = meaning(one), meaning(other)
        ours.pop("overrides"), theirs.pop("overrides")  # as written; `variants` is what they mean
        assert ours == theirs


def test_the_packs_come_back_as_they_are() -> None:
    found = load_rules(builtin_packs())
    assert len(found.rules) >= 78
    text = to_yaml(found.rules, found.inhibits)
    again = load_rules({"again.yaml": text})
    assert again.problems == ()
    same(found.rules, again.rules)
    assert meaning(again.inhibits) == meaning(found.inhibits)
    assert to_yaml(again.rules, again.inhibits) == text


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_rule_comes_back_as_it_is(seed: int) -> None:
    found, site = loaded(pack(Chance(seed)), SITE)
    for text in (to_yaml(found.rules, found.inhibits), json.dumps([dump_rule(rule) for rule in found.rules])):
        again = load_rules({"again.yaml": text}, zone=site.zone, calendars=site.calendars)
        assert again.problems == ()
        same(found.rules, again.rules)


def test_durations_and_codes_are_written_as_people_write_them() -> None:
    rule = load_rules({"a.yaml": "[{id: a.b, name: A, category: '0207', hold_down: 120s, cooldown: 3600s, detect: {count: {of: access.denied, at_least: 5, within: 60000ms}}, stages: [{stage: alarm, level: L3}], clear: {quiet: 600s}}]"}).rules[0]  # fmt: skip
    assert dump_rule(rule) == {
        "id": "a.b",
        "name": "A",
        "category": "0207",
        "detect": {"count": {"of": "access.denied", "at_least": 5, "within": "60s"}},
        "stages": [{"stage": "alarm", "level": "L3"}],
        "cooldown": "1h",
    }
    assert 'category: "0207"' in to_yaml([rule])


@given(
    us=st.integers(0, 10**9 - 1).map(lambda ms: ms * 1000)
    | st.integers(0, LONGEST_US // SECOND_US).map(lambda s: s * SECOND_US)
)
def test_a_written_duration_is_read_as_the_same(us: int) -> None:
    assert parse_duration(written(us)) == us


@pytest.mark.parametrize(("us", "text"), [(60_000_000, "60s"), (120_000_000, "2m"), (5_400_000_000, "90m"), (86_400_000_000, "24h"), (172_800_000_000, "2d"), (300_000, "300ms"), (0, "0s")])  # fmt: skip
def test_a_smaller_unit_stays_while_its_number_is_small(us: int, text: str) -> None:
    assert written(us) == text


OVERRIDDEN = """
- id: a.b
  name: A
  detect: {aggregate: {of: env.temperature, value: data.value, fn: delta, over: 5m, min_samples: 2, above: 5, clear_below: 5}}
  stages: [{stage: alarm, level: L3}]
  overrides: [{where: 'device.building == "b2"', set: {fn: avg, above: 8}}]
"""


def test_what_an_override_merges_into_stays_written() -> None:
    found = load_rules({"a.yaml": OVERRIDDEN})
    assert found.problems == ()
    variant = found.rules[0].variants[1]
    assert (variant.min_samples, variant.clear) == (2, 5)
    same(found.rules, load_rules({"again.yaml": to_yaml(found.rules)}).rules)


def test_every_operator_has_a_writer_and_a_second_one_is_refused() -> None:
    assert set(WRITERS) == set(OPERATORS)
    with pytest.raises(ValueError, match=r"two writers for 'count': rules\.dump and tests\.rules\.test_dump"):
        writer("count")(lambda _: iter(()))


def test_an_operator_without_a_writer_stays_as_its_author_wrote_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(WRITERS, "count")
    text = "[{id: a.b, name: A, detect: {count: {of: access.denied, at_least: 2, within: 60000ms}}, stages: [{stage: warning, level: L3}, {stage: alarm, level: L2, when: {any: [{open_for: 5m}, {count: {of: access.denied, at_least: 3, within: 1000ms}}]}}], clear: {when: {count: {of: access.granted, at_least: 1, within: 1000ms}}}}]"
    found = load_rules({"a.yaml": text})
    dumped = dump_rule(found.rules[0])
    assert dumped["detect"]["count"]["within"] == "60000ms"
    same(found.rules, load_rules({"again.yaml": yaml_text([dumped])}).rules)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    ["", "true", "Null", "~", "0207", "1e3", "- a", "a: b", "a #b", "*a", "&a", "60s", "it's \"so\"", " x", "x ", "a\nb", "\x85", "\u2028", "\ufeff", "…", "<<", "0x1f", "12_3", "."]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=300)
@given(value=VALUES)
def test_any_plain_value_comes_back(value: Any) -> None:
    document = parse_document(yaml_text(value), "a.yaml")
    assert document.problems == []
    assert document.value == value


def test_the_file_is_made_for_people() -> None:
    text = to_yaml(load_rules(builtin_packs()).rules)
    long = [line for line in text.splitlines() if len(line) > WIDTH and not line.strip().startswith(("zh:", "en:", "scope:", "holds:", "of:", "where:", "expect:"))]  # fmt: skip
    assert long == []
