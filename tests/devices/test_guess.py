"""Finding the profile that reads a payload whose topic nobody wrote down."""

from __future__ import annotations

import pytest

from devices.event import Event, Ignored, Quarantine
from devices.form import Sample
from devices.guess import guess
from tests.devices.estate import builtin, decoder, message

# Words and nearly empty messages fit several profiles; own events name their kind in the topic alone.
CLEAR = [
    (profile.ref, sample)
    for profile in builtin()
    if profile.id not in ("own", "gate", "locker")
    for sample in profile.samples
    if len(sample.payload) > 90 and sample.expect[0].keys() & {"event"}
]


@pytest.mark.parametrize(
    ("ref", "sample"), CLEAR, ids=lambda value: value.name if isinstance(value, Sample) else value
)
def test_a_sample_finds_its_own_profile(ref: str, sample: Sample) -> None:
    results = guess(decoder(unknown=True), message("", sample.payload), mint=lambda: "id")
    assert all(isinstance(result, Event) for result in results), results
    # An Axis message over MQTT and an ONVIF notification are one format; the time decides where there is one.
    accepted = {ref, "onvif@1"} if ref == "axis@1" else {ref}
    assert {result.source.profile for result in results if isinstance(result, Event)} <= accepted


def test_a_claimed_identity_is_used() -> None:
    payload = {
        "id": 1,
        "ts": 1772619302,
        "kind": "denied",
        "gate": "west",
        "person": {"id": "p", "credential": "card"},
    }
    (found,) = guess(decoder(unknown=True), message("", payload), mint=lambda: "id")
    assert isinstance(found, Event)
    assert found.device == "west"


@pytest.mark.parametrize(
    "payload",
    [b"", b"\x00\x01", b'{"unheard":1}', b"[1]", b'{"data":{}}', b"a text that is no status word at all"],
)
def test_what_nobody_reads_is_said_to_be_so(payload: bytes) -> None:
    (found,) = guess(decoder(unknown=True), message("", payload), mint=lambda: "id")
    assert isinstance(found, Quarantine)
    assert found.code == "no_profile"


def test_an_empty_frame_is_recognised() -> None:
    (found,) = guess(decoder(unknown=True), message("", b"<MetadataStream/>"), mint=lambda: "id")
    assert isinstance(found, Ignored)
