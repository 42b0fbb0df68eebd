"""Whole lists over the API: looked at, mended, confirmed as one step, in force at once, taken out the same, taken back."""

from __future__ import annotations

import io

import openpyxl

from tests.gateway.api.site_house import site_house
from tests.gateway.api.test_site_editing import body

HEAD = "编号,名称,类型,型号,设备标识,楼栋,网格,状态\n"


def files(text: str | bytes, name: str = "设备.csv"):
    return {"file": (name, text if isinstance(text, bytes) else text.encode("gbk"), "text/csv")}


async def test_a_list_is_looked_at_confirmed_in_force_and_taken_back(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = it.browser("chen")
        rows = "".join(f"s{n},烟感{n},smoke,own,s{n},b1,g1,\n" for n in range(20))
        seen = await body(manager.post("/api/estate/imports", files=files(HEAD + rows)))
        assert (seen["new"], seen["changed"], seen["errors"], seen["ready"]) == (20, 0, 0, True)
        assert seen["missing"] == {"device": 2}
        assert it.core.decoder.registry.get("s7") is None
        saved = await body(manager.post(f"/api/estate/imports/{seen['id']}/confirm", json={}))
        assert saved["saved"] == 20
        assert it.core.decoder.registry.get("s7").state == "active"
        assert it.core.engine._core.device("s7").building == "b1"
        assert (await manager.post(f"/api/estate/imports/{seen['id']}/confirm", json={})).status_code == 404
        again = await body(manager.post("/api/estate/imports", files=files(HEAD + rows)))
        assert (again["same"], again["ready"]) == (20, False)
        it.ticker.advance(seconds=1)
        await body(manager.post("/api/estate/undo", json={"step": saved["step"]}))
        assert it.core.decoder.registry.get("s7") is None
        assert it.core.decoder.registry.get("gate-1") is not None


async def test_what_goes_out_comes_in_as_it_is(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = it.browser("chen")
        out = await manager.get("/api/estate/export")
        assert out.status_code == 200
        assert len(openpyxl.load_workbook(io.BytesIO(out.content)).worksheets) == 3
        seen = await body(manager.post("/api/estate/imports", files=files(out.content, "estate.xlsx")))
        assert (seen["errors"], seen["new"], seen["changed"], seen["same"]) == (0, 0, 0, 6)
        text = await manager.get("/api/estate/export", params={"format": "csv", "what": "household"})
        assert text.content.startswith(b"\xef\xbb\xbf")
        assert "h3" in text.text
        assert ("chen", "estate.export", "xlsx") in it.audit()
        assert (await it.browser("wang").get("/api/estate/export")).status_code == 403


async def test_every_mistake_is_told_at_its_cell_and_nothing_is_saved(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager, other = it.browser("chen"), it.browser("zhou")
        text = (
            HEAD
            + "s1,一,smoke,ovn,s1,b1,g9,\ns2,二,smoke,gate,g001,b1,g1,\ns3,三,smoke,own,x,b1,g1,actve\ns4,四,smoke,own,x,b1,g1,\n"
        )
        seen = await body(manager.post("/api/estate/imports", files=files(text)))
        assert not seen["ready"]
        said = {(each["row"], each["column"]) for each in seen["findings"]}
        assert said == {(2, "profile"), (2, "grid"), (3, "ident"), (4, "state")}
        refused = await body(manager.post(f"/api/estate/imports/{seen['id']}/confirm", json={}), 409)
        assert refused["code"] == "import_has_mistakes"
        assert it.sitebook.documents("device:") == []
        sheet = await manager.get(f"/api/estate/imports/{seen['id']}/sheet")
        first = openpyxl.load_workbook(io.BytesIO(sheet.content)).worksheets[0]
        assert "did you mean 'own'" in first["A2"].value
        assert first["A5"].value in (None, "")
        assert (await other.get(f"/api/estate/imports/{seen['id']}/sheet")).status_code == 404
        lost = await body(
            manager.post("/api/estate/imports", files=files("id,profile,ident,parent\ns9,own,s9,nope\n"))
        )
        assert [(each["row"], each["column"]) for each in lost["findings"]] == [(2, "parent")]
        odd = await body(manager.post("/api/estate/imports", files=files(b"\x89PNG\x00\x00")), 422)
        assert odd["code"] == "not_a_table"


async def test_what_somebody_changed_meanwhile_is_not_overwritten(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = it.browser("chen")
        seen = await body(manager.post("/api/estate/imports", files=files("id,zone\ngate-1,north\n")))
        entry = {
            "type": "access_gate",
            "building": "b2",
            "ident": "g001",
            "profile": "gate",
            "state": "active",
        }
        await body(manager.put("/api/devices/gate-1", json={"entry": entry}))
        stale = await body(manager.post(f"/api/estate/imports/{seen['id']}/confirm", json={}), 409)
        assert stale["code"] == "stale_document"
        assert it.core.decoder.registry.get("gate-1").building == "b2"
