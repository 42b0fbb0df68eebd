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
from gateway.core import Core, open_core
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


class Flow:
    """A gateway's core and rulebook with the writer's thread between them, and cards that force a door."""

    def __init__(self, folder: Path) -> None:
        self.core = core_of(folder)
        self.fatal: Future[BaseException] = Future()
        self.writer = Writer(
            self.core.pump, store=self.core.store, clock=self.core.clock, fatal=self.fatal.set_result
        )
        self.book = open_rulebook(self.core, self.writer)
        self.told: list[tuple[str, str, int]] = []
        self._acknowledged = threading.Semaphore(0)
        self.writer.on_commit(self._committed)
        self.writer.on_commit(self.book.committed)
        self.book.start()
        self.writer.start()

    def _committed(self, what: Committed) -> None:
        self.told.extend((each.change, each.alert, each.version) for _, each in what.changes)

    def say(self, number: int, kind: str) -> None:
        now = datetime.now(UTC)
        body = {"id": number, "ts": int(now.timestamp() * 1000), "kind": kind, "card": f"c{number // 2}"}
        message = RawMessage(
            topic="community/test-estate/access/g001/event",
            payload=json.dumps(body).encode(),
            received_at=now,
        )
        self.writer.put(message, self._acknowledged.release)

    def hears(self, acknowledgements: int) -> None:
        """Wait for acknowledgements."""
        assert all(self._acknowledged.acquire(timeout=20) for _ in range(acknowledgements))

    def end(self) -> None:
        assert self.writer.stop()
        self.book.stop()
        self.core.store.close()


def core_of(folder: Path) -> Core:
    return open_core(load_written(load_settings(folder / "gateway.yaml"), today=datetime.now(UTC).date()))


def test_rules_are_saved_while_events_flow(tmp_path: Path) -> None:
    folder = site_of(tmp_path, rules=as_item(FORCED) + as_item(DENIED))
    flow = Flow(folder)
    saved: list[Future[Saved]] = []
    try:
        for number in range(ROUNDS):
            flow.say(2 * number, "forced")
            flow.say(2 * number + 1, "granted")
            if number >= AHEAD:  # a few are always under way, while rules are saved
                flow.hears(2)
            if number % 10 == 3:  # the rule itself, with an open alert or between two
                note = f"cooldown: 0s\nnote: {{zh: 第{number}版, en: v{number}}}"
                saved.append(flow.book.save(FORCED.replace("cooldown: 0s", note), author="li"))
            if number % 10 == 7:  # one beside it
                saved.append(flow.book.save(DENIED.replace("60s", f"{60 + number}s"), author="li"))
        for each in saved:
            each.result(20)
        flow.hears(2 * AHEAD)
    finally:
        flow.end()
    assert not flow.fatal.done()
    told = flow.told
    counts = Counter(change for change, _, _ in told)
    assert counts == {"opened": ROUNDS, "cleared": ROUNDS}
    assert len({alert for _, alert, _ in told}) == ROUNDS
    opened = {alert: version for change, alert, version in told if change == "opened"}
    assert all(
        opened[alert] == version for _, alert, version in told
    )  # it ends by the version that opened it
    assert len(set(opened.values())) > 5  # versions followed each other all the while
    again = core_of(folder)
    try:
        assert again.engine.open_alerts() == {}
        assert again.versions == {"site.forced": 13, "site.denied": 13}
    finally:
        again.store.close()
