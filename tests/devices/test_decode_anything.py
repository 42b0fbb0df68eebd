"""Whatever bytes come, on whatever topic: they are answered, in a form that can be kept, and always in the same way."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from devices.event import (
    Blob,
    Decoded,
    Event,
    Ignored,
    Note,
    Quarantine,
    RawMessage,
    Telemetry,
    canonical_json,
)
from devices.form import Sample
from tests.devices.estate import builtin, decoder, message

SAMPLES = [sample for profile in builtin() for sample in profile.samples]
TOPICS = sorted(
    {(sample.adapter, sample.topic) for sample in SAMPLES} | {("mqtt", "a/b"), ("mqtt", ""), ("mqtt", "$x")}
)


def check(results: list[Decoded], raw: RawMessage) -> None:
    """What holds for whatever came in."""
    assert results
    for result in results:
        assert isinstance(result, Event | Telemetry | Note | Blob | Quarantine | Ignored)
        if isinstance(result, Event):
            assert result.at <= raw.received_at
            assert result.seq == 0
            assert result.id
            assert msgspec.msgpack.decode(msgspec.msgpack.encode(result), type=Event) == result
            msgspec.json.decode(canonical_json(result))
        if isinstance(result, Quarantine):
            assert result.reason
            assert len(result.reason) < 2_000


@given(st.sampled_from(TOPICS), st.binary(max_size=400), st.booleans(), st.booleans())
def test_any_bytes_on_any_topic_are_answered(
    where: tuple[str, str], payload: bytes, retained: bool, drained: bool
) -> None:
    raw = message(where[1], payload, adapter=where[0], retained=retained, drained=drained)
    check(decoder(unknown=True).decode(raw, mint=lambda: "id"), raw)


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8))
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
)


@given(st.sampled_from(SAMPLES), st.data())
def test_a_sample_with_anything_in_one_place_is_answered(sample: Sample, data: st.DataObject) -> None:
    try:
        body = msgspec.json.decode(sample.payload)
    except msgspec.DecodeError:
        body = None
    if not isinstance(body, dict) or not body:
        return
    place = body
    while True:
        key = data.draw(st.sampled_from(sorted(place)))
        if isinstance(place[key], dict) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(ANYTHING)
        break
    try:
        payload = msgspec.json.encode(body)
    except (UnicodeEncodeError, msgspec.EncodeError):
        return
    raw = message(sample.topic, payload, adapter=sample.adapter)
    check(decoder(unknown=True).decode(raw, mint=lambda: "id"), raw)


@given(st.text(max_size=80), st.binary(max_size=60))
def test_any_topic_is_answered(topic: str, payload: bytes) -> None:
    raw = message(topic, payload)
    check(decoder(unknown=True).decode(raw, mint=lambda: "id"), raw)


@given(st.sampled_from(SAMPLES))
def test_decoding_is_a_function_of_the_message(sample: Sample) -> None:
    raw = message(
        sample.topic, sample.payload, adapter=sample.adapter, retained=sample.retained, user=sample.user
    )
    first, second = (decoder(unknown=True).decode(raw, mint=lambda: "id") for _ in range(2))
    assert first == second
