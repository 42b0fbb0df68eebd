"""Every probe looks at real or made files and says only facts that its kind has."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from devices.kinds import KINDS
from gateway.forward import ForwardStatus
from gateway.ingest.receipt import IngestStatus
from gateway.outbox import OutboxStatus
from gateway.watch.probe import PROBES, Reading, Watched, probe
from rules.workday import LAST_PUBLISHED, Workdays

NOW = datetime(2026, 3, 6, 14, tzinfo=UTC)


def watched(folder: Path, **more: Any) -> Watched:
    given = {"now": NOW, "zone": ZoneInfo("Asia/Shanghai"), "data": folder, "workdays": Workdays()}
    nothing = folder / "nothing"
    return Watched(**({"proc": nothing, "thermal": nothing} | given | more))


def look(name: str, at: Watched) -> list[Reading]:
    found = list(PROBES[name](at))
    for reading in found:
        assert reading.facts.keys() <= KINDS[reading.kind].fields.keys(), reading
    return found


def ingest(*, connected: bool) -> IngestStatus:
    return IngestStatus(
        connected=connected, since=NOW, error=None if connected else {"zh": "连接被拒绝", "en": "refused"},
        reconnects=0, received=0, acknowledged=0, unacknowledged=0, oversized=0, draining=False, refused_filters=(),
    )  # fmt: skip


def test_the_disk_is_the_one_of_the_data_folder(tmp_path: Path) -> None:
    [reading] = look("disk", watched(tmp_path))
    space = shutil.disk_usage(tmp_path)
    assert reading.facts["value"] == pytest.approx(100 * space.used / (space.used + space.free), abs=2)


def test_memory_that_is_available_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text(
        "MemTotal:        1000000 kB\nMemFree:           10000 kB\nMemAvailable:      80000 kB\n"
    )
    [reading] = look("memory", watched(tmp_path, proc=tmp_path))
    assert (reading.facts["value"], reading.usual) == (92.0, False)
    assert look("memory", watched(tmp_path)) == [], "not Linux"


def test_the_hottest_zone_counts_and_a_box_without_one_says_nothing(tmp_path: Path) -> None:
    for number, text in enumerate(("48000\n", "71250\n", "broken\n")):
        zone = tmp_path / f"thermal_zone{number}"
        zone.mkdir()
        (zone / "temp").write_text(text)
    [reading] = look("temperature", watched(tmp_path, thermal=tmp_path))
    assert (reading.facts["value"], reading.usual) == (71.2, False)
    assert look("temperature", watched(tmp_path)) == []


def test_a_certificate_says_how_many_days_it_has_left(tmp_path: Path) -> None:
    file = tmp_path / "gateway.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gateway.lan")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW + timedelta(days=12, hours=1))
    file.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    [reading] = look("certificate", watched(tmp_path, certificate=file))
    assert (reading.facts, reading.usual) == ({"value": 12, "name": "gateway.pem"}, False)


@pytest.mark.parametrize("connected", [True, False])
def test_the_broker(tmp_path: Path, connected: bool) -> None:
    [reading] = look("broker", watched(tmp_path, ingest=ingest(connected=connected)))
    assert (reading.facts["online"], reading.usual) == (connected, connected)


def test_the_uplink_is_down_while_its_last_error_stands(tmp_path: Path) -> None:
    assert look("uplink", watched(tmp_path)) == [], "there is none"
    status = ForwardStatus(error="connection refused", last_success=None, feeds={})
    [reading] = look("uplink", watched(tmp_path, forward=status))
    assert reading.facts == {"sink": "influx", "online": False, "reason": "connection refused"}


def test_a_channel_is_down_when_its_last_attempt_reached_nobody(tmp_path: Path) -> None:
    outcomes = {"a": "delivered", "b": "pending", "c": "failed", "d": "unknown"}
    status = OutboxStatus(sending=0, outcomes={}, last_success={}, last_outcome=outcomes)
    found = {
        each.facts["channel"]: each.facts["online"]
        for each in look("channels", watched(tmp_path, outbox=status))
    }
    assert found == {"a": True, "b": False, "d": False}, "a refusal tells nothing about the channel"


def test_many_unreadable_messages_of_one_device_and_a_few_are_told_apart(tmp_path: Path) -> None:
    [reading] = look(
        "quarantine", watched(tmp_path, quarantined={("d1", "malformed"): 25, ("d2", "no_kind"): 3})
    )
    assert reading.facts == {"device": "d1", "count": 25, "code": "malformed"}


def test_waiting_messages_and_what_is_degraded(tmp_path: Path) -> None:
    [reading] = look("outbox", watched(tmp_path, oldest_message_s=125.4))
    assert (reading.facts, reading.usual) == ({"value": 125}, False)
    [reading] = look("degraded", watched(tmp_path, degraded={"store": "磁盘已满"}))
    assert reading.facts == {"part": "store", "reason": "磁盘已满"}


def test_the_year_that_is_near_and_not_published(tmp_path: Path) -> None:
    december = datetime(LAST_PUBLISHED, 12, 1, tzinfo=UTC)
    [reading] = look("calendar", watched(tmp_path, now=december))
    assert reading.facts["year"] == LAST_PUBLISHED + 1
    entered = Workdays({date(LAST_PUBLISHED + 1, 10, 1): False})
    assert look("calendar", watched(tmp_path, now=december, workdays=entered)) == []
    assert look("calendar", watched(tmp_path, now=december - timedelta(days=60))) == []


def test_a_second_probe_of_one_name_is_refused_naming_both() -> None:
    with pytest.raises(ValueError, match=r"probe 'disk' is registered twice: gateway\.watch\.host\.disk and"):
        probe("disk")(lambda _watched: [])
