"""How many journaled events a second a backtest takes, by the size of the journal and by how many rules it runs.

The journal is one day of the simulated estate, decoded as it would be live, written again and again a day later with
fresh ids until it is as long as asked for: batches of 1,000 events (and of 5, as on a quiet day), compressed as live. CPU time of this process, not
wall time, of opening, reading, judging and summing up; other work on the machine does not count, but slows caches.
Prints one JSON object and keeps it in `bench/results/backtest.json`.
    python bench/backtest.py [--events 100000 300000 1000000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec
from uuid_utils.compat import uuid7

from devices.decode import Decoder
from devices.event import Event, RawMessage
from devices.profile import load_profiles
from gateway.backtest.prepare import Question, prepare
from gateway.backtest.span import Asked
from gateway.batch import Batch, Document, Position
from gateway.builtin import builtin_packs, builtin_profiles
from gateway.clock import to_us
from gateway.simulate.estate import draw_up, site_text
from gateway.simulate.history import history
from gateway.site import load_site_file
from gateway.store.inputs import RestartInput
from gateway.store.journal import encode
from gateway.store.store import Store
from gateway.store.tables import journal

RESULT = Path(__file__).resolve().parent / "results" / "backtest.json"
START = datetime(2026, 3, 1, 16, tzinfo=UTC)
BATCH = 1000  # events in a row of the journal under load
FEW = 5  # at the estate's real pace
GOALS = {"events_per_s": 100_000, "stretch": 300_000}
ONE = """
- id: bench.denied
  name: {zh: 多次刷卡失败, en: Repeated denials}
  category: "0207"
  detect: {count: {of: access.denied, at_least: 3, within: 10m}}
  stages: [{stage: warning, level: L3}]
  note: {zh: 试, en: try}
"""
BUSY = """
- id: bench.cards
  name: {zh: 同一张卡, en: One card}
  category: "0207"
  by: [device]
  detect: {count: {of: access.granted, at_least: 30, within: 5m}}
  stages: [{stage: warning, level: L3}]
  note: {zh: 试, en: try}
"""


def a_day() -> tuple[str, list[Event]]:
    """Return the site and one day of its events."""
    estate = draw_up()
    text = site_text(estate)
    site, problems = load_site_file(text, "site.yaml", today=START.date())
    assert not problems
    profiles, problems = load_profiles(builtin_profiles())
    assert not problems
    decoder = Decoder(
        profiles=tuple(profiles), registry=site.rules.registry, site=site.rules.id, zone=site.rules.zone, site_key=b"k" * 32
    )  # fmt: skip
    events: list[Event] = []
    for _, item in history(estate, until=START + timedelta(days=1), days=1):
        if isinstance(item, RawMessage):
            found = decoder.decode(item, mint=lambda: str(uuid7()))
            events += [each for each in found if isinstance(each, Event)]
    return text, events


def again(events: list[Event], number: int) -> Iterator[Event]:
    """Yield so many events: the day, then the day after with fresh ids, and so on."""
    count, day = 0, 0
    while True:
        shift = timedelta(days=day)
        for event in events:
            if count == number:
                return
            count += 1
            yield msgspec.structs.replace(
                event,
                id=str(uuid7()),
                seq=count + 1,
                at=event.at + shift,
                received_at=event.received_at + shift,
            )
        day += 1


def write(folder: Path, site: str, events: Iterator[Event], *, batch: int = BATCH) -> None:
    """Write a data folder that holds these events, so many in a row of the journal."""
    store = Store.open(folder, reserve_bytes=4096)
    begin = Batch()
    begin.others.append(RestartInput(seq=1, at=START, down_for_us=0))
    begin.documents.append(Document(name="site", version=1, author="bench", at=START, body=site))
    store.commit(begin, Position(first_seq=1, last_seq=1, e_us=to_us(START), offset_us=0, mark=None))
    rows: list[dict[str, Any]] = []
    some: list[Event] = []

    def put() -> None:
        with store.database.write.begin() as connection:
            connection.execute(journal.insert(), rows)
        rows.clear()

    def close() -> None:
        e_us = to_us(some[-1].received_at)
        blob = encode(some, [each.received_at for each in some], e_us=e_us)
        rows.append({
            "first_seq": some[0].seq, "last_seq": some[-1].seq, "e_us": e_us, "offset_us": 0, "inputs": blob,
            "dedup": None, "counts": None,
        })  # fmt: skip
        some.clear()
        if len(rows) >= 50:
            put()

    for event in events:
        some.append(event)
        if len(some) == batch:
            close()
    if some:
        close()
    if rows:
        put()
    store.close()


def measure(folder: Path, texts: dict[str, str], rounds: int) -> dict[str, Any]:
    """Return what a backtest over the whole journal took."""
    found: list[dict[str, Any]] = []
    for _ in range(rounds):
        cpu, wall = time.process_time(), time.perf_counter()
        test = prepare(folder, Question(texts=texts, asked=Asked(last="3650d")))
        try:
            result = test.run()
        finally:
            test.history.close()
        spent, took = time.process_time() - cpu, time.perf_counter() - wall
        found.append({
            "rules": len(result.rules), "events": result.events, "told": result.told,
            "fired": sum(rule.fired for rule in result.rules), "cpu_s": round(spent, 2), "wall_s": round(took, 2),
            "events_per_cpu_s": round(result.events / spent),
        })  # fmt: skip
    return sorted(found, key=lambda each: each["events_per_cpu_s"])[len(found) // 2]


def pack_rules(number: int) -> dict[str, str]:
    """Return the first rules of the built-in packs."""
    rules: list[Any] = []
    for text in builtin_packs().values():
        from devices.document import parse_document

        value = parse_document(text, "pack").value
        rules += value["rules"] if isinstance(value, dict) else value
    return {"packs.yaml": msgspec.json.encode(rules[:number]).decode()}


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--events", type=int, nargs="+", default=[100_000, 300_000, 1_000_000])
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--folder", type=Path)
    asked = ask.parse_args()
    site, events = a_day()
    kinds = Counter(event.kind for event in events)
    curve: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(dir=asked.folder) as work:
        for number in asked.events:
            folder = Path(work) / str(number)
            write(folder, site, again(events, number))
            size = (folder / "gateway.sqlite3").stat().st_size
            curve.append({
                "journal_events": number,
                "journal_mb": round(size / 1e6, 1),
                "one_rule_of_a_rare_kind": measure(folder, {"one.yaml": ONE}, asked.rounds),
                "one_rule_of_a_frequent_kind": measure(folder, {"busy.yaml": BUSY}, asked.rounds),
            })  # fmt: skip
            print(json.dumps(curve[-1]), file=sys.stderr)
        few = Path(work) / "few"
        write(few, site, again(events, asked.events[0]), batch=FEW)
        quiet = {"events_in_a_row": FEW, **measure(few, {"busy.yaml": BUSY}, asked.rounds)}
        first = Path(work) / str(asked.events[0])
        by_rules = [measure(first, pack_rules(number), asked.rounds) for number in (5, 20, 40, 80)]
    report = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, msgspec {msgspec.__version__}",
        "load": round(os.getloadavg()[0], 1),
        "unit": "journaled events per CPU second of one process, everything included",
        "goals": GOALS,
        "day": {"events": len(events), "kinds": dict(kinds.most_common(12))},
        "by_journal": curve,
        "small_batches": quiet,
        "by_rules_of_the_packs": by_rules,
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    RESULT.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
