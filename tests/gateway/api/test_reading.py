"""What else the screens read: alerts, events, devices, rules, duty, places, health, the audit log, exports."""

from __future__ import annotations

import asyncio
import csv
import io
import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec

from gateway.api.community import OnDuty
from gateway.api.schemas.health import Health
from tests.gateway.api.house import HEALTHY, START, House, house, key


async def test_one_alert_has_its_changes_its_events_and_its_reason(tmp_path):
    async with house(tmp_path) as it:
        it.force()
        it.ticker.advance(seconds=5)
        it.say("gate-n1", "access.forced", data={"method": "card"})
        guard = it.browser("wang")

        (row,) = (await guard.get("/api/alerts", params={"open": True})).json()["items"]
        detail = (await guard.get(f"/api/alerts/{row['id']}")).json()

        assert row["count"] == 2
        assert (row["name"]["zh"], row["device_name"]["zh"], row["building"], row["grid"]) == (
            "强行开门", "北门", "b1", "g1",
        )  # fmt: skip
        assert [change["change"] for change in detail["changes"]] == ["opened", "repeated"]
        assert [event["kind"] for event in detail["events"]] == ["access.forced"] * 2
        assert detail["events"][0]["kind_name"]["zh"] == "强行闯入"
        assert detail["rule_note"]["zh"] == "去现场看看"
        assert (await guard.get("/api/alerts", params={"open": False})).json()["items"] == []
        assert (await guard.get("/api/alerts", params={"stage": "warning"})).json()["items"] == []
        assert (await guard.get("/api/alerts/unknown")).status_code == 404


async def test_acknowledging_is_told_once_and_may_be_repeated(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        guard = it.browser("wang")
        path = f"/api/alerts/{case.alerts[0]}/acknowledge"
        first = await guard.post(path)
        again = await it.browser("li").post(path)
        assert first.status_code == again.status_code == 200, first.text
        assert first.json()["alert"]["acknowledged_by"] == "wang"
        assert again.json()["alert"]["acknowledged_name"] == "王强"
        assert (await guard.post("/api/alerts/unknown/acknowledge")).status_code == 404


async def test_a_cleared_alert_stays_in_the_list_as_closed(tmp_path):
    async with house(tmp_path) as it:
        it.say("gate-n1", "contact.opened")
        it.ticker.advance(seconds=31)
        it.say("gate-n1", "contact.closed")
        guard = it.browser("wang")
        (row,) = (await guard.get("/api/alerts")).json()["items"]
        assert (row["open"], row["rule"]) == (False, "held")
        assert row["cleared_at"] is not None


async def test_events_are_found_by_device_kind_and_time_and_are_masked(tmp_path):
    async with house(tmp_path) as it:
        for number in range(5):
            it.say("gate-n1", "access.granted", data={"plate": "京A12345", "door": "1"}, n=str(number))
            it.ticker.advance(seconds=10)
        it.say("lift-1", "device.offline")
        guard = it.browser("wang")

        async def found(**query):
            answer = await guard.get("/api/events", params=query)
            assert answer.status_code == 200, answer.text
            return answer.json()

        page = await found(device="gate-n1", limit=3)
        rest = await found(device="gate-n1", limit=3, cursor=page["next"])
        seqs = [row["seq"] for row in (*page["items"], *rest["items"])]
        assert seqs == sorted(seqs, reverse=True)
        assert len(seqs) == 5
        assert rest["next"] is None
        assert page["items"][0]["data"] == {"plate": "京A***45", "door": "1"}
        assert page["items"][0]["masked"] is True
        assert len((await found(kind="access.*"))["items"]) == 5
        assert len((await found(kind="device.offline"))["items"]) == 1
        since = (START + timedelta(seconds=15)).isoformat()
        assert len((await found(**{"device": "gate-n1", "from": since}))["items"]) == 3


async def test_seeing_references_in_full_takes_a_reason_and_leaves_a_row(tmp_path):
    async with house(tmp_path) as it:
        it.say("gate-n1", "access.granted", data={"plate": "京A12345"})
        manager, guard = it.browser("chen"), it.browser("wang")
        (row,) = (await guard.get("/api/events")).json()["items"]
        path = f"/api/events/{row['seq']}/unmask"
        assert (await guard.post(path, json={"reason": "想看看"})).status_code == 403
        assert (await manager.post(path, json={"reason": ""})).status_code == 422
        answer = await manager.post(path, json={"reason": "核对丢失的包裹"})
        assert answer.json()["data"]["plate"] == "京A12345"
        assert ("chen", "unmask", f"event {row['seq']}") in it.audit()
        assert (
            await manager.post("/api/events/999999/unmask", json={"reason": "核对丢失的包裹"})
        ).status_code == 404


async def test_unreadable_messages_are_grouped_with_a_sentence(tmp_path):
    async with house(tmp_path) as it:
        for body in (b"\x00\xff{", b"{no", b"["):
            from concurrent.futures import Future

            from devices.event import RawMessage

            done: Future[None] = Future()
            message = RawMessage(topic="door/x", payload=body, received_at=it.clock.now(), adapter="http")
            it.writer.put(message, lambda done=done: done.set_result(None))
            done.result(60)
        page = (await it.browser("zhou").get("/api/quarantine")).json()
        (group,) = page["items"]
        assert (group["code"], group["count"], group["topic"]) == ("malformed", 3, "door/x")
        assert "3" in group["sentence"]["zh"]
        assert page["counters"]["quarantined"] == 3
        assert "\x00" not in group["sample"]


async def test_devices_show_how_they_are_and_the_worst_about_them(tmp_path):
    async with house(tmp_path) as it:
        it.force("gate-n1")
        rows = {row["id"]: row for row in (await it.browser("wang").get("/api/devices")).json()["items"]}
        assert set(rows) == {"gate-n1", "smoke-3", "sos-9", "lift-1"}
        assert (rows["gate-n1"]["worst"], rows["gate-n1"]["open_alerts"]) == ("L2", 1)
        assert rows["lift-1"]["worst"] is None
        one = (await it.browser("wang").get("/api/devices/gate-n1")).json()
        assert one["events"][0]["kind"] == "access.forced"
        assert one["alerts"][0]["rule"] == "forced"
        grid = (await it.browser("zhao").get("/api/devices")).json()["items"]
        assert {row["id"] for row in grid} == {"gate-n1", "smoke-3"}
        assert (await it.browser("zhao").get("/api/devices/lift-1")).status_code == 404


async def test_rules_are_sentences_with_their_hits(tmp_path):
    async with house(tmp_path) as it:
        it.force()
        rows = {row["id"]: row for row in (await it.browser("chen").get("/api/rules")).json()["items"]}
        assert (rows["forced"]["hits_7d"], rows["held"]["hits_7d"]) == (1, 0)
        assert rows["forced"]["sentence"]["zh"] == "强行开门时报警"
        why = (await it.browser("chen").get("/api/rules/held/explain", params={"key": "gate-n1"})).json()
        assert why["key"] == {"device": "gate-n1"}
        assert why["lines"][0]["text"]["zh"] == "held 等待事件"
        assert (await it.browser("chen").get("/api/rules/none/explain")).status_code == 404
        assert (
            await it.browser("chen").get("/api/rules/held/explain", params={"key": "{"})
        ).status_code == 422


async def test_the_duty_names_people_and_gaps(tmp_path):
    async with house(tmp_path) as it:
        duty = (await it.browser("zhao").get("/api/duty")).json()
        grids = {row["grid"]: row for row in duty["grids"]}
        assert {person["id"] for person in grids["g1"]["people"]} == {"wang", "li", "zhao"}
        assert {grid: row["gap"] for grid, row in grids.items()} == {"c1": False, "g1": False, "g2": False}


async def test_a_grid_that_nobody_serves_is_a_gap(tmp_path):
    async with house(tmp_path) as it:
        from gateway.api.views.lens import Lens
        from gateway.api.views.site import duty_view

        lens = Lens(community=it.services.community(), now=it.clock.now(), offset=it.clock.offset)
        empty = msgspec.structs.replace(lens.community, on_duty=lambda _: [])
        assert all(row.gap for row in duty_view(msgspec.structs.replace(lens, community=empty)).grids)
        one = msgspec.structs.replace(
            lens.community, on_duty=lambda _: [OnDuty(grid="g1", person="zhao", until=None)]
        )
        gaps = {row.grid: row.gap for row in duty_view(msgspec.structs.replace(lens, community=one)).grids}
        assert gaps == {"c1": False, "g1": False, "g2": True}


async def test_places_come_as_a_tree_with_a_plan_without_script(tmp_path):
    async with house(tmp_path) as it:
        places = (await it.browser("liu").get("/api/places")).json()
        buildings = {node["id"]: node for node in places["tree"]}
        assert set(buildings) == {"b1", "b2"}
        assert [node["name"]["zh"] for node in buildings["b1"]["children"]] == ["3层"]
        assert buildings["b1"]["devices"] == 2
        assert buildings["b1"]["children"][0]["devices"] == 1
        assert {marker["id"] for marker in places["plan"]["markers"]} == {"b1", "b2"}
        assert all(0 <= marker["x"] <= 1 for marker in places["plan"]["markers"])
        assert places["plan"]["svg"].startswith("<svg")
        assert "script" not in places["plan"]["svg"]


async def test_health_for_supervisors_people_and_prometheus(tmp_path):
    async with house(tmp_path) as it:
        stranger = it.stranger()
        assert (await stranger.get("/health/live")).json() == {"status": "ok"}
        assert (await stranger.get("/health/ready")).status_code == 200
        assert (await stranger.get("/api/health")).status_code == 401
        assert (await stranger.get("/metrics")).status_code == 401
        assert (await it.browser("wang").get("/metrics")).status_code == 403
        here = await it.stranger(address="127.0.0.1").get("/metrics")
        assert here.status_code == 200
        assert "python_info" in here.text
        assert 'gateway_status{part="store"} 0.0' in here.text
        it.say("gate-n1", "contact.closed")
        # the figures follow the commit, not the other way round
        counted = await figures_with(it, 'gateway_stored_seconds_bucket{le="+Inf"} 1.0')
        assert 'gateway_inputs_total{name="in"} 1.0' in counted
        health = (await it.browser("wang").get("/api/health")).json()
        assert health["reasons"][0]["text"] == {"zh": "示例", "en": "An example"}
        it.health = it.health.model_copy(update={"status": "failing"})
        assert (await stranger.get("/health/ready")).status_code == 503
        assert (await stranger.get("/health/live")).status_code == 200


async def test_the_machine_is_looked_at_in_a_thread_never_in_the_event_loop(tmp_path, monkeypatch):
    looks: list[int] = []

    def look(_: House) -> Health:
        looks.append(threading.get_ident())
        return HEALTHY

    monkeypatch.setattr(House, "health", property(look, lambda *_: None), raising=False)
    async with house(tmp_path) as it:
        for path in ("/health/ready", "/api/health", "/api/wall"):
            assert (await it.browser("chen").get(path)).status_code == 200, path
        stream = it.services.hub._source  # what a page that watches is told
        await asyncio.to_thread(stream.open)
        assert b'"health":{"status":"ok"' in stream.head()
        assert b'"health":{"status":"ok"' in await stream.beat()
    assert len(looks) >= 5
    assert threading.get_ident() not in looks


async def figures_with(it: House, line: str) -> str:
    """Return the figures once a line stands in them."""
    local = it.stranger(address="127.0.0.1")
    text = ""
    async with asyncio.timeout(20):
        while line not in text:
            text = (await local.get("/metrics")).text
    return text


async def test_the_auditor_reads_the_audit_log_page_by_page(tmp_path):
    async with house(tmp_path) as it:
        for number in range(5):
            await it.services.accounts.audit("wang", "test", f"row {number}", {})
        auditor = it.browser("shen")
        page = (await auditor.get("/api/audit", params={"limit": 3})).json()
        rest = (await auditor.get("/api/audit", params={"limit": 3, "cursor": page["next"]})).json()
        ids = [row["id"] for row in (*page["items"], *rest["items"])]
        assert ids == [5, 4, 3, 2, 1]
        assert page["items"][0]["object"] == "row 4"
        assert it.store.verify() is None


async def test_an_export_is_harmless_to_spreadsheets_and_leaves_a_row(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        guard = it.browser("wang")
        taken = await guard.post(
            f"/api/incidents/{case.number}/actions",
            json={"action": "take", "version": case.version},
            headers=key("taken"),
        )
        assert taken.status_code == 200, taken.text
        manager = it.browser("chen")
        assert (await manager.post("/api/incidents/export", json={})).status_code == 422
        answer = await manager.post("/api/incidents/export", json={"reason": "三月台账"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"].startswith("attachment")
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert rows[1][0] == case.number
        assert rows[1][9] == "王强"
        began = it.pump.state.cases.incidents[case.number].opened_at + it.clock.offset
        opened = began.astimezone(ZoneInfo("Asia/Shanghai"))
        assert rows[1][6] == f"{opened:%Y-%m-%d %H:%M:%S}+0800", "by the clock of the site"
        assert rows[-1][0].startswith("导出")
        assert ("chen", "export", "incidents") in it.audit()


def test_cells_that_look_like_formulas_are_made_text():
    from gateway.api.case_table import harmless

    for cell in ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"):
        assert harmless(cell) == "'" + cell
    assert harmless("北门") == "北门"
