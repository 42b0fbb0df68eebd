"""People: added, changed, closed, invited, reset; the duties of 三员 apart; contacts proven; nothing readable on disk."""

from __future__ import annotations

import re

import pytest

from gateway.errors import Rejected
from tests.gateway.api.house import PASSWORD
from tests.gateway.api.people_house import people_house

NEW = {
    "id": "sun.lei",
    "name": "孙磊",
    "roles": ["worker"],
    "grids": ["g2"],
    "contacts": {"sms": "13911112222"},
}


async def test_a_new_person_is_invited_and_works(tmp_path):
    async with people_house(tmp_path) as it:
        admin = it.admin()
        made = await admin.post("/api/people", json=NEW)
        assert made.status_code == 201, made.text
        view = made.json()
        assert view["contacts"] == [
            {"channel": "sms", "address": "139****2222", "masked": True, "verified_at": None, "fresh": False}
        ]
        assert (view["active"], view["has_password"], view["version"]) == (True, False, 1)
        invited = await admin.post("/api/people/sun.lei/invite")
        link = invited.json()["link"]
        assert link.startswith("https://gateway.lan/login#")
        token = link.partition("#")[2]
        done = await it.stranger().post("/api/login/link", json={"token": token, "password": PASSWORD})
        assert done.status_code == 200, done.text
        assert done.json()["roles"] == ["worker"]
        assert it.core.world.people["sun.lei"].grids == ("g2",)
        audit = it.audit()
        assert ("zhou", "site.save", "person:sun.lei") in audit
        assert ("zhou", "link", "sun.lei") in audit


async def test_every_mistake_of_a_new_person_is_answered_at_once(tmp_path):
    async with people_house(tmp_path) as it:
        answer = await it.admin().post(
            "/api/people",
            json={
                "id": "Sun Lei",
                "name": "孙",
                "roles": ["administrator", "guard", "auditor"],
                "grids": ["g9"],
            },
        )
        assert answer.status_code == 422
        fields = answer.json()["facts"]["fields"]
        paths = [each["path"] for each in fields]
        assert paths.count("body.id") == 1
        assert paths.count("body.roles") == 2
        assert any(each["path"].startswith("body.grids") and "g9" in each["message"]["en"] for each in fields)
        assert "三员" in str(fields)
        twice = await it.admin().post("/api/people", json={**NEW, "id": "wang"})
        assert "taken" in twice.text


async def test_a_change_counts_from_the_next_request_and_a_stale_one_is_refused(tmp_path):
    async with people_house(tmp_path) as it:
        admin, guard = it.admin(), it.browser("wang")
        assert (await guard.get("/api/silences")).status_code in {200, 503}
        changed = await admin.patch("/api/people/wang", json={"version": 0, "roles": ["checker"]})
        assert changed.status_code == 200, changed.text
        me = (await guard.get("/api/me")).json()
        assert me["roles"] == ["checker"]
        stale = await admin.patch("/api/people/wang", json={"version": 0, "name": "王大强"})
        assert stale.status_code == 409, stale.text
        assert (await admin.get("/api/people/wang")).json()["name"] == "王强"
        contacts = await admin.patch(
            "/api/people/wang", json={"version": 1, "contacts": {"sms": None, "lan": "w"}}
        )
        assert [each["channel"] for each in contacts.json()["contacts"]] == ["lan"]


async def test_closing_an_account_ends_everything_at_once(tmp_path):
    async with people_house(tmp_path) as it:
        it.password("chen")
        admin, manager = it.admin(), it.browser("chen")
        token = (
            await manager.post(
                "/api/tokens", json={"name": "t", "permissions": ["incidents.read"], "days": 9}
            )
        ).json()["token"]
        program = it.stranger()
        program.headers["Authorization"] = f"Bearer {token}"
        assert (await program.get("/api/incidents")).status_code == 200
        assert (await manager.get("/api/me")).status_code == 200
        done = await admin.post("/api/people/chen/deactivate", json={"reason": "left"})
        assert done.status_code == 200, done.text
        assert done.json()["active"] is False
        assert (await manager.get("/api/me")).status_code == 401
        assert (await program.get("/api/incidents")).status_code == 401
        login = await it.stranger().post("/api/login", json={"user": "chen", "password": PASSWORD})
        assert login.json()["code"] == "login_failed"
        assert "chen" not in it.core.world.people  # nobody sends or tells them anything
        assert it.core.view.people["chen"].name == "陈刚"  # old cases still know the name
        assert (await admin.post("/api/people/chen/invite")).json()["code"] == "person_inactive"
        again = await admin.post("/api/people/chen/activate", json={"reason": "is back"})
        assert again.json()["active"] is True
        login = await it.stranger().post("/api/login", json={"user": "chen", "password": PASSWORD})
        assert login.status_code == 200


async def test_nobody_edits_their_own_roles_or_removes_the_last_administrator(tmp_path):
    async with people_house(tmp_path) as it:
        it.password("zhou")
        admin = it.admin()
        own = await admin.patch(
            "/api/people/zhou", json={"version": 0, "roles": ["administrator", "resident"]}
        )
        assert "own roles" in own.text
        closed = await admin.post("/api/people/zhou/deactivate", json={"reason": "holiday"})
        assert closed.status_code == 422
        assert "own account" in closed.text
        second = await admin.post(
            "/api/people", json={"id": "second", "name": "二", "roles": ["administrator"]}
        )
        assert second.status_code == 201
        other = it.browser("second", base="https://gateway.lan")  # has no password: could not log in again
        last = await other.post("/api/people/zhou/deactivate", json={"reason": "try"})
        assert "last administrator" in last.text
        demoted = await other.patch("/api/people/zhou", json={"version": 0, "roles": ["checker"]})
        assert "last administrator" in demoted.text
        it.password("second")
        other = it.browser("second", base="https://gateway.lan")
        done = await other.post("/api/people/zhou/deactivate", json={"reason": "now there are two"})
        assert done.status_code == 200, done.text


async def test_reset_takes_password_sessions_and_second_factor(tmp_path):
    from tests.gateway.api.test_second_factor import enrolled, login

    async with people_house(tmp_path) as it:
        await enrolled(it, "chen")
        chen = it.browser("chen")
        answer = await it.admin().post("/api/people/chen/reset")
        assert answer.status_code == 200, answer.text
        assert (await chen.get("/api/me")).status_code == 401
        assert (await login(it)).json()["code"] == "login_failed"
        token = answer.json()["link"].partition("#")[2]
        body = {"token": token, "password": "quite another password"}
        assert (await it.stranger().post("/api/login/link", json=body)).status_code == 200
        assert ("zhou", "person.reset", "chen") in it.audit()


async def test_unlock_lets_somebody_try_again(tmp_path):
    async with people_house(tmp_path) as it:
        it.password("wang")
        for number in range(7):
            await it.stranger(address=f"10.0.0.{number}").post(
                "/api/login", json={"user": "wang", "password": "wrong wrong"}
            )
        good = {"user": "wang", "password": PASSWORD}
        assert (await it.stranger().post("/api/login", json=good)).status_code == 429
        assert (await it.admin().get("/api/people/wang")).json()["locked_until"]
        assert (await it.admin().post("/api/people/wang/unlock")).status_code == 204
        assert (await it.stranger().post("/api/login", json=good)).status_code == 200


async def test_one_contact_in_full_for_a_reason_and_a_minute(tmp_path):
    async with people_house(tmp_path) as it:
        admin, manager = it.admin(), it.browser("chen")

        async def seen(browser, person="wang"):
            return (await browser.get(f"/api/people/{person}")).json()["contacts"][0]["address"]

        body = {"field": "contacts.sms", "reason": "call about the shift"}
        bare = await admin.post("/api/people/wang/unmask", json={"field": "contacts.sms"})
        assert bare.status_code == 422
        shown = await admin.post("/api/people/wang/unmask", json=body)
        assert shown.json()["value"] == "13800138001"
        assert await seen(admin) == "13800138001"
        assert await seen(manager) == "138****8001"  # whoever did not ask sees what they saw
        it.ticker.advance(seconds=61)
        assert await seen(admin) == "138****8001"
        assert ("zhou", "unmask", "person:wang") in it.audit()
        assert (await admin.get("/api/people/liu")).json()["name"] == "刘***"
        assert (
            await admin.post("/api/people/wang/unmask", json={**body, "field": "password"})
        ).status_code == 404


async def test_a_contact_is_proven_by_a_code_that_came_back(tmp_path):
    async with people_house(tmp_path) as it:
        guard = it.browser("wang")
        sent = await guard.post("/api/me/contacts/sms/code")
        assert (sent.status_code, sent.json()["to"]) == (200, "138****8001"), sent.text
        ((address, text),) = it.letters.sent
        assert address == "13800138001"
        (code,) = re.findall(r"\b\d{6}\b", text)[:1]
        soon = await guard.post("/api/me/contacts/sms/code")
        assert (soon.status_code, soon.json()["code"]) == (429, "too_many")
        wrong = await guard.post(
            "/api/me/contacts/sms/verify", json={"code": "000000" if code != "000000" else "1"}
        )
        assert wrong.status_code == 422
        assert (await guard.post("/api/me/contacts/sms/verify", json={"code": code})).status_code == 204
        again = await guard.post("/api/me/contacts/sms/verify", json={"code": code})
        assert again.json()["code"] == "code_refused"  # once
        contact = (await it.admin().get("/api/people/wang")).json()["contacts"][0]
        assert contact["fresh"] is True
        it.ticker.advance(days=91)
        contact = (await it.admin().get("/api/people/wang")).json()["contacts"][0]
        assert (contact["fresh"], contact["verified_at"] is not None) == (False, True)
        # Another address is another question.
        await it.admin().patch("/api/people/wang", json={"version": 0, "contacts": {"sms": "13900000000"}})
        assert (await it.admin().get("/api/people/wang")).json()["contacts"][0]["verified_at"] is None


async def test_codes_cannot_be_guessed_and_run_out(tmp_path):
    async with people_house(tmp_path) as it:
        guard = it.browser("wang")
        await guard.post("/api/me/contacts/sms/code")
        code = re.findall(r"\b\d{6}\b", it.letters.sent[0][1])[0]
        guesses = [f"{number:06}" for number in range(6) if f"{number:06}" != code][:5]
        for guess in guesses:
            assert (await guard.post("/api/me/contacts/sms/verify", json={"code": guess})).status_code == 422
        assert (await guard.post("/api/me/contacts/sms/verify", json={"code": code})).status_code == 422
        it.ticker.advance(seconds=61)
        await guard.post("/api/me/contacts/sms/code")
        code = re.findall(r"\b\d{6}\b", it.letters.sent[1][1])[0]
        it.ticker.advance(minutes=11)
        guard = it.browser("wang")
        assert (await guard.post("/api/me/contacts/sms/verify", json={"code": code})).status_code == 422


async def test_a_code_that_could_not_be_sent_says_why(tmp_path):
    async with people_house(tmp_path) as it:
        it.letters.fails = Rejected("isv.MOBILE_NUMBER_ILLEGAL")
        failed = await it.browser("wang").post("/api/me/contacts/sms/code")
        assert (failed.status_code, failed.json()["code"]) == (409, "contact_failed")
        assert "MOBILE_NUMBER_ILLEGAL" in failed.text
        none = await it.browser("chen").post("/api/me/contacts/sms/code")
        assert (none.status_code, none.json()["code"]) == (404, "no_contact")


async def test_a_demo_sends_no_code_out_of_the_box(tmp_path):
    async with people_house(tmp_path, demo=True) as it:
        assert (await it.browser("wang").post("/api/me/contacts/sms/code")).json()["code"] == "no_contact"
        assert it.letters.sent == []


# --- the planted canary: what must not be readable is nowhere ---

PHONE, NAME, NOTE = "13877776666", "司徒金丝雀", "金丝雀的备注"


async def test_a_planted_name_and_number_are_in_no_file_no_log_and_no_error(tmp_path, capfd, caplog):
    async with people_house(tmp_path) as it:
        admin, manager = it.admin(), it.browser("chen")
        body = {"name": NAME, "phone": PHONE, "note": NOTE, "household": "h1", "id": "p-canary"}
        answers = [
            await manager.post("/api/residents", json=body),
            await manager.post("/api/residents", json=body),  # refused: there already
            await manager.patch("/api/residents/p-canary", json={"version": 9, "name": NAME}),  # stale
            await manager.get("/api/residents", params={"q": NAME}),
            await manager.get("/api/residents", params={"q": PHONE}),
            await admin.post(
                "/api/people", json={**NEW, "contacts": {"sms": PHONE, "nowhere": PHONE}}
            ),  # refused
            await admin.post("/api/people", json={**NEW, "contacts": {"sms": PHONE}}),
            await admin.get("/api/people"),
        ]
        statuses = [each.status_code for each in answers]
        assert statuses == [201, 409, 409, 200, 200, 422, 201, 200], [each.text[:200] for each in answers]
        assert len(answers[3].json()["items"]) == len(answers[4].json()["items"]) == 1
        for each in answers:
            assert PHONE not in each.text
            assert NAME not in each.text
            assert NOTE not in each.text
        shown = await manager.post(
            "/api/residents/p-canary/unmask", json={"field": "name", "reason": "the canary's own test"}
        )
        assert shown.json()["value"] == NAME
    said = "".join(capfd.readouterr()) + caplog.text
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(path.name == "gateway.sqlite3" for path in kept)
    for canary in (PHONE, NAME, NOTE, "13800138009", "刘住户名"):
        assert canary not in said
        found = [path.name for path, content in kept.items() if canary.encode() in content]
        # What the site file itself says lies beside the database, in the file that people write by hand.
        assert set(found) <= ({"site.yaml"} if canary in {"13800138009", "刘住户名"} else set()), canary


@pytest.mark.parametrize("path", ["/api/people", "/api/people/wang", "/api/residents"])
async def test_what_is_listed_is_masked_for_every_reader(tmp_path, path):
    async with people_house(tmp_path) as it:
        for person in ("chen", "shen", "zhou", "qian", "wang"):
            browser = it.browser(person, base="https://gateway.lan")
            text = (await browser.get(path)).text
            assert "13800138001" not in text
            assert "刘住户名" not in text
