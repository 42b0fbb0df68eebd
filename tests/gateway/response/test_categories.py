"""The categories that ship, as facts: code, level, times, who goes first; and what a site may make of them.

The table is that of the project's study of categories, row by row. Two Contact-ID codes stand there twice (137, 154);
a panel's code means one category, so each is with the one that it names best (0501, 0304).
"""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.response.categories import (
    Category,
    category_entry,
    clashing_codes,
    parse_categories,
    parse_span,
    span_text,
)
from gateway.response.model import Span
from tests.gateway.response.estate import site

# code level take arrive resolve first CAP Contact-ID; "=" is the level's time, "-" there is none
FACTS = """
0101 L1 1m    3m   30m  guard,worker        Fire      110,111
0102 L1 1m    5m   30m  guard,maintenance   Fire      151
0103 L1 1m    5m   30m  guard,maintenance   Health    162
0104 L2 3m    10m  1h   guard               Fire      -
0105 L2 5m    15m  1h   guard               Fire      -
0106 L2 5m    30m  1d   maintenance         Fire      373
0107 L1 2m    5m   30m  guard,maintenance   Fire      158
0201 L1 1m    3m   30m  guard,worker        Security  120
0202 L1 1m    3m   30m  leader              Security  121
0203 L2 2m    5m   1h   guard               Security  131
0204 L1 1m    5m   1h   guard               Security  130,132
0205 L2 3m    10m  1h   guard               Security  423
0206 L3 15m   30m  4h   guard               Security  426
0207 L3 5m    10m  1h   guard               Security  -
0208 L2 3m    10m  1d   guard               Safety    -
0209 L2 1m    5m   1h   guard               Security  -
0210 L3 15m   -    2h   guard               Security  -
0301 L1 1m    30m  1h   guard,maintenance   Rescue    -
0302 L2 5m    1h   1d   maintenance         Infra     -
0303 L2 5m    30m  1d   maintenance         Infra     301
0304 L2 5m    30m  1d   maintenance         Infra     154
0305 L3 15m   2h   1d   maintenance         Infra     -
0306 L2 5m    15m  4h   guard               Safety    -
0307 L4 2hW   -    3dW  maintenance         Infra     -
0401 L2 5m    30m  2h   worker              Health    102
0402 L1 1m    5m   30m  guard,worker        Health    100
0403 L1 1m    10m  2h   worker,guard        Rescue    -
0404 L2 10m   1h   1d   leader              Health    -
0501 L2 3m    10m  4h   guard               Security  137
0502 L4 2hW   -    2dW  maintenance         Infra     -
0503 L4 2hW   -    3d   worker              Other     -
0504 L1 1m    5m   30m  guard               Security  -
0601 L4 30m   -    2hW  guard               Transport -
0602 L4 2hW   -    4hW  worker              Env       -
0603 L4 30m   30m  4h   guard               Env       -
0604 L3 4hW   -    20dW manager             Infra     -
0605 L4 1h    -    1d   guard               Safety    -
0701 L3 1hW   -    7d   worker              Other     -
0702 L4 2hW   -    7d   worker              Other     -
0801 L3 30m   -    1dW  maintenance         Infra     354,381
0802 L2 5m    15m  4h   guard,maintenance   Security  144
0803 L4 4hW   -    3dW  maintenance         Infra     302
0804 L2 5m    -    4h   maintenance,guard   Infra     -
0901 L3 =     =    =    manager             Met       -
0902 L2 3m    15m  4h   maintenance,guard   Met       -
"""
ROWS = [line.split() for line in FACTS.strip().splitlines()]
SHIPPED = site().categories


def as_row(category: Category) -> list[str]:
    def said(key: str) -> str:
        span = getattr(category, key)
        if span is not None:
            return span_text(span)
        return "-" if key == "arrive" and category.no_arrive else "="

    return [
        category.code, category.level, said("take"), said("arrive"), said("resolve"), ",".join(category.responders),
        category.cap, ",".join(category.contact_id) or "-",
    ]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_row_is_as_the_table_says(row):
    assert as_row(SHIPPED[row[0]]) == row


def test_nothing_ships_that_is_not_in_the_table_but_the_others_of_each_group():
    rest = SHIPPED.keys() - {row[0] for row in ROWS}
    assert rest == {f"{group:02d}00" for group in range(1, 10)}
    assert not any(int(code[2:]) >= 80 for code in SHIPPED), "items 80 to 99 are the site's"


def test_every_category_says_when_it_is_filed_and_closed_and_who_is_next():
    for category in SHIPPED.values():
        for words in (category.name, category.filing, category.closing, category.next):
            assert words["zh"], category.code
            assert words["en"], category.code
    assert clashing_codes(SHIPPED) == []


def test_what_a_site_may_not_do_is_told_all_at_once():
    _, problems = parse_categories(
        [
            {"code": "0279", "name": {"zh": "甲", "en": "A"}, "level": "L3"},
            {"code": "0280", "name": {"zh": "甲", "en": "A"}, "level": "L3", "cap": "Fun", "ends_at": "moon",
             "contact_id": ["12", 130], "responders": [], "closing": {"zh": "好"}},
        ],
        SHIPPED,
    )  # fmt: skip
    assert {path for path, _ in problems} == {
        (0, "code"), (1, "closing"), (1, "responders"), (1, "ends_at"), (1, "cap"), (1, "contact_id", 0), (1, "contact_id", 1),
    }  # fmt: skip


def test_a_retired_category_keeps_its_code():
    found, problems = parse_categories([{"code": "0205", "retired": True}], SHIPPED)
    assert problems == []
    assert found["0205"] == msgspec.structs.replace(SHIPPED["0205"], retired=True)


def test_a_code_of_a_panel_means_one_category():
    found, _ = parse_categories(
        [{"code": "0280", "name": {"zh": "甲", "en": "A"}, "level": "L3", "contact_id": ["110"]}], SHIPPED
    )
    assert clashing_codes(found) == [("110", "0101", "0280")]


@pytest.mark.parametrize("category", SHIPPED.values(), ids=lambda category: category.code)
def test_what_is_written_is_read_back(category):
    entry = category_entry(category)
    assert parse_categories([entry], {}) == ({category.code: category}, [])
    assert parse_categories([entry], SHIPPED) == (SHIPPED, [])


@given(amount=st.integers(1, 10**6), unit=st.sampled_from("smhd"), work=st.booleans())
def test_a_time_is_read_as_it_is_written(amount, unit, work):
    span = parse_span(f"{amount}{unit}{'W' * work}")
    assert isinstance(span, Span)
    assert parse_span(span_text(span)) == span
