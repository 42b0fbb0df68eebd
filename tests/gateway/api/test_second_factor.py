"""Second factor: set up by an app, asked for at every login, never twice the same code, and a way back in."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.second_factor import STEP_S, new_recovery_code, step_of
from tests.gateway.api.house import PASSWORD, START, House, house

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(it: House, secret: str, *, ago: int = 0) -> str:
    return pyotp.TOTP(secret).at(it.clock.now() - timedelta(seconds=ago))


async def enrolled(it: House, person: str = "chen") -> tuple[str, list[str]]:
    """Set up a second factor; return its secret and the recovery codes."""
    it.password(person)
    browser = it.browser(person)
    begun = await browser.post("/api/me/second-factor", json={"current": PASSWORD})
    assert begun.status_code == 200, begun.text
    secret = begun.json()["secret"]
    done = await browser.post("/api/me/second-factor/confirm", json={"code": code(it, secret)})
    assert done.status_code == 200, done.text
    it.ticker.advance(seconds=2 * STEP_S)
    return secret, done.json()["codes"]


async def login(it: House, *, given: str | None = None, password: str = PASSWORD, user: str = "chen"):
    body = {"user": user, "password": password} | ({"code": given} if given else {})
    return await it.stranger().post("/api/login", json=body)


async def test_once_enrolled_a_login_needs_password_and_code(tmp_path):
    async with house(tmp_path) as it:
        secret, codes = await enrolled(it)
        assert len(set(codes)) == 10
        asked = await login(it)
        assert (asked.status_code, asked.json()["code"]) == (401, "code_required")
        wrong = await login(it, given="000000")
        assert (wrong.status_code, wrong.json()["code"]) == (401, "code_wrong")
        assert (await login(it, given=code(it, secret), password="not this one")).json()[
            "code"
        ] == "login_failed"
        assert (await login(it, given=code(it, secret))).status_code == 200


async def test_a_code_counts_once_and_no_older_one_after_it(tmp_path):
    async with house(tmp_path) as it:
        secret, _ = await enrolled(it)
        now, before = code(it, secret), code(it, secret, ago=STEP_S)
        assert (await login(it, given=now)).status_code == 200
        assert (await login(it, given=now)).json()["code"] == "code_wrong"
        assert (await login(it, given=before)).json()["code"] == "code_wrong"


async def test_a_recovery_code_counts_once_for_its_own_account(tmp_path):
    async with house(tmp_path) as it:
        _, codes = await enrolled(it)
        await enrolled(it, "wang")
        assert (await login(it, given=codes[0], user="wang")).json()["code"] == "code_wrong"
        assert (await login(it, given=codes[0].upper())).status_code == 200
        assert (await login(it, given=codes[0])).json()["code"] == "code_wrong"
        me = (await it.browser("chen").get("/api/me")).json()
        assert me["second_factor"] == {"enrolled": True, "recovery_left": 9, "advised": False}


async def test_guessing_codes_is_slowed_like_guessing_passwords(tmp_path):
    async with house(tmp_path) as it:
        secret, _ = await enrolled(it)
        answers = [(await login(it, given=f"{number:06}")).json()["code"] for number in range(7)]
        assert answers[:4] == ["code_wrong"] * 4
        assert answers[-1] == "too_many"
        assert (await login(it, given=code(it, secret))).json()["code"] == "too_many"


async def test_setting_up_needs_the_password_and_the_right_code(tmp_path):
    async with house(tmp_path) as it:
        it.password("chen")
        browser, other = it.browser("chen"), it.browser("chen")
        refused = await browser.post("/api/me/second-factor", json={"current": "no"})
        assert refused.json()["code"] == "password_wrong"
        begun = (await browser.post("/api/me/second-factor", json={"current": PASSWORD})).json()
        assert begun["qr"].startswith("<svg")
        assert begun["secret"] in begun["uri"]
        wrong = await browser.post("/api/me/second-factor/confirm", json={"code": "000000"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "code_refused")
        assert (await login(it)).status_code == 200  # nothing is asked for before it was confirmed
        good = await browser.post("/api/me/second-factor/confirm", json={"code": code(it, begun["secret"])})
        assert good.status_code == 200
        assert (await other.get("/api/me")).status_code == 401  # other sessions ended
        again = await browser.post("/api/me/second-factor", json={"current": PASSWORD})
        assert (again.status_code, again.json()["code"]) == (409, "factor_there")
        assert ("chen", "factor.confirmed", "chen") in it.audit()


async def test_taking_it_away_needs_both_proofs(tmp_path):
    async with house(tmp_path) as it:
        secret, codes = await enrolled(it)
        browser = it.browser("chen")
        path = "/api/me/second-factor/remove"
        assert (await browser.post(path, json={"current": "no", "code": code(it, secret)})).status_code == 403
        assert (await browser.post(path, json={"current": PASSWORD, "code": "000000"})).status_code == 422
        done = await browser.post(path, json={"current": PASSWORD, "code": codes[3]})
        assert done.status_code == 204, done.text
        assert (await login(it)).status_code == 200


async def test_a_link_does_not_go_round_it(tmp_path):
    async with house(tmp_path) as it:
        secret, _ = await enrolled(it)
        token = it.link("chen", "invite")
        body = {"token": token, "password": "another long password"}
        assert (await it.stranger().post("/api/login/link", json=body)).json()["code"] == "code_required"
        good = await it.stranger().post("/api/login/link", json={**body, "code": code(it, secret)})
        assert good.status_code == 200, good.text


async def test_the_store_holds_neither_secret_nor_recovery_codes(tmp_path):
    async with house(tmp_path) as it:
        secret, codes = await enrolled(it)
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for each in (secret, *codes, *(one.replace("-", "") for one in codes)):
        assert each.encode() not in everything


@pytest.mark.parametrize(("ago", "good"), [(0, True), (30, True), (-30, True), (90, False), (-90, False)])
def test_a_code_fits_its_half_minute_and_one_to_each_side(ago, good):
    given_code = pyotp.TOTP(SECRET).at(START - timedelta(seconds=ago))
    assert (step_of(SECRET, given_code, START) is not None) is good


@given(st.text(max_size=20))
def test_any_text_is_only_right_or_wrong(text):
    step = step_of(SECRET, text, START)
    assert step is None or pyotp.TOTP(SECRET).generate_otp(step) == "".join(text.split())


def test_recovery_codes_are_long_and_readable():
    assert len({new_recovery_code() for _ in range(500)}) == 500
