"""Incidents over HTTP: list, page, actions, whom to send."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.gateway.api.house import house, key


async def test_a_forced_door_becomes_a_case_that_a_guard_can_read(tmp_path):
    async with house(tmp_path) as it:
        number = it.force().number
        guard = it.browser("wang")

        page = (await guard.get("/api/incidents")).json()
        assert [row["number"] for row in page["items"]] == [number]
        detail = (await guard.get(f"/api/incidents/{number}")).json()

        case = detail["incident"]
        assert case["state"] == "pending_verify" or case["state"] == "dispatched"
        assert case["building"] == "b1"
        assert case["category_name"]["zh"]
        assert detail["alerts"][0]["rule"] == "forced"
        assert detail["alerts"][0]["incident"] == number
        assert detail["alerts"][0]["why"]["zh"]
        assert detail["timeline"][0]["to_state"] == "pending_verify"
        assert {each["action"] for each in detail["actions"]} == set(case["allowed"])
        assert detail["plan"]["steps"]


async def test_an_action_goes_through_and_its_repeat_gets_the_first_answer(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        guard = it.browser("wang")
        body = {"action": "take", "version": case.version}

        first = await guard.post(f"/api/incidents/{case.number}/actions", json=body, headers=key("take"))
        again = await guard.post(f"/api/incidents/{case.number}/actions", json=body, headers=key("take"))

        assert first.status_code == again.status_code == 200, first.text
        assert first.json()["incident"]["owner"] == "wang"
        assert first.json()["result"] == again.json()["result"]
        rows = (await guard.get(f"/api/incidents/{case.number}")).json()["timeline"]
        assert [row["action"] for row in rows].count("take") == 1


async def test_the_same_key_of_another_person_is_another_action(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        body = {"action": "note", "version": case.version, "fields": {"note": "看过"}}
        for person in ("wang", "li"):
            answer = await it.browser(person).post(
                f"/api/incidents/{case.number}/actions", json=body, headers=key("same")
            )
            assert answer.status_code == 200, answer.text
        rows = (await it.browser("wang").get(f"/api/incidents/{case.number}")).json()["timeline"]
        assert [row["actor"] for row in rows if row["action"] == "note"] == ["wang", "li"]


async def test_an_older_view_is_refused_with_who_and_what(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        path = f"/api/incidents/{case.number}/actions"
        guard, other = it.browser("wang"), it.browser("li")
        done = await guard.post(path, json={"action": "take", "version": case.version}, headers=key("a"))
        assert done.status_code == 200, done.text

        late = await other.post(
            path,
            json={"action": "recall", "version": case.version, "fields": {"code": "false_rule"}},
            headers=key("b"),
        )

        assert late.status_code == 409
        problem = late.json()
        assert late.headers["content-type"] == "application/problem+json"
        assert problem["code"] == "stale"
        assert "王强" in problem["detail"]["zh"]
        assert "接单" in problem["detail"]["zh"]
        assert "take" in problem["detail"]["en"]
        assert problem["facts"]["by"] == "wang"


async def test_what_the_state_does_not_permit_is_refused_with_what_it_permits(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        answer = await it.browser("wang").post(
            f"/api/incidents/{case.number}/actions",
            json={"action": "close", "version": case.version},
            headers=key("a"),
        )
        assert answer.status_code == 409
        assert answer.json()["code"] == "not_allowed"
        assert answer.json()["facts"]["allowed"]


async def test_missing_fields_and_unknown_fields_are_named(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        guard, path = it.browser("wang"), f"/api/incidents/{case.number}/actions"

        no_key = await guard.post(path, json={"action": "take", "version": 1})
        assert (no_key.status_code, no_key.json()["code"]) == (422, "key_required")

        wrong = await guard.post(path, json={"action": "take", "verison": 1}, headers=key("a"))
        fields = {each["path"]: each["message"] for each in wrong.json()["facts"]["fields"]}
        assert wrong.status_code == 422
        assert fields["body.version"]["zh"] == "必须填写"
        assert fields["body.verison"]["zh"] == "没有这个字段"

        needs = await guard.post(
            path, json={"action": "reject", "version": case.version, "fields": {}}, headers=key("b")
        )
        assert needs.status_code in (403, 409, 422)


async def test_a_time_without_a_zone_is_no_time(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        answer = await it.browser("wang").post(
            f"/api/incidents/{case.number}/actions",
            json={
                "action": "note",
                "version": case.version,
                "fields": {"note": "x", "until": "2026-03-06 10:00"},
            },
            headers=key("a"),
        )
        assert answer.status_code == 422
        assert answer.json()["facts"]["fields"][0]["path"] == "body.fields.until"


async def test_a_worker_sees_only_their_own_cases(tmp_path):
    async with house(tmp_path) as it:
        case = it.force("gate-n1")  # grid g1
        guard = it.browser("wang")
        path = f"/api/incidents/{case.number}/actions"
        if case.state == "pending_verify":
            sent = await guard.post(
                path,
                json={"action": "dispatch", "version": case.version, "fields": {"assignees": ["zhao"]}},
                headers=key("send"),
            )
            assert sent.status_code == 200, sent.text

        mine, other = it.browser("zhao"), it.browser("sun")
        assert [row["number"] for row in (await mine.get("/api/incidents")).json()["items"]] == [case.number]
        assert (await mine.get(f"/api/incidents/{case.number}")).status_code == 200
        assert [row["incident"] for row in (await mine.get("/api/alerts")).json()["items"]] == [case.number]

        assert (await other.get("/api/incidents")).json()["items"] == []
        assert (await other.get("/api/alerts")).json()["items"] == []
        assert (await other.get(f"/api/incidents/{case.number}")).status_code == 404
        assert (await other.get(f"/api/alerts/{case.alerts[0]}")).status_code == 404
        tried = await other.post(path, json={"action": "take", "version": 9}, headers=key("no"))
        assert tried.status_code == 404


async def test_a_leader_sees_the_grids_of_their_community(tmp_path):
    async with house(tmp_path) as it:
        one, two = it.force("gate-n1"), it.force("lift-1")
        rows = (await it.browser("qian").get("/api/incidents")).json()["items"]
        assert {row["number"] for row in rows} == {one.number, two.number}


async def test_lists_page_and_search(tmp_path):
    async with house(tmp_path) as it:
        numbers = []
        for device in ("gate-n1", "lift-1", "smoke-3", "sos-9"):
            numbers.append(it.force(device).number)
            it.ticker.advance(minutes=5)
        guard = it.browser("wang")

        seen, cursor = [], None
        while True:
            page = (
                await guard.get(
                    "/api/incidents", params={"limit": 3, **({"cursor": cursor} if cursor else {})}
                )
            ).json()
            seen += [row["number"] for row in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == sorted(numbers, reverse=True)

        async def found(**query: str) -> list[str]:
            answer = await guard.get("/api/incidents", params=query)
            assert answer.status_code == 200, answer.text
            return [row["number"] for row in answer.json()["items"]]

        assert await found(q=numbers[1]) == [numbers[1]]
        assert await found(q=f"{numbers[1]} 没有这种事") == []
        assert await found(q=numbers[1][:-1]) == sorted(numbers, reverse=True)
        assert set(await found(q="b1")) == {numbers[0], numbers[2]}
        assert await found(q="没有这种事") == []
        assert await found(state="closed") == []
        assert len(await found(state="open")) == 4
        assert (await guard.get("/api/incidents", params={"cursor": "%%%"})).status_code == 422
        assert (await guard.get("/api/incidents", params={"cursor": "AAAA"})).status_code == 422


async def test_the_page_has_an_etag_and_changes_with_the_case(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        guard, path = it.browser("wang"), f"/api/incidents/{case.number}"
        first = await guard.get(path)
        assert (await guard.get(path, headers={"If-None-Match": first.headers["etag"]})).status_code == 304
        await guard.post(
            f"{path}/actions",
            json={"action": "note", "version": case.version, "fields": {"note": "在看"}},
            headers=key("n"),
        )
        after = await guard.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert after.status_code == 200
        assert after.json()["timeline"][-1]["action"] == "note"


async def test_every_line_of_the_timeline_has_a_name_in_both_languages(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        it.ticker.advance(minutes=10)
        it.say("gate-n1", "access.forced")
        guard, path = it.browser("wang"), f"/api/incidents/{case.number}"
        version = (await guard.get(path)).json()["incident"]["version"]
        ticked = await guard.post(
            f"{path}/actions",
            json={"action": "note", "version": version, "fields": {"note": "已看视频", "step": 1}},
            headers=key("tick"),
        )
        assert ticked.status_code == 200, ticked.text
        detail = (await guard.get(path)).json()
        names = {row["action"]: row["action_name"] for row in detail["timeline"]}
        assert len(names) > 3
        assert [action for action, name in names.items() if name["zh"] == action] == []
        assert [step["done_by"] for step in detail["plan"]["steps"]][:3] == [None, "王强", None]


async def test_candidates_come_with_reasons(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        rows = (await it.browser("wang").get(f"/api/incidents/{case.number}/candidates")).json()
        assert rows
        assert all(row["reason"]["zh"] and row["reason"]["en"] for row in rows)
        assert next(row for row in rows if row["person"] == "li")["on_duty"] is True


async def test_own_work_closes_to_its_worker_a_day_after_the_case(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        path = f"/api/incidents/{case.number}"
        guard, worker = it.browser("wang"), it.browser("zhao")

        async def act(who, name, **fields):
            version = (await it.browser("wang").get(path)).json()["incident"]["version"]
            answer = await who.post(
                f"{path}/actions",
                json={"action": name, "version": version, "fields": fields},
                headers=key(name),
            )
            assert answer.status_code == 200, answer.text

        if case.state in ("pending_verify", "accepted"):
            await act(guard, "dispatch", assignees=["zhao"])
        await act(worker, "take")
        await act(worker, "resolve", note="已处理", code="true_handled")
        await act(it.browser("he"), "close")
        assert (await worker.get(path)).status_code == 200
        it.ticker.advance(hours=25)
        worker, guard = it.browser("zhao"), it.browser("wang")
        assert (await worker.get(path)).status_code == 404
        assert (await worker.get("/api/incidents")).json()["items"] == []
        assert (await guard.get(path)).status_code == 200


@pytest.mark.parametrize("days", [1])
async def test_filters_by_time_take_wall_times(tmp_path, days):
    async with house(tmp_path) as it:
        case = it.force()
        guard = it.browser("wang")
        since = (case.opened_at - timedelta(days=days)).isoformat()
        until = (case.opened_at + timedelta(seconds=1)).isoformat()
        inside = await guard.get("/api/incidents", params={"opened_from": since, "opened_to": until})
        assert len(inside.json()["items"]) == 1
        outside = await guard.get("/api/incidents", params={"opened_from": until})
        assert outside.json()["items"] == []


async def test_cases_are_found_by_kind_building_person_and_verdict(tmp_path):
    async with house(tmp_path) as it:
        guard, manager = it.browser("wang"), it.browser("chen")
        false, real = it.force("gate-n1").number, it.force("door-2").number
        version = it.pump.state.cases.incidents[false].version
        body = {"action": "reject", "version": version, "fields": {"code": "false_device"}}
        assert (
            await manager.post(f"/api/incidents/{false}/actions", json=body, headers=key("reject"))
        ).status_code == 200

        async def found(**query):
            answer = await guard.get("/api/incidents", params=query)
            return {each["number"] for each in answer.json()["items"]}

        cases = it.pump.state.cases.incidents
        assert await found() == {false, real}
        assert await found(category=cases[real].category) == await found(category="02") == {false, real}
        assert await found(category="06") == set()
        assert await found(verdict="false") == await found(person="chen") == {false}
        assert await found(verdict="true") == await found(verdict="other") == set()
        assert await found(building="b1") == {each for each in (false, real) if cases[each].building == "b1"}
        assert await found(building="b9") == set()
        assert (await guard.get("/api/incidents", params={"verdict": "maybe"})).status_code == 422
