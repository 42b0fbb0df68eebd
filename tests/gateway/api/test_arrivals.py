"""Add a device in four steps: it arrives, it is claimed, gets name and place, is tried; then what it said is read."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import timedelta

from devices.event import RawMessage
from gateway.api.views.arrivals import sentence_of, since
from gateway.clock import to_us
from gateway.store.quarantine_groups import Group
from tests.gateway.api.house import START
from tests.gateway.api.site_house import site_house
from tests.gateway.api.test_site_editing import body


def says(it, gate: str, number: int, kind: str = "denied") -> threading.Event:
    """Let a gate say something; what is returned is set when it is on disk."""
    now, stored = it.clock.now(), threading.Event()
    payload = json.dumps({"id": number, "ts": to_us(now) // 1000, "kind": kind}).encode()
    topic = f"community/test-estate/access/{gate}/event"
    it.writer.put(RawMessage(topic=topic, payload=payload, received_at=now), stored.set)
    return stored


async def test_four_steps_from_the_first_message_to_an_event(tmp_path):
    async with site_house(tmp_path / "s") as it:
        fitter, manager, guard = it.browser("wu"), it.browser("chen"), it.browser("wang")
        said = [says(it, "G-777", number) for number in range(3)]
        assert await asyncio.to_thread(said[-1].wait, 30)
        # 1: it is seen to arrive
        (seen,) = (await body(fitter.get("/api/arrivals")))["items"]
        assert (seen["profile"], seen["ident"], seen["proposed"], seen["count"]) == (
            "gate",
            "G-777",
            "g-777",
            3,
        )
        assert seen["sentence"]["en"].startswith("3 messages from an unregistered device")
        assert (await guard.get("/api/arrivals")).status_code == 403
        # 2: claimed by the number that its maker printed on it
        claimed = await body(fitter.post("/api/arrivals/claim", json={"code": "g777"}))
        assert claimed == {"device": "g-777", "state": "claimed", "already": False}
        assert (await body(fitter.post("/api/arrivals/claim", json={"profile": "gate", "ident": "G-777"})))[
            "already"
        ]
        assert (await body(fitter.get("/api/arrivals")))["items"] == []
        # 3: tried, by what it said itself and by a made-up event; nothing is raised
        asked = {"group": seen["group"]}
        tried = await body(fitter.post("/api/devices/g-777/trial", json=asked))
        assert [(each["kind"], each["mode"]) for each in tried["events"]] == [("access.denied", "test")]
        forced = await body(fitter.post("/api/devices/g-777/trial", json={"kind": "access.forced"}))
        rules = {each["rule"]: each for each in forced["events"][0]["rules"]}
        assert any(each["outcome"] == "opened" for each in rules.values())
        assert all(each["sentence"]["zh"] for each in rules.values())
        assert it.core.engine.open_alerts() == {}
        odd = await body(fitter.post("/api/devices/g-777/trial", json={"kind": "access.forcd"}), 422)
        assert "access.forced" in odd["facts"]["fields"][0]["message"]["en"]
        assert odd["facts"]["fields"][0]["message"]["zh"] == "没有这种事件；是不是“access.forced”？"
        # 4: name and place; then it is in service, and what it said before is read
        early = await body(fitter.post(f"/api/quarantine/groups/{seen['group']}/replay"))
        assert (early["unread"], early["stored"]) == (3, 0)
        step = {
            "step": "activate",
            "fields": {"name": {"zh": "西门", "en": "West gate"}, "type": "access_gate", "building": "b1"},
        }
        await body(manager.post("/api/devices/g-777/step", json=step))
        (group,) = (await body(fitter.get("/api/quarantine/groups")))["items"]
        done = await body(fitter.post(f"/api/quarantine/groups/{group['id']}/replay"))
        assert (done["stored"], done["unread"]) == (3, 0)
        assert (await body(fitter.get("/api/quarantine/groups")))["items"] == []
        assert (await fitter.post(f"/api/quarantine/groups/{group['id']}/replay")).status_code == 404
        assert (await guard.post(f"/api/quarantine/groups/{group['id']}/replay")).status_code == 403
        events = (await body(manager.get("/api/events", params={"device": "g-777"})))["items"]
        assert len(events) == 3


async def test_a_label_claims_what_was_listed_before_it_was_fitted(tmp_path):
    async with site_house(tmp_path / "s") as it:
        fitter, manager = it.browser("wu"), it.browser("chen")
        table = "id,type,profile,ident,building,state,name_zh\nbell-9,sos_button,own,bell-9,b1,seen,<铃>\n"
        seen = await body(manager.post("/api/estate/imports", files={"file": ("a.csv", table.encode())}))
        await body(manager.post(f"/api/estate/imports/{seen['id']}/confirm", json={}))
        code = (await body(fitter.get("/api/devices/bell-9/registration")))["code"]
        page = await manager.get("/api/estate/labels", params={"state": "seen"})
        assert page.status_code == 200
        assert code in page.text
        assert "&lt;铃&gt;" in page.text
        assert page.text.count('class="label"') == 1
        assert "script" not in page.text
        link = f"http://box/devices?c={code.lower()}"
        claimed = await body(fitter.post("/api/arrivals/claim", json={"code": link}))
        assert (claimed["device"], claimed["state"]) == ("bell-9", "claimed")
        assert it.core.decoder.registry.get("bell-9").state == "claimed"
        wrong = await body(fitter.post("/api/arrivals/claim", json={"code": "AAAA-BBBB-CC"}), 404)
        assert wrong["code"] == "unknown_claim"
        assert (await fitter.post("/api/arrivals/claim", json={})).status_code == 422


def test_since_when_is_said_as_people_say_it():
    zone = __import__("zoneinfo").ZoneInfo("Asia/Shanghai")
    assert START.astimezone(zone).weekday() == 4  # a Friday
    said = [since(START - timedelta(days=days), START, zone)[1] for days in (0, 1, 3, 30)]
    assert said[1:] == ["since yesterday", "since Tuesday", "since 2026-02-04"]
    group = Group(
        id="a", code="unknown_code", profile="hikvision@1", ident=None, devices=3, topic="t", count=12, rows=(1,),
        reason="no entry of the kinds table fits e.AccessControllerEvent.subEventType = '181'",
        first_at=START - timedelta(days=3), last_at=START,
    )  # fmt: skip
    told = sentence_of(group, START, zone)
    assert told.en == "12 messages with code 181 since Tuesday from 3 devices"
    assert told.zh == "周二起有 12 条代码为 181 的报文，3 台设备"


async def test_whoever_scans_a_label_is_told_its_device_and_nothing_is_claimed(tmp_path):
    async with site_house(tmp_path / "s") as it:
        fitter, guard = it.browser("wu"), it.browser("wang")
        device = next(iter(it.core.sites.site.rules.registry)).id
        code = (await body(fitter.get(f"/api/devices/{device}/registration")))["code"]
        found = await body(guard.get(f"/api/devices/by-code/{code.lower()}"))
        assert found == {"device": device, "state": "active"}
        odd = await body(guard.get("/api/devices/by-code/0000000000"), 404)
        assert odd["code"] == "unknown_claim"


async def test_a_label_of_another_grid_leads_a_worker_nowhere(tmp_path):
    async with site_house(tmp_path / "s") as it:
        known = await body(it.browser("wu").get("/api/devices/smoke-1/registration"))
        code, entry = known["code"], {**known["entry"], "grid": "g2"}
        entry.pop("state", None)
        await body(it.browser("chen").put("/api/devices/smoke-1", json={"entry": entry}))
        own, other = it.browser("sun"), it.browser("zhao")
        assert (await body(own.get(f"/api/devices/by-code/{code}")))["device"] == "smoke-1"
        assert (await body(other.get(f"/api/devices/by-code/{code}"), 404))["code"] == "unknown_claim"
        listed = [
            [each["id"] for each in (await body(who.get("/api/estate/devices")))["items"]]
            for who in (own, other)
        ]
        assert ["smoke-1" in each for each in listed] == [True, False]
