"""Rules by the API: read, checked, saved, switched, taken back, tried out; by whom, and with what answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.api.rule_house import RULE, rule_house

CHANGED = RULE.replace("at_least: 5", "at_least: 8")


async def test_a_rule_with_everything_to_edit_it(tmp_path):
    async with rule_house(tmp_path) as it:
        answer = await it.browser("chen").get("/api/rules/site.denied")
        found = answer.json()
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
        assert found["rule"]["detect"] == {"count": {"of": "access.denied", "at_least": 5, "within": "60s"}}
        assert found["sentence"]["zh"].startswith("同一设备：60 秒内“拒绝通行”达到 5 次")
        assert found["text"].startswith("id: site.denied\nname:") or found["text"].startswith(
            "- id: site.denied"
        )
        assert (found["origin"], found["enabled"], found["version"]) == ("site", True, 1)
        assert [each["act"] for each in found["versions"]] == ["read"]
        assert found["precision"]["whole"] == {"closed": 0, "true": 0, "false": 0, "unknown": 0}
        assert found["cost"]["keys"] == len(list(it.community.registry))
        assert found["cost"]["events_per_day"] is None
        assert found["explain"] == "/api/rules/site.denied/explain"
        assert (await it.browser("chen").get("/api/rules/site.none")).status_code == 404


async def test_a_draft_is_told_everything_at_once_and_nothing_is_saved(tmp_path):
    async with rule_house(tmp_path) as it:
        manager = it.browser("chen")
        found = (await manager.post("/api/rules/validate", json={"text": CHANGED})).json()
        assert (found["ok"], found["id"], found["current_version"]) == (True, "site.denied", 1)
        assert [each["text"]["zh"] for each in found["difference"]] == ["次数由 5 次改为 8 次"]
        assert (found["resets_state"], found["lint"]) == (False, [])
        assert found["cost"]["us_per_event"] > 0
        assert "达到 8 次" in found["sentence"]["zh"]
        again = (await manager.post("/api/rules/validate", json={"rule": found["rule"]})).json()
        assert {**again, "text": ""} == {**found, "text": ""}
        assert (await manager.get("/api/rules/site.denied")).json()["version"] == 1


async def test_mistakes_and_warnings_have_their_line_and_place(tmp_path):
    async with rule_house(tmp_path) as it:
        manager = it.browser("chen")
        text = RULE.replace("of: access.denied", "of: acces.denied").replace("level: L3", "level: L9").strip()
        found = (await manager.post("/api/rules/validate", json={"text": text})).json()
        assert found["ok"] is False
        assert [(each["line"], each["path"]) for each in found["problems"]] == [
            (4, "detect.count.of"),
            (6, "stages[0].level"),
        ]
        assert found["problems"][0]["message"] == {
            "zh": "没有事件种类“acces.denied”；是不是“access.denied”？",
            "en": "unknown kind 'acces.denied'; did you mean 'access.denied'?",
        }
        warned = (
            await manager.post("/api/rules/validate", json={"text": RULE + "clear: {by: person}"})
        ).json()
        assert [(each["path"], each["message"]["zh"][:5]) for each in warned["lint"]] == [
            ("clear", "不会自己解")
        ]
        twin = (
            await manager.post("/api/rules/validate", json={"text": RULE.replace("site.denied", "site.twin")})
        ).json()
        assert any("site.denied" in each["message"]["en"] for each in twin["lint"]), twin["lint"]


@pytest.mark.parametrize("body", [{}, {"text": "a", "rule": {}}, {"text": "\ud800"}, {"rule": {"id": "\ud800"}}, {"rule": {"a": [1, {}]}}, {"text": "- {}"}, {"text": "[]"}, {"text": "rules: []\ninhibit: []"}])  # fmt: skip
@pytest.mark.parametrize("where", ["validate", "sentence"])
async def test_what_is_no_rule_is_answered(tmp_path, where, body):
    import json

    async with rule_house(tmp_path) as it:
        sent = await it.browser("chen").post(
            f"/api/rules/{where}", content=json.dumps(body), headers={"Content-Type": "application/json"}
        )
        assert sent.status_code in (200, 422), sent.text
        assert sent.status_code == 422 or sent.json()["problems"]


async def test_save_disable_enable_and_back(tmp_path):
    async with rule_house(tmp_path) as it:
        manager = it.browser("chen")
        saved = await manager.put(
            "/api/rules/site.denied", json={"text": CHANGED, "reason": "东门误报", "version": 1}
        )
        assert saved.status_code == 200, saved.text
        assert saved.json()["version"] == 2
        assert saved.json()["difference"][0]["text"]["en"] == "at least: 5 times → 8 times"
        late = await manager.put(
            "/api/rules/site.denied", json={"text": RULE, "reason": "x"}, headers={"If-Match": '"1"'}
        )
        assert (late.status_code, late.json()["code"]) == (409, "stale_rule")
        assert late.json()["facts"]["current_version"] == 2
        assert (await manager.get("/api/rules/site.denied")).json()["text"] == CHANGED

        off = await manager.post("/api/rules/site.denied/disable", json={"reason": "施工", "version": 2})
        assert (off.json()["version"], off.json()["resets_state"]) == (3, True)
        assert (await manager.post("/api/rules/site.denied/disable", json={})).status_code == 422
        listed = {each["id"]: each for each in (await manager.get("/api/rules")).json()["items"]}
        assert listed["site.denied"]["enabled"] is False
        on = await manager.post("/api/rules/site.denied/enable", json={"reason": "完工"})
        assert on.json()["version"] == 4
        assert (await manager.post("/api/rules/site.denied/enable", json={})).json()["unchanged"] is True
        back = await manager.post("/api/rules/site.denied/rollback", json={"reason": "点错了"})
        assert back.json()["version"] == 5

        versions = (await manager.get("/api/rules/site.denied/versions")).json()["items"]
        assert [(each["version"], each["act"], each["reason"]) for each in versions] == [
            (5, "rolled_back", "点错了"), (4, "enabled", "完工"), (3, "disabled", "施工"), (2, "saved", "东门误报"), (1, "read", ""),
        ]  # fmt: skip
        assert [edit["text"]["zh"] for edit in versions[3]["difference"]] == ["次数由 5 次改为 8 次"]
        assert versions[3]["author"]["id"] == "chen"
        second = (await manager.get("/api/rules/site.denied/versions/2")).json()
        assert second["rule"]["detect"]["count"]["at_least"] == 8
        assert second["version"]["difference"][0]["path"] == "detect.count.at_least"
        assert (await manager.get("/api/rules/site.denied/versions/9")).status_code == 404
        audited = [row for row in it.audit() if row[1].startswith("rule.")]
        assert audited == [("chen", f"rule.{what}", "site.denied") for what in ("save", "disable", "enable", "rollback")]  # fmt: skip


async def test_a_new_rule_is_saved_and_a_rule_with_mistakes_is_not(tmp_path):
    async with rule_house(tmp_path) as it:
        manager = it.browser("chen")
        new = RULE.replace("site.denied", "site.new").replace("5, within: 60s", "4, within: 30s")
        made = await manager.put("/api/rules/site.new", json={"text": new, "reason": "", "version": 0})
        assert (made.status_code, made.json()["version"], made.json()["difference"]) == (200, 1, [])
        assert (await manager.get("/api/rules/site.new")).json()["origin"] == "site"
        other = await manager.put("/api/rules/site.other", json={"text": new, "reason": ""})
        assert other.json()["facts"]["fields"][0]["path"] == "body.rule.id"
        bad = await manager.put("/api/rules/site.new", json={"text": new.replace("L3", "L9"), "reason": ""})
        assert (bad.status_code, bad.json()["code"]) == (422, "invalid_rule")
        assert bad.json()["facts"]["fields"][0]["path"] == "stages[0].level"
        assert (await manager.post("/api/rules/site.new/rollback", json={})).json()[
            "code"
        ] == "nothing_to_roll_back"
        assert (await manager.post("/api/rules/site.new/reset", json={})).json()["code"] == "not_in_a_pack"
        for change in ("enable", "rollback", "reset"):
            missing = await manager.post(f"/api/rules/site.none/{change}", json={"reason": "x"})
            assert (missing.status_code, missing.json()["code"]) == (404, "unknown_rule"), change


async def test_a_rule_of_a_pack_is_changed_here_and_reset(tmp_path):
    async with rule_house(tmp_path) as it:
        manager = it.browser("chen")
        rule = (await manager.get("/api/rules/access.forced")).json()
        assert (rule["origin"], rule["overridden"]) == ("pack", False)
        changed = {**rule["rule"], "cooldown": "1h"}
        await manager.put("/api/rules/access.forced", json={"rule": changed, "reason": "太吵"})
        mine = (await manager.get("/api/rules/access.forced")).json()
        assert (mine["origin"], mine["overridden"], mine["rule"]["cooldown"]) == ("site", True, "1h")
        assert (await manager.post("/api/rules/access.forced/reset", json={})).status_code == 200
        assert (await manager.get("/api/rules/access.forced")).json()["overridden"] is False


async def test_a_trial_run_is_begun_and_ended(tmp_path):
    async with rule_house(tmp_path) as it:
        manager = it.browser("chen")
        assert (
            await manager.post("/api/rules/site.denied/shadow", json={"on": True, "text": CHANGED})
        ).status_code == 200
        shadow = (await manager.get("/api/rules/site.denied")).json()["shadow"]
        assert (shadow["draft"], shadow["fired"], shadow["by"]["id"]) == (True, 0, "chen")
        assert (await manager.post("/api/rules/site.denied/shadow", json={"on": False})).status_code == 200
        assert (await manager.get("/api/rules/site.denied")).json()["shadow"] is None
        none = await manager.post("/api/rules/site.denied/shadow", json={"on": False})
        assert none.json()["code"] == "no_shadow"
        assert (await manager.post("/api/rules/site.none/shadow", json={"on": True})).status_code == 404


async def test_a_form_becomes_a_draft(tmp_path):
    async with rule_house(tmp_path) as it:
        manager = it.browser("chen")
        templates = {each["id"]: each for each in (await manager.get("/api/rules/templates")).json()["items"]}
        assert len(templates) >= 15
        times = next(each for each in templates["denied_many_times"]["fields"] if each["name"] == "times")
        assert (times["type"], times["default"], times["least"], times["whole"]) == ("number", 5, 2, True)
        sent = {"values": {"times": 6, "within": "5m"}, "name": "东门试卡"}
        made = (await manager.post("/api/rules/templates/denied_many_times/fill", json=sent)).json()
        assert (made["ok"], made["id"], made["current_version"]) == (True, "site.denied_many_times", None)
        saved = await manager.put(
            f"/api/rules/{made['id']}", json={"text": made["text"], "reason": "", "version": 0}
        )
        assert saved.status_code == 200
        again = (await manager.post("/api/rules/templates/denied_many_times/fill", json=sent)).json()
        assert again["id"] == "site.denied_many_times-2"
        wrong: dict[str, Any] = {"values": {"times": 1, "with": "5m"}}
        told = await manager.post("/api/rules/templates/denied_many_times/fill", json=wrong)
        assert [each["path"] for each in told.json()["facts"]["fields"]] == [
            "body.values.with",
            "body.values.times",
        ]
        assert (await manager.post("/api/rules/templates/none/fill", json={})).status_code == 404


async def test_who_may_read_draft_save_and_enable(tmp_path):
    async with rule_house(tmp_path) as it:
        asked = {
            "read": ("GET", "/api/rules/site.denied", None),
            "draft": ("POST", "/api/rules/validate", {"text": RULE}),
            "save": ("PUT", "/api/rules/site.denied", {"text": RULE, "reason": ""}),
            "enable": ("POST", "/api/rules/site.denied/enable", {}),
        }
        for person, may in (
            ("chen", {"read", "draft", "save", "enable"}),
            ("liu", set()),
            ("shen", {"read"}),
        ):
            browser = it.browser(person)
            found = {name for name, (verb, path, body) in asked.items() if (await browser.request(verb, path, json=body)).status_code == 200}  # fmt: skip
            assert found == may, person
