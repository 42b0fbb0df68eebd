"""Places, homes and devices over the API: made from a line, saved, moved through their life, taken back."""

from __future__ import annotations

from tests.gateway.api.site_house import site_house
from tests.gateway.api.test_site_editing import body

LINE = "1–2 栋, 2 单元, 3 层, 每层 2 户"
BELL = {"type": "sos_button", "profile": "own", "ident": "bell-9", "name": {"zh": "九号铃", "en": "Bell 9"}}


async def test_a_line_becomes_places_and_homes_as_one_step_that_can_be_taken_back(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = it.browser("chen")
        asked = {"line": LINE, "households": True}
        shown = await body(manager.post("/api/places/preview", json=asked))
        assert shown["counts"] == {"building": 2, "unit": 4, "floor": 12, "home": 24}
        assert (shown["added"], shown["households"], shown["mistakes"]) == (42, 24, [])
        assert "24 户" in shown["sentence"]["zh"]
        assert (await body(manager.get("/api/places/tree")))["total"] == 0
        saved = await body(manager.post("/api/places/generate", json=asked))
        assert (saved["saved"], saved["unchanged"]) == (66, False)
        top = await body(manager.get("/api/places/tree"))
        assert (top["total"], [each["id"] for each in top["items"]]) == (42, ["b1", "b2"])
        inside = (await body(manager.get("/api/places/tree?in=b1-u2-3")))["items"]
        assert inside[0]["way"][-1] == {"zh": "301室", "en": "Flat 301"}
        assert it.core.decoder.registry.households["b1-u2-3-301"].unit == "u2"
        assert (await body(manager.post("/api/places/generate", json=asked)))["unchanged"]
        it.ticker.advance(seconds=1)
        await body(manager.post("/api/estate/undo", json={"step": saved["step"]}))
        assert (await body(manager.get("/api/places/tree")))["total"] == 0
        it.ticker.advance(seconds=1)
        assert "b1-u2-3-301" not in it.core.view.registry.households
        (undone, made) = (await body(manager.get("/api/estate/steps")))["items"]
        assert made["reason"] == LINE
        late = await body(manager.post("/api/estate/undo", json={"step": saved["step"]}), 409)
        assert late["code"] == "not_the_last_step"
        await body(manager.post("/api/estate/undo", json={"step": undone["step"]}))
        assert (await body(manager.get("/api/places/tree")))["total"] == 42


async def test_what_of_a_line_is_not_understood_is_told_whole(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = it.browser("chen")
        shown = await body(manager.post("/api/places/preview", json={"line": "许多栋, 两层"}))
        assert len(shown["mistakes"]) == 3
        refused = await body(manager.post("/api/places/generate", json={"line": "许多栋"}), 422)
        assert refused["facts"]["fields"]
        guard = it.browser("wang")
        assert (await guard.post("/api/places/preview", json={"line": LINE})).status_code == 403


async def test_a_place_is_renamed_found_by_what_people_say_and_not_dropped_while_in_use(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager, guard = it.browser("chen"), it.browser("wang")
        await body(manager.post("/api/places/generate", json={"line": LINE}))
        (unit,) = [
            p for p in (await body(guard.get("/api/places/tree?in=b1")))["items"] if p["id"] == "b1-u1"
        ]
        entry = {
            **unit["entry"],
            "name": {"zh": "东单元", "en": "East wing"},
            "aliases": ["东头", "大堂那边"],
        }
        await body(manager.put("/api/places/b1-u1", json={"entry": entry, "version": unit["version"]}))
        (found,) = (await body(guard.get("/api/places/find", params={"q": "大堂那边"})))["items"]
        assert (found["id"], found["parts"]) == ("b1-u1", {"building": "b1", "unit": "u1"})
        east = {"kind": "area", "name": {"zh": "东区", "en": "East"}, "aliases": ["东头"]}
        await body(manager.put("/api/places/east", json={"entry": east}))
        assert (await body(guard.get("/api/places/tree")))["shared"] == {"东头": ["b1-u1", "east"]}
        used = await body(manager.post("/api/places/b1/drop", json={}), 409)
        assert "gate-1" in used["facts"]["inside"] or "b1-u1" in used["facts"]["inside"]
        assert (await manager.post("/api/places/east/drop", json={})).status_code == 200
        wrong = await body(
            manager.put("/api/places/odd", json={"entry": {"kind": "home", "parent": "nowhere"}}), 422
        )
        assert "unknown place" in wrong["facts"]["fields"][0]["message"]["en"]


async def test_a_device_is_claimed_put_into_service_suspended_and_retired(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager, fitter = it.browser("chen"), it.browser("wu")
        claim = {"step": "claim", "fields": {"profile": "own", "ident": "bell-9"}}
        await body(fitter.post("/api/devices/bell-9/step", json=claim))
        assert it.core.decoder.registry.get("bell-9").state == "claimed"
        mine = await body(fitter.post("/api/devices/bell-9/step", json={"step": "activate"}), 422)
        assert (mine["code"], mine["facts"]["missing"]) == ("device_lacks", "name, place")
        whole = {"step": "activate", "fields": {"name": BELL["name"], "type": "sos_button"}, "place": "b1"}
        await body(manager.put("/api/places/b1", json={"entry": {"kind": "building", "aliases": ["一号楼"]}}))
        refused = await body(fitter.post("/api/devices/bell-9/step", json=whole), 403)
        assert refused["code"] == "step_not_yours"
        await body(manager.post("/api/devices/bell-9/step", json={**whole, "place": "一号楼"}))
        device = it.core.decoder.registry.get("bell-9")
        assert (device.state, device.building, device.type) == ("active", "b1", "sos_button")
        shown = await body(fitter.get("/api/devices/bell-9/registration"))
        assert [each["step"] for each in shown["steps"]] == ["suspend", "retire"]
        assert shown["way"][0]["zh"] == "b1"
        await body(manager.post("/api/devices/bell-9/step", json={"step": "suspend"}))
        odd = await body(manager.post("/api/devices/bell-9/step", json={"step": "activate"}), 409)
        assert odd["code"] == "no_such_step"
        dropped = await body(manager.post("/api/devices/bell-9/drop", json={}), 409)
        assert dropped["code"] == "retire_instead"
        await body(manager.post("/api/devices/bell-9/step", json={"step": "retire"}))
        assert it.core.decoder.registry.get("bell-9").state == "retired"
        found = (await body(fitter.get("/api/devices/bell-9/versions")))["items"]
        assert [each["version"] for each in found] == [4, 3, 2, 1]


async def test_every_mistake_of_a_device_is_told(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = it.browser("chen")
        await body(manager.put("/api/devices/bell-9", json={"entry": BELL}))
        twin = await body(manager.put("/api/devices/bell-10", json={"entry": BELL}), 422)
        assert "identity of 'bell-9'" in twin["facts"]["fields"][0]["message"]["en"]
        odd = await body(
            manager.put("/api/devices/x", json={"entry": {**BELL, "profile": "ovn", "ident": "x"}}), 422
        )
        assert "did you mean 'own'" in odd["facts"]["fields"][0]["message"]["en"]
        grid = await body(
            manager.put("/api/devices/x", json={"entry": {"grid": "g9", "floors": 1, "x": 7}}), 422
        )
        assert len(grid["facts"]["fields"]) == 3
        state = await body(
            manager.put("/api/devices/bell-9", json={"entry": {**BELL, "state": "active"}}), 409
        )
        assert state["code"] == "state_by_step"
        assert (await manager.post("/api/devices/bell-9/drop", json={})).status_code == 200


async def test_homes_are_saved_and_stay_while_somebody_names_them(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = it.browser("chen")
        home = {"building": "b1", "unit": "u1", "floor": "3", "care": ["alone"]}
        await body(manager.put("/api/households/h9", json={"entry": home}))
        await body(manager.put("/api/devices/bell-9", json={"entry": {**BELL, "household": "h9"}}))
        (found,) = (await body(manager.get("/api/households", params={"building": "b1", "after": "h1"})))[
            "items"
        ]
        assert (found["id"], found["devices"], found["care"]) == ("h9", ["bell-9"], ["alone"])
        assert (await body(manager.post("/api/households/h9/drop", json={}), 409))["code"] == "place_in_use"
