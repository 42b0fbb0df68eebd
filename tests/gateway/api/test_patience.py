"""Guessing all at once helps no more than guessing one after the other: passwords, codes, links, case codes, contacts."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import httpx
import pyotp

from gateway.api.tries import MOST, Tries
from gateway.credentials import FREE_TRIES_ACCOUNT, FREE_TRIES_ADDRESS
from gateway.store.case_codes import code_of
from gateway.store.contacts import MOST_TRIES
from tests.gateway.api.house import PASSWORD, START, House, house
from tests.gateway.api.people_house import people_house
from tests.gateway.api.test_second_factor import enrolled


def words(answers: list[httpx.Response]) -> Counter[str]:
    """Return how often each word of refusal, or status, came."""
    return Counter(
        each.json()["code"] if each.status_code >= 400 else str(each.status_code) for each in answers
    )


def wrong_codes(it: House, secret: str) -> list[str]:
    """Return thirty codes that the app does not show now."""
    right = {pyotp.TOTP(secret).at(it.clock.now() + timedelta(seconds=s)) for s in (-30, 0, 30)}
    return [f"{n:06}" for n in range(40) if f"{n:06}" not in right][:30]


async def test_passwords_of_one_account_from_many_addresses_at_once(tmp_path):
    async with house(tmp_path) as it:
        it.password("wang")
        it.password("li")
        browsers = [it.stranger(address=f"192.168.2.{n}") for n in range(30)]
        guesses = [
            each.post("/api/login", json={"user": "wang", "password": f"guess {n}"})
            for n, each in enumerate(browsers)
        ]
        other = it.stranger().post("/api/login", json={"user": "li", "password": PASSWORD})
        *answers, good = await asyncio.gather(*guesses, other)
        assert words(answers) == {"login_failed": FREE_TRIES_ACCOUNT, "too_many": 30 - FREE_TRIES_ACCOUNT}
        assert good.status_code == 200  # nobody else is held up
        right = {"user": "wang", "password": PASSWORD}
        assert (await it.stranger().post("/api/login", json=right)).status_code == 429


async def test_names_from_one_address_at_once(tmp_path):
    async with house(tmp_path) as it:
        browser = it.stranger(address="192.168.9.9")
        answers = await asyncio.gather(
            *(
                browser.post("/api/login", json={"user": f"user{n}", "password": "guess"})
                for n in range(FREE_TRIES_ADDRESS + 5)
            )
        )
        assert words(answers) == {"login_failed": FREE_TRIES_ADDRESS, "too_many": 5}


async def test_second_factor_codes_at_once(tmp_path):
    async with house(tmp_path) as it:
        secret, _ = await enrolled(it)
        guesses = wrong_codes(it, secret)
        answers = await asyncio.gather(
            *(
                it.stranger(address=f"192.168.2.{n}").post(
                    "/api/login", json={"user": "chen", "password": PASSWORD, "code": guess}
                )
                for n, guess in enumerate(guesses)
            )
        )
        assert words(answers) == {"code_wrong": FREE_TRIES_ACCOUNT, "too_many": 30 - FREE_TRIES_ACCOUNT}


async def test_codes_with_a_link_and_codes_and_passwords_within_a_session_at_once(tmp_path):
    async with house(tmp_path) as it:
        secret, _ = await enrolled(it)
        wrong = wrong_codes(it, secret)[0]
        body = {"token": it.link("chen", "invite"), "password": "another long password", "code": wrong}
        linked = [it.stranger(address=f"192.168.3.{n}").post("/api/login/link", json=body) for n in range(10)]
        browser = it.browser("chen")
        inside = [
            browser.post("/api/me/second-factor/remove", json={"current": PASSWORD, "code": wrong}),
            browser.post("/api/me/password", json={"current": "guess", "new": "another long password"}),
            browser.post("/api/me/second-factor", json={"current": "guess"}),
        ]
        answers = await asyncio.gather(*linked, *inside)
        found = words(answers)
        tried = found["code_wrong"] + found["code_refused"] + found["password_wrong"]
        assert (tried, found["too_many"]) == (FREE_TRIES_ACCOUNT, 13 - FREE_TRIES_ACCOUNT)


async def test_my_own_password_at_once(tmp_path):
    async with house(tmp_path) as it:
        it.password("wang")
        browser = it.browser("wang")
        answers = await asyncio.gather(
            *(
                browser.post(
                    "/api/me/password", json={"current": f"guess {n}", "new": "another long password"}
                )
                for n in range(15)
            )
        )
        assert words(answers) == {"password_wrong": FREE_TRIES_ACCOUNT, "too_many": 15 - FREE_TRIES_ACCOUNT}


async def test_links_at_once(tmp_path):
    async with house(tmp_path) as it:
        browser = it.stranger(address="192.168.9.9")
        answers = await asyncio.gather(
            *(
                browser.post("/api/login/link", json={"token": f"{n:043}"})
                for n in range(FREE_TRIES_ADDRESS + 5)
            )
        )
        assert words(answers) == {"link_failed": FREE_TRIES_ADDRESS, "too_many": 5}


async def test_one_link_used_by_many_at_once_opens_one_session(tmp_path):
    async with house(tmp_path) as it:
        body = {"token": it.link("wang", "invite"), "password": "another long password"}
        answers = await asyncio.gather(
            *(it.stranger(address=f"192.168.3.{n}").post("/api/login/link", json=body) for n in range(6))
        )
        assert words(answers) == {"200": 1, "link_failed": 5}


async def test_case_codes_at_once(tmp_path):
    async with house(tmp_path) as it:
        number = it.force().number
        code = it.write(lambda c: code_of(c, number, now=it.clock.now()))
        guesses = [f"{n:06}" for n in range(70) if f"{n:06}" != code][:60]
        guard = it.browser("wang")
        answers = await asyncio.gather(*(guard.get(f"/api/incidents/by-code/{each}") for each in guesses))
        assert words(answers) == {"not_found": MOST, "too_many": 60 - MOST}


async def test_right_case_codes_are_not_counted(tmp_path):
    async with house(tmp_path) as it:
        number = it.force().number
        code = it.write(lambda c: code_of(c, number, now=it.clock.now()))
        guard = it.browser("wang")
        for _ in range(MOST + 2):
            assert (await guard.get(f"/api/incidents/by-code/{code}")).status_code == 200


def test_a_try_given_back_leaves_the_others():
    tries = Tries()
    for n in range(MOST):
        tries.count("wang", START + timedelta(seconds=n))
    tries.give_back("wang", START + timedelta(seconds=3))
    assert tries.wait("wang", START + timedelta(seconds=20)) is None
    tries.give_back("wang", START + timedelta(seconds=3))  # that one is gone already: nothing else is
    tries.count("wang", START + timedelta(seconds=20))
    assert tries.wait("wang", START + timedelta(seconds=20)) == 15 * 60 - 20


async def test_contact_codes_at_once(tmp_path):
    async with people_house(tmp_path) as it:
        guard = it.browser("wang")
        asked = await asyncio.gather(*(guard.post("/api/me/contacts/sms/code") for _ in range(5)))
        assert sorted(each.status_code for each in asked) == [200, 429, 429, 429, 429]
        assert len(it.letters.sent) == 1
        text = it.letters.sent[0][1]
        code = "".join(each for each in text if each.isdigit())[:6]
        guesses = [f"{n:06}" for n in range(40) if f"{n:06}" != code][:30]
        answers = await asyncio.gather(
            *(guard.post("/api/me/contacts/sms/verify", json={"code": each}) for each in guesses)
        )
        assert words(answers) == {"code_refused": 30}
        late = await guard.post("/api/me/contacts/sms/verify", json={"code": code})
        assert late.json()["code"] == "code_refused", f"more than {MOST_TRIES} were tried"
