"""Asking a device: by role and scope, with a reason, twice for a door, one door at a time; and what is shown of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from devices.command import advance
from gateway.api.app import create_app
from gateway.api.estate import Estate
from gateway.command.adapter import Target
from gateway.command.orders import Orders
from gateway.modes import Modes
from gateway.response.model import PlanCommand
from gateway.store import commands
from gateway.store.read_incidents import timeline_of
from tests.gateway.api.house import House, house, key

OPEN = {"name": "open", "reason": "业主忘带门禁卡", "confirmed": True}
DOORS = ("gate-n1", "lift-1")


def target(device: str, *offers: str) -> Target:
    return Target(device=device, adapter="own", offers=frozenset(offers), site="demo", topic=device)


@asynccontextmanager
async def commanding(folder: Path) -> AsyncIterator[House]:
    async with house(folder) as it:
        orders = Orders(
            {name: target(name, "open", "lock") for name in DOORS},
            book=it.store,
            call=it.writer.call,
            now=it.clock.now,
            offset=lambda: it.clock.offset,
            recorded=lambda _: None,
        )
        estate = Estate(
            silences=lambda: it.writer.call(lambda _: ()),
            flags=lambda: it.writer.call(lambda _: {}),
            modes=Modes(act=it.writer.act, call=it.writer.call, now=it.clock.now),
            orders=orders,
        )
        it.services = msgspec.structs.replace(it.services, estate=estate)
        it.app = create_app(it.services)
        yield it


async def ask(
    it: House, person: str, body: dict[str, Any], *, device: str = "gate-n1", again: str = "1"
) -> Any:
    return await it.browser(person).post(f"/api/devices/{device}/commands", json=body, headers=key(again))


async def test_a_door_is_recorded_with_its_audit_row_and_shown_as_waiting(tmp_path):
    async with commanding(tmp_path) as it:
        answer = await ask(it, "wang", OPEN)
        assert answer.status_code == 201, answer.text
        said = answer.json()
        assert (said["state"], said["said"]["zh"], said["over"]) == ("queued", "待发送", False)
        assert ("wang", "command", said["id"]) in it.audit()
        listed = (await it.browser("wang").get("/api/devices/gate-n1/commands")).json()
        assert [offer["name"] for offer in listed["offers"]] == ["open", "lock"]
        assert [offer["confirm"] for offer in listed["offers"]] == [True, False]
        assert listed["items"] == [said]
        assert (await it.browser("wang").get(f"/api/commands/{said['id']}")).json() == said


async def test_the_same_key_is_the_same_command(tmp_path):
    async with commanding(tmp_path) as it:
        first, again = (await ask(it, "wang", OPEN)).json(), (await ask(it, "wang", OPEN)).json()
        assert first["id"] == again["id"]
        assert len([row for row in it.audit() if row[1] == "command"]) == 1


@pytest.mark.parametrize(
    ("body", "device", "status", "code"),
    [
        ({**OPEN, "confirmed": False}, "gate-n1", 409, "command_unconfirmed"),
        ({**OPEN, "name": "siren_on"}, "gate-n1", 409, "command_not_offered"),
        (OPEN, "smoke-3", 409, "command_not_offered"),
        (OPEN, "nothing", 404, "not_found"),
        ({**OPEN, "reason": ""}, "gate-n1", 422, "invalid_input"),
        ({**OPEN, "name": "unlock_all"}, "gate-n1", 422, "invalid_input"),
        ({**OPEN, "devices": ["lift-1"]}, "gate-n1", 422, "invalid_input"),
        ({**OPEN, "incident": "demo-20260306-999"}, "gate-n1", 404, "not_found"),
    ],
)
async def test_what_is_refused_is_not_recorded(tmp_path, body, device, status, code):
    async with commanding(tmp_path) as it:
        answer = await ask(it, "wang", body, device=device)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        with it.store.read() as connection:
            assert commands.living(connection, now=it.clock.now()) == []


async def test_one_door_at_a_time(tmp_path):
    async with commanding(tmp_path) as it:
        assert (await ask(it, "wang", OPEN)).status_code == 201
        second = await ask(it, "wang", OPEN, device="lift-1", again="2")
        assert (second.status_code, second.json()["code"]) == (409, "command_waits")
        assert (
            await ask(it, "wang", {**OPEN, "name": "lock"}, device="lift-1", again="3")
        ).status_code == 201
        with it.store.read() as connection:
            (door,) = [
                each for each in commands.living(connection, now=it.clock.now()) if each.name == "open"
            ]
        over = advance(door, "expire", now=it.clock.now() + timedelta(seconds=6), result="ttl")
        assert over is not None
        it.write(lambda connection: commands.save(connection, [over]))
        assert (await ask(it, "wang", OPEN, device="lift-1", again="4")).status_code == 201


async def test_an_unknown_outcome_is_said_as_it_is(tmp_path):
    async with commanding(tmp_path) as it:
        made = (await ask(it, "wang", OPEN)).json()

        def lose(connection: Any) -> None:
            found = commands.command(connection, made["id"])
            assert found is not None
            sent = advance(found, "send", now=it.clock.now())
            assert sent is not None
            lost = advance(sent, "lose", now=it.clock.now(), result="contact_silent")
            assert lost is not None
            commands.save(connection, [lost])

        it.write(lose)
        said = (await it.browser("wang").get(f"/api/commands/{made['id']}")).json()
        assert said["state"] == "unknown"
        assert said["said"]["zh"].startswith("已发送，未确认")
        assert said["said"]["en"].startswith("sent, not confirmed")


async def test_a_case_shows_what_its_plan_asks_and_its_timeline_who_ordered(tmp_path):
    async with commanding(tmp_path) as it:
        case = it.force()
        lock = PlanCommand(kind="lock.close", name={"zh": "锁门", "en": "Lock the gate"}, device="gate-n1")
        with_plan = msgspec.structs.replace(case, plan=msgspec.structs.replace(case.plan, commands=(lock,)))
        it.write(lambda connection: _put(connection, with_plan))
        browser = it.browser("wang")
        page = (await browser.get(f"/api/incidents/{case.number}/commands")).json()
        (offer,) = page["offers"]
        assert (offer["name"], offer["line"], offer["ready"], offer["label"]["zh"]) == (
            "lock",
            0,
            True,
            "锁门",
        )
        body = {"name": "lock", "reason": "预案", "incident": case.number, "line": 0}
        wrong = await ask(it, "wang", {**body, "name": "open", "confirmed": True}, again="w")
        assert wrong.status_code == 422
        assert (await ask(it, "wang", body)).status_code == 201
        page = (await browser.get(f"/api/incidents/{case.number}/commands")).json()
        assert [each["name"] for each in page["items"]] == ["lock"]
        with it.store.read() as connection:
            lines = [row for row in timeline_of(connection, case.number) if row.action == "command"]
        assert [row.actor for row in lines] == ["wang"]
        assert it.store.verify() is None


def _put(connection: Any, case: Any) -> None:
    from gateway.store.rows import incident_row
    from gateway.store.tables import incidents

    row = incident_row(1, case)
    connection.execute(incidents.update().where(incidents.c.number == case.number).values(body=row["body"]))


async def test_a_command_of_somebody_elses_device_is_not_there(tmp_path):
    async with commanding(tmp_path) as it:
        said = (await ask(it, "chen", OPEN, device="lift-1")).json()
        seen = await it.browser("zhao").get(f"/api/commands/{said['id']}")
        assert (
            seen.status_code,
            (await it.browser("chen").get(f"/api/commands/{said['id']}")).status_code,
        ) == (404, 200)
