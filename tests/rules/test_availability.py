"""The built-in availability: by class, with grace, behind dead parents, while the broker is away, and who is unstable."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from devices.event import Event
from devices.registry import AVAILABILITY, Device, Registry
from gateway.builtin import builtin_packs
from rules.change import Change
from rules.engine import Engine
from rules.explain import sentence
from rules.load import load_rules
from rules.site import Site

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 6, 14, 0, tzinfo=ZONE)
LOADED = load_rules(builtin_packs(), zone=ZONE)
MINUTE = timedelta(minutes=1)


def engine(*devices: Device) -> Engine:
    made = Engine(LOADED.rules, LOADED.inhibits, Site(id="demo", zone=ZONE, registry=Registry(devices)))
    made.tick(START, seq=0)
    return made


def device(name: str, *tags: str, parent: str | None = None) -> Device:
    return Device(id=name, type="sensor", parent=parent, tags=tags)


def said(name: str, kind: str, after: timedelta, **data: object) -> Event:
    at = START + after
    return Event(device=name, kind=kind, at=at, received_at=at, data=data)


def played(rules: Engine, events: Iterable[Event], until: timedelta) -> list[Change]:
    changes: list[Change] = []
    for event in sorted(events, key=lambda event: event.at):
        changes += rules.step(event, now=event.at)
    return [*changes, *rules.tick(START + until, seq=0)]


def aloud(changes: Iterable[Change], *, change: str = "opened") -> list[tuple[str, str | None, float]]:
    return [
        (each.rule, each.device, (each.t - START) / MINUTE)
        for each in changes
        if each.change == change and each.notify
    ]


def heartbeats(name: str, minutes: int) -> list[Event]:
    return [said(name, "device.heartbeat", n * MINUTE) for n in range(minutes)]


def test_a_switch_dies_with_twenty_five_devices_behind_it():
    """By last will or by silence, whichever comes first: one alert of the switch, the others name it."""
    behind = [device(f"d{n:02}", "heartbeat", parent="sw") for n in range(25)]
    rules = engine(device("sw", "heartbeat"), *behind)
    events = [event for each in ("sw", *(d.id for d in behind)) for event in heartbeats(each, 10)]
    gone = timedelta(minutes=9, seconds=5)
    events += [said("sw", "device.offline", gone)]
    events += [said(d.id, "device.offline", gone + timedelta(seconds=n)) for n, d in enumerate(behind[:10])]
    changes = played(rules, events, timedelta(minutes=18))
    assert aloud(changes) == [("device.offline", "sw", gone / MINUTE)]
    muted = [each for each in changes if each.change == "opened" and not each.notify]
    assert {each.device for each in muted} == {"sw", *(d.id for d in behind)}
    (switch,) = [each.alert for each in changes if each.change == "opened" and each.notify]
    named = [each.why["muted_by"] for each in muted]
    assert all(each.get("alert") == switch or each.get("parent") == "sw" for each in named)


def test_the_alert_of_a_switch_says_how_many_are_silent_with_it():
    camera = Device(id="cam", type="camera", parent="nvr")
    locker = Device(id="box", type="parcel_locker", parent="sw")
    rules = engine(device("sw"), device("nvr", parent="sw"), camera, locker, device("door"))
    events = [
        said("sw", "device.offline", 0 * MINUTE),
        said("nvr", "device.offline", MINUTE),
        said("cam", "camera.offline", 2 * MINUTE),
        said("box", "device.offline", 3 * MINUTE),
        said("door", "device.offline", 4 * MINUTE),
    ]
    changes = played(rules, events, timedelta(minutes=15))
    opened = [(rule, name) for rule, name, _ in aloud(changes)]
    assert opened == [("device.offline", "sw"), ("device.offline", "door")]  # the locker is behind the switch
    stepped = {each.device: each for each in changes if each.change == "stepped_up" and each.notify}
    assert stepped["sw"].why["behind"] == 3
    assert "behind" not in stepped["door"].why
    rule = next(each for each in LOADED.rules if each.id == "device.offline")
    assert "它下面另有 3 台设备也没有消息" in sentence(stepped["sw"], "zh", rule=rule)
    assert "3 devices behind it are silent too" in sentence(stepped["sw"], "en", rule=rule)
    back = [said("cam", "camera.online", 16 * MINUTE), said("nvr", "device.online", 16 * MINUTE)]
    changes = played(rules, back, timedelta(minutes=17))
    assert not [each for each in changes if each.change == "repeated" and each.notify]


def test_a_switch_that_only_falls_silent_is_one_alert_too():
    behind = [device(f"d{n:02}", "heartbeat", parent="sw") for n in range(25)]
    rules = engine(device("sw", "heartbeat"), *behind)
    events = [event for each in ("sw", *(d.id for d in behind)) for event in heartbeats(each, 10)]
    changes = played(rules, events, timedelta(minutes=20))
    assert aloud(changes) == [("device.silent_mains", "sw", 12.0)]


def test_a_restart_of_the_gateway_is_no_storm():
    """It was away for half an hour; who comes back within the grace is not told of, who does not is."""
    rules = engine(device("a", "heartbeat"), device("b", "heartbeat"))
    events = [*heartbeats("a", 5), *heartbeats("b", 5)]
    assert aloud(played(rules, events, timedelta(minutes=5))) == []
    back = timedelta(minutes=35)
    rules.restart(START + back, down_for=timedelta(minutes=30), seq=0)
    assert aloud(rules.tick(START + back + timedelta(seconds=59), seq=0)) == []
    came = said("a", "device.heartbeat", back + timedelta(seconds=60))
    changes = played(rules, [came], back + timedelta(minutes=3))
    assert [name for _, name, _ in aloud(changes)] == ["b"]


def test_while_the_broker_is_away_nobody_is_missed():
    rules = engine(device("gateway"), *(device(f"d{n}", "heartbeat") for n in range(5)))
    events = [event for n in range(5) for event in heartbeats(f"d{n}", 10)]
    lost = timedelta(minutes=9, seconds=10)
    events.append(said("gateway", "system.broker", lost, online=False))
    back = timedelta(minutes=40)
    events.append(said("gateway", "system.broker", back, online=True))
    events += [said(f"d{n}", "device.heartbeat", back + timedelta(seconds=30 + n)) for n in range(4)]
    changes = played(rules, events, timedelta(minutes=42, seconds=40))
    assert aloud(changes) == [("gateway.broker", "gateway", (lost + MINUTE) / MINUTE)]
    again = [(each.device, each.notify) for each in changes if each.change == "repeated" and each.notify]
    assert again in ([], [("d4", True)]), "only who stays away after the grace is told of"
    assert any(each.device == "d0" and each.change == "cleared" for each in changes)


def test_a_battery_device_has_a_day_and_two_hours_and_tags_may_give_more():
    rules = engine(
        device("lora", "battery"),
        device("meter", "battery", "weekly"),
        device("hourly", "heartbeat", "hourly"),
    )
    events = [said(name, "device.heartbeat", timedelta()) for name in ("lora", "meter", "hourly")]
    changes = played(rules, events, timedelta(days=9))
    assert aloud(changes) == [
        ("device.silent_mains", "hourly", 130.0),
        ("device.silent_battery", "lora", 26 * 60.0),
        ("device.silent_battery", "meter", 8 * 24 * 60.0),
    ]


def test_the_class_of_a_profile_stands_for_the_tags():
    rules = engine(
        *(Device(id=word, availability=word) for word in AVAILABILITY),
        Device(id="none"), Device(id="tagged", availability=None, tags=("heartbeat",)),
    )  # fmt: skip
    events = [said(name, "device.heartbeat", timedelta()) for name in (*AVAILABILITY, "none", "tagged")]
    changes = played(rules, events, timedelta(days=9))
    assert sorted(aloud(changes), key=lambda each: each[2]) == [
        ("device.silent_mains", "mains", 3.0),
        ("device.silent_mains", "tagged", 3.0),
        ("device.silent_mains", "hourly", 130.0),
        ("device.silent_battery", "battery", 26 * 60.0),
        ("device.silent_mains", "daily", 26 * 60.0),
        ("device.silent_battery", "weekly", 8 * 24 * 60.0),
    ]


def test_gone_back_and_gone_within_ten_minutes_is_unstable():
    rules = engine(device("a"), device("b"))
    events = [
        said("a", "device.offline", 0 * MINUTE), said("a", "device.online", 2 * MINUTE), said("a", "device.offline", 9 * MINUTE),
        said("b", "device.offline", 0 * MINUTE), said("b", "device.online", 2 * MINUTE), said("b", "device.offline", 11 * MINUTE),
    ]  # fmt: skip
    changes = played(rules, events, timedelta(minutes=12))
    assert [(name, at) for rule, name, at in aloud(changes) if rule == "device.flapping"] == [("a", 9.0)]


def test_a_device_that_said_goodbye_is_not_missed_as_well():
    rules = engine(device("a", "heartbeat"))
    changes = played(
        rules, [*heartbeats("a", 5), said("a", "device.offline", 5 * MINUTE)], timedelta(minutes=30)
    )
    assert [rule for rule, _, _ in aloud(changes)] == ["device.offline"]
