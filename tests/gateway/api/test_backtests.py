"""Backtests over the API: asked, waited for, cancelled, refused; and why a rule fired at a moment of the past."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from gateway.api.routes.backtests import view
from gateway.backtest.jobs import Job
from gateway.backtest.prepare import Question
from gateway.batch import Document
from tests.gateway.api.house import START, House, house

SITE = """
site: demo
timezone: Asia/Shanghai
devices:
  - {id: gate-n1, type: access_gate, name: {zh: 北门, en: North gate}}
"""
RULE = """
- id: forced
  name: {zh: 强行开门, en: Door forced}
  category: "0207"
  detect: {count: {of: access.forced, at_least: 2, within: 60s}}
  stages: [{stage: alarm, level: L2}]
  note: {zh: 试, en: try}
"""


def settle(it: House) -> None:
    """Give the house a saved site and three forced doors, ten seconds apart."""
    rule = RULE.strip().removeprefix("- ").replace("\n  ", "\n")
    import msgspec
    import yaml

    body = msgspec.json.encode(yaml.safe_load(rule)).decode()
    documents = [
        Document(name="site", version=1, author="file", at=START, body=SITE),
        Document(name="rule:forced", version=1, author="file", at=START, body=body),
    ]
    it.writer.call(lambda _: it.pump.batch.documents.extend(documents)).result(60)
    for _ in range(3):
        it.say("gate-n1", "access.forced")
        it.ticker.advance(seconds=10)


async def ended(browser: httpx.AsyncClient, address: str) -> dict[str, Any]:
    """Return a backtest once it has ended."""
    async with asyncio.timeout(60):
        while True:
            found: dict[str, Any] = (await browser.get(address)).json()
            if found["state"] not in {"waiting", "running"}:
                return found
            await asyncio.sleep(0.05)


async def test_a_backtest_is_asked_for_and_answers(tmp_path):
    async with house(tmp_path) as it:
        settle(it)
        browser = it.browser("chen")
        answer = await browser.post("/api/backtests", json={"text": RULE, "last": "7d"})
        assert answer.status_code == 202
        address = answer.headers["location"]
        assert address == f"/api/backtests/{answer.json()['id']}"
        found = await ended(browser, address)
        assert (found["state"], found["problems"], found["failed"]) == ("done", [], "")
        (rule,) = found["result"]["rules"]
        assert (rule["rule"], rule["fired"], rule["cases"]) == ("forced", 1, 1)
        assert "会触发 1 次，在北门" in rule["headline"]["zh"]
        assert rule["difference"]["same"] == 1
        (hit,) = rule["samples"]
        assert len(hit["events"]) == 2
        by_id = await browser.post("/api/backtests", json={"ids": ["forced"], "from": "2026-03-06T00:00:00Z"})
        again = await ended(browser, by_id.headers["location"])
        assert again["result"]["rules"][0]["fired"] == 1


async def test_what_is_wrong_with_the_question_is_named(tmp_path):
    async with house(tmp_path) as it:
        settle(it)
        browser = it.browser("chen")
        nothing = await browser.post("/api/backtests", json={})
        both = await browser.post(
            "/api/backtests", json={"ids": ["forced"], "last": "7d", "from": "2026-03-06T00:00:00Z"}
        )
        assert (nothing.status_code, both.status_code) == (422, 422)
        asked = {
            "text": RULE.replace("at_least: 2", "at_most: 2"),
            "ids": ["fored"],
            "from": "2027-01-01T00:00:00Z",
        }
        answer = await browser.post("/api/backtests", json=asked)
        found = await ended(browser, answer.headers["location"])
        assert found["state"] == "refused"
        text = "\n".join(found["problems"])
        assert "rules[0].detect.count.at_most" in text
        assert "unknown rule 'fored'; did you mean 'forced'?" in text
        assert "the journal ends at" in text


async def test_a_job_is_shown_in_the_time_of_the_wall(tmp_path):
    async with house(tmp_path) as it:
        job = Job(id="b1", by="chen", at=it.clock.now(), question=Question(ids=["forced"]))
        assert view(job, timedelta(hours=1)).at == it.clock.now() + timedelta(hours=1)


async def test_one_runs_some_wait_more_are_refused_and_any_can_be_cancelled(tmp_path):
    async with house(tmp_path) as it:
        settle(it)
        browser = it.browser("chen")
        answers = [await browser.post("/api/backtests", json={"ids": ["forced"]}) for _ in range(5)]
        codes = [answer.status_code for answer in answers]
        assert codes[:3] == [202, 202, 202]
        assert codes[-1] == 429
        assert answers[-1].headers["retry-after"] == "30"
        addresses = [answer.headers["location"] for answer in answers if answer.status_code == 202]
        gone = await browser.delete(addresses[-1])
        assert (gone.status_code, gone.json()["state"]) == (200, "cancelled")
        states = [(await ended(browser, address))["state"] for address in addresses]
        assert states[-1] == "cancelled"
        assert set(states[:-1]) == {"done"}
        running = await browser.post("/api/backtests", json={"ids": ["forced"]})
        await browser.delete(running.headers["location"])
        assert (await ended(browser, running.headers["location"]))["state"] == "cancelled"
        assert (await browser.get("/api/backtests/nobody")).status_code == 404
        assert (await browser.delete("/api/backtests/nobody")).status_code == 404


@pytest.mark.parametrize("person", ["wang", "shen", "liu"])
async def test_only_who_may_edit_rules_may_test_them(tmp_path, person):
    async with house(tmp_path) as it:
        answer = await it.browser(person).post("/api/backtests", json={"ids": ["forced"]})
        assert answer.status_code == 403


async def test_why_a_rule_fired_at_a_moment_of_the_past(tmp_path):
    async with house(tmp_path) as it:
        settle(it)
        browser = it.browser("chen")
        at = {"key": "gate-n1", "at": START.isoformat().replace("+00:00", "Z")}
        before = (await browser.get("/api/rules/forced/explain", params=at)).json()
        assert before["past"]["alert"] is None
        assert "最多 1 次，要 2 次" in before["lines"][0]["text"]["zh"]
        assert before["past"]["after"][0]["change"] == "opened"
        at["at"] = START.replace(second=15).isoformat().replace("+00:00", "Z")
        then = (await browser.get("/api/rules/forced/explain", params=at)).json()
        assert then["past"]["alert"]["level"] == "L2"
        assert then["lines"][0]["ok"] is True
        assert len(then["past"]["heard"]) == 2
        wrong = await browser.get("/api/rules/forced/explain", params={**at, "key": '{"zone":"a"}'})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_input")
        early = await browser.get("/api/rules/forced/explain", params={**at, "at": "2025-01-01T00:00:00Z"})
        assert "begins only at" in early.json()["facts"]["fields"][0]["message"]["en"]
