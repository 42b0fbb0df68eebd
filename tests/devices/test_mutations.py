"""Damaged messages: every profile's samples with fields missing, swapped or replaced, bytes cut, doubled or flipped.

Whatever comes of them, it is a result that can be stored, with a reason where nothing was read. Never an exception.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.decode import Decoder
from devices.event import Blob, Event, Ignored, Quarantine, RawMessage, canonical_json
from devices.form import Profile, Sample
from devices.guess import rank
from devices.registry import Registry
from tests.devices.estate import SITE, builtin

ODD: list[Any] = [
    None, True, False, 0, 1, -1, 1e308, 10**30, -0.5, "", " ", "0", "false", "нет", "\x00", "a" * 2_000, "2026-13-45T99:99:99Z",
    "1e999", [], {}, [[]], [None], {"": ""}, {"value": {}}, [1, "x", {}], {"ts": "x"},
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value in a message, the message itself left out."""
    found = [path] if path else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        found += places(child, (*path, key))
    return found


def changed(value: Any, path: tuple[Any, ...], new: Any, *, delete: bool) -> Any:
    """Return a copy of a message with one value deleted or replaced."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    if len(path) == 1 and delete:
        del copy[path[0]]
    else:
        copy[path[0]] = changed(copy[path[0]], path[1:], new, delete=delete)
    return copy


@st.composite
def damaged(draw: st.DrawFn, sample: Sample) -> bytes:
    """Draw a damaged copy of a sample's payload."""
    try:
        value = msgspec.json.decode(sample.payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        value = None
    if isinstance(value, dict | list) and value and draw(st.booleans()):
        for _ in range(draw(st.integers(1, 3))):
            path = draw(st.sampled_from(places(value) or [()]))
            value = changed(value, path, draw(st.sampled_from(ODD)), delete=draw(st.booleans()))
            if not isinstance(value, dict | list) or not value:
                break
        return msgspec.json.encode(value)
    payload = bytearray(sample.payload)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(payload)))
        cut = draw(st.integers(0, 12))
        payload[at : at + cut] = draw(st.binary(max_size=12))
    return bytes(payload)


def fresh(profile: Profile) -> Decoder:
    return Decoder(
        profiles=[profile],
        registry=Registry(),
        site="s1",
        zone=SITE,
        site_key=b"0" * 32,
        accept_unknown=True,
    )


def message(sample: Sample, payload: bytes) -> RawMessage:
    return RawMessage(
        topic=sample.topic,
        payload=payload,
        received_at=sample.received,
        adapter=sample.adapter,
        headers=sample.headers,
        user=sample.user,
        retained=sample.retained,
    )


@pytest.mark.parametrize("profile", builtin(), ids=lambda profile: profile.id)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_message_is_read_or_quarantined_with_a_reason(
    profile: Profile, data: st.DataObject
) -> None:
    sample = data.draw(st.sampled_from(profile.samples))
    raw = message(sample, data.draw(damaged(sample)))
    results = fresh(profile).decode(raw, mint=lambda: "id")
    assert results
    for result in results:
        if isinstance(result, Quarantine | Ignored):
            assert result.code
            assert result.reason
        elif isinstance(result, Event):
            assert result.device
            assert result.at <= raw.received_at
            assert canonical_json(result)
        elif not isinstance(result, Blob):
            assert canonical_json(result)
    assert fresh(profile).decode(raw, mint=lambda: "id") == results


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_damaged_message_never_stops_the_search_for_its_family(data: st.DataObject) -> None:
    profile = data.draw(st.sampled_from(builtin()))
    sample = data.draw(st.sampled_from(profile.samples))
    payload = data.draw(damaged(sample))
    ranked = rank(builtin(), message(sample, payload), zone=SITE, mint=lambda: "id")
    assert [found.score for found in ranked] == sorted((found.score for found in ranked), reverse=True)
