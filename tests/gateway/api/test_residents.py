"""Residents: kept sealed, found exactly, seen by grid, corrected, agreed, handed out, erased; the chains stay whole."""

from __future__ import annotations

import pytest

from tests.gateway.api.house import key
from tests.gateway.api.people_house import people_house
from tests.gateway.resident.street import sent

ZHANG = {"id": "p-zhang", "household": "h1", "name": "张三", "phone": "138 1234 1234", "note": "听力不好"}
FAR = {"id": "p-far", "household": "h2", "name": "李四", "phone": "13912345678"}
WHY = {"reason": "asked for in writing, 2026-03-06"}


async def added(it, *people):
    manager = it.browser("chen")
    for person in people:
        answer = await manager.post("/api/residents", json=person)
        assert answer.status_code == 201, answer.text
    return manager


async def test_a_resident_is_masked_and_found_by_reference_name_or_number(tmp_path):
    async with people_house(tmp_path) as it:
        manager = await added(it, ZHANG, FAR)
        shown = (await manager.get("/api/residents/p-zhang")).json()
        assert (shown["name"], shown["phone"], shown["note"]) == ("张*", "138****1234", "***")
        assert shown["masked"] == ["name", "note", "phone"]
        for text in ("p-zhang", "张三", "13812341234", "+86 138-1234-1234"):
            items = (await manager.get("/api/residents", params={"q": text})).json()["items"]
            assert [each["id"] for each in items] == ["p-zhang"], text
        for text in ("张", "1381234", "p-"):
            assert (await manager.get("/api/residents", params={"q": text})).json()["items"] == []
        made = await manager.post("/api/residents", json={"name": "王五"})
        assert made.json()["id"].startswith("p-")


async def test_pages_follow_each_other(tmp_path):
    async with people_house(tmp_path) as it:
        manager = await added(it, *({**ZHANG, "id": f"p-{n}"} for n in range(5)))
        seen, cursor = [], None
        while True:
            page = (
                await manager.get(
                    "/api/residents", params={"limit": 2} | ({"cursor": cursor} if cursor else {})
                )
            ).json()
            seen += [each["id"] for each in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == [f"p-{n}" for n in range(5)]


async def test_a_leader_sees_and_changes_only_the_households_of_their_grids(tmp_path):
    async with people_house(tmp_path) as it:
        await added(it, ZHANG, FAR)
        leader = it.browser("qian")
        assert [each["id"] for each in (await leader.get("/api/residents")).json()["items"]] == ["p-zhang"]
        assert (await leader.get("/api/residents", params={"q": "李四"})).json()["items"] == []
        assert (await leader.get("/api/residents", params={"q": "p-far"})).json()["items"] == []
        assert (await leader.get("/api/residents/p-far")).status_code == 404
        assert (
            await leader.patch("/api/residents/p-far", json={"version": 1, "note": "x"})
        ).status_code == 404
        assert (
            await leader.post("/api/residents", json={**ZHANG, "id": "p-new", "household": "h2"})
        ).status_code == 422
        moved = await leader.patch("/api/residents/p-zhang", json={"version": 1, "household": "h2"})
        assert moved.status_code == 422
        assert (
            await leader.patch("/api/residents/p-zhang", json={"version": 1, "note": "x"})
        ).status_code == 200


async def test_a_correction_needs_the_version_that_was_seen(tmp_path):
    async with people_house(tmp_path) as it:
        manager = await added(it, ZHANG)
        first = await manager.patch("/api/residents/p-zhang", json={"version": 1, "phone": "13800000000"})
        assert (first.status_code, first.json()["version"]) == (200, 2)
        stale = await manager.patch("/api/residents/p-zhang", json={"version": 1, "name": "张四"})
        assert (stale.status_code, stale.json()["code"]) == (409, "stale_resident")
        assert (await manager.get("/api/residents", params={"q": "13812341234"})).json()["items"] == []
        twice = await manager.post("/api/residents", json=ZHANG)
        assert twice.json()["code"] == "resident_there"


async def test_one_field_in_full_for_a_reason_a_minute_and_one_person(tmp_path):
    async with people_house(tmp_path) as it:
        manager = await added(it, ZHANG)
        guard = it.browser("wang")
        assert (await guard.post("/api/residents/p-zhang/unmask", json={"field": "phone"})).status_code == 422
        said = await guard.post(
            "/api/residents/p-zhang/unmask", json={"field": "phone", "reason": "smoke at home"}
        )
        assert said.json()["value"] == "138 1234 1234"
        whole = (await guard.get("/api/residents/p-zhang")).json()
        assert (whole["phone"], whole["name"], whole["masked"]) == ("138 1234 1234", "张*", ["name", "note"])
        assert (await manager.get("/api/residents/p-zhang")).json()["phone"] == "138****1234"
        it.ticker.advance(seconds=61)
        assert (await guard.get("/api/residents/p-zhang")).json()["phone"] == "138****1234"
        assert ("wang", "unmask", "resident p-zhang") in it.audit()
        odd = await guard.post("/api/residents/p-zhang/unmask", json={"field": "id", "reason": "none"})
        assert odd.status_code == 422


async def test_consents_are_given_and_withdrawn_and_stay_as_proof(tmp_path):
    async with people_house(tmp_path) as it:
        manager = await added(it, ZHANG)
        path = "/api/residents/p-zhang/consents"
        given = await manager.post(path, json={"purpose": "care", "version": "2026-01"})
        assert given.status_code == 201
        (consent,) = given.json()["items"]
        assert (consent["given_to"], consent["withdrawn_at"]) == ("chen", None)
        it.ticker.advance(days=1)
        manager = it.browser("chen")
        assert (await manager.post(f"{path}/{consent['id']}/withdraw")).status_code == 204
        assert (await manager.post(f"{path}/{consent['id']}/withdraw")).status_code == 404
        (again,) = (await manager.get(path)).json()["items"]
        assert again["withdrawn_at"] > again["given_at"]
        assert (await manager.post(path, json={"purpose": "anything", "version": "1"})).status_code == 422


async def reported(it, person="liu"):
    """Let a resident report something; return the number of the case."""
    answer = await it.browser(person).post(
        "/api/reports",
        json={"category": "0602", "text": "楼道里有金丝雀的东西", "place": {"building": "b1"}},
        headers=key("report"),
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["incident"]


async def test_everything_about_a_person_is_handed_out_and_the_log_says_to_whom(tmp_path):
    async with people_house(tmp_path) as it:
        manager = await added(it, {**ZHANG, "id": "liu"})
        number = await reported(it)
        await manager.post("/api/residents/liu/consents", json={"purpose": "contact", "version": "1"})
        bare = await manager.post("/api/residents/liu/export", json={})
        assert bare.status_code == 422
        found = (await manager.post("/api/residents/liu/export", json=WHY)).json()
        assert found["resident"]["name"] == "张三"
        assert found["resident"]["phone"] == "138 1234 1234"
        assert [each["number"] for each in found["cases_reported"]] == [number]
        assert "金丝雀" in str(found["done_in_cases"])
        assert found["consents"][0]["purpose"] == "contact"
        assert {"resident.added", "consent.given"} <= {each["action"] for each in found["looked_at_by"]}
        assert ("chen", "person.exported", "resident liu") in it.audit()
        assert (await manager.post("/api/residents/nobody/export", json=WHY)).status_code == 404


async def test_erasing_leaves_tombstones_and_whole_chains(tmp_path):
    async with people_house(tmp_path) as it:
        manager = await added(it, {**ZHANG, "id": "liu"})
        number = await reported(it)
        liu = it.browser("liu")
        first = (await manager.post("/api/residents/liu/erase", json=WHY)).json()
        assert first["open_cases"] == 1  # people are at work on it: its words stay
        assert (await liu.get("/api/me")).status_code == 401
        assert (await manager.get("/api/residents/liu")).status_code == 404
        assert (await manager.get("/api/residents", params={"q": "张三"})).json()["items"] == []
        it.write(
            lambda connection: connection.exec_driver_sql(
                f"UPDATE incidents SET open = 0, state = 'closed', body = json_set(body, '$.state', 'closed') WHERE number = '{number}'"
            )
        )
        second = (await manager.post("/api/residents/liu/erase", json=WHY)).json()
        assert second["words"] > 0
        assert second["open_cases"] == 0
        found = (await manager.post("/api/residents/liu/export", json=WHY)).json()
        assert "金丝雀" not in str(found["done_in_cases"])
        assert all(each["text"] is None for each in found["done_in_cases"])
        assert it.store.verify() is None
        assert ("chen", "person.erased", "resident liu") in it.audit()
        gone = await manager.post("/api/residents/nobody/erase", json=WHY)
        assert gone.status_code == 404


async def test_a_resident_with_an_account_is_erased_from_the_site_and_its_versions(tmp_path):
    async with people_house(tmp_path) as it:
        person = {"id": "mei", "name": "梅住户", "roles": ["resident"], "contacts": {"sms": "13655554444"}}
        assert (await it.admin().post("/api/people", json=person)).status_code == 201
        assert it.core.view.people["mei"].name == "梅住户"
        done = await it.browser("chen").post("/api/residents/mei/erase", json=WHY)
        assert done.status_code == 200, done.text
        assert "mei" not in it.core.view.people
        assert all(each.value is None for each in it.sites.versions("person:mei"))
        # Who works here is closed by the administrator, not erased by the manager: their words are proof.
        for worker in ("wang", "zhou", "chen"):
            refused = await it.browser("chen").post(f"/api/residents/{worker}/erase", json=WHY)
            assert (refused.status_code, refused.json()["code"]) == (409, "works_here")
            assert worker in it.core.view.people
        assert (await it.admin().get("/api/me")).status_code == 200
        assert it.store.verify() is None


async def test_an_erasure_that_was_cut_short_between_site_and_register_is_made_whole_by_the_next(tmp_path):
    async with people_house(tmp_path) as it:
        person = {"id": "mei", "name": "梅住户", "roles": ["resident"], "contacts": {"sms": "13655554444"}}
        assert (await it.admin().post("/api/people", json=person)).status_code == 201
        it.sites.save("person:mei", None, by="chen", reason="erased").result(60)  # and then the power went
        assert any(each.value for each in it.sites.versions("person:mei"))
        done = await it.browser("chen").post("/api/residents/mei/erase", json=WHY)
        assert done.status_code == 200, done.text
        assert all(each.value is None for each in it.sites.versions("person:mei"))
        assert (await it.browser("chen").post("/api/residents/mei/erase", json=WHY)).status_code == 404
        assert it.store.verify() is None


async def test_what_the_site_still_says_of_somebody_is_not_emptied(tmp_path):
    async with people_house(tmp_path) as it:
        person = {"id": "mei", "name": "梅住户", "roles": ["resident"], "contacts": {"sms": "13655554444"}}
        assert (await it.admin().post("/api/people", json=person)).status_code == 201
        assert await it.services.residents.erase("mei", by="chen", reason="asked for") is None
        assert all(each.value for each in it.sites.versions("person:mei"))


async def test_what_a_resident_said_by_the_form_is_handed_out_and_erased(tmp_path):
    async with people_house(tmp_path) as it:
        liu, manager = it.browser("liu"), it.browser("chen")
        form = (await liu.get("/api/public/form")).json()
        it.ticker.advance(seconds=5)
        taken = await sent(
            liu, form, "canary", spot="building:b1", text="门口有一只金丝雀", phone="13655550000"
        )
        assert taken.status_code == 201, taken.text
        number, link = (
            taken.json()["number"],
            taken.json()["link"].replace("/report/a/", "/api/public/reports/"),
        )
        (told,) = (await manager.post("/api/residents/liu/export", json=WHY)).json()["reports"]
        assert (told["case"], told["words"], told["phone"]) == (number, "门口有一只金丝雀", "13655550000")

        first = (await manager.post("/api/residents/liu/erase", json=WHY)).json()
        assert (first["reports"], first["open_cases"]) == (0, 1)  # people are at work on it
        it.write(
            lambda connection: connection.exec_driver_sql(
                f"UPDATE incidents SET open = 0, state = 'closed', body = json_set(body, '$.state', 'closed') WHERE number = '{number}'"
            )
        )
        second = (await manager.post("/api/residents/liu/erase", json=WHY)).json()
        assert second["reports"] == 1
        (left,) = (await manager.post("/api/residents/liu/export", json=WHY)).json()["reports"]
        assert (left["words"], left["phone"], left["erased"]) == (None, None, True)
        answered = await it.stranger().get(link)
        assert answered.status_code in {200, 404}
        assert "金丝雀" not in answered.text
        shown = await manager.get(f"/api/incidents/{number}")
        assert shown.status_code == 200
        assert "金丝雀" not in shown.text
        assert it.store.verify() is None


@pytest.mark.parametrize("person", ["wang", "qian", "shen", "zhou", "zhao"])
async def test_only_the_manager_hands_out_and_erases(tmp_path, person):
    async with people_house(tmp_path) as it:
        browser = it.browser(person, base="https://gateway.lan")
        assert (await browser.post("/api/residents/liu/export", json=WHY)).status_code == 403
        assert (await browser.post("/api/residents/liu/erase", json=WHY)).status_code == 403
