"""Outbox: messages a second to a receiver that answers at once, alone and beside 100,000 for one that is dead.

Run `python bench/outbox.py`. A real store on disk, each claim and each receipt in a transaction of its own, as in
the gateway; the receiver is a function, so that what is measured is ours. Budget: 200 messages/s alone, and no
less than half of that beside the dead channel. Three rounds; the median counts.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gateway.errors import RetryLater
from gateway.notify.channel import Receipt
from gateway.store.rows import message_row
from gateway.store.store import Store
from gateway.store.tables import outbox
from tests.contracts.channel import NOW, message
from tests.gateway.outbox_parts import Clock, Fake, Writer, working

PENDING, DEAD, ROUNDS = 10_000, 100_000, 3
BUDGET_PER_S = 200
RESULT = Path(__file__).resolve().parent / "results" / "outbox.json"


class Fast(Fake):
    """A webhook that answers at once."""

    at_once: ClassVar[int] = 16

    async def send(self, *given: Any) -> Receipt:
        self.sent.append(given[0].id)
        return Receipt(state="delivered")


class Dead(Fast):
    """Refuses every connection."""

    async def send(self, *given: Any) -> Receipt:
        self.sent.append(given[0].id)
        raise RetryLater("connection refused")


def fill(writer: Writer, channel: str, count: int, recipients: int) -> None:
    """Write `count` messages, each of its own case, as commits of the pump would."""
    rows = [
        message_row(
            n,
            message(
                f"{channel}{n}", incident=f"{channel}-{n}", channel=channel, recipient=f"p{n % recipients}",
                level=f"L{n % 4 + 1}", not_after=NOW + timedelta(days=1),
            ),
        )
        for n in range(count)
    ]  # fmt: skip
    for start in range(0, count, 5000):
        writer(lambda c, some=rows[start : start + 5000]: c.execute(outbox.insert(), some)).result(60)


async def drain(dead: int, pending: int = PENDING) -> dict[str, Any]:
    """Return how long it took until nothing waits for the living channel."""
    with tempfile.TemporaryDirectory(prefix="bench-outbox-", dir=os.environ.get("BENCH_TMP")) as folder:
        store = Store.open(Path(folder), reserve_bytes=0)
        writer = Writer(store)
        fill(writer, "good", pending, 50)
        fill(writer, "dead", dead, 20)
        good, silent = Fast(), Dead()
        begin, cpu = time.perf_counter(), time.process_time()
        async with working(writer, Clock(), good=good, dead=silent) as box:
            while box.status().outcomes.get("good delivered", 0) < pending:  # noqa: ASYNC110  # its counters are waited for
                await asyncio.sleep(0.01)
            seconds = time.perf_counter() - begin
        writer.close()
        store.close()
        return {
            "seconds": round(seconds, 2),
            "cpu_s": round(time.process_time() - cpu, 2),
            "per_second": round(pending / seconds),
            "attempts_on_the_dead": len(silent.sent),
        }


def rounds(dead: int) -> dict[str, Any]:
    """Return the middle one of several drains, and the range of their rates."""
    found = sorted((asyncio.run(drain(dead)) for _ in range(ROUNDS)), key=lambda each: each["per_second"])
    return {**found[ROUNDS // 2], "range": [found[0]["per_second"], found[-1]["per_second"]]}


def main() -> None:
    load = round(os.getloadavg()[0], 1)
    alone, beside = rounds(0), rounds(DEAD)
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load": load,
        "pending": PENDING,
        "alone": alone,
        f"beside_{DEAD}_for_a_dead_channel": beside,
        "budget_per_second": BUDGET_PER_S,
        "reached": alone["per_second"] >= BUDGET_PER_S and beside["per_second"] >= BUDGET_PER_S / 2,
    }
    text = json.dumps(result, indent=2)
    print(text)
    RESULT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
