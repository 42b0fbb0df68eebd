"""The one door from bytes to events: identity, replay, quarantine."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from devices.event import (
    Decoded,
    Event,
    Quarantine,
    canonical_json,
)
from devices.profile import load_profiles
from devices.references import References
from devices.registry import Device, Household, Registry
from tests.devices.estate import T0, builtin, decode, decoder

GATE = "community/c1/access/g1/event"
DENIED = {"id": 1, "ts": "2026-03-04T18:15:02+08:00", "kind": "denied", "card": "8165535", "door": 1}


HARD = """
profile: hard@1
name: {zh: 难, en: Hard}
identity: topic.device
dedup: none
match: {topic: 'hard/{device}'}
kinds: [{when: 1 in e.list, kind: device.heartbeat}]
samples: [{name: easy, topic: hard/a, payload: {list: [1]}, expect: [{event: device.heartbeat}]}]
"""


def one(results: list[Decoded]) -> Decoded:
    assert len(results) == 1, results
    return results[0]


def event(results: list[Decoded]) -> Event:
    found = one(results)
    assert isinstance(found, Event), found
    return found


def refused(results: list[Decoded]) -> tuple[str, str]:
    found = one(results)
    assert isinstance(found, Quarantine), found
    return found.code, found.reason


def test_a_known_device_speaks_under_its_registered_id() -> None:
    by = decoder(Device(id="gate-n1", profile="gate", ident="g1", household="h7"))
    found = event(decode(by, GATE, DENIED))
    assert (found.device, found.kind, found.site) == ("gate-n1", "access.denied", "s1")
    assert found.source.profile == "gate@1"
    assert found.source.topic == GATE
    assert found.source.raw == ""  # worked out when the event is journaled
    assert found.subject["household"] == "h7"


def test_a_card_number_is_nowhere_in_the_event() -> None:
    found = event(decode(decoder(unknown=True), GATE, DENIED))
    assert b"8165535" not in canonical_json(found)
    again = event(decode(decoder(unknown=True), GATE, {**DENIED, "id": 2}))
    assert found.subject["cred"] == again.subject["cred"]
    elsewhere = decoder(unknown=True)
    elsewhere._context.references = References(b"1" * 32)
    assert event(decode(elsewhere, GATE, DENIED)).subject["cred"] != found.subject["cred"]


@pytest.mark.parametrize("state", ["seen", "claimed", "suspended", "retired"])
def test_only_active_devices_are_heard(state: str) -> None:
    by = decoder(Device(id="g1", profile="gate", state=state))
    code, reason = refused(decode(by, GATE, DENIED))
    assert code == "unknown_device"
    assert state in reason


def test_an_unknown_device_is_quarantined_and_heard_once_it_is_registered() -> None:
    by = decoder()
    code, reason = refused(decode(by, GATE, DENIED))
    assert (code, "'g1'" in reason) == ("unknown_device", True)
    by.registry = Registry([Device(id="g1", profile="gate")])
    assert event(decode(by, GATE, DENIED)).device == "g1"
    by.registry = Registry()
    assert refused(decode(by, GATE, DENIED))[0] == "unknown_device"


def test_the_own_namespace_follows_the_registry_too() -> None:
    by = decoder(Device(id="g1"))
    assert event(decode(by, "sc1/s1/g1/e/access.denied", {})).device == "g1"
    by.registry = Registry()
    assert refused(decode(by, "sc1/s1/g1/e/access.denied", {}))[0] == "unknown_device"


def test_a_payload_may_not_speak_for_another_device() -> None:
    assert refused(decode(decoder(unknown=True), GATE, {**DENIED, "gate": "g2"}))[0] == "identity"


@pytest.mark.parametrize("topic", [GATE, "sc1/s1/g1/e/access.denied"])
def test_the_authenticated_user_must_be_the_devices_own(topic: str) -> None:
    by = decoder(Device(id="g1", profile="gate", user="g1-login"))
    for user, wanted in (("g1-login", Event), ("other", Quarantine), (None, Event), ("g1-login", Event)):
        assert isinstance(one(decode(by, topic, DENIED, user=user)), wanted), user


def test_a_retained_message_is_replayed_state() -> None:
    found = event(decode(decoder(unknown=True), GATE, DENIED, retained=True))
    assert found.mode == "retained"


def test_a_drained_message_teaches_no_skew_and_says_when_it_has_no_time() -> None:
    by = decoder(unknown=True)
    for number in range(100):
        received = T0 + timedelta(seconds=30 * number)
        decode(by, GATE, {**DENIED, "id": number}, drained=True, received_at=received)
    assert by.clocks["g1"].skew is None
    assert event(decode(by, GATE, {**DENIED, "ts": None}, drained=True)).flags == ("drained", "unlisted")


def test_skew_is_learned_from_live_messages_and_corrects_the_next() -> None:
    by = decoder(unknown=True)
    for number in range(30):
        received = T0 + timedelta(seconds=40 * number)
        decode(
            by,
            GATE,
            {**DENIED, "id": number, "ts": (received - timedelta(seconds=90)).isoformat()},
            received_at=received,
        )
    found = event(decode(by, GATE, {**DENIED, "ts": (T0 - timedelta(seconds=95)).isoformat()}))
    assert found.at == T0 - timedelta(seconds=5)
    assert (found.time_quality, "skew:+90s" in found.flags) == ("skewed", True)


def test_an_edge_is_said_once_and_again_for_the_message_that_brought_it() -> None:
    by = decoder(unknown=True)
    topic = "zigbee2mqtt/door"
    kinds = [
        event(decode(by, topic, {"contact": contact})).kind for contact in (False, False, True, True, False)
    ]
    assert kinds == ["contact.opened", "device.state", "contact.closed", "device.state", "contact.opened"]
    motion = {
        "timestamp": 1772619302120,
        "topic": "onvif:Device/axis:Sensor/PIR",
        "message": {"source": {}, "data": {"state": "1"}},
    }
    again = [event(decode(by, "cam/event/x", motion)) for _ in range(2)]
    assert [found.kind for found in again] == ["camera.motion", "camera.motion"], (
        "a redelivery is for dedup to see"
    )
    assert again[0].dedup == again[1].dedup


def test_an_empty_list_is_nothing_and_no_mistake() -> None:
    after = {"id": "o-1", "camera": "c", "label": "person", "false_positive": False, "entered_zones": []}
    found = event(
        decode(decoder(unknown=True), "frigate/events", {"type": "new", "before": {}, "after": after})
    )
    assert found.flags == ("unlisted",)
    assert "zone" not in found.data


def test_a_replayed_state_is_known_to_the_edge() -> None:
    by = decoder(unknown=True)
    assert event(decode(by, "zigbee2mqtt/door", {"contact": False}, retained=True)).mode == "retained"
    assert event(decode(by, "zigbee2mqtt/door", {"contact": False})).kind == "device.state"


def test_a_topic_nobody_reads_says_so() -> None:
    assert refused(decode(decoder(), "who/knows", b"{}"))[0] == "no_profile"
    assert refused(decode(decoder(), "$SYS/events/rpc", b"{}"))[0] == "no_profile"


def test_a_message_above_the_intake_limit_comes_as_a_stub() -> None:
    headers = {"oversize": "9000000", "limit": "2097152", "sha256": "ab"}
    code, reason = refused(decode(decoder(unknown=True), GATE, b"xx", headers=headers))
    assert code == "too_large"
    assert "9000000" in reason
    assert "ab" in reason


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"", "malformed"),
        (b"\xff\xfe", "malformed"),
        (b"[1,2]", "malformed"),
        (b'{"id":NaN}', "malformed"),
        (b'{"id":1e999}', "malformed"),
        (b'{"a":"\\ud800x"}', "malformed"),
        (b"[" * 5000, "too_deep"),
        (b'{"a":' * 900 + b"1" + b"}" * 900, "too_deep"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "too_deep"),
        (b"[" * 3000 + b"]" * 3000, "too_deep"),
        (b"{" + b",".join(b'"%d":1' % n for n in range(2100)) + b"}", "too_large"),
        (b'{"a":"' + b"x" * 70_000 + b'"}', "too_large"),
        (b'{"a":"' + b"x" * 300_000 + b'"}', "too_large"),
    ],
)
def test_bombs_and_rubbish(payload: bytes, code: str) -> None:
    assert refused(decode(decoder(unknown=True), GATE, payload))[0] == code


def test_a_payload_that_makes_a_condition_work_too_hard_is_quarantined() -> None:
    profiles, problems = load_profiles({"x.yaml": HARD})
    assert not problems
    by = decoder(unknown=True, profiles=tuple(profiles))
    assert event(decode(by, "hard/a", {"list": [1, 2]})).kind == "device.heartbeat"
    assert refused(decode(by, "hard/a", {"list": [2] * 60_000}))[0] == "too_large"


def test_integers_stay_exact_and_never_break_the_journal() -> None:
    found = event(decode(decoder(unknown=True), GATE, {**DENIED, "door": 1234567890123456789012345}))
    assert found.data["door"] == "1234567890123456789012345"
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Event) == found


def test_household_of_an_own_event_must_exist() -> None:
    by = decoder(Device(id="g1"))
    by.registry = Registry([Device(id="g1")], [Household(id="h1")])
    said = event(
        decode(by, "sc1/s1/g1/e/access.granted", {"subject": {"household": "h1", "cred": "1", "name": "x"}})
    )
    assert sorted(said.subject) == ["cred", "household"]
    assert (
        "household"
        not in event(decode(by, "sc1/s1/g1/e/access.granted", {"subject": {"household": "h2"}})).subject
    )


def test_subscriptions_bring_every_sample_and_only_this_sites_own_topics() -> None:
    filters = decoder().subscriptions()
    assert "sc1/s1/+/e/+" in filters
    assert "tele/+/LWT" in filters
    assert "zigbee2mqtt/bridge/#" in filters
    assert not any(filter_.startswith("/in/") for filter_ in filters), "HTTP paths are no MQTT topics"


def test_many_profiles_do_not_change_what_is_decoded() -> None:
    alone = tuple(profile for profile in builtin() if profile.id == "gate")
    assert decode(decoder(unknown=True, profiles=alone), GATE, DENIED) == decode(
        decoder(unknown=True), GATE, DENIED
    )


def test_a_change_is_one_again_after_the_state_was_otherwise() -> None:
    """Movement, its end, and movement again are two occurrences; a low battery is one until it was well again."""
    by = decoder(unknown=True)
    topic = "zigbee2mqtt/pir-1"
    said = [
        [each.kind for each in decode(by, topic, payload) if isinstance(each, Event)]
        for payload in (
            b'{"tamper": true}',
            b'{"tamper": true}',
            b'{"tamper": false}',
            b'{"tamper": true}',
            b'{"battery": 9, "contact": true}',
            b'{"battery": 8, "contact": true}',
            b'{"battery": 90, "contact": true}',
            b'{"battery": 9, "contact": true}',
        )
    ]
    assert said == [
        ["device.tamper"],
        ["device.state"],
        ["device.state"],
        ["device.tamper"],
        ["contact.closed", "device.battery"],
        ["device.state", "device.state"],
        ["device.state"],
        ["device.state", "device.battery"],
    ]
