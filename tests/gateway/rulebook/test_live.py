"""Rules are saved while events flow, with the writer's thread between them: no alarm is lost or doubled."""

from __future__ import annotations

import json
import threading
from collections import Counter
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

from devices.event import RawMessage
from gateway.batch import Committed
from gateway.config import load_settings
from gateway.core import open_core
from gateway.rulebook.entry import Saved
from gateway.rulebook.opening import open_rulebook
from gateway.writer import Writer
from gateway.written import load_written
from tests.gateway.rulebook.desk import DENIED, as_item, site_of

ROUNDS = 120
AHEAD = 4
# Each card is an alert of its own, that ends when it is let in.
FORCED = """
id: site.forced
name: {zh: 强开, en: Forced}
category: "0207"
by: [subject.cred]
detect: {event: {of: access.forced}}
stages:
- {stage: warning, level: L3}
clear: {on: access.granted}
cooldown: 0s
"""


def test_rules_are_saved_while_events_flow(tmp_path: Path) -> None:
    folder = site_of(tmp_path, rules=as_item(FORCED) + as_item(DENIED))
    core = open_core(load_written(load_settings(folder / "gateway.yaml"), today=datetime.now(UTC).date()))
    fatal: Future[BaseException] = Future()
    writer = Writer(core.pump, store=core.store, clock=core.clock, fatal=fatal.set_result)
    book = open_rulebook(core, writer)
    told: list[tuple[str, str, int]] = []
    acked = threading.Semaphore(0)

    def committed(what: Committed) -> None:
        told.extend((each.change, each.alert, each.version) for _, each in what.changes)

    writer.on_commit(committed)
    writer.on_commit(book.committed)
    book.start()
    writer.start()

    def say(number: int, kind: str) -> None:
        now = datetime.now(UTC)
        body = {"id": number, "ts": int(now.timestamp() * 1000), "kind": kind, "card": f"c{number // 2}"}
        message = RawMessage(
            topic="community/test-estate/access/g001/event",
            payload=json.dumps(body).encode(),
            received_at=now,
        )
        writer.put(message, acked.release)

    saved: list[Future[Saved]] = []
    try:
        for number in range(ROUNDS):
            say(2 * number, "forced")
            say(2 * number + 1, "granted")
            if number >= AHEAD:  # a few are always under way, while rules are saved
                assert all(acked.acquire(timeout=20) for _ in range(2))
            if number % 10 == 3:  # the rule itself, with an open alert or between two
                text = FORCED.replace(
                    "cooldown: 0s", f"cooldown: 0s\nnote: {{zh: 第{number}版, en: v{number}}}"
                )
                saved.append(book.save(text, author="li"))
            if number % 10 == 7:  # one beside it
                other = DENIED.replace("60s", f"{60 + number}s")
                saved.append(book.save(other, author="li"))
        for each in saved:
            each.result(20)
        assert all(acked.acquire(timeout=20) for _ in range(2 * AHEAD))
    finally:
        assert writer.stop()
        book.stop()
        core.store.close()
    assert not fatal.done()
    counts = Counter(change for change, _, _ in told)
    assert counts == {"opened": ROUNDS, "cleared": ROUNDS}
    assert len({alert for _, alert, _ in told}) == ROUNDS
    opened = {alert: version for change, alert, version in told if change == "opened"}
    assert all(
        opened[alert] == version for _, alert, version in told
    )  # it ends by the version that opened it
    assert len(set(opened.values())) > 5  # versions followed each other all the while
    again = open_core(load_written(load_settings(folder / "gateway.yaml"), today=datetime.now(UTC).date()))
    try:
        assert again.engine.open_alerts() == {}
        assert again.versions == {"site.forced": 13, "site.denied": 13}
    finally:
        again.store.close()
