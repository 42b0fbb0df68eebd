"""A device nobody knew: its message is captured, pointed at, previewed, saved as a profile, in force, taken back."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from typing import Any

from devices.event import RawMessage
from tests.devices.test_draft import BELL, PAYLOAD
from tests.gateway.api.site_house import SiteHouse, site_house
from tests.gateway.api.test_site_editing import body

DEVICE = {
    "type": "sos_button",
    "profile": "bell",
    "ident": "b1",
    "name": {"zh": "一号铃", "en": "Bell 1"},
    "building": "b1",
}


async def say(it: SiteHouse, payload: str, topic: str = "bell/b1/event") -> None:
    """Have the broker deliver a message, and wait for its commit."""
    done, loop = asyncio.Event(), asyncio.get_running_loop()
    message = RawMessage(topic=topic, payload=payload.encode(), received_at=datetime.now(UTC))
    await asyncio.to_thread(it.writer.put, message, lambda: loop.call_soon_threadsafe(done.set))
    await asyncio.wait_for(done.wait(), 20)


async def pointed_out(fitter: Any, row: int) -> dict[str, Any]:
    """Ask what stands in a message; return the answer, whose draft is sound."""
    seen = await body(fitter.post("/api/captures/fields", json={"row": row}))
    fields = {each["path"]: each for each in seen["fields"]}
    assert fields["e.time"]["meanings"][0]["what"] == "time"
    assert fields["e.serial"]["meanings"][0]["sentence"] == {
        "zh": "像设备编号",
        "en": "looks like the device's identity",
    }
    assert seen["draft"]["topic"] == "bell/{device}/event"
    assert seen["draft"]["identity"] == "topic.device"
    begun = await body(fitter.post("/api/profiles/preview", json={"draft": seen["draft"]}))
    assert begun["ok"], begun["problems"]
    return seen


async def test_from_a_message_nobody_could_read_to_its_event_without_a_restart(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager, fitter = it.browser("chen"), it.browser("wu")
        fresh = PAYLOAD.replace(
            "2026-03-04T18:15:02", datetime.now(UTC).astimezone().isoformat(timespec="seconds")
        )
        await say(it, fresh)
        (waiting,) = (await body(fitter.get("/api/captures")))["items"]
        assert (waiting["code"], waiting["topic"], waiting["payload"]) == (
            "no_profile",
            "bell/b1/event",
            fresh,
        )

        seen = await pointed_out(fitter, waiting["row"])

        sample = {"topic": "bell/b1/event", "payload": waiting["payload"], "received": waiting["at"]}
        draft = {**seen["draft"], **BELL, "samples": [sample]}
        shown = await body(fitter.post("/api/profiles/preview", json={"draft": draft}))
        assert (shown["ok"], shown["id"], shown["revision"], shown["takes_from"]) == (True, "bell", 1, [])
        (read,) = shown["waiting"]
        assert (read["row"], read["stranger"]) == (waiting["row"], True)
        assert [(each["kind"], each["data"]) for each in read["readings"]] == [
            ("sos.button", {"button": "red", "press": "long"})
        ]
        assert (await fitter.put("/api/profiles/bell", json={"draft": draft})).status_code == 403

        saved = await body(manager.put("/api/profiles/bell", json={"draft": draft, "version": 0}))
        assert (saved["version"], saved["unchanged"]) == (1, False)
        assert "bell/+/event" in it.followed
        assert (await body(manager.put("/api/profiles/bell", json={"draft": draft})))["unchanged"]
        await body(manager.put("/api/devices/bell-1", json={"entry": DEVICE}))
        step = {"step": "activate", "place": "b1"}
        await body(manager.put("/api/places/b1", json={"entry": {"kind": "building", "aliases": ["一号楼"]}}))
        await body(manager.post("/api/devices/bell-1/step", json=step))
        await say(it, fresh.replace('"counter": 7', '"counter": 8'))
        (event,) = (await body(manager.get("/api/events", params={"device": "bell-1"})))["items"]
        assert (event["kind"], event["data"]["press"]) == ("sos.button", "long")
        assert [each.ref for each in it.core.decoder.profiles if each.id == "bell"] == ["bell@1"]
        listed = {each["id"]: each for each in (await body(manager.get("/api/profiles")))["items"]}
        assert (listed["bell"]["origin"], listed["bell"]["devices"], listed["frigate"]["origin"]) == (
            "saved",
            1,
            "built_in",
        )
        used = await body(manager.post("/api/profiles/bell/drop", json={}), 409)
        assert (used["code"], used["facts"]["devices"]) == ("profile_in_use", "bell-1")


async def test_revisions_rise_with_every_save_and_every_step_back_and_a_mistake_changes_nothing(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = it.browser("chen")

        def in_force() -> list[str]:
            return [each.ref for each in it.core.decoder.profiles if each.id == "bell"]

        await body(manager.put("/api/profiles/bell", json={"draft": BELL}))
        other = {**BELL, "name": {"zh": "铃", "en": "Bell"}}
        await body(manager.put("/api/profiles/bell", json={"draft": other, "version": 1}))
        assert in_force() == ["bell@2"]
        late = await body(manager.put("/api/profiles/bell", json={"draft": BELL, "version": 1}), 409)
        assert late["code"] == "stale_document"
        before = it.core.decoder.profiles
        odd = {**BELL, "identity": "e.serail", "kinds": [{"kind": "sos.buton"}]}
        refused = await body(manager.put("/api/profiles/bell", json={"draft": odd}), 422)
        told = {each["path"]: each["message"] for each in refused["facts"]["fields"]}
        assert (
            told["identity"]["zh"]
            == "样例里没有字段 e.serail；加一个带它的样例，确实会有时写进 optional；是不是“e.serial”？"
        )
        assert "sos.button" in told["kinds[0].kind"]["zh"]
        clash = await body(
            manager.put("/api/profiles/frigate", json={"draft": {**BELL, "id": "frigate"}}), 422
        )
        assert "frigate.yaml" in clash["facts"]["fields"][0]["message"]["zh"]
        assert it.core.decoder.profiles is before
        await body(manager.post("/api/profiles/bell/rollback", json={"version": 2}))
        assert in_force() == ["bell@3"]
        shown = await body(manager.get("/api/profiles/bell"))
        assert (shown["version"], shown["name"]["en"]) == (3, "Door bell")
        assert 'profile: "bell@3"' in shown["text"]
        text = shown["text"].replace("Door bell", "Gong")
        await body(manager.put("/api/profiles/bell", json={"text": text, "version": 3}))
        assert in_force() == ["bell@4"]
        assert (await body(manager.get("/api/profiles/bell")))["draft"] is None
        found = (await body(manager.get("/api/profiles/bell/versions")))["items"]
        assert [each["version"] for each in found] == [4, 3, 2, 1]
        await body(manager.post("/api/profiles/bell/drop", json={}))
        assert in_force() == []
        assert "bell/+/event" not in it.followed
        assert any(row[1:] == ("site.delete", "profile:bell") for row in it.audit())


async def test_what_arrives_now_is_heard_while_somebody_listens(tmp_path):
    async with site_house(tmp_path / "s") as it:
        fitter = it.browser("wu")
        listening, follow = threading.Event(), it.profiling.ear.changed

        def changed() -> None:
            follow()
            listening.set()

        it.profiling.ear.changed = changed
        asked = asyncio.create_task(
            body(fitter.post("/api/captures", json={"topic": "bell/#", "most": 1, "seconds": 20}))
        )
        assert await asyncio.to_thread(listening.wait, 20)
        assert "bell/#" in it.followed
        await say(it, PAYLOAD, "other/b1")
        await say(it, PAYLOAD)
        (heard,) = (await asked)["items"]
        assert (heard["topic"], heard["payload"], heard["row"]) == ("bell/b1/event", PAYLOAD, None)
        assert "bell/#" not in it.followed
        odd = await body(fitter.post("/api/captures", json={"topic": "bell/x+"}), 422)
        assert "通配符" in odd["facts"]["fields"][0]["message"]["zh"]
        both = {"topic": "a", "path": "/a"}
        assert (await fitter.post("/api/captures", json=both)).status_code == 422


async def test_a_pasted_payload_is_looked_at_and_known_profiles_are_named(tmp_path):
    async with site_house(tmp_path / "s") as it:
        fitter = it.browser("wu")
        frigate = next(each for each in it.core.decoder.profiles if each.id == "frigate")
        pasted = {"payload": frigate.samples[0].payload.decode(), "topic": "cameras/7"}
        seen = await body(fitter.post("/api/captures/fields", json=pasted))
        assert seen["known"][0]["profile"] == frigate.ref
        broken = await body(fitter.post("/api/captures/fields", json={"payload": "{", "codec": "json"}))
        assert "not JSON" in broken["refused"]["en"]
        assert broken["draft"] is None
        assert (await fitter.post("/api/captures/fields", json={"base64": "%"})).status_code == 422
        assert (await fitter.post("/api/captures/fields", json={"row": 999})).status_code == 404
