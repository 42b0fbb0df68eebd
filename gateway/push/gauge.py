"""Gauge: how much is let in: requests a second, connections, bytes of bodies in memory. Times are steady seconds."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable

from gateway.interop.bucket import Bucket

BURST_S = 3  # so many seconds' worth may come at once
REMEMBERED = 4096


class Rates:
    """One bucket a name, each of its own rate; the names unused for longest are forgotten."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, name: str, per_second: float, now: float) -> float:
        """Count one request; return 0, or how many seconds to wait before the next is taken."""
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = Bucket(per_second * 60, most=max(1.0, per_second * BURST_S))
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(name)
        return bucket.take(now)

    def longest_wait(self, names: Iterable[tuple[str, float]], now: float) -> float:
        """Count one request for each (name, rate)."""
        return max((self.wait(name, rate, now) for name, rate in names), default=0.0)


class Room:
    """Bytes of bodies that may be in memory at once."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.taken = 0

    def take(self, size: int) -> bool:
        """Reserve bytes; False: there is no room for them now."""
        if self.taken + size > self._size:
            return False
        self.taken += size
        return True

    def give_back(self, size: int) -> None:
        """Free reserved bytes."""
        self.taken -= size


class Seats:
    """Connections that may be open at once, in all and of one address."""

    def __init__(self, most: int, *, of_address: int) -> None:
        self._most, self._of_address = most, of_address
        self._open: Counter[str] = Counter()

    @property
    def open(self) -> int:
        """How many are open."""
        return self._open.total()

    def take(self, address: str, *, shared: bool = False) -> bool:
        """Take a seat; `shared`: many sit behind this address (a proxy)."""
        if self.open >= self._most or (not shared and self._open[address] >= self._of_address):
            return False
        self._open[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Give the seat back."""
        self._open[address] -= 1
        if not self._open[address]:
            del self._open[address]
