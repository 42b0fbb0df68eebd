"""A payload that is meant to be dear: no exception, bounded memory, and at most 5 ms for 256 KiB, in every form."""

from __future__ import annotations

from contextlib import suppress
from functools import cache, partial

import pytest

from devices.codec import CODECS, Codec, CodecRefused
from devices.event import RawMessage
from devices.form import MessageForm
from devices.match import TopicIndex
from tests.devices.estate import T0, builtin, decoder
from tests.devices.fuzz.floods import FLOODS
from tests.devices.fuzz.seeds import seeds
from tests.devices.fuzz.verdict import MEMORY_BASE, MEMORY_TIMES, allowed, faults, peak, read, seconds


@cache
def ways() -> dict[tuple[object, ...], RawMessage]:
    """Return one message for every way a payload is read: codec, encoding, limit, and what its elements are."""
    index: dict[str, TopicIndex[MessageForm]] = {"mqtt": TopicIndex(), "http": TopicIndex()}
    for profile in builtin():
        for form in profile.forms:
            index[form.adapter].add(form.pattern, form)
    found: dict[tuple[object, ...], RawMessage] = {}
    for seed in seeds():
        for form in index[seed.adapter].find(seed.topic.partition("?")[0]) if seed.adapter in index else ():
            found.setdefault((form.pattern.text,) if form.own else _way(form), seed)
    return found


def _way(form: MessageForm) -> tuple[object, ...]:
    return str(form.codec)[:60], form.encoding, form.limit, form.each is None


def refused_or_read(codec: Codec, payload: bytes) -> int:
    """Return how many documents a codec finds; a refusal is none."""
    with suppress(CodecRefused):
        return len(codec(payload, "gb18030"))
    return 0


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_is_refused_or_read_in_no_time_by_every_codec(flood: str) -> None:
    slow: dict[str, str] = {}
    for name, codec in CODECS.items():
        work = partial(refused_or_read, codec, FLOODS[flood])
        took = seconds(work)
        if took > allowed(work()):
            slow[name] = f"{took * 1000:.1f} ms"
    assert not slow


@pytest.mark.slow
@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_costs_every_profile_little_time_and_memory(flood: str) -> None:
    payload, dear = FLOODS[flood], {}
    for way, seed in ways().items():
        message = RawMessage(
            topic=seed.topic, payload=payload, received_at=T0, adapter=seed.adapter, headers=seed.headers
        )
        by = decoder(unknown=True)
        results = read(by, message)
        assert not faults(message, results)
        decoding = partial(by.decode, message, mint=lambda: "id")
        took, used = seconds(decoding), peak(partial(read, by, message))
        if message.adapter == "http":  # the answer is asked for by itself, and reads the payload by itself
            took = max(took, seconds(partial(by.reply, message)))
        if took > allowed(len(results)) or used > MEMORY_BASE + MEMORY_TIMES * len(payload):
            dear[f"{seed.topic} {way}"] = (
                f"{took * 1000:.1f} ms, {len(results)} results, {used / len(payload):.1f} times"
            )
    assert not dear
