"""Topic patterns: what fits, what is captured, and who wins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.match import Pattern, PatternError, TopicIndex, parse_pattern


def index(*patterns: str) -> TopicIndex[str]:
    found: TopicIndex[str] = TopicIndex()
    for text in patterns:
        found.add(parse_pattern(text), text)
    return found


@pytest.mark.parametrize(
    ("text", "topic", "captured", "filter_"),
    [
        ("tele/{device}/LWT", "tele/x/LWT", {"device": "x"}, "tele/+/LWT"),
        (
            "{device}/onvif-ej/{rest...}",
            "c/onvif-ej/a/b/&c",
            {"device": "c", "rest": "a/b/&c"},
            "+/onvif-ej/#",
        ),
        ("/in/x", "/in/x", {}, "/in/x"),
        ("$oc/devices/{id}/up", "$oc/devices/7/up", {"id": "7"}, "$oc/devices/+/up"),
    ],
)
def test_a_pattern_names_levels(text: str, topic: str, captured: dict[str, str], filter_: str) -> None:
    pattern = parse_pattern(text)
    assert index(text).find(topic) == [text]
    assert pattern.capture(topic) == captured
    assert pattern.filter == filter_


@pytest.mark.parametrize("text", ["", "a/+/b", "a/#", "a/{b}x", "{a...}/b", "{a}/{a}", "a/{B}", "x" * 2000])
def test_what_is_no_pattern(text: str) -> None:
    with pytest.raises(PatternError):
        parse_pattern(text)


def test_the_more_specific_wins_from_the_left() -> None:
    found = index("{a...}", "z/{d}", "z/bridge", "{x}/bridge", "z/{d...}")
    assert found.find("z/bridge") == ["z/bridge", "z/{d}", "z/{d...}", "{x}/bridge", "{a...}"]
    assert found.find("z/q/r") == ["z/{d...}", "{a...}"]


def test_names_do_not_take_reserved_topics() -> None:
    assert index("{a...}", "{a}/b", "$x/b").find("$x/b") == ["$x/b"]


def test_a_rest_has_at_least_one_level() -> None:
    assert index("a/{rest...}").find("a") == []


LEVEL = st.sampled_from(["a", "b", "{n}", "{r...}"])


def fits(pattern: Pattern, topic: str) -> bool:
    parts = topic.split("/")
    if pattern.rest:
        head = pattern.levels[:-1]
        return len(parts) > len(head) and all(
            level in (None, part) for level, part in zip(head, parts, strict=False)
        )
    return len(parts) == len(pattern.levels) and all(
        level in (None, part) for level, part in zip(pattern.levels, parts, strict=True)
    )


@given(
    st.lists(st.lists(LEVEL, min_size=1, max_size=4), max_size=8),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=5),
)
def test_the_index_finds_what_a_plain_search_finds(shapes: list[list[str]], levels: list[str]) -> None:
    patterns = []
    for shape in shapes:
        names = iter("klmnop")
        text = "/".join(part.replace("n", next(names)) if part == "{n}" else part for part in shape)
        try:
            patterns.append(parse_pattern(text))
        except PatternError:
            continue
    topic = "/".join(levels)
    found = index(*(pattern.text for pattern in patterns)).find(topic)
    assert sorted(found) == sorted(pattern.text for pattern in patterns if fits(pattern, topic))
    for pattern in patterns:
        if fits(pattern, topic):
            assert set(pattern.capture(topic)) == set(pattern.names)
