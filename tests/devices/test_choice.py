"""Which entries of a kinds table fit: remembered answers are those that asking line by line gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from devices.choice import Choice
from devices.expression import compile_expression
from devices.form import Entry

ROOTS = ("e", "topic", "headers")
CONDITIONS = (
    'e.a == "x"',
    'e.a in ["x", "y"]',
    'e.a.startsWith("y")',
    "has(e.a)",
    'e.b == "x"',
    "size(e.a) > 1",
    None,
    'e.b != "x"',
    '!(e.a == "x") && has(e.b)',
    '!has(e.a) || e.b in ["x", "z"]',
    'e.c.d == "x" || e.c.d == 1',
    'e.a == "x" && e.c.d > 0',
    '!e.a.endsWith("y") && e.b.contains("x")',
    "has(e.c) ? e.a == e.b : has(e.a)",
)
VALUES = st.one_of(st.sampled_from(["x", "y", "yy", "z", ""]), st.integers(0, 2), st.none(), st.just(["x"]))


def entries(picked: list[tuple[int, bool]]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            when=None if (text := CONDITIONS[place]) is None else compile_expression(text, roots=ROOTS),
            otherwise=otherwise,
            kind=f"kind-{number}",
        )
        for number, (place, otherwise) in enumerate(picked)
    )


def line_by_line(table: tuple[Entry, ...], scope: Any, *, several: bool) -> list[str | None]:
    found: list[str | None] = []
    for entry in table:
        if entry.otherwise and found:
            continue
        if entry.when is None or entry.when.test(scope) is True:
            found.append(entry.kind)
            if not several:
                break
    return found


@given(
    st.lists(st.tuples(st.integers(0, len(CONDITIONS) - 1), st.booleans()), max_size=7),
    st.lists(
        st.dictionaries(
            st.sampled_from(["a", "b", "c", "d"]),
            VALUES | st.dictionaries(st.sampled_from(["d", "e"]), VALUES, max_size=2),
        ),
        max_size=8,
    ),
    st.booleans(),
)
def test_what_is_remembered_is_what_would_be_chosen(
    picked: list[tuple[int, bool]], messages: list[dict[str, Any]], several: bool
) -> None:
    table = entries(picked)
    choice = Choice(table, several=several)
    for message in [*messages, *messages]:
        scope = {"e": message, "topic": {}, "headers": {}}
        assert [each.kind for each in choice.fitting(scope)] == line_by_line(table, scope, several=several)


def test_a_flood_of_words_is_not_remembered_without_end() -> None:
    choice = Choice(entries([(0, False)]), several=False)
    ask: Callable[[str], object] = lambda word: choice.fitting({"e": {"a": word}, "topic": {}, "headers": {}})  # noqa: E731  a name for one line
    for number in range(1000):
        ask(f"word-{number}")
    ask("x" * 1000)
    assert len(choice._known) == 256
    assert ask("x") == ask("x") != ()
