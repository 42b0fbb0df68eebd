"""Uploads: what one phone gets through, and what fifty at once cost in time and memory.

Run `python bench/upload.py`. The real command takes photos of about two megabytes in chunks of 256 KiB over loopback, each chunk
on the disk before it is answered, each photo decoded and encoded anew in a child. Budget: fifty at once add at most
64 MB to the process.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.gateway.evidence.phone import SteadyPhone, peak_rss_mb, picture
from tests.integration.gateway_process import GatewayProcess, Site, give_passwords

SIDE = 1400  # pixels of noise: about two megabytes
AT_ONCE = 50
BUDGET_MB = 64.0


def measure(process: GatewayProcess) -> dict[str, Any]:
    """Send one photo, then fifty at once; return the figures."""
    number = process.person("wang").post(
        "/api/reports", {"category": "0602", "place": {"building": "b1"}, "text": "bench"}, expect=201
    )["incident"]
    pictures = [picture(SIDE, seed=seed) for seed in range(AT_ONCE + 1)]
    size = sum(map(len, pictures[1:]))
    people = [process.person(name) for name in ("wang", "chen")]
    phones = [SteadyPhone(who.http, who.csrf) for who in people]

    began = time.perf_counter()
    phones[0].send(pictures[0], key="one", incident=number)
    alone_s = time.perf_counter() - began
    chunks_alone = list(phones[0].chunk_s)
    before = peak_rss_mb(process.pid)
    for each in phones:
        each.chunk_s.clear()

    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(
            pool.map(
                lambda each: phones[each % 2].send(pictures[each + 1], key=f"n{each}", incident=number),
                range(AT_ONCE),
            )
        )
    all_s = time.perf_counter() - began
    assert len({each["file"]["sha256"] for each in done}) == AT_ONCE
    grown = peak_rss_mb(process.pid) - before
    chunks = sorted([took for each in phones for took in each.chunk_s])
    return {
        "photo_mb": round(len(pictures[0]) / 1e6, 2),
        "one_photo_s": round(alone_s, 2),
        "one_chunk_ms": round(1000 * sorted(chunks_alone)[len(chunks_alone) // 2], 1),
        "fifty_mb": round(size / 1e6, 1),
        "fifty_s": round(all_s, 1),
        "fifty_mb_a_second": round(size / 1e6 / all_s, 2),
        "chunk_p95_ms_of_fifty": round(1000 * chunks[int(len(chunks) * 0.95) - 1], 1),
        "rss_before_mb": round(before, 1),
        "rss_grown_mb": round(grown, 1),
        "budget_rss_mb": BUDGET_MB,
        "within_budget": grown <= BUDGET_MB,
    }


def main() -> None:
    """Start a gateway in a folder of its own and measure it."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_TMP")) as folder:
        site = Site(Path(folder) / "site")
        with GatewayProcess(site) as process:
            give_passwords(site, "wang", "chen")
            found = measure(process.start())
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "load": round(os.getloadavg()[0], 1)}
    print(json.dumps({**found, **machine}, indent=1))


if __name__ == "__main__":
    main()
