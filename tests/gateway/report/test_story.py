"""The sentences and the four numbers: each figure in them is that of the ledger, and nothing contradicts another."""

from __future__ import annotations

import re

import pytest

from gateway.report.story import Standing, figures_of, sentences_of, today_sentences, value_text
from tests.gateway.report.records import SHANGHAI, alarm, case, ledger

CALM = Standing(open_cases=0, open_grave=0, overdue=0, devices=3, reporting=3, on_duty=("王强",), gaps=0)
DAY = ledger(
    [
        case("1", state="closed", close_code="true_handled", taken_s=60, arrived_s=300, resolved_s=900),
        case("2", state="closed", close_code="false_rule", taken_s=120, resolved_s=1500, late=frozenset({"take"})),
        case("3", state="taken", taken_s=180),
    ],
    [alarm(1, incident="1"), alarm(2, incident="2"), alarm(3, incident="3"), alarm(60, rule="leak", device=None)],
)  # fmt: skip


def name(rule: str) -> dict[str, str]:
    return {"zh": f"规则{rule}", "en": rule}


def clock(at) -> str:
    return f"{at.astimezone(SHANGHAI):%H:%M}"


def test_a_period_in_three_sentences():
    much, handled, loudest = sentences_of(DAY, ledger([case("0")]), rule=name)
    assert much["zh"] == "新增 3 件，比上期多 2；已办结 2 件，还有 1 件没办完。"
    assert much["en"] == "3 cases opened, 2 more compared with the period before; 2 done, 1 still open."
    assert (
        handled["zh"]
        == "一般用时：接单 2 分钟、到场 5 分钟、处置完 20 分钟，处置完的都在时限内；另有步骤超时的 1 件。"
    )
    assert (
        handled["en"]
        == "Usual times: 2 min to take, 5 min to reach, 20 min to resolve, all that are resolved were so in time; 1 case took too long over a step."
    )
    assert loudest["zh"] == "报警最多的是“规则door”，3 条，占 75%，有结论的 2 件里 1 件是误报。"
    assert loudest["en"] == "“door” spoke most: 3 alarms, 75% of all; 1 of 2 findings was a false alarm."


def test_a_loud_rule_that_was_never_wrong_is_said_to_be_right():
    right = ledger([case("1", state="closed", close_code="true_handled")], [alarm(1, incident="1")])
    assert sentences_of(right, None, rule=name)[2] == {
        "zh": "报警最多的是“规则door”，1 条，占 100%，有结论的 1 件里没有误报。",
        "en": "“door” spoke most: 1 alarm, 100% of all; none of 1 finding was a false alarm.",
    }


def test_an_empty_period_says_so_and_claims_nothing():
    assert [each["zh"] for each in sentences_of(ledger([]), None, rule=name)] == [
        "本期没有新增案件。",
        "还没有案件被接单。",
        "没有报警。",
    ]
    assert all(figure.value in {None, 0} for figure in figures_of(ledger([]), None, None))


def test_all_done_is_said_without_a_nought():
    done = ledger([case("1", state="closed", close_code="true_handled", taken_s=30, resolved_s=90)])
    assert sentences_of(done, None, rule=name)[0] == {
        "zh": "新增 1 件；全部办结。",
        "en": "1 case opened; all of them done.",
    }


def test_today_in_five_sentences():
    busy = Standing(open_cases=4, open_grave=2, overdue=1, devices=72, reporting=70, on_duty=("王强", "李娜"), gaps=1)  # fmt: skip
    said = today_sentences(DAY, ledger([], [alarm(5)]), busy, rule=name, clock=clock)
    assert len(said) == 5
    assert (
        said[0]["zh"]
        == "今天到现在新增 3 件，其中 2 件已办结；眼下 4 件未办结，其中紧急和重要 2 件，1 件已超时。"
    )
    assert said[1]["zh"].startswith(
        "报警 4 条，平均每小时 0.2 条，比昨天同一时段多 3；最忙的十分钟从 00:00 起，3 条"
    )
    assert said[4] == {
        "zh": "72 台设备里 70 台在线；值班的是王强、李娜，1 个网格没有人。",
        "en": "70 of 72 devices report; 王强, 李娜 watch, 1 grid has nobody.",
    }
    calm = today_sentences(ledger([]), None, CALM, rule=name, clock=clock)
    assert (
        calm[0]["en"] == "No cases opened today, 0 of them done; nothing is open now."
        or "nothing" in calm[0]["en"]
    )


def test_nothing_done_is_said_without_a_nought():
    one = Standing(open_cases=1, open_grave=0, overdue=0, devices=3, reporting=3, on_duty=("王强",), gaps=0)
    said = today_sentences(ledger([case("1", state="taken")]), None, one, rule=name, clock=clock)[0]
    assert said == {
        "zh": "今天到现在新增 1 件，都还没有办结；眼下 1 件未办结。",
        "en": "1 case opened today, none of them done; 1 open now.",
    }


def test_each_number_of_the_four_is_that_of_the_ledger():
    figures = {each.name: each for each in figures_of(DAY, ledger([case("0", taken_s=60)]), None)}
    assert list(figures) == ["opened", "taken_s", "on_time", "false_rate"]
    assert [each.value for each in figures.values()] == [
        DAY.whole.opened, DAY.whole.taken_s, DAY.whole.on_time, DAY.whole.false_rate,
    ]  # fmt: skip
    opened, taken = figures["opened"], figures["taken_s"]
    assert opened.before is not None
    assert (opened.before.before, opened.before_text) == (1, {"zh": "多 2", "en": "2 more"})
    assert (taken.more, taken.before_text) == (False, {"zh": "升 100%", "en": "up 100%"})
    assert figures["on_time"].before is None  # nothing was resolved then
    assert all(each.year is None for each in figures.values())  # no records of a year ago, no claim


@pytest.mark.parametrize(
    ("value", "form", "zh"),
    [
        (None, "share", "–"),
        (0.004, "share", "<1%"),
        (59.6, "seconds", "60 秒"),
        (90.0, "seconds", "2 分钟"),
        (3 * 3600.0, "seconds", "3 小时"),
        (26.5, "number", "26.5"),
    ],
)
def test_values_as_people_say_them(value, form, zh):
    assert value_text(value, form)["zh"] == zh


def test_no_english_is_left_in_the_chinese():
    for each in (
        *sentences_of(DAY, None, rule=name),
        *today_sentences(DAY, None, CALM, rule=name, clock=clock),
    ):
        assert not re.search(r"[a-z]{3,}", each["zh"].replace("规则door", ""))
