"""What people read of a case: names in the place of ids, what opened it first, what came of it last."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway.store.outbox import Outcome, settle
from gateway.store.sending import claim
from rules.action import Acknowledge
from tests.gateway.api import house as house_module
from tests.gateway.api.house import house, key
from tests.gateway.pump_parts import DoorRules

REPORT = {"category": "0602", "text": "垃圾桶满了两天没人收"}


async def act(browser: Any, case: str, action: str, **fields: Any) -> None:
    version = (await browser.get(f"/api/incidents/{case}")).json()["incident"]["version"]
    body = {"action": action, "version": version, "fields": fields}
    answer = await browser.post(
        f"/api/incidents/{case}/actions", json=body, headers=key(f"{action}-{version}")
    )
    assert answer.status_code == 200, answer.text


def words_of(detail: dict[str, Any]) -> list[str]:
    """Return every text of a case's page that people see, in both languages."""
    case = detail["incident"]
    shown: list[Any] = [case[name] for name in ("title", "place", "state_name", "close_name", "checker_name")]
    shown += [detail["why"], detail["report"] and detail["report"]["by_name"]]
    shown += [alert[name] for alert in detail["alerts"] for name in ("name", "why", "device_name", "place")]
    for row in detail["timeline"]:
        shown += [row["actor_name"], row["action_name"], row["text"] or {}]
    for told in detail["told"]:
        shown += [told["channel_name"], told["recipient_name"]]
    return [text for each in shown if each for text in each.values()]


async def test_a_case_is_told_in_names_from_alarm_to_close(tmp_path):
    async with house(tmp_path) as it:
        number = it.force().number
        guard, manager, worker = it.browser("wang"), it.browser("chen"), it.browser("zhao")
        now = it.clock.now()
        given = it.write(lambda c: claim(c, now=now, until=now, ways={}, resting={}, other=50)).claimed
        outcomes = [Outcome(id=each.message.id, state="delivered") for each in given]
        it.write(lambda c: settle(c, outcomes, now=now))
        await act(guard, number, "dispatch", assignee="zhao")
        await act(worker, number, "take")
        it.writer.act(Acknowledge(alert=it.force().alerts[0], by="wang")).result(60)
        await act(worker, number, "resolve", note="锁舌复位", code="true_handled")
        await act(manager, number, "close")
        detail = (await manager.get(f"/api/incidents/{number}")).json()

        ids = {*it.people, *it.view.channels} - {"chat"} | {
            "forced",
            "rule",
            "site",
            *(d.id for d in it.view.registry),
        }
        named = re.compile(
            r"(?<![\w-])(" + "|".join(map(re.escape, sorted(ids, key=len, reverse=True))) + r")(?![\w-])"
        )
        found = [text for text in words_of(detail) if named.search(text)]
        spoken = [text for text in found if text not in {"Door forced", "Rule “Door forced”"}]
        assert not spoken
        assert any(row["action"] == "message" and "王强" in row["text"]["zh"] for row in detail["timeline"])
        assert {row["actor_name"]["zh"] for row in detail["timeline"]} >= {
            "系统",
            "王强",
            "赵敏",
            "陈刚",
            "规则“强行开门”",
        }
        assert detail["incident"]["close_name"] == {"zh": "属实，已处理", "en": "true, dealt with"}
        assert detail["incident"]["checker_name"]["zh"] == "陈刚"


async def test_what_opened_the_case_stays_first(tmp_path):
    async with house(tmp_path) as it:
        number = it.force().number
        guard = it.browser("wang")
        first = (await guard.get(f"/api/incidents/{number}")).json()["why"]
        alert = it.pump.state.cases.incidents[number].alerts[0]
        assert (await guard.post(f"/api/alerts/{alert}/acknowledge")).status_code == 200
        detail = (await guard.get(f"/api/incidents/{number}")).json()
        assert detail["why"] == first
        assert detail["alerts"][0]["why"]["zh"].startswith("北门：王强")


async def test_a_resident_who_names_no_place_means_home_and_is_heard_word_for_word(tmp_path):
    async with house(tmp_path) as it:
        resident, guard = it.browser("liu"), it.browser("wang")
        assert (await resident.get("/api/me")).json()["lives"]["building"] == "b1"
        assert (await guard.get("/api/me")).json()["lives"] is None
        stored = (await resident.post("/api/reports", json=REPORT, headers=key("r1"))).json()
        detail = (await guard.get(f"/api/incidents/{stored['incident']}")).json()
        assert detail["incident"]["place"]["zh"] == "1号楼"
        assert detail["report"]["text"] == REPORT["text"]
        assert detail["report"]["by_name"]["zh"] == "刘住户"
        elsewhere = {**REPORT, "place": {"note": "东侧车棚"}}
        stored = (await resident.post("/api/reports", json=elsewhere, headers=key("r2"))).json()
        detail = (await guard.get(f"/api/incidents/{stored['incident']}")).json()
        assert detail["incident"]["place"] == {"zh": "东侧车棚", "en": "东侧车棚"}


async def test_a_manager_ends_an_alert_that_the_rules_have_lost(tmp_path, monkeypatch):
    class Forgetful(DoorRules):
        """Has lost the alerts that the table still has open, as after a rule was taken away."""

        def act(self, action: Any, *, now: Any, seq: int) -> Any:
            from rules.acts import _ended
            from rules.duration import to_us

            return [_ended(action.last, action.by, to_us(now))]

    monkeypatch.setattr(house_module, "DoorRules", Forgetful)
    async with house(tmp_path) as it:
        alert = it.force().alerts[0]
        manager = it.browser("chen")
        refused = await it.browser("wang").post(f"/api/alerts/{alert}/clear", json={"reason": "设备已拆除"})
        assert refused.status_code == 403
        answer = await manager.post(f"/api/alerts/{alert}/clear", json={"reason": "设备已拆除"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["alert"]["open"] is False
        assert "陈刚" in answer.json()["alert"]["why"]["zh"]
        assert (await manager.get("/api/alerts", params={"open": True})).json()["items"] == []
        assert ("chen", "clear_alert", alert) in it.audit()
        again = await manager.post(f"/api/alerts/{alert}/clear", json={"reason": "设备已拆除"})
        assert again.status_code == 200


@pytest.mark.parametrize("reason", ["", "x"])
async def test_ending_an_alert_takes_a_reason(tmp_path, reason):
    async with house(tmp_path) as it:
        alert = it.force().alerts[0]
        assert (
            await it.browser("chen").post(f"/api/alerts/{alert}/clear", json={"reason": reason})
        ).status_code == 422
