"""A house with a past: timelines taken through a real pump and store, whose journal is then read back."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from devices.event import Decoded, Event, RawMessage
from gateway.backtest.parts import Parts
from gateway.backtest.run import Backtest
from gateway.backtest.span import Asked, Window, window_of
from gateway.batch import Document
from gateway.clock import ClockMark, to_us
from gateway.pump import Pump
from gateway.response.model import Decision
from gateway.site import SiteFile, load_site_file
from gateway.store.history import History, open_history
from gateway.store.recover import Recovery
from gateway.store.store import Store
from rules.change import Change
from rules.engine import Engine
from rules.load import Loaded
from rules.timeline import Step
from tests.gateway.pump_parts import Cases

PLAIN_SITE = "site: test\n"


class Verbatim:
    """Takes an event as it was told."""

    def decode(self, message: RawMessage, *, mint: Callable[[], str]) -> list[Decoded]:
        event = msgspec.msgpack.decode(message.payload, type=Event)
        own = (
            event.id if not event.id.startswith("line-") else None
        )  # the same id twice is the same message twice
        return [msgspec.structs.replace(event, id=mint(), seq=0, dedup=own)]


def nothing_follows(cases: Any, cause: Any, *, now: datetime, seq: int) -> Decision:
    return Decision()


class House:
    """A gateway of some rules on a folder, played by steps of a timeline."""

    def __init__(self, folder: Path, rules: Loaded, site: SiteFile, *, batch: int = 3) -> None:
        self.folder, self.rules, self.site, self._batch = folder, rules, site, batch
        self._ids = (f"event-{number}" for number in itertools.count())
        self._pump: Pump | None = None

    def play(self, steps: Sequence[Step]) -> None:
        """Play a timeline; the folder is free afterwards."""
        self._start(steps[0].t, timedelta(0))
        for number, step in enumerate(steps, start=1):
            pump = self.pump
            if isinstance(step.what, Event):
                pump.message(_message(step.what, step.t), step.t, _nothing)
            elif isinstance(step.what, timedelta):
                pump.advance(step.t)
                pump.commit()
                self._pump = None
                self._store.close()
                if number == len(steps) and step.what:
                    return
                self._start(step.t + step.what, step.what)
            elif step.what is not None:
                answer: Future[dict[str, Any]] = Future()
                pump.act(step.what, step.t, answer, by="wang", key=None)
            else:
                pump.advance(step.t)
            if number % self._batch == 0:
                self.pump.commit()
        self.pump.advance(steps[-1].t + timedelta(microseconds=1))
        self.pump.commit()
        self._store.close()

    @property
    def pump(self) -> Pump:
        assert self._pump is not None
        return self._pump

    def _start(self, at: datetime, down_for: timedelta) -> None:
        self._store = Store.open(self.folder, reserve_bytes=4096)
        recovery = Recovery(self._store, make_rules=self._engine, make_cases=Cases)
        mark = ClockMark(boot="b", base_us=to_us(at), offset_us=0, synchronised=True)
        self._pump = Pump(
            store=self._store, decoder=Verbatim(), recover=recovery, respond=nothing_follows,
            mint=lambda: next(self._ids), mark=mark, now=at,
        )  # fmt: skip
        self._pump.restart(at, down_for)
        self._pump.commit()

    def _engine(self) -> Engine:
        return Engine(self.rules.rules, self.rules.inhibits, self.site.rules)


def _message(event: Event, at: datetime) -> RawMessage:
    return RawMessage(topic="t", payload=msgspec.msgpack.encode(event), received_at=at)


def _nothing() -> None:
    """Nobody waits."""


def site_file(text: str = "") -> SiteFile:
    """Read a site; the part that rules read is enough."""
    found, problems = load_site_file(text or PLAIN_SITE, "site.yaml", today=datetime(2026, 3, 6).date())
    assert not problems, [str(problem) for problem in problems]
    return found


def whole(history: History, zone: Any) -> Window:
    """Return the window of everything there is."""
    return window_of(Asked(last="3000d"), history.extent(), zone, where="data")


def replayed(folder: Path, parts: Parts, asked: Asked | None = None) -> list[Change]:
    """Return the changes of a backtest over the whole journal."""
    history = open_history(folder)
    try:
        extent = history.extent()
        assert extent is not None
        zone = parts.site.rules.zone
        window = whole(history, zone) if asked is None else window_of(asked, extent, zone, where="data")
        test = Backtest(history, extent, parts, window)
        found = list(test.changes())
        assert not test.failed, test.failed
        return found
    finally:
        history.close()


def written_changes(folder: Path) -> list[Change]:
    """Return the changes that the live gateway wrote, in their order."""
    import sqlite3

    with closing(sqlite3.connect(folder / "gateway.sqlite3")) as database:
        rows = database.execute("select body from alert_changes order by id").fetchall()
    return [msgspec.json.decode(row[0], type=Change) for row in rows]


def plain(change: Change) -> bytes:
    """Write a change so that two can be compared, whatever the order of names in it."""
    return msgspec.json.encode(change, order="deterministic")


def write_documents(folder: Path, documents: Sequence[Document]) -> None:
    """Save documents as a start of the gateway does, without an input."""
    import sqlite3

    with closing(sqlite3.connect(folder / "gateway.sqlite3")) as database, database:
        rows = [(d.name, d.version, d.author, to_us(d.at), d.body, "") for d in documents]
        database.executemany("insert into documents values (?, ?, ?, ?, ?, ?)", rows)
