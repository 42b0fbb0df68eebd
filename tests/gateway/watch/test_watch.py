"""The watch speaks through the same door as every device, and its words become alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from devices.decode import Decoder
from devices.event import Event, Quarantine, RawMessage
from devices.registry import Registry
from gateway.builtin import builtin_packs
from gateway.watch.probe import PROBES, Watched
from gateway.watch.watch import Watch
from rules.engine import Engine
from rules.load import load_rules
from rules.site import Site
from rules.workday import Workdays

NOW = datetime(2026, 3, 6, 14, tzinfo=UTC)


class Door:
    """An inbox with room for `room` messages."""

    def __init__(self, room: int = 1000) -> None:
        self.room = room
        self.taken: list[RawMessage] = []

    def offer(self, message: RawMessage, ack: Callable[[], None]) -> bool:
        if len(self.taken) >= self.room:
            return False
        self.taken.append(message)
        ack()
        return True


def watch(door: Door, **more: object) -> Watch:
    def look(quarantined: Counter[tuple[str, str]]) -> Watched:
        return msgspec.structs.replace(calm, quarantined=dict(quarantined), **more)

    calm = Watched(
        now=NOW, zone=ZoneInfo("Asia/Shanghai"), data=Path.cwd(), workdays=Workdays(),
        proc=Path("/nowhere"), thermal=Path("/nowhere"),
    )  # fmt: skip
    return Watch(door.offer, look=look, wall=lambda: NOW)


def decoded(message: RawMessage) -> Event | Quarantine:
    decoder = Decoder(
        profiles=(), registry=Registry(), site="sc", zone=ZoneInfo("Asia/Shanghai"), site_key=b"k"
    )
    [found] = decoder.decode(message, mint=lambda: "e1")
    assert isinstance(found, Event | Quarantine)
    return found


def test_what_is_said_becomes_an_event_and_an_alert() -> None:
    door = Door()
    watch(door).say("system.degraded", part="store", reason="磁盘已满")
    event = decoded(door.taken[0])
    assert isinstance(event, Event)
    assert (event.device, event.kind, event.data["part"], event.at) == (
        "gateway",
        "system.degraded",
        "store",
        NOW,
    )
    pack = {file: text for file, text in builtin_packs().items() if file.endswith("gateway.yaml")}
    loaded = load_rules(pack)
    engine = Engine(loaded.rules, loaded.inhibits, Site(id="sc"))
    [opened] = engine.step(msgspec.structs.replace(event, seq=1), now=NOW)
    assert (opened.change, opened.rule, opened.key) == ("opened", "gateway.degraded", {"data.part": "store"})


@pytest.mark.parametrize(
    ("topic", "payload", "code"),
    [
        ("system.nothing", b"{}", "no_kind"),
        ("fire.smoke", b"{}", "no_kind"),
        ("system.disk", b"[1]", "malformed"),
        ("system.disk", b"\xff", "malformed"),
        ("system.disk", b'{"colour": 1}', "malformed"),
    ],
)
def test_the_gateway_says_nothing_that_does_not_exist(topic: str, payload: bytes, code: str) -> None:
    found = decoded(RawMessage(topic=topic, payload=payload, received_at=NOW, adapter="self"))
    assert isinstance(found, Quarantine)
    assert found.code == code


def test_what_finds_no_room_is_said_when_there_is_some_in_order() -> None:
    door = Door(room=1)
    speaker = watch(door)
    speaker.say("system.disk", value=1)
    speaker.say("system.disk", value=2)
    speaker.say("system.disk", value=3)
    assert len(door.taken) == 1
    door.room = 10
    speaker.turn()
    assert [msgspec.json.decode(each.payload)["value"] for each in door.taken[:3]] == [1, 2, 3]


def test_one_probe_that_fails_does_not_blind_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_watched: Watched) -> list[object]:
        raise OSError("no such sensor")

    monkeypatch.setitem(PROBES, "disk", broken)
    door = Door()
    said = watch(door, degraded={"store": "磁盘已满"}).turn()
    assert "system.degraded" in [each.kind for each in said]
