"""YAML 1.2 core schema with lines: words stay words, every mistake has its place, nothing raises."""

from __future__ import annotations

import math

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from devices import document
from devices.document import parse_document, path_text


@pytest.fixture(params=["c", "python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both scanners give the same; the C one is not built everywhere."""
    chosen = yaml.CSafeLoader if request.param == "c" else yaml.SafeLoader
    monkeypatch.setattr(document, "_LOADER", chosen)
    return str(request.param)


def value(text: str) -> object:
    read = parse_document(text, "a.yaml")
    assert not read.problems, [str(p) for p in read.problems]
    return read.value


def said(text: str | bytes) -> list[str]:
    return [str(p) for p in parse_document(text, "a.yaml").problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("on", "on"), ("off", "off"), ("yes", "yes"), ("No", "No"), ("y", "y"),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("22:00", "22:00"), ("06:00:00", "06:00:00"), ("2026-05-12", "2026-05-12"),
        ("2026-03-06T22:00:00+08:00", "2026-03-06T22:00:00+08:00"),
        ("0207", "0207"), ("207", 207), ("'0207'", "0207"), ("0", 0), ("-3", -3), ("+4", 4), ("0o17", 15), ("0x1F", 31),
        ("1_000", "1_000"), ("0b1", "0b1"), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("00.5", "00.5"), ("-.inf", -math.inf),
        ("60s", "60s"), ("'true'", "true"), ("!!str 12", "12"), ("<<", "<<"), ("access.denied", "access.denied"),
    ],
)  # fmt: skip
def test_core_schema(loader: str, written: str, meant: object) -> None:
    got = value(f"a: {written}\n")
    assert got == {"a": meant}
    assert type(got["a"]) is type(meant)  # type: ignore[index]  # a mapping, as written above


def test_not_a_number() -> None:
    got = value("a: .nan")
    assert isinstance(got, dict)
    assert math.isnan(got["a"])


def test_keys_are_text_as_written(loader: str) -> None:
    assert value("2026-05-12: restday\n1: a\nnull: b\ntrue: c\n") == {
        "2026-05-12": "restday", "1": "a", "null": "b", "true": "c"
    }  # fmt: skip


def test_lines_of_parts(loader: str) -> None:
    text = "rules:\n- id: a\n  detect:\n    count: {of: x,\n      at_least: 5}\n- id: b\n"
    read = parse_document(text, "a.yaml")
    assert [read.line(p) for p in [(), ("rules",), ("rules", 0), ("rules", 0, "detect"), ("rules", 1, "id")]] == [
        1, 1, 2, 3, 6
    ]  # fmt: skip
    assert read.line(("rules", 0, "detect", "count", "at_least")) == 5
    assert read.line(("rules", 0, "detect", "count", "within")) == 4, "the deepest part that is there"
    assert read.line(("rules", 9, "x")) == 1
    problem = read.problem(("rules", 0, "detect", "count", "of"), "no")
    assert str(problem) == "a.yaml:4: rules[0].detect.count.of: no"


def test_a_key_twice_is_a_problem_and_the_first_stands(loader: str) -> None:
    read = parse_document("a:\n  b: 1\n  c: 2\n  b: {d: 3}\n", "a.yaml")
    assert read.value == {"a": {"b": 1, "c": 2}}
    assert [str(p) for p in read.problems] == [
        "a.yaml:4: a.b: the key 'b' stands twice in one mapping, first in line 2"
    ]


def test_a_key_twice_inside_a_list(loader: str) -> None:
    assert said("rules:\n- id: a\n  id: b\n") == [
        "a.yaml:3: rules[0].id: the key 'id' stands twice in one mapping, first in line 2"
    ]


def test_anchors_repeat_values(loader: str) -> None:
    read = parse_document("a: &x {b: 1}\nc: *x\nd: &y 5\ne: *y\n", "a.yaml")
    assert read.value == {"a": {"b": 1}, "c": {"b": 1}, "d": 5, "e": 5}
    assert read.line(("c",)) == 2


def test_billion_laughs_is_refused(loader: str) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    found = said("\n".join(rows))
    assert len(found) == 1
    assert "aliases repeat more than" in found[0]


def test_an_alias_into_itself_is_refused(loader: str) -> None:
    assert said("a: &x [*x]") == ["a.yaml:1: a: '*x' names nothing that ends before this line"]


def test_depth_is_bounded(loader: str) -> None:
    assert said("[" * 64 + "]" * 64) == []
    assert "more than 64" in said("[" * 65 + "]" * 65)[0]
    assert "more than 64" in said("[" * 5_000)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n\tb: 1\n", "a.yaml:2: document: a tab in the indentation; YAML is indented with spaces"),
        ("a: b: c\n", "a.yaml:1: document: a second ': ' in one line; put the text after the first one in quotes"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2: document: a second document starts here; one file holds one document"),
        ("a: 1\n b: 2\nc: 3\n", "a.yaml:2:"),
        ("a: [1, 2\nb: 3\n", "a.yaml:2:"),
        ("a: \x00", "a.yaml:1: document: a control character that text must not hold; remove it"),
        ("[a, b]: 1", "a.yaml:1: document: a mapping or list stands where a key is needed; a key is a word"),
        ("a: !python/name:os 1", "a.yaml:1: a: the tag '!python/name:os' is not used here; leave it out"),
        ("a: !!set {b}", "a.yaml:1: a: the tag 'tag:yaml.org,2002:set' is not used here; leave it out"),
        ("a: 99999999999999999999", "a.yaml:1: a: the number '99999999999999999999' is too large; put it in quotes if it is a code"),
        (b"a: 1\nb: \xff\n", "a.yaml:2: document: not UTF-8 text; save the file as UTF-8"),
        ("a: \ud800", "a.yaml:1:"),
    ],
)  # fmt: skip
def test_mistakes_have_line_and_sentence(loader: str, text: str | bytes, expected: str) -> None:
    found = said(text)
    assert len(found) == 1
    assert found[0].startswith(expected), found


@pytest.mark.parametrize(
    ("word", "read", "written"),
    [
        ("24e1240000001234", "24e1240000001234", None),  # a DevEUI; no number is so large
        ("24e12", 24e12, "24e12"),
        ("0x1F", 31, "0x1F"),
        ("1.50", 1.5, "1.50"),
        ("3", 3, "3"),
        ("0017", "0017", None),
        ("true", True, None),
        ("'3'", "3", None),
    ],
)
def test_a_number_keeps_the_word_it_was_written_as(
    loader: str, word: str, read: object, written: str | None
) -> None:
    found = parse_document(f"a: [{{b: &x {word}}}, *x]", "a.yaml")
    assert found.value == {"a": [{"b": read}, read]}
    assert found.written(("a", 0, "b")) == found.written(("a", 1)) == written
    assert found.written(("a",)) is None
    assert found.written(("a", 7, "b")) is None


def test_what_stands_before_a_mistake_is_kept() -> None:
    read = parse_document("a: 1\nb: [2\n", "a.yaml")
    assert read.value == {"a": 1}
    assert read.problems


def test_empty_files_are_nothing() -> None:
    assert value("") is None
    assert value("# only a comment\n") is None
    assert value("\ufeffa: 1") == {"a": 1}


def test_path_text() -> None:
    assert path_text(("rules", 0, "detect", "of")) == "rules[0].detect.of"
    assert path_text(()) == "document"


@given(st.text() | st.text(alphabet="ab:-[]{}&*!|>'\"#\n \t?,%@`~<0.", max_size=60) | st.binary(max_size=60))
def test_no_text_raises(text: str | bytes) -> None:
    read = parse_document(text, "a.yaml")
    assert all(p.line >= 1 and p.message for p in read.problems)
    assert read.line(("a", 0, "b")) >= 1


WORDS = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=8)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


@given(PLAIN)
def test_json_reads_as_itself(meant: object) -> None:
    assert value(msgspec.json.encode(meant).decode()) == meant
