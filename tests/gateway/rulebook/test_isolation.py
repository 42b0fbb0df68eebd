"""A rule that fails is switched off, for a device or for all, said aloud, and comes back by a person's word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from devices.event import RawMessage
from rules.operators.count import CountOperator
from tests.gateway.rulebook.desk import DENIED, Desk, as_item, site_of


class Broken(RuntimeError):
    """What a fault inside an operator looks like."""


def broken(monkeypatch: pytest.MonkeyPatch, *, only: str | None = None) -> None:
    """Let the rule's operator fail on each event (of one device), in every engine that is built from now on."""
    whole = CountOperator.event

    def event(self: Any, state: Any, slot: str, seen: Any) -> Any:
        device = seen.env["device"].id
        if only in (None, device):
            raise Broken(device)
        return whole(self, state, slot, seen)

    monkeypatch.setattr(CountOperator, "event", event)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return site_of(tmp_path, packs="[gateway]", rules=as_item(DENIED))


def test_three_faults_switch_a_rule_off_for_that_device_and_the_others_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, only="gate-1")
    desk = Desk(folder)
    for second in (1, 2, 3, 4):
        desk.denied(second)
        desk.denied(second, "g002")
    desk.core.pump.commit()
    assert desk.said == [
        {
            "kind": "system.rule",
            "rule": "site.denied",
            "state": "disabled",
            "reason": "Broken: gate-1",
            "device": "gate-1",
        }
    ]
    assert desk.told[0] == "3 opened site.denied L3 v1"  # at the other gate
    assert [line for line in desk.told if "system.rule_disabled" in line] == []
    isolation = desk.book.entry("site.denied").isolation
    assert (isolation.faults, isolation.devices, isolation.everywhere) == ({"gate-1": 3}, ("gate-1",), False)
    desk.dies()


def test_ten_devices_switch_it_off_everywhere_and_it_survives_a_crash(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)
    site = folder / "site.yaml"
    gate = next(line for line in site.read_text("utf-8").splitlines() if "ident: g002" in line)
    more = "\n".join(gate.replace("gate-2", f"gate-{n}").replace("g002", f"g{n:03}") for n in range(3, 12))
    site.write_text(site.read_text("utf-8").replace(gate, f"{gate}\n{more}"), "utf-8")
    again = Desk(folder)
    for number in range(1, 11):
        for second in range(3):
            again.denied(10 + number * 10 + second, f"g{number:03}")
    again.core.pump.commit()
    assert [each.get("device") for each in again.said] == [*(f"gate-{n}" for n in range(1, 11)), None]
    assert again.book.entry("site.denied").isolation.everywhere
    again.dies()
    after = again.anew(200)
    assert after.book.entry("site.denied").isolation.everywhere
    assert [(each["rule"], each.get("device")) for each in after.said] == [("site.denied", None)]
    monkeypatch.undo()
    for second in (300, 301, 302):
        after.denied(second, "g011")
    after.core.pump.commit()
    assert after.told == []
    enabled = after.book.enable("site.denied", by="li", reason="mended").result(0)
    assert (enabled.version, enabled.difference) == (2, ())
    assert after.book.entry("site.denied").isolation.faults == {}
    assert (after.said[-1]["rule"], after.said[-1]["state"]) == ("site.denied", "enabled")
    for second in (400, 401, 402):
        after.denied(second, "g011")
    after.core.pump.commit()
    assert after.told == ["402 opened site.denied L3 v2"]
    after.dies()


def test_a_saved_version_begins_without_faults(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch)
    desk = Desk(folder)
    for second in (1, 2, 3):
        desk.denied(second)
    desk.core.pump.commit()
    monkeypatch.undo()
    assert desk.book.entry("site.denied").isolation.devices == ("gate-1",)
    desk.book.save(DENIED.replace("60s", "61s"), author="li").result(0)
    assert desk.book.entry("site.denied").isolation.devices == ()
    desk.dies()


def test_what_is_switched_off_is_an_alert_until_it_is_mended(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)
    desk = Desk(folder)
    desk.book.say = lambda kind, **facts: _hand_in(desk, kind, facts)
    for second in (1, 2, 3):
        desk.denied(second)
    desk.core.pump.commit()
    desk.core.pump.commit()
    assert desk.told == ["3 opened gateway.rule_disabled L2 v1"]
    monkeypatch.undo()
    desk.seconds = 60
    desk.book.save(DENIED.replace("60s", "61s"), author="li").result(0)
    desk.core.pump.commit()
    assert desk.told[1:] == ["60 cleared gateway.rule_disabled L2 v1"]
    desk.dies()


def _hand_in(desk: Desk, kind: str, facts: dict[str, Any]) -> None:
    """Take in what is said, as the inbox hands it to the pump after the commit."""
    message = RawMessage(topic=kind, payload=json.dumps(facts).encode(), received_at=desk.now, adapter="self")
    desk.core.pump.message(message, desk.now, lambda: None)
