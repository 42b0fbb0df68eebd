"""Damaged messages by the hundred thousand: no exception, a reason for whatever is not read, bounded memory.

Cheap damage from a seed instead of drawn examples: a case costs a tenth of a millisecond, so that 1,200,000 of them
take minutes. A failure names its part and case; `Random(f"{part}.{case}")` makes the same message again.
"""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codec import CODECS, CodecRefused
from tests.devices.estate import decoder
from tests.devices.fuzz.seeds import MARKS, damaged, mutated, payloads, seeds
from tests.devices.fuzz.verdict import MEMORY_BASE, MEMORY_TIMES, faults, peak, read

PARTS = 12
CASES = 50_000  # of a part, for decoders and for codecs each
_FRESH = (
    2_000  # cases after which a decoder starts anew, so that what it remembers is of one part of the cases
)
_WEIGHED = 500  # every so many cases the memory of one is measured, which is slow
_ENCODINGS = ("utf-8", "gbk", "gb18030")


def run_messages(part: int, cases: int) -> None:
    """Decode so many damaged messages with all profiles loaded."""
    by = decoder(unknown=True)
    for case in range(cases):
        if case % _FRESH == 0:
            by = decoder(unknown=True)
        chance = Random(f"{part}.{case}")
        message = damaged(seeds()[(part * cases + case) % len(seeds())], chance)
        wrong = faults(message, read(by, message))
        assert not wrong, f"part {part}, case {case}: {wrong}: {message}"
        if case % _WEIGHED == 0:
            used = peak(lambda: read(by, message))  # noqa: B023  # run at once
            assert used <= MEMORY_BASE + MEMORY_TIMES * len(message.payload), (
                f"part {part}, case {case}: {used}"
            )


def run_codecs(part: int, cases: int) -> None:
    """Give so many damaged payloads to the codecs, each to one of them, whatever it was made for."""
    names = sorted(CODECS)
    for case in range(cases):
        chance = Random(f"codec {part}.{case}")
        payload = mutated(chance.choice(payloads()), chance)
        name = names[case % len(names)]
        reasons: tuple[str, ...] = ()
        try:
            CODECS[name](payload, chance.choice(_ENCODINGS))
        except CodecRefused as refusal:
            reasons = refusal.code, str(refusal)
        except Exception as fault:
            raise AssertionError(f"part {part}, case {case}: {name} of {payload[:400]!r}") from fault
        assert all(reasons), f"part {part}, case {case}: {name} refuses without a reason"


@pytest.mark.slow
@pytest.mark.parametrize("part", range(1, PARTS + 1))
def test_damaged_messages_are_read_or_refused_with_a_reason(part: int) -> None:
    run_messages(part, CASES)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(1, PARTS + 1))
def test_damaged_payloads_never_break_a_codec(part: int) -> None:
    run_codecs(part, CASES)


def test_some_damaged_messages_and_payloads() -> None:
    run_messages(0, 3 * len(seeds()))
    run_codecs(0, 1_500)


_BYTES = st.binary(max_size=400) | st.lists(st.sampled_from([*MARKS, *payloads()]), max_size=6).map(b"".join)


@given(payload=_BYTES, name=st.sampled_from(sorted(CODECS)), encoding=st.sampled_from(_ENCODINGS))
def test_a_codec_reads_or_refuses_any_bytes(payload: bytes, name: str, encoding: str) -> None:
    with suppress(CodecRefused):
        assert list(CODECS[name](payload, encoding)) is not None


@given(payload=_BYTES, number=st.integers(0, 10_000))
def test_a_decoder_makes_something_of_any_bytes(payload: bytes, number: int) -> None:
    seed = seeds()[number % len(seeds())]
    message = type(seed)(
        topic=seed.topic,
        payload=payload,
        received_at=seed.received_at,
        adapter=seed.adapter,
        headers=seed.headers,
    )
    assert not faults(message, read(decoder(unknown=True), message))
