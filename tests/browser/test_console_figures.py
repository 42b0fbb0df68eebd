"""The figures on the pages are those of the records: counted anew from cases and alarms, and looked up on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk

Shoot = Callable[[Page, str], None]


def cases_of(desk: Desk) -> list[dict[str, Any]]:
    """Return every case that is no drill, page by page."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        answer = desk.ask(f"/api/incidents?limit=200{after}")
        found += answer["items"]
        if not answer.get("next"):
            return [each for each in found if not each["drill"]]
        after = f"&cursor={answer['next']}"


def of_day(items: list[dict[str, Any]], day: str, zone: ZoneInfo) -> list[dict[str, Any]]:
    return [
        each
        for each in items
        if f"{datetime.fromisoformat(each['opened_at']).astimezone(zone):%Y-%m-%d}" == day
    ]


def today_of(desk: Desk) -> tuple[str, ZoneInfo]:
    zone = ZoneInfo(desk.ask("/api/me")["site"]["timezone"])
    return f"{datetime.fromisoformat(desk.ask('/api/today')['at']).astimezone(zone):%Y-%m-%d}", zone


def test_the_reports_say_what_the_cases_say(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    day, zone = today_of(desk)
    before = f"{datetime.fromisoformat(day) - timedelta(days=1):%Y-%m-%d}"  # over: nothing is added while it is read
    for each in (before, day):
        least = len(of_day(cases_of(desk), each, zone))
        page.goto(f"{desk.base}/reports?kind=daily&day={each}")
        expect(page.locator(".four-one")).to_have_count(4)
        shown = int(page.locator(".four-one").first.locator(".four-value").inner_text())
        assert least <= shown <= len(of_day(cases_of(desk), each, zone))
        lines = page.locator(".said-lines li")
        expect(lines).to_have_count(3)
        if shown:
            expect(lines.first).to_contain_text(f"新增 {shown} 件")
            places = page.locator(".reports-places li")
            counted = [int(re.search(r"(\d+) 件", text)[1]) for text in places.all_inner_texts()]  # type: ignore[index]  # the line has it
            assert counted == sorted(counted, reverse=True)
            assert 0 < sum(counted) <= shown
    shoot(page, "console-reports-figures")
    desk.calm()


def test_each_chart_has_a_table_with_the_figures_of_the_api_and_prints_it(desk: Desk) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/reports?kind=monthly")
    chart = page.locator(".chart", has=page.get_by_role("heading", name=re.compile("^各网格的案件")))
    chart.get_by_role("button", name="看表格").click()
    rows = chart.locator("tbody tr")
    expect(rows.first).to_be_visible()
    said = {
        row.locator("th").inner_text(): [int(cell) for cell in row.locator("td").all_inner_texts()]
        for row in rows.all()
    }
    ledger = desk.as_role("manager").evaluate(
        "() => fetch('/api/ledgers/monthly').then(answer => answer.json())"
    )
    told = {line["name"]["zh"]: [line["done"], line["still_open"]] for line in ledger["by_grid"]}
    assert set(said) == set(told)
    assert abs(sum(map(sum, said.values())) - ledger["whole"]["opened"]) <= 2  # the estate lives on
    page.emulate_media(media="print")
    try:
        assert page.locator(".menu").is_hidden()
        assert page.get_by_role("button", name="打印").is_hidden()
        for twin in page.locator("table.twin").all():
            assert twin.bounding_box()["height"] > 10, "the paper has the table"  # type: ignore[index]  # it is shown
    finally:
        page.emulate_media(media="screen")
    desk.calm()


def test_today_adds_up(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    day, zone = today_of(desk)
    least = len(of_day(cases_of(desk), day, zone))
    page.goto(f"{desk.base}/")
    lines = page.locator(".said-lines li")
    expect(lines).to_have_count(5)
    expect(page.locator(".four-one")).to_have_count(4)
    cases = cases_of(desk)
    said = int(re.search(r"新增 (\d+) 件", lines.first.inner_text())[1])  # type: ignore[index]  # the sentence has it
    assert least <= said <= len(of_day(cases, day, zone))
    shown = int(page.locator(".four-one").first.locator(".four-value").inner_text())
    assert shown == said, "sentence and number say the same"
    still = [each for each in cases if each["closed_at"] is None]
    now = re.search(r"眼下 (\d+) 件未办结", lines.first.inner_text())
    assert abs((int(now[1]) if now else 0) - len(still)) <= 3
    answer = page.evaluate("() => fetch('/api/today').then(answer => answer.json())")
    alarms = int(re.search(r"报警 (\d+) 条", answer["sentences"][1]["zh"])[1])  # type: ignore[index]  # the sentence has it
    assert sum(answer["hours"]) - alarms in {0, 1}, "the bars are the alarms of the sentence"
    shoot(page, "console-today-figures")
    desk.calm()


def test_a_missed_point_of_a_round_is_named(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    points = page.evaluate("() => fetch('/api/patrols/rounds').then(answer => answer.json())")["points"]
    page.goto(f"{desk.base}/patrols/new")
    page.get_by_label("名称", exact=True).fill("T-1")
    page.get_by_label("每天几点开始").fill("00:00")
    page.get_by_label("多少分钟内走完").fill("5")
    page.get_by_label(points[0]["name"]["zh"], exact=True).check()
    page.get_by_role("button", name="保存路线").click()
    walk = page.locator(".patrol-walk").first
    expect(walk).to_contain_text("T-1")
    expect(walk).to_contain_text(re.compile("漏 1 处|还没走完"))
    shoot(page, "console-patrols-walks")
    desk.calm()
