"""A gateway's core with its rulebook on a data folder, driven by hand: time stands still until it is moved.

`Desk` puts every change straight into the pump, as the writer's thread does between two messages. `dies` leaves the
folder as a power cut would, `anew` comes back from it.
"""

from __future__ import annotations

import json
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from devices.event import RawMessage
from gateway.amendments import Prepare, Switch
from gateway.batch import Committed
from gateway.cli.init import write_site
from gateway.clock import Sources, to_us
from gateway.config import load_settings
from gateway.core import open_core
from gateway.rulebook.book import Rulebook
from gateway.rulebook.opening import open_rulebook
from gateway.written import load_written
from rules.action import Action

START = datetime(2026, 3, 6, 14, tzinfo=UTC)
DENIED = """
id: site.denied
name: {zh: 多次刷卡失败, en: Repeated denials}
category: "0207"
detect: {count: {of: access.denied, at_least: 3, within: 60s}}  # 三次
stages:
- {stage: warning, level: L3}
clear: {quiet: 10m}
cooldown: 0s
"""


def site_of(folder: Path, *, packs: str = "[]", rules: str = "") -> Path:
    """Write a site whose own rules are `rules` into a folder."""
    write_site(folder, "test-estate")
    settings = folder / "gateway.yaml"
    settings.write_text(f"{settings.read_text('utf-8')}\npacks: {packs}\n", "utf-8")
    site = folder / "site.yaml"
    gate = next(line for line in site.read_text("utf-8").splitlines() if "ident: g001" in line)
    second = gate.replace("gate-1", "gate-2").replace("g001", "g002")
    site.write_text(site.read_text("utf-8").replace(gate, f"{gate}\n{second}"), "utf-8")
    write_rules(folder, rules)
    return folder


def write_rules(folder: Path, rules: str) -> None:
    """Replace the site's own rules."""
    (folder / "rules" / "own.yaml").write_text(rules or "rules: []\n", "utf-8")


def as_item(rule: str) -> str:
    """Write one rule as an item of a list."""
    lines = rule.strip().splitlines()
    return "\n".join([f"- {lines[0]}", *(f"  {line}" for line in lines[1:])]) + "\n"


class Desk:
    """One life of a gateway's core; `seconds` is the time since START."""

    def __init__(self, folder: Path, seconds: float = 0) -> None:
        self.folder = folder
        self.seconds = seconds
        self.said: list[dict[str, Any]] = []
        self.told: list[str] = []
        self.alerts: list[str] = []
        self.number = 0
        self.dead = False
        written = load_written(load_settings(folder / "gateway.yaml"), today=START.date())
        sources = Sources(
            elapsed_us=lambda: to_us(self.now), wall_us=lambda: to_us(self.now), synchronised=lambda: True, boot=lambda: "b"
        )  # fmt: skip
        self.core = open_core(written, sources=sources)
        self.core.pump.listeners.append(self._committed)
        self.book: Rulebook = open_rulebook(self.core, self, by_hand=True)
        self.book.say = lambda kind, **facts: self.said.append({"kind": kind, **facts})
        self.core.pump.listeners.append(self.book.committed)
        self.core.pump.restart(self.now, self.core.clock.down_for)
        self.core.pump.commit()
        self.started = self.book.start().result(0)

    @property
    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def configure(self, prepare: Prepare, switch: Switch) -> Future[None]:
        """Make a change as the writer does."""
        done: Future[None] = Future()
        try:
            self.core.pump.configure(prepare, self.now, switch)
        except Exception as error:  # noqa: BLE001 - whoever asked is told, as by the writer
            done.set_exception(error)
        else:
            done.set_result(None)
        return done

    def denied(self, seconds: float, gate: str = "g001", kind: str = "denied") -> None:
        """Let a gate say something."""
        self.seconds = seconds
        self.number += 1
        body = {"id": to_us(self.now) % 10**9 + self.number, "ts": to_us(self.now) // 1000, "kind": kind}
        message = RawMessage(
            topic=f"community/test-estate/access/{gate}/event", payload=json.dumps(body).encode(), received_at=self.now
        )  # fmt: skip
        self.core.pump.message(message, self.now, lambda: None)

    def act(self, action: Action) -> dict[str, Any]:
        """Let a person do something to an alert."""
        answer: Future[dict[str, Any]] = Future()
        self.core.pump.act(action, self.now, answer, by="wang", key=None)
        self.core.pump.commit()
        return answer.result(0)

    def passes(self, seconds: float) -> None:
        """Let time pass up to a moment, that moment included."""
        self.seconds = seconds
        self.core.pump.advance(self.now + timedelta(microseconds=1))
        self.core.pump.commit()

    def dies(self) -> None:
        """What is committed stays; what is not is lost."""
        if not self.dead:
            self.core.store.close()
        self.dead = True

    def ends(self) -> None:
        """Stop as the writer does."""
        self.core.pump.snapshot()
        self.core.pump.commit()
        self.dies()

    def anew(self, seconds: float) -> Desk:
        """Come back on the same folder."""
        return Desk(self.folder, seconds)

    def _committed(self, committed: Committed) -> None:
        for _, change in committed.changes:
            t = (change.t - START).total_seconds()
            self.told.append(f"{t:g} {change.change} {change.rule} {change.level} v{change.version}")
            self.alerts.append(change.alert)
