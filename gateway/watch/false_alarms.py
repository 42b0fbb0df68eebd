"""False alarms: devices of which at least five of the last ten cases were nothing.

Nothing is switched off because of it: the device is to be looked at, and its rule's thresholds, by people.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping

import msgspec

from gateway.batch import Committed
from gateway.response.model import Incident
from gateway.store.read import Connection
from gateway.store.verdicts import last_closed
from gateway.watch.probe import DAY, Facts, Reading, TooManyFalse, Watched, probe

LAST, ENOUGH = 10, 5
CHECK_RULE = "gateway.false_alarms"  # closing its case means that somebody looked: the count begins anew


class FalseAlarms(msgspec.Struct, frozen=True, kw_only=True):
    """What one device has come to: how many of its last cases were nothing, and the rule that raised most of them."""

    count: int
    of: int
    rule: str


class Tally:
    """The last ten closed cases of each device; it lives from what is committed."""

    def __init__(self) -> None:
        self._cases: dict[str, OrderedDict[str, Incident]] = {}
        self._lock = threading.Lock()

    def begin(self, connection: Connection) -> None:
        """Take over what was closed before this start; call it before the first commit."""
        for incident in last_closed(connection):
            self.take(incident)

    def committed(self, committed: Committed) -> None:
        """Hear what was closed, rejected, reopened or undone, in the writer's thread; drills tell nothing."""
        with self._lock:
            for incident in committed.incidents:
                self.take(incident)

    def found(self) -> dict[str, FalseAlarms]:
        """Return the devices with too many false alarms."""
        with self._lock:
            counted = {device: _count(cases) for device, cases in self._cases.items()}
        return {device: each for device, each in counted.items() if each.count >= ENOUGH}

    def take(self, incident: Incident) -> None:
        """Take over a case as it is now."""
        device = incident.device
        if device is None or incident.drill:
            return
        cases = self._cases.get(device, OrderedDict())
        cases.pop(incident.number, None)  # reopened or undone: it says nothing yet
        if incident.state in ("closed", "rejected"):
            if _rule(incident) == CHECK_RULE:
                cases.clear()
            else:
                cases[incident.number] = incident
        while len(cases) > LAST:
            cases.popitem(last=False)
        if cases:
            self._cases[device] = cases
        else:
            self._cases.pop(device, None)


def _count(cases: OrderedDict[str, Incident]) -> FalseAlarms:
    false = [case for case in cases.values() if (case.close_code or "").startswith("false_")]
    rules = Counter(_rule(case) for case in false)
    worst = min(rules, key=lambda rule: (-rules[rule], rule), default="")
    return FalseAlarms(count=len(false), of=len(cases), rule=worst)


def _rule(incident: Incident) -> str:
    """Return the rule of the alert that opened a case; empty for what people reported."""
    return incident.alert_keys[0].partition("|")[0] if incident.alert_keys else ""


@probe("false_alarms")
def false_alarms(watched: Watched) -> Iterator[Reading]:
    """Devices of which many of the last cases were nothing."""
    return noticed(watched.false_alarms)


def noticed(devices: Mapping[str, TooManyFalse]) -> Iterator[Reading]:
    """Return what is said of them: once a day each, while it stays so."""
    for device, found in sorted(devices.items()):
        facts: Facts = {"device": device, "count": found.count, "rule": found.rule}
        yield Reading(kind="system.false_alarms", facts=facts, key=device, doubles=True, again=DAY)
