"""The door from outside: real requests by httpx, and what becomes of them."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from devices.reply import Reply
from tests.gateway.push.door import PASSWORD, SECRET, Door, open_door

BASIC = ("bell-1", PASSWORD)
DIGEST = httpx.DigestAuth("bell-1", PASSWORD)


def client(door: Door) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=door.url, trust_env=False, timeout=10)


@pytest.mark.parametrize("auth", [BASIC, DIGEST], ids=["basic", "digest"])
async def test_a_push_becomes_one_message_with_its_proven_sender(auth: object) -> None:
    async with open_door() as door, client(door) as http:
        answer = await http.post(
            "/bell/a?SN=7&x=%20y",
            content=b"\xff\x00body",
            auth=auth,  # type: ignore[arg-type]  # a pair, or a flow
            headers={"X-Turn": "1", "X-Else": "2", "Content-Type": "text/xml"},
        )
        assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, "OK", "text/plain")
        (message,) = door.ledger.messages
        assert (message.adapter, message.topic, message.payload) == (
            "http",
            "/bell/a?SN=7&x=%20y",
            b"\xff\x00body",
        )
        assert (message.user, message.speaks) == ("bell-1", ("bell-1",))
        assert message.headers == {"method": "POST", "x-turn": "1", "content-type": "text/xml"}
        assert door.counts["taken"] == 1


async def test_nothing_is_answered_before_the_commit() -> None:
    async with open_door(answer_s=5) as door, client(door) as http:
        door.ledger.at_once = False
        task = asyncio.create_task(http.post("/bell/a", content=b"1", auth=BASIC))
        while not door.ledger.waiting:  # noqa: ASYNC110  # the next turns of the loop
            await asyncio.sleep(0.005)
        assert not (await asyncio.wait([task], timeout=0.2))[0]
        door.ledger.commit()
        assert (await task).status_code == 200


async def test_what_is_not_stored_in_time_is_to_be_sent_again() -> None:
    async with open_door(answer_s=0.05) as door, client(door) as http:
        door.ledger.at_once = False
        answer = await http.post("/bell/a", content=b"1", auth=BASIC)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert door.refused("not_stored") == 1
        door.ledger.commit()  # too late for anybody to hear, and no harm
        door.ledger.at_once = True
        assert (await http.post("/bell/a", content=b"1", auth=BASIC)).status_code == 200
        assert len(door.ledger.messages) == 2


async def test_a_store_that_takes_nothing_is_said_before_anything_is_read() -> None:
    async with open_door() as door, client(door) as http:
        door.ledger.degraded = True
        answer = await http.post("/bell/a", content=b"1" * 100_000, auth=BASIC)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        door.ledger.degraded, door.ledger.full = False, True
        assert (await http.post("/bell/a", content=b"1", auth=BASIC)).status_code == 503
        assert (door.refused("degraded"), door.refused("no_room"), door.ledger.messages) == (1, 1, [])


async def test_the_answer_is_the_profiles() -> None:
    def reply(message: object) -> Reply | None:
        return Reply(status=201, type="application/json", body=b'{"code":0}')

    async with open_door(reply=reply) as door, client(door) as http:
        answer = await http.get("/bell/a", auth=BASIC)
        assert (answer.status_code, answer.content, answer.headers["content-type"]) == (
            201,
            b'{"code":0}',
            "application/json",
        )
        assert answer.headers["date"] == "Wed, 04 Mar 2026 10:15:00 GMT"
        assert door.ledger.messages[0].headers["method"] == "GET"
        assert door.ledger.messages[0].payload == b""


@pytest.mark.parametrize("path", [f"/push/{SECRET}/bell/a?x=1", f"/bell/a?x=1&push_token={SECRET}"])
async def test_a_secret_in_the_url_proves_its_sender_and_is_not_kept(path: str) -> None:
    async with open_door() as door, client(door) as http:
        assert (await http.post(path, content=b"1")).status_code == 200
        (message,) = door.ledger.messages
        assert (message.user, message.topic) == ("bell-2", "/bell/a?x=1")
        assert SECRET not in repr(message)


async def test_a_device_that_can_prove_nothing_is_known_by_its_address() -> None:
    devices = {"bell-1": {"addresses": ["127.0.0.1"], "by_address": True}}
    async with open_door(devices=devices) as door, client(door) as http:
        assert (await http.get("/bell/a")).status_code == 200
        assert door.ledger.messages[0].speaks == ("bell-1",)
    devices["bridge"] = {"addresses": ["127.0.0.0/8"], "by_address": True}
    async with open_door(devices=devices) as door, client(door) as http:
        assert (await http.get("/bell/a")).status_code == 200
        assert (door.ledger.messages[0].user, door.ledger.messages[0].speaks) == (None, ("bell-1", "bridge"))


async def test_an_address_proves_only_who_speaks_what_comes_to_this_path() -> None:
    async with open_door(devices={"lock-1": {"addresses": ["127.0.0.1"], "by_address": True}}) as door:
        async with client(door) as http:
            assert (await http.post("/bell/a", content=b"x")).status_code == 401
            assert (await http.post("/bell/a", content=b"x", auth=DIGEST)).status_code == 200
        assert [each.user for each in door.ledger.messages] == ["bell-1"]


async def test_who_proves_nothing_is_told_how_and_counted() -> None:
    async with open_door() as door, client(door) as http:
        answer = await http.post("/bell/a", content=b"x" * 200_000)
        assert answer.status_code == 401
        asked = answer.headers.get_list("www-authenticate")
        assert [each.partition(" ")[0] for each in asked] == ["Digest", "Digest", "Basic"]
        assert (await http.post("/bell/a", auth=("old", PASSWORD))).status_code == 401
        assert (await http.post("/bell/a", headers={"Authorization": "Bearer x"})).status_code == 401
        assert (door.refused("no_credential"), door.refused("wrong_credential")) == (1, 2)
        assert door.listener.desk.refused["no_credential"] == "127.0.0.1 /bell/a"
        assert door.ledger.messages == []


async def test_a_path_that_no_profile_reads_is_unknown() -> None:
    async with open_door() as door, client(door) as http:
        answer = await http.post("/nothing/here", content=b"x", auth=BASIC)
        assert (answer.status_code, answer.text, answer.headers["content-type"]) == (
            404,
            "Not Found",
            "text/plain",
        )
        assert (await http.post("/bell/a", content=b"x", auth=BASIC)).status_code == 200
        assert (door.refused("unknown_path"), door.listener.connections) == (1, 1)


async def test_a_right_password_from_elsewhere_is_none() -> None:
    async with open_door(devices={"bell-1": {"addresses": ["10.0.0.7"]}}) as door, client(door) as http:
        assert (await http.post("/bell/a", auth=BASIC)).status_code == 401
        assert door.refused("not_here") == 1


async def test_readable_passwords_travel_only_where_the_site_lets_them() -> None:
    proxied = {"proxies": ["127.0.0.1"], "allow": ["10.0.0.0/8"]}
    for basic, proto, wanted in (
        ("tls", "http", 401),
        ("tls", "https", 200),
        ("never", "https", 401),
        ("always", "http", 200),
    ):
        async with open_door(basic=basic, **proxied) as door, client(door) as http:
            headers = {"X-Forwarded-For": "6.6.6.6, 10.0.0.7", "X-Forwarded-Proto": proto}
            answer = await http.post("/bell/a", auth=BASIC, headers=headers)
            assert answer.status_code == wanted, (basic, proto)
            assert door.refused("basic_in_clear") == (wanted == 401)


async def test_who_speaks_through_the_proxy_is_judged_by_the_address_it_tells() -> None:
    async with open_door(proxies=["127.0.0.1"], allow=["10.0.0.0/8"]) as door, client(door) as http:
        headers = {"X-Forwarded-For": "10.0.0.7, 6.6.6.6"}
        assert (await http.post("/bell/a", auth=BASIC, headers=headers)).status_code == 403
        assert door.listener.desk.refused["not_allowed"] == "6.6.6.6 /bell/a"


async def test_rates_hold_for_a_device_and_for_an_address() -> None:
    async with (
        open_door(devices={"bell-1": {"addresses": [], "per_second": 1}}) as door,
        client(door) as http,
    ):
        answers = [await http.post("/bell/a", auth=BASIC) for _ in range(5)]
        assert [each.status_code for each in answers[:3]] == [200, 200, 200]
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
        other = await http.post("/bell/a", auth=("bridge", PASSWORD))
        assert other.status_code == 200
    async with open_door(per_address=2) as door, client(door) as http:
        statuses = [(await http.post("/bell/a", auth=BASIC)).status_code for _ in range(9)]
        assert (statuses[0], statuses[-1], door.refused("too_many_of_address") > 0) == (200, 429, True)


async def test_a_thousand_wrong_passwords_get_nowhere_and_shut_nobody_else_out() -> None:
    async with open_door() as door, client(door) as http:
        assert (await http.post("/bell/a", auth=("bridge", PASSWORD))).status_code == 200
        seen = set()
        for number in range(1000):
            seen.add((await http.post("/bell/a", auth=("bell-1", f"guess-{number}"))).status_code)
        assert seen == {401, 429}
        assert door.refused("wrong_credential") < 40
        assert door.refused("guessing") > 900
        assert (await http.post("/bell/a", auth=BASIC)).status_code == 429
        assert (await http.post("/bell/a", auth=("bridge", PASSWORD))).status_code == 200
