"""Categories, plans, grids and rosters over the API: read, saved with a version, every mistake told, in force at once."""

from __future__ import annotations

from datetime import timedelta

from tests.gateway.api.site_house import site_house

DAY = {"id": "day", "role": "guard", "from": "08:00", "to": "20:00", "people": ["wang"]}
WORKERS = {"id": "workers", "role": "worker", "from": "00:00", "to": "00:00", "people": ["zhao", "sun"]}


async def body(request, status=200):
    answer = await request
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_category_is_read_changed_and_retired(tmp_path):
    async with site_house(tmp_path / "s") as it:
        guard, manager = it.browser("wang"), it.browser("chen")
        listed = (await body(guard.get("/api/categories")))["items"]
        assert len(listed) == 54
        door = next(each for each in listed if each["code"] == "0205")
        assert (door["level"], door["plan"], door["origin"], door["version"]) == (
            "L2",
            "gate_check",
            "built_in",
            0,
        )
        entry = {**door["entry"], "level": "L1", "take": "1m"}
        saved = await body(
            manager.put("/api/categories/0205", json={"entry": entry, "version": 0, "reason": "夜间"})
        )
        assert (saved["document"], saved["version"]) == ("category:0205", 1)
        assert it.core.world.category("0205").level == "L1"
        one = await guard.get("/api/categories/0205")
        assert one.headers["etag"] == '"1"'
        assert one.json()["origin"] == "saved"
        stale = await body(manager.put("/api/categories/0205", json={"entry": entry, "version": 0}), 409)
        assert stale["code"] == "stale_document"
        await body(
            manager.put(
                "/api/categories/0205", json={"entry": {"retired": True}}, headers={"If-Match": '"1"'}
            )
        )
        (newest, first) = (await body(guard.get("/api/categories/0205/versions")))["items"]
        assert (newest["version"], first["reason"], first["author"]["name"]) == (2, "夜间", "陈刚")
        assert ("chen", "site.save", "category:0205") in it.audit()
        assert (await guard.put("/api/categories/0205", json={"entry": {}})).status_code == 403


async def test_every_mistake_of_a_category_is_told_and_nothing_is_saved(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = it.browser("chen")
        entry = {
            "name": {"zh": "甲", "en": "A"},
            "level": "L9",
            "take": "soon",
            "plan": "nowhere",
            "contact_id": ["1"],
        }
        wrong = await body(manager.put("/api/categories/0280", json={"entry": entry}), 422)
        assert wrong["code"] == "invalid_site"
        paths = {each["path"] for each in wrong["facts"]["fields"]}
        assert paths == {
            "category:0280: level",
            "category:0280: take",
            "category:0280: contact_id[0]",
            "category:0280: plan",
        }
        other = {"entry": {"name": {"zh": "甲", "en": "A"}, "level": "L3"}}
        assert (await manager.put("/api/categories/0279", json=other)).status_code == 422
        await body(manager.put("/api/categories/0280", json=other))
        assert it.core.world.category("0280").name["zh"] == "甲"


async def test_a_changed_plan_leaves_open_cases_as_they_are(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = it.browser("chen")
        plan = await body(manager.get("/api/plans/gate_check"))
        assert plan["categories"] == ["0205", "0206"]
        case = await _report(it, "0205")
        before = case.plan
        entry = {
            **plan["entry"],
            "checklist": [{"zh": "只做这一件", "en": "Only this"}],
            "ladder": [{"to": ["manager"]}],
        }
        assert (await body(manager.put("/api/plans/gate_check", json={"entry": entry, "version": 0})))[
            "version"
        ] == 1
        assert it.core.world.incidents[case.number].plan == before
        it.ticker.advance(minutes=10)
        later = await _report(it, "0205")
        assert later.number != case.number
        assert (later.plan.version, [step.to for step in later.plan.steps]) == (1, [("manager",)])
        again = await body(manager.put("/api/plans/gate_check", json={"entry": {**entry, "version": 9}}))
        assert again["unchanged"]
        await body(manager.post("/api/plans/gate_check/drop", json={"version": 1}))
        assert (await body(manager.get("/api/plans/gate_check")))["entry"] == plan["entry"]


async def _report(it, category):
    """Let the guard report something by hand; return its case."""
    guard = it.browser("wang")
    number = len(it.core.world.incidents)
    answer = await guard.post(
        "/api/reports",
        json={"category": category, "text": "看到门开着", "place": {"building": f"b{number + 1}"}},
        headers={"Idempotency-Key": f"report-{category}-{number}"},
    )
    assert answer.status_code < 300, answer.text
    return max(it.core.world.incidents.values(), key=lambda each: each.number)


async def test_mistakes_and_weaknesses_of_a_plan_are_told(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = it.browser("chen")
        entry = {
            "name": {"zh": "甲", "en": "A"}, "ladder": [{"to": ["resident2"], "wait": "soon"}],
            "commands": [{"device": "siren-9", "kind": "siren.on", "name": {"zh": "响", "en": "On"}}],
        }  # fmt: skip
        wrong = await body(manager.put("/api/plans/own", json={"entry": entry}), 422)
        assert {each["path"] for each in wrong["facts"]["fields"]} >= {
            "plan:own: ladder[0].to",
            "plan:own: ladder[0].wait",
        }
        entry["ladder"] = [{"to": ["guard"]}]
        wrong = await body(manager.put("/api/plans/own", json={"entry": entry}), 422)
        assert [each["path"] for each in wrong["facts"]["fields"]] == ["plan:own: commands[0].device"]
        entry["commands"] = [{"device": "gate-1", "kind": "lock.open", "name": {"zh": "开门", "en": "Open"}}]
        await body(manager.put("/api/plans/own", json={"entry": entry}))
        fire = await body(manager.get("/api/plans/fire"))
        ladder = [{**rung, "channels": ["sms"]} for rung in fire["entry"]["ladder"]]
        saved = await body(
            manager.put("/api/plans/fire", json={"entry": {**fire["entry"], "ladder": ladder}})
        )
        assert any("need the internet" in each["message"]["en"] for each in saved["warnings"])
        assert any(
            "断网" in each["message"]["zh"]
            for each in (await body(manager.get("/api/plans/fire")))["warnings"]
        )
        nobody = {"name": {"zh": "甲", "en": "A"}, "ladder": [{"to": ["nobody"]}]}
        assert (await manager.put("/api/plans/empty", json={"entry": nobody})).status_code == 422


async def test_the_tree_of_grids_a_proposal_and_a_saved_cut(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager, leader = it.browser("chen"), it.browser("qian")
        (community,) = (await body(leader.get("/api/grids")))["items"]
        assert (community["id"], community["households"], community["devices"]) == ("c1", 4, 2)
        assert [(each["id"], each["households"]) for each in community["children"]] == [("g1", 3), ("g2", 1)]
        (balance,) = (await body(leader.get("/api/grids/balance")))["items"]
        assert balance["spread"] == 0.5
        (cut,) = (await body(leader.get("/api/grids/proposal")))["items"]
        assert [
            (each["building"], each["source"], each["target"], each["after"]) for each in cut["moves"]
        ] == [("b1", "g1", "g2", 0.0)]
        assert it.core.view.grids["g2"].buildings == ("b4",), "never applied by itself"
        wanted = [{"grid": each["grid"], "buildings": each["buildings"]} for each in cut["after"]["grids"]]
        assert (await leader.post("/api/grids/cut", json={"grids": wanted})).status_code == 403
        saved = await body(manager.post("/api/grids/cut", json={"grids": wanted, "reason": "更均匀"}))
        assert saved["versions"] == {"g1": 1, "g2": 1}
        assert it.core.view.grids["g2"].buildings == ("b4", "b1")
        (balance,) = (await body(leader.get("/api/grids/balance")))["items"]
        assert balance["spread"] == 0.0
        twice = await body(
            manager.post("/api/grids/cut", json={"grids": [{"grid": "g1", "buildings": ["b4"]}]}), 422
        )
        assert "already" in str(twice["facts"])
        third = [{"grid": "g1", "buildings": ["b2"]}, {"grid": "g2", "buildings": ["b1", "b3", "b4"]}]
        await body(manager.post("/api/grids/cut", json={"grids": third}))
        assert it.core.view.registry.households["h3"].grid == "g2", (
            "it named its grid itself and goes with its building"
        )
        assert (await manager.post("/api/grids/g1/drop", json={})).status_code == 422
        assert (await manager.get("/api/grids/balance?from=2026-01-01&to=2025-01-01")).status_code == 422


async def test_the_calendar_and_its_gaps(tmp_path):
    async with site_house(tmp_path / "s") as it:
        guard = it.browser("wang")
        week = await body(guard.get("/api/roster?from=2026-03-06&to=2026-03-12"))
        assert len(week["days"]) == 7
        assert {each["day"]: each["workday"] for each in week["days"]}["2026-03-07"] is False
        guards = [each for each in week["gaps"] if each["role"] == "guard"]
        assert len(guards) == 8, "every night, cut by both ends"
        mine = await body(guard.get("/api/roster?from=2026-03-01&to=2026-03-31&person=wang"))
        assert len(mine["stints"]) == 31
        assert mine["gaps"] == []
        assert (await guard.get("/api/roster?from=2026-03-01&to=2026-09-01")).status_code == 422


async def test_who_may_plan_and_what_a_leader_may_not_touch(tmp_path):
    async with site_house(tmp_path / "s") as it:
        guard, leader, manager = it.browser("wang"), it.browser("qian"), it.browser("chen")
        plan = await body(guard.get("/api/roster/plan"))
        assert (plan["version"], len(plan["entry"]["shifts"])) == (0, 2)
        night = {
            "id": "night",
            "role": "guard",
            "from": "20:00",
            "to": "08:00",
            "days": ["workday", "restday"],
            "people": ["li"],
        }
        whole = {"shifts": [DAY, WORKERS, night]}
        assert (await guard.put("/api/roster/plan", json={"entry": whole})).status_code == 403
        assert (await body(leader.put("/api/roster/plan", json={"entry": whole}), 403))[
            "code"
        ] == "not_your_grid"
        await body(manager.put("/api/roster/plan", json={"entry": whole, "version": 0}))
        gaps = (await body(guard.get("/api/roster?from=2026-03-06")))["gaps"]
        assert [each for each in gaps if each["role"] == "guard"] == []
        own = {**whole, "leave": [{"person": "zhao", "from": "2026-03-09", "to": "2026-03-09"}]}
        await body(leader.put("/api/roster/plan", json={"entry": own}))
        other = {**own, "leave": [*own["leave"], {"person": "sun", "from": "2026-03-09", "to": "2026-03-09"}]}
        assert (await body(leader.put("/api/roster/plan", json={"entry": other}), 403))["facts"][
            "part"
        ] == "leave sun"
        wrong = {"shifts": [{**DAY, "people": ["nobody"], "days": ["montag"]}]}
        fields = (await body(manager.put("/api/roster/plan", json={"entry": wrong}), 422))["facts"]["fields"]
        assert {each["path"] for each in fields} == {
            "roster: shifts[0].people[0]",
            "roster: shifts[0].days[0]",
        }
        assert len((await body(guard.get("/api/roster/plan/versions")))["items"]) == 2


async def test_everybody_knows_who_can_be_on_duty(tmp_path):
    async with site_house(tmp_path / "s") as it:
        found = (await body(it.browser("wang").get("/api/roster/people")))["items"]
        assert {each["id"]: each["roles"] for each in found}["wang"] == ["guard"]
        filled = {"guard", "worker", "leader", "maintenance", "manager"}
        assert all(filled & set(each["roles"]) for each in found)
        assert "liu" not in {each["id"] for each in found}  # a resident


async def test_a_swap_from_asking_to_duty(tmp_path):
    async with site_house(tmp_path / "s") as it:
        wang, li, zhao, chen = (it.browser(name) for name in ("wang", "li", "zhao", "chen"))
        ask = {"other": "li", "shift": "day", "day": "2026-03-08", "note": "家里有事"}
        asked = await body(wang.post("/api/roster/swaps", json=ask))
        assert (await body(wang.post("/api/roster/swaps", json=ask), 409))["code"] == "swap_twice"
        assert (await body(zhao.post(f"/api/roster/swaps/{asked['id']}/answer", json={"yes": True}), 403))[
            "code"
        ] == "not_yours"
        (seen,) = (await body(li.get("/api/roster/requests")))["swaps"]
        assert (seen["asker"]["name"], seen["state"], seen["note"]) == ("王强", "asked", "家里有事")
        assert (await body(zhao.get("/api/roster/requests")))["swaps"] == []
        assert len((await body(chen.get("/api/roster/requests")))["swaps"]) == 1
        await body(li.post(f"/api/roster/swaps/{asked['id']}/answer", json={"yes": True}))
        day = await body(wang.get("/api/roster?from=2026-03-08&to=2026-03-08"))
        assert [each["person"]["id"] for each in day["stints"] if each["role"] == "guard"] == ["li"]
        noon = it.clock.now() + timedelta(hours=38)
        assert [each.id for each in it.core.world.on_duty(None, "guard", noon)] == ["li"]
        assert (await body(wang.post(f"/api/roster/requests/{asked['id']}/withdraw"), 409))[
            "code"
        ] == "answered"
        assert (
            await body(
                wang.post("/api/roster/swaps", json={**ask, "other": "zhao", "day": "2026-03-09"}), 409
            )
        )["code"] == "swap_unfit"
        assert (await body(wang.post("/api/roster/requests/none/withdraw"), 404))["code"] == "unknown_request"


async def test_leave_is_granted_by_who_plans_and_the_gaps_are_named(tmp_path):
    async with site_house(tmp_path / "s") as it:
        sun, qian, chen = (it.browser(name) for name in ("sun", "qian", "chen"))
        asked = await body(sun.post("/api/roster/leave", json={"begin": "2026-03-09", "end": "2026-03-10"}))
        assert [each for each in asked["gaps"] if each["role"] == "worker"] == []
        refused = await body(qian.post(f"/api/roster/leave/{asked['id']}/answer", json={"yes": True}), 403)
        assert refused["code"] == "not_your_grid"
        granted = await body(chen.post(f"/api/roster/leave/{asked['id']}/answer", json={"yes": True}))
        log = (await it.browser("shen").get("/api/audit", params={"object": "requests"})).json()["items"]
        told = [
            (row["facts"]["what"], *(row["facts"][name] for name in ("person", "begin", "end")))
            for row in log
        ]
        assert told == [
            (what, "sun", "2026-03-09", "2026-03-10") for what in ("leave_granted", "leave_asked")
        ], "the log says whose leave it is and what became of it"
        assert [
            (each["grid"], each["begin"][:13]) for each in granted["gaps"] if each["role"] == "worker"
        ] == [("g2", "2026-03-08T16")]
        backwards = {"begin": "2026-03-10", "end": "2026-03-09"}
        assert (await body(sun.post("/api/roster/leave", json=backwards), 409))["code"] == "leave_span"


async def test_what_if_it_happened_now(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = it.browser("chen")
        fire = await body(manager.get("/api/duty/what-if?category=0101&building=b4"))
        assert (fire["grid"], fire["plan"], fire["begins"]) == ("g2", "fire", "at_once")
        assert [each["id"] for each in fire["steps"][0]["told"]] == ["sun"], (
            "it is ten in the evening: no guard"
        )
        assert fire["steps"][0]["told"][0]["channels"] == ["lan"]
        by_day = await body(
            manager.get("/api/duty/what-if?category=0101&building=b4&at=2026-03-07T10:00:00%2B08:00")
        )
        assert {each["id"] for each in by_day["steps"][0]["told"]} == {"wang", "sun"}
        door = await body(manager.get("/api/duty/what-if?category=0205&device=gate-1"))
        assert door["steps"][0]["gap"]
        assert door["gaps"][0]["zh"].startswith("第 1 步：没有人值班")
        for query in ("category=9999", "category=0101&grid=gx", "category=0101&device=nothing"):
            assert (await manager.get(f"/api/duty/what-if?{query}")).status_code == 422
        assert (await it.browser("zhao").get("/api/duty/what-if?category=0101")).status_code == 403
