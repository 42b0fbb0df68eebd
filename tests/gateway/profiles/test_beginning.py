"""The draft that is proposed for a caught message can be gone on from as it stands, whatever its keys are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from devices.draft import write_profile
from devices.event import RawMessage
from devices.seen import look
from gateway.profiles.beginning import beginning

NOW = datetime(2026, 3, 4, 10, 15, 3, tzinfo=UTC)
ZONE = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("topic", "payload", "encoding"),
    [
        ("tuya/bf3a1c2d/report", {"devId": "bf3a1c2d", "status": [{"code": "doorcontact_state", "value": True, "t": 1772619302000}]}, "utf-8"),
        ("mc/report", {"设备编号": "MC-001", "时间": "2026-03-04 18:15:02", "事件类型": "开门"}, "gbk"),
        ("home/d-7/x", {"device-id": "d-7", "event-type": "open", "1st": 2, "at": "2026-03-04T18:15:02"}, "utf-8"),
    ],
    ids=["a list", "Chinese keys in GBK", "keys that are no words"],
)  # fmt: skip
def test_the_draft_proposed_for_a_message_reads_it(
    topic: str, payload: dict[str, object], encoding: str
) -> None:
    raw = msgspec.json.encode(payload).decode().encode(encoding)
    message = RawMessage(topic=topic, payload=raw, received_at=NOW)
    found = look(message, zone=ZONE)
    assert (found.encoding, found.refused) == (encoding, "")
    written = write_profile(beginning(message, found))
    assert [str(each) for each in written.problems] == []
    assert written.profile is not None
