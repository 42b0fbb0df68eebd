"""Shadows: all shadow runs, in a thread of their own, outside the way of an event.

They hear what is committed, a little at a time: at most a quarter of one core, and never between an event and its
alarm. When more comes than that, they fall behind, say by how much, and catch up later: nothing is left out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec

from gateway.rulebook.entry import Shadow
from gateway.rulebook.reading import Reading
from gateway.rulebook.shadow_run import Begun, ShadowRun
from gateway.rulebook.version import Body
from gateway.store.history import History
from gateway.store.rule_versions import Row
from rules.site import Site

PREFIX = "shadow:"
MOST = 8
"""Runs at one time: each is an engine of its own."""
SLICE_S = 0.005
REST = 3.0  # for each second of work, so many of rest
LOOK_S = 1.0


class ShadowBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the document of a run holds: begun with a rule, or ended."""

    on: bool
    source: dict[str, object] = {}
    text: str = ""
    draft: bool = False


_body = msgspec.json.Decoder(ShadowBody)


class Shadows:
    """The runs by rule id. `begin` and `end` may be called anywhere; `newest` is the newest number of the journal."""

    def __init__(
        self,
        *,
        site: Site,
        reading: Reading,
        open_history: Callable[[], History],
        newest: Callable[[], int],
        now: Callable[[], datetime],
        offset: Callable[[], timedelta],
        by_hand: bool = False,
    ) -> None:
        self.runs: Mapping[str, ShadowRun] = {}
        self._site, self._reading = site, reading
        self._open_history = open_history
        self._history: History | None = None
        self._newest, self._now, self._offset = newest, now, offset
        self._stop, self._wake = threading.Event(), threading.Event()
        self._by_hand = by_hand
        self._thread: threading.Thread | None = None  # once there is something to hear for

    def stop(self) -> None:
        """Hear nothing more."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(10)

    def committed(self) -> None:
        """Something may have come; costs nothing."""
        if self.runs:
            self._wake.set()

    def take(self, row: Row) -> None:
        """Begin or end a run as a stored document says; a rule that is no longer understood has none."""
        body = _body.decode(row.body)
        name = row.name.removeprefix(PREFIX)
        others = {rule: run for rule, run in self.runs.items() if rule != name}
        rule = self._reading.stored(Body(source=dict(body.source))) if body.on else None
        if rule is not None:
            if self._history is None:
                self._history = self._open_history()
            begun = Begun(
                name=row.name, version=row.version, at=row.at, by=row.author, rule=rule, draft=body.draft, text=body.text
            )  # fmt: skip
            others[name] = ShadowRun(begun, site=self._site, history=self._history, offset=self._offset())
        self.runs = others
        self._wake.set()
        if others and self._thread is None and not self._by_hand:
            self._thread = threading.Thread(target=self._work, name="shadows", daemon=True)
            self._thread.start()

    def values(self) -> dict[str, Shadow]:
        """Return how each run stands, by rule id."""
        now, newest = self._now(), self._newest()
        return {name: run.value(now, newest) for name, run in self.runs.items()}

    def hear(self, *, budget_s: float = SLICE_S) -> bool:
        """Let each run hear for a moment; tell whether any has more to hear."""
        newest = self._newest()
        more = [run.hear(newest, budget_s=budget_s) for run in self.runs.values() if not run.over]
        return any(more)

    def _work(self) -> None:
        while not self._stop.is_set():
            before = sum(run.cpu_s for run in self.runs.values())
            more = self.hear()
            spent = sum(run.cpu_s for run in self.runs.values()) - before
            if more:
                self._stop.wait(max(spent, 0.0) * REST)
                continue
            self._stop.wait(LOOK_S)  # so that a lively site does not wake it for each event
            self._wake.wait()
            self._wake.clear()
