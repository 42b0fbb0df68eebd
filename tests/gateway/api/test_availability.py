"""The registry shows how each device is: never heard, online, offline, unstable, since when, why, and behind what."""

from __future__ import annotations

from devices.clock import DeviceClock
from gateway.api.views.availability import availability
from gateway.api.views.lens import Lens
from gateway.store.clocks import put_clocks
from gateway.store.read_availability import Held
from gateway.store.read_devices import DeviceState
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

        rows = {row["id"]: row["availability"] for row in (await guard.get("/api/devices")).json()["items"]}
        assert {row["state"] for name, row in rows.items() if name != "gate-n1"} == {"never"}
        assert rows["gate-n1"]["battery"] == 61


async def test_the_rules_are_the_author_and_a_dead_parent_explains(tmp_path):
    async with house(tmp_path) as it:
        lens = Lens(community=it.services.community(), now=it.clock.now(), offset=it.clock.offset)
        gone = Held(rule="device.silent_mains", alert="a1", since=START)
        shaky = Held(rule="device.flapping", alert="a2", since=START)
        states = {"sw": state(), "cam": state(), "door": state()}
        shown = availability("sw", (), states, {"sw": gone}, lens)
        assert (shown.state, shown.why.alert, shown.behind) == ("offline", "a1", None)
        shown = availability("cam", ("sw",), states, {"sw": gone, "cam": gone}, lens)
        assert (shown.state, shown.behind) == ("offline", "sw")
        assert availability("door", ("sw",), states, {"door": shaky}, lens).state == "unstable"
        assert availability("other", (), states, {}, lens).state == "never"
