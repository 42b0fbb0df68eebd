"""Today, alarm governance, the load of the shift and digests over the API: counted from what really happened."""

from __future__ import annotations

import asyncio
import re

import pytest

from gateway.api.permissions import TABLE
from tests.gateway.api.house import ROLES, START, house
from tests.gateway.api.rule_house import rule_house
from tests.gateway.api.test_ledgers import worked

DAY = f"{START.date()}"
HAN = re.compile(r"[\u4e00-\u9fff]")


async def test_today_is_said_in_five_sentences_and_says_what_waits(tmp_path):
    async with house(tmp_path) as it:
        number = (await asyncio.to_thread(it.force)).number
        it.ticker.advance(minutes=1)
        found = (await it.browser("chen").get("/api/today")).json()
        assert len(found["sentences"]) == 5
        assert found["sentences"][0]["zh"].startswith("今天到现在新增 1 件，都还没有办结；眼下 1 件未办结")
        assert found["sentences"][0]["en"].startswith("1 case opened today, none of them done; 1 open now")
        assert [each["name"] for each in found["figures"]] == ["opened", "taken_s", "on_time", "false_rate"]
        assert all(
            each["before"] is None and each["year"] is None for each in found["figures"]
        )  # a young gateway
        urgent = next(each for each in found["needs"] if each["name"] == "urgent")
        assert (urgent["count"], urgent["newest"], urgent["level"]) == (1, number, "L2")
        assert sum(found["hours"]) == 1


async def test_a_shift_knows_its_load(tmp_path):
    async with house(tmp_path) as it:
        await asyncio.to_thread(it.force)
        it.ticker.advance(minutes=5)
        found = (await it.browser("wang").get("/api/load")).json()
        assert (found["alarms"], found["worst_window"], found["goal"]) == (1, 1, 3)
        assert sum(window["alarms"] for window in found["windows"]) == 1
        assert "本班" in found["text"]["zh"]


async def test_governance_sets_each_figure_beside_its_norm(tmp_path):
    async with house(tmp_path) as it:
        await worked(it)
        it.ticker.advance(minutes=5)
        found = (await it.browser("chen").get("/api/governance", params={"days": "1"})).json()
        gauges = {each["name"]: each for each in found["gauges"]}
        assert (gauges["level_medium"]["value"], gauges["level_medium"]["stands"]) == (1.0, "bad")
        assert (gauges["standing"]["value"], gauges["standing"]["stands"]) == (0, "good")
        assert gauges["chattering"]["target"] == gauges["chattering"]["limit"] == 0
        assert [(each["id"], each["false"], each["found"]) for each in found["rules"]] == [("forced", 1, 1)]
        assert found["rules"][0]["remedy"] is None  # one alarm is no habit
        assert sum(sum(row["hours"]) for row in found["heat"]) == 1
        assert found["days"] == 1


async def test_what_is_silenced_again_and_again_is_named(tmp_path):
    async with rule_house(tmp_path) as it:
        chen = it.browser("chen")
        for _ in range(3):
            until = it.clock.now().isoformat().replace("+00:00", "Z")
            body = {
                "where": 'rule == "site.denied"',
                "until": until.replace("2026", "2026"),
                "reason": "施工",
            }
            body["until"] = (it.clock.now() + it.clock.offset).replace(hour=23).isoformat()
            assert (await chen.post("/api/silences", json=body)).status_code == 201
        it.ticker.advance(minutes=1)
        found = (await chen.get("/api/governance")).json()
        assert [each["times"] for each in found["silenced_often"]] == [3]
        assert HAN.search(found["silenced_often"][0]["text"]["zh"])


async def test_a_digest_reads_a_day_aloud(tmp_path):
    async with house(tmp_path) as it:
        await worked(it)
        found = (await it.browser("chen").get("/api/ledgers/daily/digest", params={"day": DAY})).json()
        zh = [each["zh"] for each in found["sentences"]]
        assert zh[0] == "新增 1 件；全部办结。"
        assert zh[1] == "一般用时：接单 30 秒、到场 2 分钟、处置完 5 分钟，处置完的都在时限内；没有超时。"
        assert zh[2].endswith("1 条，占 100%，有结论的 1 件里 1 件是误报。")
        assert (found["running"], found["suggestions"]) == (True, [])
        (place,) = found["places"]
        assert (place["cases"], place["share"]) == (1, 1.0)
        assert HAN.search(place["name"]["zh"])
        assert not any(HAN.search(each["en"]) for each in found["sentences"])
        ledger = (await it.browser("chen").get("/api/ledgers/daily", params={"day": DAY})).json()
        taken = next(each for each in ledger["times"] if each["step"] == "taken_s")
        assert (taken["count"], taken["p50"], taken["p95"]) == (1, 30, 30)
        assert {each["finding"]: each["cases"] for each in ledger["mix"]} == {
            "real": 0,
            "false": 1,
            "other": 0,
            "open": 0,
        }
        assert sum(each["opened"] for each in ledger["by_building"]) == 1
        assert ledger["uptime"]["devices"] >= 1


@pytest.mark.parametrize("path", ["/api/today", "/api/governance", "/api/load", "/api/ledgers/weekly/digest"])
async def test_only_those_in_the_table_read_it(tmp_path, path):
    permission = {
        "/api/today": "today.read",
        "/api/governance": "governance.read",
        "/api/load": "load.read",
    }.get(path, "ledgers.read")
    async with house(tmp_path) as it:
        for role, person in ROLES.items():
            status = (await it.browser(person).get(path)).status_code
            assert status == (200 if role in TABLE[permission] else 403), role
