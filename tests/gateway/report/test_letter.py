"""What is sent of a period, and when."""

from __future__ import annotations

from datetime import date

from gateway.report.letter import Letter, Number, due_on, text_of


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def test_every_morning_the_day_on_mondays_the_week_on_the_first_the_month():
    assert due_on(date(2026, 3, 7)) == (("daily", date(2026, 3, 6)),)
    assert due_on(date(2026, 3, 9)) == (("daily", date(2026, 3, 8)), ("weekly", date(2026, 3, 8)))
    assert [kind for kind, _ in due_on(date(2026, 6, 1))] == ["daily", "weekly", "monthly"]  # a Monday
    assert all(day == date(2026, 5, 31) for _, day in due_on(date(2026, 6, 1)))


def test_a_letter_in_both_languages():
    letter = Letter(
        sentences=(both("一。", "One."), both("二。", "Two."), both("三。", "Three.")),
        numbers=(
            Number(title=both("新增案件", "Cases opened"), text=both("14", "14"), way="up", moved=both("多 1", "1 more")),
            Number(title=both("误报率", "False-alarm rate"), text=both("–", "–"), way=None, moved=None),
        ),
        places=((both("北围墙", "North fence"), 4), (both("1号楼", "Building 1"), 2)),
        suggestions=(both("改 A", "Change A"), both("改 B", "Change B")),
    )  # fmt: skip
    assert text_of(letter)["zh"].split("\n") == [
        "一。", "二。", "三。", "新增案件 14（▲ 多 1）；误报率 –", "案件最多的地方：北围墙 4 件、1号楼 2 件",
        "建议先改：1. 改 A", "2. 改 B",
    ]  # fmt: skip
    assert text_of(letter)["en"].split("\n")[3:6] == [
        "Cases opened 14 (▲ 1 more); False-alarm rate –", "Most cases: North fence 4, Building 1 2", "Change this first: 1. Change A",
    ]  # fmt: skip


def test_what_there_is_nothing_to_say_of_is_left_out():
    letter = Letter(sentences=(both("一。", "One."),), numbers=(), places=(), suggestions=())
    assert text_of(letter)["zh"].strip() == "一。"
