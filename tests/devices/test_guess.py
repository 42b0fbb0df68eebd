"""Finding the profile that reads a payload whose topic nobody wrote down."""

from __future__ import annotations

import pytest

from devices.event import Event, Ignored, Quarantine
from devices.form import Sample
from devices.guess import NOBODY, Guess, rank
from tests.devices.estate import SITE, builtin, message

# Words and nearly empty messages fit several profiles; own events name their kind in the topic alone.
CLEAR = [
    (profile.ref, sample)
    for profile in builtin()
    if profile.id not in ("own", "gate", "locker")
    for sample in profile.samples
    if len(sample.payload) > 90 and sample.expect[0].keys() & {"event"}
]


# One format under two names, the more general first: an Axis message over MQTT is an ONVIF notification.
TWINS = {"axis@1": {"onvif@1"}}
# One message that two families say in the same words: only the address tells them apart.
SAME = {"a heartbeat of older firmware": {"hikvision-camera@1"}}


def ranked(payload: object, **more: int) -> list[Guess]:
    return rank(builtin(), message("", payload), zone=SITE, mint=lambda: "id", **more)


@pytest.mark.parametrize(
    ("ref", "sample"), CLEAR, ids=lambda value: value.name if isinstance(value, Sample) else value
)
def test_a_sample_finds_its_own_profile(ref: str, sample: Sample) -> None:
    best = ranked(sample.payload)[0]
    assert best.profile in {ref, *TWINS.get(ref, ()), *SAME.get(sample.name, ())}
    assert {result.kind for result in best.results if isinstance(result, Event)} & {
        expected.get("event") for expected in sample.expect
    }


def test_the_second_best_is_named_too() -> None:
    first, second, *_ = ranked({"temperature": 21.4, "humidity": 48, "pressure": 1013})
    assert {first.profile, second.profile} == {"zigbee2mqtt@1", "thingsboard@1"}
    assert first.score >= second.score


def test_who_reads_it_comes_before_who_knows_why_not() -> None:
    """A camera's address says of a terminal's event where it belongs; the terminal's own address reads it."""
    inner = {"majorEventType": 5, "subEventType": 75, "employeeNoString": "7", "serialNo": 139, "currentVerifyMode": "face"}  # fmt: skip
    payload = {"ipAddress": "192.0.2.4", "portNo": 80, "protocol": "HTTP", "macAddress": "02:00:5e:10:00:01", "channelID": 1, "dateTime": "2026-03-04T18:15:02+08:00", "eventType": "AccessControllerEvent", "eventState": "active", "AccessControllerEvent": inner}  # fmt: skip
    first, *others = ranked(payload)
    assert first.profile.startswith("hikvision-access@")
    assert any(isinstance(result, Quarantine) for each in others for result in each.results)


def test_a_claimed_identity_is_used() -> None:
    payload = {
        "id": 1,
        "ts": 1772619302,
        "kind": "denied",
        "gate": "west",
        "person": {"id": "p", "credential": "card"},
    }
    (found,) = ranked(payload)[0].results
    assert isinstance(found, Event)
    assert found.device == "west"


def test_a_device_that_only_its_topic_names_is_nobody() -> None:
    (found,) = ranked({"contact": False, "linkquality": 120})[0].results
    assert isinstance(found, Event)
    assert (found.kind, found.device) == ("contact.opened", NOBODY)


def test_what_came_before_does_not_make_it_a_state() -> None:
    for _ in range(2):
        assert ranked({"contact": False, "linkquality": 120})[0].results[0].kind == "contact.opened"  # type: ignore[union-attr]  # an event, as above


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x00\x01",
        b'{"unheard":1}',
        b"[1]",
        b'{"data":{}}',
        b"a text that is no status word at all",
        b"hello",
        b"21.5",
        b"<html><body>busy</body></html>",
        b"[" * 5_000,
    ],
)
def test_what_nobody_reads_is_said_to_be_so(payload: bytes) -> None:
    assert ranked(payload) == []


def test_a_chosen_profile_says_why_it_does_not_read() -> None:
    tasmota = [profile for profile in builtin() if profile.id == "tasmota"]
    found = rank(tasmota, message("", b'{"unheard":1}'), zone=SITE, mint=lambda: "id", least=0)
    assert isinstance(found[0].results[0], Quarantine | Ignored)


def test_an_empty_frame_is_recognised() -> None:
    (found,) = ranked(b"<MetadataStream/>")[0].results
    assert isinstance(found, Ignored)


def test_a_name_in_the_address_is_not_the_samples() -> None:
    (found,) = ranked(b"1\t2026-03-04 18:15:02\t0\t1\t0\t0\t0\n")[0].results
    assert isinstance(found, Event)
    assert found.device == NOBODY


def test_a_refusal_that_was_foreseen_is_the_reason() -> None:
    uplink = {
        "deduplicationId": "d-9",
        "time": "2026-03-04T10:15:02Z",
        "deviceInfo": {"devEui": "24e1"},
        "devAddr": "00189440",
        "data": "qg==",
        "rxInfo": [{"rssi": -48}],
    }
    (found,) = ranked(uplink)[0].results
    assert isinstance(found, Quarantine)
    assert "gave no object" in found.reason


def test_what_was_not_asked_for_is_named_without_its_value() -> None:
    payload = {"services": [{"service_id": "Meter", "properties": {"holder": "Somebody"}}]}
    iotda = [profile for profile in builtin() if profile.id == "iotda"]
    (found,) = rank(iotda, message("", payload), zone=SITE, mint=lambda: "id", least=0)[0].results
    assert isinstance(found, Quarantine)
    assert "it asks for none of" in found.reason or "e.service" in found.reason
    assert "Somebody" not in found.reason
