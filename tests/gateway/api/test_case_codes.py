"""Six digits lead whoever may see the case to it, nobody else, and nobody who guesses."""

from __future__ import annotations

from datetime import timedelta

from gateway.allowance import way_of
from gateway.notify.channel import NO_LIMITS
from gateway.store.case_codes import KEPT, case_by_code, code_of
from gateway.store.outbox import Outcome, settle
from gateway.store.sending import claim
from tests.gateway.api.house import house


async def test_a_code_opens_the_case_within_the_scope_and_only_there(tmp_path):
    async with house(tmp_path) as it:
        number = it.force().number
        code = it.write(lambda c: code_of(c, number, now=it.clock.now()))
        assert it.write(lambda c: code_of(c, number, now=it.clock.now())) == code
        found = await it.browser("wang").get(f"/api/incidents/by-code/{code}")
        assert found.json()["number"] == number
        assert (await it.browser("sun").get(f"/api/incidents/by-code/{code}")).status_code == 404
        assert (await it.stranger().get(f"/api/incidents/by-code/{code}")).status_code == 401
        assert (await it.browser("wang").get("/api/incidents/by-code/12")).status_code == 422


async def test_who_guesses_is_stopped_and_may_go_on_later(tmp_path):
    async with house(tmp_path) as it:
        number = it.force().number
        code = it.write(lambda c: code_of(c, number, now=it.clock.now()))
        guesses = [f"{n:06d}" for n in range(12) if f"{n:06d}" != code][:10]
        guard = it.browser("wang")
        assert [(await guard.get(f"/api/incidents/by-code/{g}")).status_code for g in guesses] == [404] * 10
        refused = await guard.get(f"/api/incidents/by-code/{code}")
        assert refused.status_code == 429
        assert refused.json()["code"] == "too_many"
        assert (await it.browser("chen").get(f"/api/incidents/by-code/{code}")).status_code == 200


async def test_codes_are_unique_and_freed_when_the_case_is_long_over(tmp_path):
    async with house(tmp_path) as it:
        now = it.clock.now()
        codes = {it.write(lambda c, n=n: code_of(c, f"x-{n}", now=now)) for n in range(200)}
        assert len(codes) == 200
        number = it.force().number
        mine = it.write(lambda c: code_of(c, number, now=now))
        it.write(lambda c: code_of(c, "later", now=now + KEPT + timedelta(days=1)))
        assert it.write(lambda c: case_by_code(c, mine)) == number, "it is open"


async def test_who_was_told_when_by_what_and_what_came_back_is_one_answer(tmp_path):
    async with house(tmp_path) as it:
        case = it.force().number
        now = it.clock.now()
        ways = {name: way_of("lan", "box", NO_LIMITS, free=1) for name in ("lan", "console")}
        given = it.write(lambda c: claim(c, now=now, until=now, ways=ways, resting={}, other=0)).claimed
        outcomes = [Outcome(id=each.message.id, state="delivered", detail="1 page(s)") for each in given]
        it.write(lambda c: settle(c, outcomes, now=now))
        told = (await it.browser("chen").get(f"/api/incidents/{case}")).json()["told"]
        sent = [each for each in told if each["state"] == "delivered"]
        assert {each["id"] for each in sent} == {each.message.id for each in given}
        assert all(each["settled_at"] and each["receipt"]["detail"] == "1 page(s)" for each in sent)
        assert {each["state"] for each in told} - {"delivered"} == {"pending"}
        for each in told:
            assert each["state_name"]["zh"]
            assert each["state_name"]["en"]
            assert each["not_after"] > each["created_at"]
