"""Devices come, change and go while the engine runs: it goes on as one that was started anew with them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from devices.registry import Device, Household, Registry
from rules.model import Rule
from rules.site import Site
from tests.rules.test_replace import Desk, rule

ABSENT = rule(
    "{absence: {of: device.heartbeat, for: 10m, expect: 'device.type == \"gate\"'}}",
    "clear: {when: {event: {of: device.heartbeat}}}",
    name="a.absent",
)
DENIED = rule(
    "{count: {of: access.denied, at_least: 2, within: 60s}}",
    "scope: 'device.type == \"gate\"'\nclear: {quiet: 5m}\ncooldown: 0s",
    name="a.denied",
)
ZONED = rule(
    "{event: {of: access.denied}}",
    "by: [device.zone]\nclear: {after: 4m}\ncooldown: 0s",
    name="a.zoned",
)
NIGHTLY = rule(
    "{every: {interval: 7m, if: 'device.type == \"gate\"'}}",
    "by: [device]\nclear: {after: 1m}\ncooldown: 0s",
    name="a.every",
)
RULES = (ABSENT, DENIED, ZONED, NIGHTLY)


class Moving(Desk):
    """A desk whose list of devices changes at work."""

    def list(self, seconds: float, registry: Registry) -> None:
        moment = self.at(seconds)
        self.note(self.engine.advance_to(moment, seq=self.seq))
        self.site = Site(registry=registry)
        self.relist(registry, moment)

    def relist(self, registry: Registry, moment) -> None:
        self.engine.relist(registry, now=moment)


class Restarting(Moving):
    """One that is started anew with the list instead."""

    def relist(self, registry: Registry, moment) -> None:
        self.anew()


def gate(name: str, **other) -> Device:
    return Device(id=name, type="gate", **other)


def started(made: type[Moving], *devices: Device, rules: tuple[Rule, ...] = RULES) -> Moving:
    desk = made(*rules)
    desk.list(0, Registry(devices))
    return desk


def test_a_new_device_is_expected_from_then_on():
    desk = started(Moving, rules=(ABSENT,))
    desk.event(1, "device.heartbeat", "d0")
    desk.list(60, Registry([gate("d1")]))
    desk.tick(60 + 599)
    assert desk.told == []
    desk.tick(60 + 601)
    assert desk.told == ["660 opened d1 alarm L2 v1"]


def test_one_that_left_or_is_suspended_is_missed_no_longer():
    for after in ([], [gate("d1", state="suspended")], [gate("d1", state="retired")]):
        desk = started(Moving, gate("d1"), rules=(ABSENT,))
        desk.event(1, "device.heartbeat", "d1")
        desk.list(60, Registry(after))
        desk.tick(4000)
        assert desk.told == []
        desk.list(4100, Registry([gate("d1")]))
        desk.tick(4100 + 601)
        assert desk.told == ["4700 opened d1 alarm L2 v1"]


def test_another_type_or_zone_counts_from_the_next_event_on():
    desk = started(Moving, Device(id="d1", type="door", zone="north"), rules=(DENIED, ZONED))
    desk.event(1, device="d1")
    desk.event(2, device="d1")
    assert [each for each in desk.told if "opened" in each] == ["1 opened north alarm L2 v1"]
    desk.list(3, Registry([gate("d1", zone="south")]))
    desk.event(4, device="d1")
    desk.event(5, device="d1")
    opened = [each for each in desk.told if "opened" in each]
    assert opened[1:] == ["4 opened south alarm L2 v1", "5 opened d1 alarm L2 v1"]


def test_a_device_that_left_is_forgotten_also_by_the_snapshot():
    desk = started(Moving, gate("d1"), rules=(ABSENT,))
    desk.event(1, "device.heartbeat", "d1")
    desk.anew()
    assert ("", "device:d1") in desk.rows
    desk.list(2, Registry())
    desk.anew()
    assert ("", "device:d1") not in desk.rows
    desk.tick(4000)
    assert desk.told == []


LISTS = st.lists(
    st.builds(
        Device,
        id=st.sampled_from(("d1", "d2", "d3")),
        type=st.sampled_from(("gate", "door")),
        zone=st.sampled_from((None, "north", "south")),
        state=st.sampled_from(("active", "active", "suspended")),
    ),
    max_size=3,
    unique_by=lambda each: each.id,
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from((1, 5, 61, 150, 400, 700)),
        st.one_of(
            LISTS,
            st.tuples(st.sampled_from(("access.denied", "device.heartbeat")), st.sampled_from(("d1", "d2"))),
        ),
    ),
    min_size=1,
    max_size=20,
)


def played(desk: Moving, steps) -> Moving:
    at, listed = 0.0, Registry([gate("d1"), gate("d2")])
    desk.list(0, listed)
    for wait, what in steps:
        at += wait
        if isinstance(what, list):
            listed = Registry(what, [Household(id="h")])
            desk.list(at, listed)
        elif listed.get(what[1]) is not None:  # the decoder lets nobody else through
            desk.event(at, what[0], what[1])
    desk.tick(at + 3600)
    return desk


@settings(max_examples=60, derandomize=True, deadline=None)
@given(STEPS)
def test_the_engine_at_work_goes_on_as_one_started_anew(steps):
    assert played(started(Moving), steps).told == played(started(Restarting), steps).told


def test_an_alert_muted_by_its_parent_speaks_when_it_hangs_elsewhere():
    alone = Registry([gate("d1"), Device(id="switch", type="switch")])
    hung = Registry([gate("d1", parent="switch"), Device(id="switch", type="switch")])
    desk = Moving(ABSENT)
    desk.list(0, hung)
    desk.event(1, "device.heartbeat", "d1")
    desk.event(2, "device.offline", "switch")
    desk.tick(700)
    assert desk.changes[-1].why["muted_by"]["parent"] == "switch"
    told = len(desk.told)
    desk.list(710, hung)
    desk.tick(1000)
    assert len(desk.told) == told
    desk.list(1000, alone)
    desk.tick(1200)
    assert desk.changes[-1].why.get("muted_by") is None
    assert len(desk.told) == told + 1
