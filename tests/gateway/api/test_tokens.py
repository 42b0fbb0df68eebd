"""Tokens: shown once, kept as a hash, never more than their maker, over at once when revoked."""

from __future__ import annotations

import pytest

from tests.gateway.api.house import House, house

CASES = {"name": "大屏", "permissions": ["incidents.read"], "days": 30}


async def made(it: House, person: str = "chen", **changed: object) -> tuple[str, str]:
    """Make a token; return its text and its id."""
    answer = await it.browser(person, base="https://gateway.lan").post(
        "/api/tokens", json={**CASES, **changed}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["token"], answer.json()["made"]["id"]


def program(it: House, token: str, **where: str):
    browser = it.stranger(**where)
    browser.headers["Authorization"] = f"Bearer {token}"
    return browser


async def test_a_token_does_what_it_carries_and_nothing_else(tmp_path):
    async with house(tmp_path) as it:
        it.force()
        token, name = await made(it)
        machine = program(it, token)
        assert (await machine.get("/api/incidents")).status_code == 200
        beyond = await machine.get("/api/alerts")
        assert (beyond.status_code, beyond.json()["code"]) == (403, "not_in_scope")
        own = await machine.post("/api/me/password", json={"new": "another long password"})
        assert (own.status_code, own.json()["code"]) == (403, "session_only")
        assert ("chen", "permission.refused", "alerts.read") in it.audit()
        assert ("chen", "token.made", name) in it.audit()


async def test_a_token_writes_without_csrf_and_without_an_origin(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        token, _ = await made(it, permissions=["incidents.act", "incidents.read"])
        machine = program(it, token)
        machine.headers["Origin"] = "http://elsewhere.example"
        answer = await machine.post(
            f"/api/incidents/{case.number}/actions",
            json={"action": "note", "version": case.version, "fields": {"note": "from a program"}},
            headers={"Idempotency-Key": "a-program-key-1"},
        )
        assert answer.status_code == 200, answer.text


async def test_more_than_the_maker_may_is_refused_all_at_once(tmp_path):
    async with house(tmp_path) as it:
        answer = await it.browser("chen").post(
            "/api/tokens",
            json={**CASES, "permissions": ["audit.read", "incidents.read", "account.secure", "no.such"]},
        )
        assert answer.status_code == 422
        assert [each["path"] for each in answer.json()["facts"]["fields"]] == [
            "body.permissions.0", "body.permissions.2", "body.permissions.3",
        ]  # fmt: skip


async def test_a_token_shrinks_with_its_maker_and_ends_with_them(tmp_path):
    from gateway.store import accounts

    async with house(tmp_path) as it:
        token, _ = await made(it)
        machine = program(it, token)
        assert (await machine.get("/api/incidents")).status_code == 200
        it.write(lambda connection: accounts.close_account(connection, "chen"))
        it.ticker.advance(seconds=11)
        assert (await machine.get("/api/incidents")).status_code == 401


async def test_revoked_means_now(tmp_path):
    async with house(tmp_path) as it:
        token, name = await made(it)
        machine = program(it, token)
        assert (await machine.get("/api/incidents")).status_code == 200
        browser = it.browser("chen")
        listed = (await browser.get("/api/tokens")).json()["items"]
        assert [(each["id"], each["works"], each["used_from"]) for each in listed] == [
            (name, True, "192.168.1.20")
        ]
        assert (await browser.delete(f"/api/tokens/{name}")).status_code == 204
        assert (await machine.get("/api/incidents")).status_code == 401
        assert ("chen", "token.revoked", name) in it.audit()
        assert (await browser.get("/api/tokens")).json()["items"][0]["works"] is False


async def test_a_token_runs_out(tmp_path):
    async with house(tmp_path) as it:
        token, _ = await made(it, days=1)
        it.ticker.advance(days=1, seconds=1)
        assert (await program(it, token).get("/api/incidents")).status_code == 401


async def test_somebody_elses_token_is_not_there_but_the_administrator_sees_all(tmp_path):
    async with house(tmp_path) as it:
        _, name = await made(it)
        admin = it.browser("zhou", base="https://gateway.lan")
        mine, other = await made(it, "zhou", permissions=["health.read"])
        chen = it.browser("chen")
        assert (await chen.delete(f"/api/tokens/{other}")).status_code == 404
        assert {each["id"] for each in (await chen.get("/api/tokens")).json()["items"]} == {name}
        assert {each["id"] for each in (await admin.get("/api/tokens")).json()["items"]} == {name, other}
        assert (await admin.delete(f"/api/tokens/{name}")).status_code == 204
        # An administrator's token needs what an administrator's login needs.
        assert (await program(it, mine).get("/api/health")).json()["code"] == "tls_required"
        assert (await program(it, mine, base="https://gateway.lan").get("/api/health")).status_code == 200


async def test_guessing_tokens_from_one_address_is_slowed(tmp_path):
    async with house(tmp_path) as it:
        codes = [(await program(it, f"scg_{n}").get("/api/me")).status_code for n in range(24)]
        assert codes[:20] == [401] * 20
        assert codes[-1] == 429
        token, _ = await made(it)
        assert (await program(it, token, address="192.168.1.99").get("/api/incidents")).status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "bearer  x y", "Basic abc"])
async def test_odd_headers_are_answered(tmp_path, header):
    async with house(tmp_path) as it:
        answer = await it.stranger().get("/api/me", headers={"Authorization": header})
        assert answer.status_code == 401


async def test_the_store_holds_no_token(tmp_path):
    async with house(tmp_path) as it:
        token, _ = await made(it)
        await program(it, token).get("/api/incidents")
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert token.encode() not in everything
    assert token.removeprefix("scg_").encode() not in everything
