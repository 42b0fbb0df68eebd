"""The registry shows how each device is: never heard, online, offline, unstable, since when, why, and behind what."""

from __future__ import annotations

from typing import Any

from devices.clock import DeviceClock
from devices.command import Command
from gateway.api.views.alerts import alert_view
from gateway.api.views.availability import availability
from gateway.api.views.lens import Lens
from gateway.store.clocks import put_clocks
from gateway.store.commands import record
from gateway.store.read_alerts import AlertFilter, list_alerts
from gateway.store.read_availability import Held, silent_behind
from gateway.store.read_devices import DeviceState
from gateway.store.rows import alert_rows
from gateway.store.tables import alerts
from rules.change import Change
from tests.gateway.api.house import START, house


def state(*, online: bool | None = True, **reported: object) -> DeviceState:
    return DeviceState(online=online, last_at=START, reported=reported, skew_ms=None)


async def test_a_device_shows_how_it_is_its_clock_and_what_it_last_said(tmp_path):
    async with house(tmp_path) as it:
        it.say("gate-n1", "device.state", state={"open": True, "battery": 61})
        it.say("gate-n1", "device.offline")
        clock = DeviceClock(skew=95.0, usable=True)
        it.write(lambda connection: put_clocks(connection, {"gate-n1": clock}, now=it.clock.now()))
        guard = it.browser("wang")

        detail = (await guard.get("/api/devices/gate-n1")).json()
        assert detail["device"]["availability"]["state"] == "offline"
        assert detail["device"]["availability"]["heard_at"] is not None
        assert (detail["clock"]["skew_s"], detail["clock"]["quality"], detail["clock"]["wrong"]) == (
            95,
            "corrected",
            True,
        )
        assert detail["device"]["skew_ms"] == 95_000
        seqs = {row["seq"] for row in detail["events"]}
        assert {(row["name"], row["value"]) for row in detail["held"]} >= {("battery", 61), ("open", True)}
        assert all(row["seq"] in seqs for row in detail["held"])

        assert detail["desired"] == []
        asked = Command(
            id="c1", device="gate-n1", name="lock", counter=0, by="chen", created_at=it.clock.now()
        )
        it.write(lambda connection: record(connection, [asked], wall=it.clock.now()))
        (wanted,) = (await guard.get("/api/devices/gate-n1")).json()["desired"]
        assert wanted.pop("at")
        assert wanted == {
            "name": "locked",
            "value": True,
            "command": "c1",
            "state": "queued",
            "reached": None,
        }

        rows = {row["id"]: row["availability"] for row in (await guard.get("/api/devices")).json()["items"]}
        assert {row["state"] for name, row in rows.items() if name != "gate-n1"} == {"never"}
        assert rows["gate-n1"]["battery"] == 61


async def test_the_rules_are_the_author_and_a_dead_parent_explains(tmp_path):
    async with house(tmp_path) as it:
        lens = Lens(community=it.services.community(), now=it.clock.now(), offset=it.clock.offset)
        away = Held(rule="device.silent_mains", alert="a1", since=START)
        shaky = Held(rule="device.flapping", alert="a2", since=START)
        states = {"sw": state(), "cam": state(), "door": state()}
        shown = availability("sw", (), states, {"sw": away}, lens)
        assert (shown.state, shown.why.alert, shown.behind) == ("offline", "a1", None)
        shown = availability("cam", ("sw",), states, {"sw": away, "cam": away}, lens)
        assert (shown.state, shown.behind) == ("offline", "sw")
        assert availability("door", ("sw",), states, {"door": shaky}, lens).state == "unstable"
        assert availability("other", (), states, {}, lens).state == "never"


def gone(alert: str, device: str, rule: str = "device.offline", **more: Any) -> Change:
    return Change(
        t=START, change="opened", rule=rule, version=1, key={"device": device}, stage="warning", level="L4", count=1,
        notify=True, respond=False, late=False, delayed=False, why={"operator": "event"}, alert=alert,
        opened_at=START, last_at=START, device=device, category="0801", **more,
    )  # fmt: skip


async def test_an_alert_says_how_many_devices_behind_it_are_silent_now(tmp_path):
    parents = {"sos-9": ("lift-1", "gate-n1"), "smoke-3": ("gate-n1",), "lift-1": ("gate-n1",)}
    changes = [
        gone("a1", "gate-n1"), gone("a2", "sos-9", "device.silent_battery"), gone("a3", "smoke-3", "camera.offline"),
        gone("a4", "smoke-3"), gone("a5", "lift-1", "device.tamper"),
    ]  # fmt: skip
    async with house(tmp_path) as it:
        rows = alert_rows([(1, change) for change in changes])
        it.write(lambda connection: connection.execute(alerts.insert(), rows))
        with it.store.read() as connection:
            found = list_alerts(connection, AlertFilter(), after=None, limit=9).rows
            behind = silent_behind(connection, found, lambda device: parents.get(device, ()))
        assert behind == {"a1": 2}, "of each device once; a device that is there does not count"
        lens = Lens(community=it.services.community(), now=it.clock.now(), offset=it.clock.offset)
        row = next(row for row in found if row.id == "a1")
        shown = alert_view(row, lens, behind=12)
        assert shown.behind == 12
        assert "它下面另有 12 台设备也没有消息" in shown.why.zh
        assert "12 devices behind it are silent too" in shown.why.en
        listed = (await it.browser("wang").get("/api/alerts")).json()["items"]
        assert {each["behind"] for each in listed} == {0}
