"""Packed bytes come back as they were, also when many threads unpack at once."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from gateway.store.packing import COMPRESS_ABOVE, packed, unpacked

THREADS, TIMES = 6, 30


def test_short_bytes_stay_plain_and_long_ones_come_back() -> None:
    assert packed(b"x" * COMPRESS_ABOVE) == b"x" * COMPRESS_ABOVE
    assert len(packed(b"x" * 10_000)) < COMPRESS_ABOVE
    assert unpacked(packed(b"x" * 10_000)) == b"x" * 10_000


def test_many_threads_unpack_at_once() -> None:
    chance = random.Random(3)
    plains = [bytes(chance.choices(b"abcdefgh", k=120_000)) for _ in range(THREADS)]
    blobs = [packed(plain) for plain in plains]

    def work(number: int) -> bool:
        return all(unpacked(blobs[number]) == plains[number] for _ in range(TIMES))

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(work, range(THREADS)))
