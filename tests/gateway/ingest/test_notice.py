"""Notices of alerts: which changes are told, what they say, and that a deadline has no tripping event."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from devices.event import Event, Source
from gateway.ingest.notice import alert_notices
from rules.change import Change

NOW = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)


def change(name: str, **fields: Any) -> Change:
    values: dict[str, Any] = {
        "t": NOW, "change": name, "rule": "access.forced", "version": 1, "key": {"device": "g1"}, "stage": "alarm",
        "level": "L2", "count": 1, "notify": True, "respond": True, "late": False, "delayed": False, "why": {},
        "alert": "a1", "opened_at": NOW, "last_at": NOW, "device": "g1",
    }  # fmt: skip
    return Change(**{**values, **fields})


def commit(*changes: tuple[int, Change]) -> Any:
    event = Event(
        id="e7",
        seq=7,
        device="g1",
        kind="access.forced",
        at=NOW,
        received_at=NOW,
        dedup="139|1772",
        source=Source(topic="t"),
    )
    return SimpleNamespace(changes=list(changes), events=[event])


def test_an_alert_that_opens_says_which_event_tripped_it() -> None:
    (said,) = alert_notices(commit((7, change("opened"))))
    assert json.loads(said) == {
        "rule": "access.forced", "change": "opened", "stage": "alarm", "level": "L2", "key": {"device": "g1"},
        "device": "g1", "alert": "a1", "t": "2026-03-06T14:00:00Z", "trigger": {"event": "e7", "dedup": "139|1772"},
    }  # fmt: skip


def test_a_deadline_trips_without_an_event() -> None:
    (said,) = alert_notices(commit((8, change("stepped_up"))))
    assert json.loads(said)["trigger"] == {"event": None, "dedup": None}


@pytest.mark.parametrize(
    "name", ["repeated", "stepped_down", "acknowledged", "cleared", "silenced", "flapping"]
)
def test_what_makes_nothing_graver_is_not_told(name: str) -> None:
    assert list(alert_notices(commit((7, change(name))))) == []
