"""What must hold for whatever a decoder made of a message, and what it may cost."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

from devices.decode import Decoder
from devices.event import Blob, Decoded, Event, Ignored, Quarantine, RawMessage, canonical_json

MEMORY_TIMES = 40  # the peak of a message, in sizes of its payload: a list of empty objects is the dearest
MEMORY_BASE = 2 * 1024 * 1024  # bytes; what is remembered of topics, devices and words
SLOW_S = 0.005  # for a payload of 256 KiB
# The one exemption: a body of many records, each of which becomes an event or a reason, costs what its records cost
# (500 messages in one list, 2,000 lines). It is bounded by their number, not by 5 ms.
RECORDS_FREE = 100
RECORD_S = 0.000_1


def faults(message: RawMessage, results: list[Decoded]) -> list[str]:
    """Return what is wrong with the results; none of it may ever be."""
    wrong = [] if results else ["nothing came of it"]
    for result in results:
        if isinstance(result, Quarantine | Ignored):
            if not (result.code and result.reason):
                wrong.append(f"no reason: {result}")
            if result.code == "codec":
                wrong.append(f"a codec failed instead of refusing: {result}")
        elif isinstance(result, Event) and (not result.device or result.at > message.received_at):
            wrong.append(f"an event of nobody, or of the future: {result}")
        if not isinstance(result, Blob) and not canonical_json(result):
            wrong.append("cannot be stored")
    return wrong


def read(decoder: Decoder, message: RawMessage) -> list[Decoded]:
    """Decode a message and ask for its answer, as the gateway does."""
    results = decoder.decode(message, mint=lambda: "id")
    if message.adapter == "http":
        decoder.reply(message)
    return results


def seconds(work: Callable[[], object], *, times: int = 40) -> float:
    """Return what the quickest of several runs took in time of this thread: a busy machine does not decide."""
    best = float("inf")
    for _ in range(times):
        start = time.thread_time()
        work()
        best = min(best, time.thread_time() - start)
        if best <= SLOW_S:  # a second look is for a machine that was slowed down meanwhile
            break
    return best


def allowed(records: int) -> float:
    """Return how many seconds a payload of 256 KiB may take that so many results came of."""
    return SLOW_S + (RECORD_S * records if records > RECORDS_FREE else 0.0)


def peak(work: Callable[[], object]) -> int:
    """Return how many bytes more than before were in use at once."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
