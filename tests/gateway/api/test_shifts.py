"""Shift work over the API: handing over, the two-hourly book, patrols, presence, a test of everything."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from gateway.response.model import Action
from tests.gateway.api.house import START, house, key

DAY = "2026-03-06"


async def test_a_shift_is_handed_over_by_two_people(tmp_path):
    async with house(tmp_path) as it:
        case = await asyncio.to_thread(it.force)
        it.ticker.advance(minutes=1)
        wang, li = it.browser("wang"), it.browser("li")
        now = (await wang.get("/api/handovers/now")).json()
        assert [(each["number"], each["level"]) for each in now["open_cases"]] == [(case.number, case.level)]
        assert (now["opened"], now["alarms"], now["unseen"]) == (1, 1, 1)
        offered = await wang.post("/api/handovers", json={"notes": "北门闭门器已报修"}, headers=key("offer"))
        again = await wang.post("/api/handovers", json={"notes": "北门闭门器已报修"}, headers=key("offer"))
        assert (offered.status_code, again.json()["id"]) == (201, offered.json()["id"])
        address = f"/api/handovers/{offered.json()['id']}"
        second = await wang.post("/api/handovers", json={}, headers=key("another"))
        own = await wang.post(f"{address}/accept", json={})
        early = await li.post(f"{address}/accept", json={})
        assert [each.json()["code"] for each in (second, own, early)] == ["handover_waits", "handover_own", "handover_unconfirmed"]  # fmt: skip
        assert case.number in early.json()["detail"]["zh"]
        worker = it.browser(
            "zhao"
        )  # grid workers keep the record and walk the rounds; the desk is not theirs
        for path, body in (("confirm", {"numbers": [case.number]}), ("accept", {}), ("withdraw", None)):
            assert (await worker.post(f"{address}/{path}", json=body)).status_code == 403
        fresh = await asyncio.to_thread(
            it.force, "door-4"
        )  # opened since the offer: it has to be seen as well
        seen = await li.post(f"{address}/confirm", json={"numbers": [case.number]})
        assert seen.json()["to_confirm"] == [fresh.number]
        seen = await li.post(f"{address}/confirm", json={"numbers": [fresh.number]})
        assert seen.json()["to_confirm"] == []
        it.ticker.advance(seconds=1)
        done = (await li.post(f"{address}/accept", json={"remark": "收到"})).json()
        assert (done["state"], done["incoming"]["id"], done["remark"]) == ("accepted", "li", "收到")
        assert [row for row in it.audit() if row[1].startswith("handover")] == [
            ("wang", "handover.offer", done["id"]), ("li", "handover.confirm", done["id"]),
            ("li", "handover.confirm", done["id"]), ("li", "handover.accept", done["id"]),
        ]  # fmt: skip
        it.ticker.advance(hours=2)
        li = it.browser("li")  # the session has ended meanwhile
        later = (await li.get("/api/handovers/now")).json()
        assert later["since"] == done["accepted_at"]
        assert later["opened"] == 0
        assert (await li.get("/api/handovers")).json()["items"][0]["id"] == done["id"]
        assert (await li.get("/api/handovers/none")).status_code == 404


async def test_the_book_shows_what_nobody_wrote(tmp_path):
    async with house(tmp_path) as it:
        wang = it.browser("wang")
        before = (await wang.get("/api/records", params={"day": DAY})).json()
        running = [slot for slot in before["slots"] if slot["now"]]
        assert (len(before["slots"]), len(running), before["due"]) == (12, 1, True)
        written = await wang.post("/api/records", json={"text": "各岗正常"}, headers=key("record"))
        again = await wang.post("/api/records", json={"text": "各岗正常"}, headers=key("record"))
        assert written.json() == again.json()
        it.ticker.advance(hours=2)
        after = (await it.browser("wang").get("/api/records", params={"day": DAY})).json()
        (slot,) = [each for each in after["slots"] if each["records"]]
        assert (slot["missed"], slot["records"][0]["by"]["id"], len(slot["records"])) == (False, "wang", 1)
        assert sum(each["missed"] for each in after["slots"]) == sum(
            each["missed"] for each in before["slots"]
        )
        empty = await it.browser("wang").post("/api/records", json={"text": ""}, headers=key("empty"))
        assert empty.status_code == 422


async def test_a_round_is_planned_walked_and_shown(tmp_path):
    async with house(tmp_path) as it:
        chen, wang = it.browser("chen"), it.browser("wang")
        points = [each["key"] for each in (await chen.get("/api/patrols/rounds")).json()["points"]]
        begin = (START + timedelta(hours=8)).replace(minute=0, second=0)  # the estate's clock
        plan = {
            "name": {"zh": "夜巡", "en": "Night round"}, "points": points[:2], "starts": [f"{begin:%H:%M}"], "minutes": 60,
        }  # fmt: skip
        bad = await chen.put("/api/patrols/rounds/night", json={**plan, "points": ["zone:moon", "zone:moon"]})
        paths = [field["path"] for field in bad.json()["facts"]["fields"]]
        assert (bad.status_code, paths) == (422, ["body.points.0", "body.points.1"])
        made = await chen.put("/api/patrols/rounds/night", json=plan)
        assert made.json()["version"] == 1
        stale = await chen.put("/api/patrols/rounds/night", json=plan)
        assert stale.json()["code"] == "stale_round"
        assert (await chen.put("/api/patrols/rounds/night", json={**plan, "version": 1})).json()[
            "version"
        ] == 2
        visit = await wang.post(
            "/api/patrols/visits", json={"point": points[0], "note": "正常"}, headers=key("v1")
        )
        again = await wang.post(
            "/api/patrols/visits", json={"point": points[0], "note": "正常"}, headers=key("v1")
        )
        assert (visit.status_code, again.json()) == (201, visit.json())
        assert visit.json()["proven"] is False
        (walk,) = (await wang.get("/api/patrols", params={"day": DAY})).json()["walks"]
        assert walk["stops"][0]["standing"] in {"done", "late"}
        assert walk["stops"][0]["visit"]["by"]["id"] == "wang"
        assert walk["done"] is False
        gone = await chen.delete("/api/patrols/rounds/night")
        assert gone.json()["items"] == []
        assert (await chen.delete("/api/patrols/rounds/night")).status_code == 404


async def test_a_visit_that_cannot_be_is_refused(tmp_path):
    async with house(tmp_path) as it:
        wang = it.browser("wang")
        point = (await wang.get("/api/patrols/rounds")).json()["points"][0]["key"]
        bodies = [
            {},
            {"point": "zone:moon"},
            {"point": point, "token": "x"},
            {"point": point, "at": (START + timedelta(hours=1)).isoformat()},
            {"point": point, "at": (START - timedelta(days=4)).isoformat()},
            {"point": point, "photos": ["0" * 64]},
        ]
        for index, body in enumerate(bodies):
            answer = await wang.post("/api/patrols/visits", json=body, headers=key(f"bad-{index}"))
            assert answer.status_code == 422, (body, answer.text)
            assert answer.json()["facts"]["fields"][0]["path"].startswith("body."), body


async def test_two_people_see_that_they_look_at_the_same_case(tmp_path):
    async with house(tmp_path) as it:
        case = await asyncio.to_thread(it.force)
        address = f"/api/incidents/{case.number}/presence"
        wang, li = it.browser("wang"), it.browser("li")
        first = await wang.post(address, json={})
        assert [each["person"]["id"] for each in first.json()["items"]] == ["wang"]
        it.ticker.advance(seconds=1)
        both = (await li.post(address, json={"working": True})).json()["items"]
        assert [(each["person"]["name"], each["working"]) for each in both] == [
            ("王强", False),
            ("李娜", True),
        ]
        it.ticker.advance(seconds=31)
        alone = (await li.post(address, json={"left": True})).json()["items"]
        assert alone == []
        assert (await wang.post("/api/incidents/none/presence", json={})).status_code == 404


async def test_everything_is_tested_from_a_device_to_the_phone(tmp_path):
    async with house(tmp_path) as it:
        chen, wang = it.browser("chen"), it.browser("wang")
        begun = await chen.post("/api/trials", json={"device": "gate-n1"}, headers=key("trial"))
        again = await chen.post("/api/trials", json={"device": "gate-n1"}, headers=key("trial"))
        found = begun.json()
        assert (begun.status_code, again.json()["incident"]) == (201, found["incident"])
        case = (await chen.get(f"/api/incidents/{found['incident']}")).json()["incident"]
        assert (case["drill"], case["device"], case["level"]) == (True, "gate-n1", "L1")
        it.ticker.advance(seconds=2)
        await wang.post(f"/api/trials/{found['id']}/sounded")

        def act(name: str, **fields: object) -> None:
            action = Action(name=name, by="wang", roles=("guard",), incident=found["incident"], fields=fields)
            it.writer.act(action).result(60)

        it.ticker.advance(seconds=18)
        await asyncio.to_thread(act, "take")
        steps = {
            step["step"]: step for step in (await chen.get(f"/api/trials/{found['id']}")).json()["steps"]
        }
        assert (steps["sounded"]["seconds"], steps["sounded"]["who"]) == (2.0, "王强")
        assert (steps["taken"]["seconds"], steps["arrived"]["at"]) == (20.0, None)
        (listed,) = (await chen.get("/api/trials")).json()["items"]
        assert (listed["id"], listed["complete"]) == (found["id"], False)
        day = (await chen.get("/api/ledgers/daily", params={"day": DAY})).json()
        assert (day["drills"], day["whole"]["opened"]) == (1, 0)
        wrong = await chen.post("/api/trials", json={"device": "gate-x"}, headers=key("wrong"))
        assert wrong.json()["facts"]["fields"][0]["path"] == "body.device"
