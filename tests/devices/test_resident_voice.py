"""Reports of residents become events; what is not one is quarantined with its reason."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from devices.event import Event, Quarantine, RawMessage
from devices.gateway_voice import read_self

AT = datetime(2026, 3, 6, 14, tzinfo=UTC)


def heard(payload: bytes) -> object:
    message = RawMessage(topic="resident.report", payload=payload, received_at=AT, adapter="self")
    return read_self(message, site="demo", mint=lambda: "e1")


def test_a_report_names_place_category_and_case_and_its_words_only_by_reference() -> None:
    facts = {"category": "0602", "building": "b1", "text": "r1", "incident": "demo-1", "drill": False}
    photo = {"sha256": "a" * 64, "mime": "image/jpeg", "size": 9}
    event = heard(msgspec.json.encode({"facts": facts, "evidence": [photo]}))
    assert isinstance(event, Event)
    assert (event.kind, event.device, event.data, event.dedup) == ("resident.report", "gateway", facts, "r1")
    assert [piece.sha256 for piece in event.evidence] == ["a" * 64]
    assert event.at == event.received_at == AT


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\xff", "not a report"),
        (b'{"facts": {"text": "r1"}, "more": 1}', "not a report"),
        (b'{"facts": {"text": "r1", "phone": "139"}}', "no fact 'phone'"),
        (b'{"facts": {"category": "0602"}}', "needs the reference"),
    ],
)
def test_anything_else_is_quarantined(payload: bytes, reason: str) -> None:
    found = heard(payload)
    assert isinstance(found, Quarantine)
    assert reason in found.reason
