"""Our own namespace: what its payloads become, and what the confirmation and the privacy rules rest on."""

from __future__ import annotations

import base64
import hashlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.event import Blob, Decoded, Event, Quarantine, Source, Telemetry
from devices.kinds import KINDS
from devices.own_payload import PLAIN_BYTES
from tests.devices.estate import decode, decoder


def event(topic: str, payload: object, **more: object) -> Event:
    found = decode(decoder(unknown=True), topic, payload, **more)[-1]
    assert isinstance(found, Event), found
    return found


def refused(topic: str, payload: object) -> Quarantine:
    (found,) = decode(decoder(unknown=True), topic, payload)
    assert isinstance(found, Quarantine), found
    return found


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        ({"n": 7, "boot": "b1"}, "b1|7"),
        ({"n": "7", "boot": 3}, "3|7"),
        ({"n": 7}, None),
        ({"boot": "b1"}, None),
        ({"n": 7, "boot": "a/b"}, None),
        ({"n": "7|8", "boot": "a"}, None),
        ({"n": 7, "boot": "x" * 65}, None),
    ],
)
def test_the_dedup_key_is_what_the_confirmation_needs(payload: dict[str, object], key: str | None) -> None:
    assert event("sc1/s1/g1/e/access.denied", payload).dedup == key


def test_only_facts_of_the_kind_are_kept_and_a_bad_one_costs_only_itself() -> None:
    found = event(
        "sc1/s1/c1/e/camera.object", {"data": {"score": "0.9", "label": "person", "name": "Li", "count": "x"}}
    )
    assert found.data == {"score": 0.9, "label": "person"}
    assert set(found.flags) == {"unlisted", "dropped:1", "field:data.count"}


def test_states_are_scalars_of_plain_names() -> None:
    found = event("sc1/s1/c1/e/contact.opened", {"state": {"open": True, "a b": 1, "deep": {"x": 1}}})
    assert found.state == {"open": True}
    assert "dropped_state:2" in found.flags


def test_evidence_becomes_a_blob_beside_the_event() -> None:
    picture = b"\xff\xd8\xff\xe0 picture"
    piece = {"mime": "image/jpeg", "at": 1772619302120, "b64": base64.b64encode(picture).decode()}
    blob, found = decode(
        decoder(unknown=True), "sc1/s1/c1/e/camera.fire", {"evidence": [piece, {**piece, "b64": "*"}]}
    )
    assert isinstance(blob, Blob)
    assert isinstance(found, Event)
    assert blob.data == picture
    assert blob.sha256 == found.evidence[0].sha256 == hashlib.sha256(picture).hexdigest()
    assert "dropped_evidence:1" in found.flags


def test_only_evidence_may_be_large() -> None:
    large = base64.b64encode(b"x" * 600_000).decode()
    assert isinstance(
        decode(decoder(unknown=True), "sc1/s1/c1/e/camera.fire", {"evidence": [{"b64": large}]})[-1], Event
    )
    assert refused("sc1/s1/c1/e/camera.fire", {"data": {"label": large}}).code == "too_large"
    assert refused("sc1/s1/c1/e/camera.fire", {"evidence": [{"b64": large * 3}]}).code == "too_large"


def test_depth_is_limited() -> None:
    deep = '{"data":' + '{"a":' * 40 + "1" + "}" * 41
    assert refused("sc1/s1/c1/e/camera.fire", deep).code == "too_deep"
    assert (
        refused("sc1/s1/c1/e/camera.fire", '{"data":' + '{"a":' * 3000 + "1" + "}" * 3001).code == "too_deep"
    )


@pytest.mark.parametrize(
    "kind", ["system.disk", "command.done", "device.online", "device.offline", "nothing.at_all"]
)
def test_kinds_nobody_may_say_on_an_event_topic(kind: str) -> None:
    assert refused(f"sc1/s1/g1/e/{kind}", {}).code == "no_kind"


@pytest.mark.parametrize("kind", [k for k in KINDS if not k.startswith(("system.", "command.", "device.o"))])
def test_every_other_kind_can_be_said(kind: str) -> None:
    assert event(f"sc1/s1/g1/e/{kind}", {}).kind == kind


def test_a_device_may_say_that_it_sends_a_backlog() -> None:
    assert event("sc1/s1/g1/e/fire.smoke", {"mode": "backfill"}).mode == "backfill"
    assert refused("sc1/s1/g1/e/fire.smoke", {"mode": "urgent"}).code == "malformed"
    assert event("sc1/s1/g1/e/fire.smoke", {"mode": "live"}, retained=True).mode == "retained"


@pytest.mark.parametrize(
    ("metric", "kind", "data"),
    [
        ("temperature", "env.temperature", {"value": 21.5}),
        ("temperature_2", "env.temperature", {"value": 21.5}),
        ("level", "env.level", {"value": 21.5}),
        ("voltage", "device.state", {}),
    ],
)
def test_telemetry_brings_the_event_it_becomes_when_a_rule_reads_it(
    metric: str, kind: str, data: dict[str, float]
) -> None:
    (found,) = decode(decoder(unknown=True), f"sc1/s1/t1/t/{metric}", b"21.5")
    assert isinstance(found, Telemetry)
    assert found.event is not None
    assert (found.event.kind, found.event.data, found.event.state) == (kind, data, {metric: 21.5})
    assert (found.event.id, found.event.mode, found.event.at) == ("", "live", found.at)


def test_telemetry_is_a_number() -> None:
    (found,) = decode(decoder(unknown=True), "sc1/s1/t1/t/temperature", b"21.5")
    assert found == Telemetry(device="t1", metric="temperature", value=21.5, at=found.at, event=found.event)
    assert refused("sc1/s1/t1/t/temperature", b"warm").code == "malformed"
    assert refused("sc1/s1/t1/t/tempe rature", b"1").code == "malformed"


@pytest.mark.parametrize("payload", ["online", '"online"', {"status": "online"}, {"state": "online"}])
def test_birth(payload: object) -> None:
    found = event("sc1/s1/g1/a", payload)
    assert (found.kind, found.state["online"]) == ("device.online", True)


def test_availability_of_another_word_is_not_guessed() -> None:
    assert refused("sc1/s1/g1/a", "away").code == "unknown_code"
    assert refused("sc1/s1/g1/a", b"").code in ("malformed", "unknown_code")


def test_replies() -> None:
    assert event("sc1/s1/g1/r/c1", {"state": "done"}).data == {"command": "c1"}
    assert refused("sc1/s1/g1/r/c1", {"state": "maybe"}).code == "unknown_code"


@given(st.sampled_from(["e/access.denied", "s/open", "t/level", "a", "r/c1"]), st.binary(max_size=200))
def test_nothing_raises(channel: str, payload: bytes) -> None:
    assert decode(decoder(unknown=True), f"sc1/s1/g1/{channel}", payload)


_SAID = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.just("in")
)
_SAID |= st.sampled_from([2**63, -(2**63), 2**63 - 1, "3", "9" * 40, "x" * 900, 3.0, [], {}, ["a"]])


@given(
    kind=st.sampled_from(["access.denied", "camera.object", "device.battery", "fire.gas", "vehicle.barrier"]),
    data=st.dictionaries(
        st.sampled_from(["door", "dir", "reason", "score", "count", "low", "battery", "position", "made_up"]),
        _SAID,
        max_size=4,
    ),
    state=st.dictionaries(st.sampled_from(["open", "battery", "mine", "a b", ""]), _SAID, max_size=3),
    more=st.dictionaries(
        st.sampled_from(["n", "boot", "at", "mode", "data", "evidence", "other"]), _SAID, max_size=2
    ),
)
def test_a_payload_read_in_one_step_says_what_it_says_value_by_value(
    kind: str, data: dict[str, object], state: dict[str, object], more: dict[str, object]
) -> None:
    said = json.dumps({"data": data, "state": state, "subject": {"cred": "1"}, **more}, allow_nan=False)
    long = said + " " * PLAIN_BYTES  # too long for the one step
    short, slow = (
        decode(decoder(unknown=True), f"sc1/s1/c1/e/{kind}", body.encode()) for body in (said, long)
    )
    assert [plainly(each) for each in short] == [plainly(each) for each in slow]


def plainly(result: Decoded) -> str:
    """Return a result in its exact types, without what differs for another message."""
    if isinstance(result, Event):
        result = msgspec.structs.replace(result, source=Source(), id="")
        result = msgspec.structs.replace(result, data=dict(sorted(result.data.items())))
    return repr(result)
