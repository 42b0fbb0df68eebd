"""The whole core (built-in rules, cases, decoder) through the pump: cut anywhere, crashed anywhere, the same rows."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import sqlalchemy as sa

from devices.decode import Decoder
from devices.event import RawMessage
from devices.profile import load_profiles
from devices.registry import Device, Registry
from gateway.builtin import builtin_packs, builtin_profiles
from gateway.clock import ClockMark, to_us
from gateway.pump import Pump
from gateway.response.respond import respond
from gateway.response.world import SiteView, World
from gateway.site import built_in_categories, built_in_plans
from gateway.store.journal import read_from
from gateway.store.recover import Recovery
from gateway.store.store import Store
from gateway.store.tables import metadata
from rules.engine import Engine
from rules.load import load_rules
from rules.site import Site

START = datetime(2026, 3, 4, 10, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
MESSAGES = 400
# These tell of batches, or of engine time at which a snapshot was taken.
UNSPOKEN = {"journal", "counters", "meta", "engine_state", "event_index", "shadow"}
DEVICES = [Device(id=f"gate-{n}", type="access_gate", profile="own", building=f"b{n}") for n in range(4)]
DEVICES += [Device(id=f"smoke-{n}", type="smoke", profile="own", building="b1") for n in range(2)]
REGISTRY = Registry(DEVICES)
PROFILES, _ = load_profiles(builtin_profiles())
RULES = load_rules(builtin_packs())
SITE = Site(id="sc", zone=ZONE, registry=REGISTRY)
VIEW = SiteView(
    id="sc", zone=ZONE, registry=REGISTRY, categories=built_in_categories(), plans=built_in_plans()
)


class Whole:
    """A core on a folder; ids are given in order, so that two runs can be compared."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ids = itertools.count()
        # Kept over restarts: what it has learned of device clocks is learned anew, and may flag an event otherwise.
        self.decoder = Decoder(profiles=PROFILES, registry=REGISTRY, site="sc", zone=ZONE, site_key=b"k" * 32)
        self.open(START)

    def open(self, at: datetime) -> None:
        self.store = Store.open(self.folder, reserve_bytes=4096)
        recovery = Recovery(
            self.store,
            make_rules=lambda: Engine(RULES.rules, RULES.inhibits, SITE),
            make_cases=lambda cases, numbers, modes: World(
                VIEW, incidents=cases, counters=numbers, modes=modes
            ),
        )
        self.pump = Pump(
            store=self.store, decoder=self.decoder, recover=recovery, respond=respond,
            mint=lambda: f"event-{next(self.ids)}", now=at,
            mark=ClockMark(boot="b", base_us=to_us(START), offset_us=0, synchronised=True),
        )  # fmt: skip
        assert recovery.report.differences == ()
        assert recovery.report.skipped == ()

    def rows(self) -> dict[str, Any]:
        with self.store.read() as connection:
            found: dict[str, Any] = {
                name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
                for name, table in metadata.tables.items()
                if name not in UNSPOKEN
            }
            found["inputs"] = list(read_from(connection, 1))
        return found


def story(seed: int) -> list[tuple[datetime, RawMessage]]:
    """A rough evening: doors, denials, forced doors, smoke, devices that fall silent and come back."""
    chance = random.Random(seed)
    at, found = START, []
    for number in range(MESSAGES):
        at += timedelta(seconds=chance.choice((0.2, 1, 3, 20, 90)))
        device = chance.choice(DEVICES).id
        kinds = ("fire.smoke", "device.heartbeat", "device.tamper") if device.startswith("smoke") else (
            "access.granted", "access.denied", "access.denied", "access.forced", "contact.opened", "contact.closed",
        )  # fmt: skip
        kind = chance.choice(kinds)
        body = {"n": number, "boot": "b", "at": at.isoformat(), "data": {}, "subject": {"cred": "c1"}}
        found.append(
            (
                at,
                RawMessage(
                    topic=f"sc1/sc/{device}/e/{kind}", payload=msgspec.json.encode(body), received_at=at
                ),
            )
        )
    return found


def run(folder: Path, seed: int, *, commit: float, crash: float) -> dict[str, Any]:
    chance = random.Random(seed + 1)
    whole = Whole(folder)
    for at, message in story(seed):
        whole.pump.message(message, at, lambda: None)
        if chance.random() < commit:
            if chance.random() < 0.1:
                whole.pump.snapshot()
            whole.pump.commit()
            if chance.random() < crash:
                whole.store.close()
                whole.open(at)
    whole.pump.advance(at + timedelta(hours=1))
    whole.pump.commit()
    assert whole.store.verify() is None
    found = whole.rows()
    whole.store.close()
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_cuts_and_crashes_change_nothing(tmp_path: Path, seed: int) -> None:
    whole = run(tmp_path / "whole", seed, commit=0, crash=0)
    assert len(whole["alert_changes"]) > 20
    assert len(whole["incidents"]) > 3
    cut = run(tmp_path / "cut", seed, commit=0.2, crash=0)
    for name, rows in whole.items():
        assert cut[name] == rows, name
    crashed = run(tmp_path / "crashed", seed, commit=0.2, crash=0.2)
    for name, rows in whole.items():
        assert crashed[name] == rows, name
