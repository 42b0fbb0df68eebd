"""Login over HTTP: cookies on a name that is not localhost, one-time links, waiting, ending."""

from __future__ import annotations

import pytest

from tests.gateway.api.house import PASSWORD, house

BODY = {"user": "wang", "password": PASSWORD}


async def test_login_over_plain_http_on_the_lan(tmp_path):
    async with house(tmp_path) as it:
        it.password("wang")
        browser = it.stranger()

        answer = await browser.post("/api/login", json=BODY)

        assert answer.status_code == 200, answer.text
        assert answer.json()["home"] == "/duty"
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("session=")
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Secure" not in cookie
        me = (await browser.get("/api/me")).json()  # the browser kept the cookie for gateway.lan
        assert (me["id"], me["name"], me["csrf"]) == ("wang", "王强", answer.json()["csrf"])
        assert me["site"] == {
            "id": "demo",
            "name": {"zh": "幸福里", "en": "Happy Lane"},
            "timezone": "Asia/Shanghai",
            "demo": False,
            "phone": None,
        }
        assert "incidents.act" in me["permissions"]
        assert "events.unmask" not in me["permissions"]
        assert "没有加密" in me["banner"]["zh"]
        assert ("wang", "login", "192.168.1.20") in it.audit()


async def test_login_over_tls_uses_the_host_cookie(tmp_path):
    async with house(tmp_path) as it:
        it.password("zhou")
        browser = it.stranger(base="https://gateway.lan", address="203.0.113.9")
        answer = await browser.post("/api/login", json={"user": "zhou", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-session=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "strict-transport-security" in answer.headers
        me = (await browser.get("/api/me")).json()
        assert me["banner"] is None


@pytest.mark.parametrize(
    ("user", "address", "settings", "status"),
    [
        ("wang", "192.168.1.20", {}, 200),
        ("wang", "10.1.2.3", {}, 200),
        ("wang", "fd00::1", {}, 200),
        ("wang", "::ffff:192.168.1.20", {}, 200),
        ("wang", "203.0.113.9", {}, 403),
        ("wang", "not an address", {}, 403),
        ("zhou", "192.168.1.20", {}, 403),
        ("zhou", "127.0.0.1", {}, 200),
        ("zhou", "192.168.1.20", {"demo": True}, 200),
        ("zhou", "203.0.113.9", {"demo": True}, 403),
    ],
)
async def test_who_may_log_in_without_encryption(tmp_path, user, address, settings, status):
    async with house(tmp_path, **settings) as it:
        it.password(user)
        answer = await it.stranger(address=address).post(
            "/api/login", json={"user": user, "password": PASSWORD}
        )
        assert answer.status_code == status
        if status == 403:
            assert answer.json()["code"] == "tls_required"
            assert (user, "login.refused", address) in it.audit()


async def test_wrong_name_wrong_password_and_closed_account_look_the_same(tmp_path):
    async with house(tmp_path) as it:
        it.password("wang")
        it.password("li")
        it.write(lambda connection: connection.exec_driver_sql("UPDATE users SET active = 0 WHERE id = 'li'"))
        browser = it.stranger()
        answers = [
            await browser.post("/api/login", json=body)
            for body in (
                {"user": "wang", "password": "wrong"},
                {"user": "nobody", "password": "wrong"},
                {"user": "li", "password": PASSWORD},
                {"user": "zhao", "password": "wrong"},  # has no password yet
            )
        ]
        assert {(a.status_code, a.text) for a in answers} == {(401, answers[0].text)}
        assert answers[0].json()["code"] == "login_failed"


async def test_guessing_one_account_locks_it_and_no_other(tmp_path):
    async with house(tmp_path) as it:
        it.password("wang")
        it.password("li")
        statuses = [
            (
                await it.stranger(address=f"192.168.2.{number}").post(
                    "/api/login", json={"user": "wang", "password": "guess"}
                )
            ).status_code
            for number in range(8)
        ]
        assert statuses == [401] * 5 + [429] * 3
        locked = await it.stranger().post("/api/login", json=BODY)
        assert locked.status_code == 429  # the right password too: a guesser learns nothing
        assert int(locked.headers["retry-after"]) == locked.json()["facts"]["wait_s"] >= 1
        assert (
            await it.stranger().post("/api/login", json={"user": "li", "password": PASSWORD})
        ).status_code == 200
        it.ticker.advance(minutes=6)
        assert (await it.stranger().post("/api/login", json=BODY)).status_code == 200


async def test_guessing_many_names_locks_the_address_and_no_other(tmp_path):
    async with house(tmp_path) as it:
        it.password("wang")
        guesser = it.stranger(address="192.168.9.9")
        statuses = [
            (await guesser.post("/api/login", json={"user": f"user{n}", "password": "guess"})).status_code
            for n in range(22)
        ]
        assert statuses == [401] * 20 + [429] * 2
        assert (await it.stranger().post("/api/login", json=BODY)).status_code == 200


async def test_a_new_login_gets_a_new_session_and_a_stolen_old_cookie_is_not_adopted(tmp_path):
    async with house(tmp_path) as it:
        it.password("wang")
        browser = it.stranger()
        browser.cookies.set("session", "chosen-by-somebody-else", domain="gateway.lan")
        answer = await browser.post("/api/login", json=BODY)
        assert "chosen-by-somebody-else" not in answer.headers["set-cookie"]


async def test_logout_ends_the_session(tmp_path):
    async with house(tmp_path) as it:
        browser = it.browser("wang")
        assert (await browser.get("/api/me")).status_code == 200
        assert (await browser.post("/api/logout")).status_code == 204
        answer = await browser.get("/api/me")
        assert (answer.status_code, answer.json()["code"]) == (401, "login_required")


async def test_a_session_ends_after_thirty_idle_minutes_and_after_twelve_hours(tmp_path):
    async with house(tmp_path) as it:
        browser = it.browser("wang")
        assert (await browser.get("/api/me")).status_code == 200
        it.ticker.advance(minutes=29)
        assert (await browser.get("/api/me")).status_code == 200
        it.ticker.advance(minutes=31)
        assert (await browser.get("/api/me")).status_code == 401

        busy = it.browser("wang")
        for _ in range(35):
            it.ticker.advance(minutes=20)
            assert (await busy.get("/api/me")).status_code == 200
        it.ticker.advance(minutes=20)
        assert (await busy.get("/api/me")).status_code == 401


async def test_a_dismissed_person_is_out_within_seconds(tmp_path):
    async with house(tmp_path) as it:
        browser = it.browser("zhao")
        assert (await browser.get("/api/me")).status_code == 200
        from gateway.store.accounts import sync_people

        it.write(
            lambda connection: sync_people(connection, [p for p in it.people.values() if p.id != "zhao"])
        )
        it.ticker.advance(seconds=11)
        assert (await browser.get("/api/me")).status_code == 401


async def test_the_first_run_link_makes_the_administrator_set_a_password(tmp_path):
    async with house(tmp_path) as it:
        token = it.link("zhou", "first_run")
        here = it.stranger(address="127.0.0.1")

        asked = await here.post("/api/login/link", json={"token": token})
        assert (asked.status_code, asked.json()["code"]) == (422, "password_required")
        short = await here.post("/api/login/link", json={"token": token, "password": "short"})
        assert short.status_code == 422
        done = await here.post("/api/login/link", json={"token": token, "password": PASSWORD})
        assert done.status_code == 200, done.text
        assert done.json()["roles"] == ["administrator"]

        again = await it.stranger(address="127.0.0.1").post(
            "/api/login/link", json={"token": token, "password": PASSWORD}
        )
        assert (again.status_code, again.json()["code"]) == (401, "link_failed")
        by_password = await it.stranger(address="127.0.0.1").post(
            "/api/login", json={"user": "zhou", "password": PASSWORD}
        )
        assert by_password.status_code == 200


async def test_a_demo_link_logs_in_once_without_a_password(tmp_path):
    async with house(tmp_path) as it:
        token = it.link("zhao", "demo")
        first = await it.stranger().post("/api/login/link", json={"token": token})
        assert (first.status_code, first.json()["home"]) == (200, "/m")
        assert (await it.stranger().post("/api/login/link", json={"token": token})).status_code == 401


async def test_a_link_runs_out(tmp_path):
    async with house(tmp_path) as it:
        token = it.link("zhao", "demo")
        it.ticker.advance(hours=2)
        assert (await it.stranger().post("/api/login/link", json={"token": token})).status_code == 401


async def test_changing_the_password_ends_my_other_sessions(tmp_path):
    async with house(tmp_path) as it:
        it.password("wang")
        mine, other = it.browser("wang"), it.browser("wang")
        wrong = await mine.post("/api/me/password", json={"current": "no", "new": "another long password"})
        assert (wrong.status_code, wrong.json()["code"]) == (403, "password_wrong")
        assert (await other.get("/api/me")).status_code == 200
        done = await mine.post("/api/me/password", json={"current": PASSWORD, "new": "another long password"})
        assert done.status_code == 204, done.text
        assert (await mine.get("/api/me")).status_code == 200
        assert (await other.get("/api/me")).status_code == 401


async def test_the_store_holds_no_token_and_no_password(tmp_path):
    async with house(tmp_path) as it:
        it.password("wang")
        browser = it.stranger()
        await browser.post("/api/login", json=BODY)
        secrets = [PASSWORD, browser.cookies["session"], it.link("zhao", "demo")]
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"argon2id$v=19$m=19456,t=2,p=1" in everything
    for secret in secrets:
        assert secret.encode() not in everything
