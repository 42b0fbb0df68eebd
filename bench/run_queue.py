"""Who had to wait for a processor: run-queue waits of processes and time stolen by the host, second by second (Linux).

A slow figure says nothing while its processes wait for a core: these seconds are counted and shown beside it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

STARVED_S = 0.5  # of one second in which a thread was ready and no core was free
WORST = 5  # seconds that are told one by one
Times = tuple[float, float]
"""Seconds on a core, seconds ready without one; of all threads together."""


def times(pid: int) -> dict[str, Times]:
    """Return both for each thread of a process; empty when it has ended."""
    found: dict[str, Times] = {}
    folder = Path(f"/proc/{pid}/task")
    for task in folder.iterdir() if folder.exists() else ():
        with suppress(OSError, ValueError):  # it ended meanwhile
            ran, waited, _ = (task / "schedstat").read_text().split()
            found[task.name] = int(ran) / 1e9, int(waited) / 1e9
    return found


def stolen_s() -> float:
    """Return the seconds that the host gave to others, of all cores."""
    return int(Path("/proc/stat").read_text().split("\n", 1)[0].split()[8]) / os.sysconf("SC_CLK_TCK")


class RunQueue:
    """Looks once a second from entering to leaving; `told` is what it saw."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = pids
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._sums = {name: [0.0, 0.0] for name in pids}
        self._seconds: list[dict[str, float]] = []
        self._stolen = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def told(self) -> dict[str, Any]:
        """Return seconds on a core and seconds waited for one by process, how many seconds were starved; the worst seconds."""
        names = list(self._pids)
        starved = [each for each in self._seconds if max(each[name] for name in names) >= STARVED_S]
        worst = sorted(self._seconds, key=lambda each: -max(each[name] for name in names))[:WORST]
        return {
            **{
                name: {"cpu_s": round(ran, 1), "waited_s": round(waited, 1)}
                for name, (ran, waited) in self._sums.items()
            },
            "stolen_s": round(self._stolen, 1),
            "seconds": len(self._seconds),
            "starved_seconds": len(starved),
            "worst_seconds": worst,
        }

    def _watch(self) -> None:
        began = at = time.monotonic()
        before, stolen = {name: times(pid) for name, pid in self._pids.items()}, stolen_s()
        while not self._stop.wait(1.0):
            now = {name: times(pid) for name, pid in self._pids.items()}
            length, at = time.monotonic() - at, time.monotonic()
            second = {"at_s": round(at - began, 1)}
            for name, threads in now.items():
                second[name] = 0.0
                for thread, (ran, waited) in threads.items():
                    ran_before, waited_before = before[name].get(thread, (0.0, 0.0))
                    self._sums[name][0] += ran - ran_before
                    self._sums[name][1] += waited - waited_before
                    second[name] = max(second[name], round((waited - waited_before) / length, 2))
            stolen, self._stolen = (new := stolen_s()), self._stolen + new - stolen
            self._seconds.append(second)
            before = now
