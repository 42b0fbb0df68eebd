"""What must be in a gateway after a load of numbered events, computed from what was published alone.

Devices of our own namespace count their events. Each forced door has a number of its own and must raise one
alert; each lock is tried seven times and must raise one alert at the fifth refusal; the rest is traffic.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import msgspec

from devices.gateway_voice import GATEWAY
from gateway.store.inputs import EventInput
from gateway.store.journal import read_from
from gateway.store.store import Store
from tests.integration.gateway_process import GatewayProcess, Site, verify

DEVICES = 20
TRIES = 7
RULES = """\
rules:
- id: load.forced
  name: {zh: 强行闯入, en: Forced}
  category: "0205"
  by: [device, data.door]
  detect: {event: {of: access.forced}}
  stages: [{stage: alarm, level: L2}]
  clear: {quiet: 12h}
  note: {zh: 去看。, en: Go.}
- id: load.denied
  name: {zh: 多次拒绝, en: Denied}
  category: "0207"
  by: [device, data.door]
  detect: {count: {of: access.denied, at_least: 5, within: 2h}}
  stages: [{stage: warning, level: L3}]
  clear: {quiet: 12h}
  note: {zh: 去看。, en: Look.}
"""
SITE_DEVICES = "\n".join(
    f"  - {{id: d{n:02}, type: door, profile: own, building: b{1 + n % 2}, grid: g1}}" for n in range(DEVICES)
)

_OURS = """
SELECT rule, json_extract(body, '$.key'), count, id, stage, incident FROM alerts WHERE rule LIKE 'load.%'
"""  # not what the gateway says about this machine


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One event that was published."""

    device: str
    n: int
    kind: str
    door: str
    topic: str
    payload: bytes

    @property
    def confirmation(self) -> str:
        return f"sc1/sc/{self.device}/k/b1/{self.n}"


class Load:
    """Makes events, seeded, and knows what must come of them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._counts: Counter[str] = Counter()
        self._tries: Counter[str] = Counter()
        self.said: list[Said] = []

    def next(self) -> Said:
        """Return the next event of some device."""
        device = f"d{self._random.randrange(DEVICES):02}"
        kind = self._random.choices(
            ("access.granted", "contact.opened", "access.denied", "access.forced"), (60, 20, 19, 1)
        )[0]
        self._counts[device] += 1
        n = self._counts[device]
        door = str(n)
        if kind == "access.denied":
            door = f"lock-{self._tries[device] // TRIES}"
            self._tries[device] += 1
        body: dict[str, Any] = {
            "n": n,
            "boot": "b1",
            "at": datetime.now(UTC).isoformat(),
            "data": {"door": door},
        }
        said = Said(
            device=device, n=n, kind=kind, door=door, topic=f"sc1/sc/{device}/e/{kind}", payload=json.dumps(body).encode(),
        )  # fmt: skip
        self.said.append(said)
        return said

    def alerts(self) -> dict[tuple[str, str, str], int]:
        """Return every alert that must be there: (rule, device, door) and how often it counted."""
        forced = {
            ("load.forced", each.device, each.door): 1 for each in self.said if each.kind == "access.forced"
        }
        tried = Counter(
            ("load.denied", each.device, each.door) for each in self.said if each.kind == "access.denied"
        )
        return forced | {key: count for key, count in tried.items() if count >= 5}


def journaled(site: Site) -> Counter[tuple[str, str]]:
    """Return how often each (device, dedup key) stands in the journal; the gateway must not be running.

    Reading the journal fails when a number is missing.
    """
    store = Store.open(site.data, reserve_bytes=4096)
    try:
        with store.read() as connection:
            return Counter(
                (each.event.device, each.event.dedup or "")
                for each in read_from(connection, 1)
                if isinstance(each, EventInput) and each.event.device != GATEWAY.id
            )
    finally:
        store.close()


def check(process: GatewayProcess, load: Load) -> None:
    """Prove the invariants over a stopped gateway."""
    assert not process.running
    site = process.site
    stored = journaled(site)
    expected = Counter((each.device, f"b1|{each.n}") for each in load.said)
    missing, doubled = expected - stored, stored - expected
    assert not missing, f"{len(missing)} events are lost, for example {sorted(missing)[:5]}"
    assert not doubled, f"{len(doubled)} events are there twice, for example {sorted(doubled)[:5]}"
    _check_alerts(process, load)
    _check_cases(process)
    first = process.rows("SELECT min(first_seq) FROM journal")[0][0]
    last, covered = process.rows("SELECT max(last_seq), sum(last_seq - first_seq + 1) FROM journal")[0]
    assert covered == last - first + 1, "the journal has no gap and no overlap"
    walked = verify(site)
    assert walked.returncode == 0, walked.stdout + walked.stderr
    armed = [json.loads(line) for line in process.errors.splitlines() if '"armed"' in line]
    assert [each["differences"] for each in armed] == [0] * len(armed), "a replay gives the same state"


def _check_alerts(process: GatewayProcess, load: Load) -> None:
    found = process.rows(_OURS)
    by_key: Counter[tuple[str, str, str]] = Counter()
    counts: dict[tuple[str, str, str], int] = {}
    for rule, key, count, *_ in found:
        values = json.loads(key)
        by_key[rule, values["device"], str(values["data.door"])] += 1
        counts[rule, values["device"], str(values["data.door"])] = count
    expected = load.alerts()
    assert set(by_key) == set(expected), (
        f"lost {sorted(set(expected) - set(by_key))[:5]}, too many {sorted(set(by_key) - set(expected))[:5]}"
    )
    assert max(by_key.values(), default=1) == 1, f"doubled: {[key for key, n in by_key.items() if n > 1][:5]}"
    too_often = {key: (counts[key], want) for key, want in expected.items() if counts[key] > want}
    assert not too_often, (
        f"counted more often than said: {list(too_often.items())[:5]}"
    )  # repeats may be told later
    opened = process.rows(
        "SELECT alert, count(*) FROM alert_changes WHERE change = 'opened' GROUP BY alert HAVING count(*) <> 1"
    )
    assert opened == []
    orphans = [alert for *_, alert, stage, incident in found if stage == "alarm" and incident is None]
    assert orphans == [], "every alarm has its case"


def _check_cases(process: GatewayProcess) -> None:
    assert (
        process.rows(
            "SELECT incident FROM timeline WHERE action = 'open' GROUP BY incident HAVING count(*) <> 1"
        )
        == []
    )
    numbers = {row[0] for row in process.rows("SELECT number FROM incidents")}
    named = {
        row[0] for row in process.rows("SELECT DISTINCT incident FROM alerts WHERE incident IS NOT NULL")
    }
    assert named <= numbers
    told = process.rows("SELECT count(*), count(DISTINCT id) FROM outbox")[0]
    assert told[0] == told[1] > 0
