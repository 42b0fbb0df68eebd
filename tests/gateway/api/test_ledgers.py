"""Ledgers and work orders over the API: figures from what really happened, as data, as files, on paper."""

from __future__ import annotations

import asyncio
import io

import pytest
from openpyxl import load_workbook

from gateway.response.model import Action
from tests.gateway.api.house import START, house

DAY = f"{START.date()}"


async def worked(it) -> str:
    """Force a door and bring the case to its end; return its number."""
    number = (await asyncio.to_thread(it.force)).number

    def act(name: str, by: str, roles: tuple[str, ...], **fields: object) -> None:
        action = Action(name=name, by=by, roles=roles, incident=number, fields=fields)  # type: ignore[arg-type]  # role names
        it.writer.act(action).result(60)

    it.ticker.advance(seconds=30)
    await asyncio.to_thread(act, "take", "wang", ("guard",))
    it.ticker.advance(seconds=90)
    await asyncio.to_thread(act, "arrive", "wang", ("guard",))
    it.ticker.advance(seconds=180)
    await asyncio.to_thread(act, "resolve", "wang", ("guard",), note="<b>门已关好</b>", code="false_device")
    await asyncio.to_thread(act, "close", "chen", ("manager",), code="false_device")
    return number


async def test_a_day_is_counted_from_what_happened(tmp_path):
    async with house(tmp_path) as it:
        number = await worked(it)
        browser = it.browser("chen")
        found = (await browser.get("/api/ledgers/daily", params={"day": DAY})).json()
        whole = found["whole"]
        assert (found["kind"], found["first"], found["last"]) == ("daily", DAY, DAY)
        assert (whole["opened"], whole["done"], whole["on_time"]) == (1, 1, 1.0)
        assert (whole["taken_s"], whole["arrived_s"], whole["resolved_s"]) == (30, 120, 300)
        assert (whole["false_alarms"], whole["false_rate"]) == (1, 1.0)
        (rule,) = found["noisy"]
        assert (rule["alarms"], rule["cases"], rule["false"]) == (1, 1, 1)
        assert found["load"]["alarms"] == 1
        (line,) = found["by_category"]
        assert line["name"]["zh"] == "尾随、多次刷卡失败或受限证件"
        week = (await browser.get("/api/ledgers/weekly", params={"day": DAY})).json()
        assert week["whole"]["opened"] == 1
        assert number


async def test_a_case_too_late_is_not_on_time(tmp_path):
    async with house(tmp_path) as it:
        await asyncio.to_thread(it.force)
        it.ticker.advance(hours=3)
        it.say("gate-n2", "access.granted")  # time is noticed
        found = (await it.browser("chen").get("/api/ledgers/daily", params={"day": DAY})).json()
        assert found["whole"]["late"] == 1
        assert found["whole"]["on_time"] is None  # nothing was resolved yet
        assert found["whole"]["still_open"] == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_ledger_leaves_as_a_file_and_the_audit_log_has_who_took_it(tmp_path, lang):
    async with house(tmp_path) as it:
        await worked(it)
        browser = it.browser("chen")
        book = await browser.get("/api/ledgers/monthly/export", params={"day": DAY, "lang": lang})
        assert (
            book.headers["content-disposition"] == f'attachment; filename="ledger-monthly-{DAY[:7]}-01.xlsx"'
        )
        assert len(load_workbook(io.BytesIO(book.content)).sheetnames) == 11
        table = await browser.get(
            "/api/ledgers/daily/export", params={"day": DAY, "lang": lang, "format": "csv"}
        )
        assert table.text.startswith("\ufeff")
        paper = await browser.get(
            "/api/ledgers/daily/export", params={"day": DAY, "lang": lang, "format": "print"}
        )
        assert "style-src 'sha256-" in paper.headers["content-security-policy"]
        assert ("尾随、多次刷卡失败或受限证件" in paper.text) == (lang == "zh")
        assert [row for row in it.audit() if row[1] == "export"] == [
            ("chen", "export", "ledger:monthly"), ("chen", "export", "ledger:daily"), ("chen", "export", "ledger:daily"),
        ]  # fmt: skip


async def test_a_leader_counts_their_own_grids(tmp_path):
    async with house(tmp_path) as it:
        grid = (await asyncio.to_thread(it.force)).grid
        it.ticker.advance(minutes=1)
        leader = it.browser("qian")
        seen = (await leader.get("/api/ledgers/daily", params={"day": DAY})).json()
        assert grid in {each.id for each in it.view.grids.values()}
        own = grid in it.services.community().grids_of(it.people["qian"])
        assert seen["whole"]["opened"] == int(own)


async def test_a_work_order_is_one_page_with_what_was_done_and_nothing_that_runs(tmp_path):
    async with house(tmp_path) as it:
        number = await worked(it)
        browser = it.browser("chen")
        answer = await browser.get(f"/api/incidents/{number}/sheet")
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "script-src" not in answer.headers["content-security-policy"]
        assert f"<h1>工单 {number}</h1>" in answer.text
        assert "&lt;b&gt;门已关好&lt;/b&gt;" in answer.text
        assert "<script" not in answer.text
        english = (await browser.get(f"/api/incidents/{number}/sheet", params={"lang": "en"})).text
        assert "Handled by:" in english
        stranger = await it.browser("sun").get(f"/api/incidents/{number}/sheet")  # a worker of another grid
        assert stranger.status_code == 404
        assert ("chen", "export", f"incident:{number}") in it.audit()


@pytest.mark.parametrize("query", [{"day": "2026-13-01"}, {"day": "1999-01-01"}, {"day": "today"}])
async def test_a_day_that_is_none_is_named(tmp_path, query):
    async with house(tmp_path) as it:
        answer = await it.browser("chen").get("/api/ledgers/daily", params=query)
        assert answer.status_code == 422
        assert answer.json()["facts"]["fields"][0]["path"] == "query.day"
        kind = await it.browser("chen").get("/api/ledgers/yearly")
        assert kind.status_code == 422


async def test_cases_leave_as_a_workbook_too(tmp_path):
    async with house(tmp_path) as it:
        number = await worked(it)
        body = {"reason": "六月台账交社区", "format": "xlsx"}
        answer = await it.browser("chen").post("/api/incidents/export", json=body)
        assert answer.headers["content-disposition"].endswith('.xlsx"')
        page = load_workbook(io.BytesIO(answer.content)).worksheets[0]
        assert [page["A3"].value, page["A4"].value] == ["编号 number", number]
