"""Silences that begin later and that end early; what is held back is said when they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from devices.event import Event
from rules.action import EndSilence, SilenceAlerts
from rules.engine import Engine
from rules.load import load_rules
from rules.site import Site

T0 = datetime(2026, 3, 6, 6, tzinfo=UTC)
RULES = load_rules({"a.yaml": """
- {id: a.b, name: x, detect: {event: {of: access.forced}}, stages: [{stage: warning, level: L3}, {stage: alarm, level: L2, when: {open_for: 5m}}], clear: {quiet: 1h}}
- {id: a.c, name: x, detect: {event: {of: fire.smoke}}, stages: [{stage: alarm, level: L1}], clear: {quiet: 1h}}
"""})  # fmt: skip


class Desk:
    """An engine with the minutes since T0."""

    def __init__(self) -> None:
        self.engine = Engine(RULES.rules, (), Site())
        self.engine.tick(T0, seq=0)

    def at(self, minutes: float) -> datetime:
        return T0 + timedelta(minutes=minutes)

    def said(self, changes: list) -> list[str]:
        return [f"{each.change}{'!' if each.notify else ''}" for each in changes if each.change != "silenced"]

    def event(self, minutes: float, kind: str = "access.forced") -> list[str]:
        at = self.at(minutes)
        return self.said(self.engine.step(Event(device="d1", kind=kind, at=at, received_at=at), now=at))

    def tick(self, minutes: float) -> list[str]:
        return self.said(self.engine.tick(self.at(minutes), seq=0))

    def silence(self, minutes: float, until: float, *, start: float | None = None, level: str | None = None) -> list[str]:  # fmt: skip
        action = SilenceAlerts(
            where="true", until=self.at(until), by="wang", reason="r", level=level, id="s1",
            start=None if start is None else self.at(start),
        )  # fmt: skip
        return self.said(self.engine.act(action, now=self.at(minutes), seq=0))

    def end(self, minutes: float) -> list[str]:
        return self.said(self.engine.act(EndSilence(id="s1", by="wang"), now=self.at(minutes), seq=0))


def test_a_silence_that_begins_later_mutes_from_then_on() -> None:
    desk = Desk()
    desk.silence(0, 60, start=3)
    assert desk.event(1) == ["opened!"]  # not yet
    assert desk.tick(7) == ["stepped_up"]  # a stage rise while it lasts is covered
    assert [each.start for each in desk.engine.silences()] == [int(desk.at(3).timestamp()) * 1_000_000]


def test_it_ends_early_and_what_was_held_back_is_said() -> None:
    desk = Desk()
    desk.silence(0, 60)
    assert desk.event(1) == ["opened"]
    assert desk.end(2) == ["repeated!"]
    assert desk.engine.silences() == ()
    assert desk.tick(7) == ["stepped_up!"]
    assert desk.tick(60.5) == []


def test_another_silence_goes_on() -> None:
    desk = Desk()
    desk.silence(0, 60)
    other = SilenceAlerts(where='rule == "a.b"', until=desk.at(30), by="li", reason="r", id="s2")
    desk.engine.act(other, now=desk.at(0), seq=0)
    assert desk.event(1) == ["opened"]
    assert desk.end(2) == []
    assert desk.tick(30) == ["stepped_up", "repeated!"]


def test_l1_is_covered_only_when_it_says_so() -> None:
    desk = Desk()
    desk.silence(0, 60)
    assert desk.event(1, "fire.smoke") == ["opened!"]
    desk = Desk()
    desk.silence(0, 60, level="L1")
    assert desk.event(1, "fire.smoke") == ["opened"]


def test_what_is_over_cannot_be_ended() -> None:
    desk = Desk()
    desk.silence(0, 10)
    desk.tick(11)
    assert desk.engine.silences() == ()
    with pytest.raises(LookupError):
        desk.end(12)
    desk.engine.act(
        SilenceAlerts(where="true", until=desk.at(60), by="w", reason="r"), now=desk.at(13), seq=0
    )
    with pytest.raises(LookupError):
        desk.engine.act(EndSilence(id="", by="w"), now=desk.at(14), seq=0)


def test_it_goes_through_a_snapshot() -> None:
    desk = Desk()
    desk.silence(0, 60, start=1)
    rows = desk.engine.dump_changed()
    again = Engine(RULES.rules, (), Site())
    again.load({key: blob for key, blob in rows.items() if blob is not None})
    assert again.silences() == desk.engine.silences()
