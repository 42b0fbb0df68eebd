"""Docket: the cases that are open or may still reopen, and the look-ups that keep every decision cheap.

By alert, by alert key, by building and group, by device, by person, by next due time: none of them costs more
with a hundred thousand open cases than with ten.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from gateway.response.model import Decision, Due, Incident

STALE, STALE_FREE = 8, 1000  # stopped timers for each case that may lie in the heap, and how many in any case
PAST_KEYS = 20_000  # alert keys of which the last closed case is remembered for a link
WEIGHT = {"L1": 8, "L2": 4, "L3": 2, "L4": 1}  # of one open case in a person's load


class Docket:
    """Cases by number. Changed by `apply` only."""

    def __init__(self, incidents: Iterable[Incident] = ()) -> None:
        self.incidents: dict[str, Incident] = {}
        self._heap: list[tuple[datetime, str, str]] = []
        self._of_alert: dict[str, str] = {}
        self._of_key: dict[str, str] = {}
        self._closed_of_key: dict[str, set[str]] = {}
        self._past_of_key: dict[str, str] = {}  # the last closed case whose time to reopen is over
        self._of_device: dict[str, set[str]] = {}
        self._near: dict[tuple[str, str], list[tuple[datetime, str]]] = {}  # by opening
        self._hands: dict[str, set[str]] = {}  # person -> numbers of the cases that fill them
        self._loads: Counter[str] = Counter()  # person -> weight of these cases
        self._last_sent: dict[str, datetime] = {}
        self._last_number: dict[str, int] = {}  # day -> the last number given
        for incident in incidents:
            self._put(incident)

    def case_of_alert(self, alert: str) -> Incident | None:
        """Return the case that this alert belongs to, while it is open or may reopen."""
        return self.incidents.get(self._of_alert.get(alert, ""))

    def case_of_key(self, key: str) -> Incident | None:
        """Return the open case that holds this alert key; there is at most one."""
        return self.incidents.get(self._of_key.get(key, ""))

    def root_of(self, incident: Incident) -> Incident:
        """Return the case that a merged one ended up in, over several merges; a case that was not merged is its own."""
        while incident.primary is not None and incident.primary in self.incidents:
            incident = self.incidents[incident.primary]
        return incident

    def closed_with_key(self, key: str) -> tuple[str, ...]:
        """Return the numbers of closed cases that held this alert key and may still reopen, newest first."""
        return tuple(sorted(self._closed_of_key.get(key, ()), reverse=True))

    def past_with_key(self, key: str) -> str | None:
        """Return the number of the last case that held this alert key and can no longer reopen, or None."""
        return self._past_of_key.get(key)

    def cases_of_device(self, device: str) -> list[Incident]:
        """Return the open cases that a device opened, oldest first."""
        return sorted(
            (self.incidents[n] for n in self._of_device.get(device, ())), key=lambda case: case.opened_at
        )

    def cases_near(self, building: str | None, group: str, since: datetime) -> list[Incident]:
        """Return open cases of one building and category group opened since then, oldest first."""
        near = self._near.get((building, group), []) if building is not None else []
        return [self.incidents[number] for _, number in near[bisect_left(near, (since, "")) :]]

    def load(self, person: str) -> int:
        """Return the weight of a person's open cases (L1 8, L2 4, L3 2, L4 1)."""
        return self._loads[person]

    def open_cases(self, person: str) -> int:
        """Return how many open cases are in a person's hands."""
        return len(self._hands.get(person, ()))

    def last_sent(self, person: str) -> datetime | None:
        """Return when this person was last sent anywhere, as far as the held cases know."""
        return self._last_sent.get(person)

    def next_due(self) -> datetime | None:
        """Return the earliest due time of any timer, or None."""
        while self._heap:
            due, number, timer = self._heap[0]
            if self._runs(due, number, timer):
                return due
            heapq.heappop(self._heap)
        return None

    def due(self, now: datetime) -> list[Due]:
        """Return every timer that has run out by `now`, by due time, case and name; costs O(k log n)."""
        found: list[tuple[datetime, str, str]] = []
        while self._heap and self._heap[0][0] <= now:
            entry = heapq.heappop(self._heap)
            if self._runs(*entry) and (not found or found[-1] != entry):
                found.append(entry)
        for entry in found:  # they run until a decision stops them
            heapq.heappush(self._heap, entry)
        return [Due(incident=number, timer=timer, at=due) for due, number, timer in found]

    def apply(self, decision: Decision) -> None:
        """Take over a decision after it was committed."""
        for incident in decision.incidents:
            self._put(incident)

    def _runs(self, due: datetime, number: str, timer: str) -> bool:
        incident = self.incidents.get(number)
        return incident is not None and incident.timers.get(timer) == due

    def _put(self, incident: Incident) -> None:
        old = self.incidents.pop(incident.number, None)
        if old is not None:
            self._forget(old)
        self._move(old, incident)
        self._count(incident)
        for person in incident.assignees:
            last = self._last_sent.get(person)
            if incident.sent_at is not None and (last is None or incident.sent_at > last):
                self._last_sent[person] = incident.sent_at
        if not incident.is_open and not incident.timers:
            self._bury(incident)
            return  # nothing can happen to it any more: its place is the store
        self.incidents[incident.number] = incident
        self._index(incident)
        for timer, due in incident.timers.items():
            if old is None or old.timers.get(timer) != due:
                heapq.heappush(self._heap, (due, incident.number, timer))
        if len(self._heap) > STALE * len(self.incidents) + STALE_FREE:
            self._sweep()

    def _move(self, old: Incident | None, new: Incident) -> None:
        """Keep the cases of each building and group in the order of their opening; most changes move nothing."""
        before, after = _spot(old), _spot(new)
        if before == after:
            return
        if before is not None:
            place, spot = before
            near = self._near[place]
            del near[bisect_left(near, spot)]
            if not near:
                del self._near[place]
        if after is not None:
            place, spot = after
            insort(self._near.setdefault(place, []), spot)

    def _sweep(self) -> None:
        """Leave only timers that run: those that were stopped lie in the heap until they come up."""
        self._heap = [
            (due, case.number, timer)
            for case in self.incidents.values()
            for timer, due in case.timers.items()
        ]
        heapq.heapify(self._heap)

    def _bury(self, incident: Incident) -> None:
        if incident.state != "closed":
            return
        for key in incident.alert_keys:
            self._past_of_key.pop(key, None)
            self._past_of_key[key] = incident.number
        while len(self._past_of_key) > PAST_KEYS:
            del self._past_of_key[next(iter(self._past_of_key))]

    def _index(self, incident: Incident) -> None:
        for alert in incident.alerts:
            if incident.is_open or alert not in self._of_alert:
                self._of_alert[alert] = incident.number
        for key in incident.alert_keys:
            if incident.is_open:
                self._of_key[key] = incident.number
            else:
                self._closed_of_key.setdefault(key, set()).add(incident.number)
        if not incident.is_open:
            return
        if incident.device is not None:
            self._of_device.setdefault(incident.device, set()).add(incident.number)
        for person in self._busy(incident):
            self._hands.setdefault(person, set()).add(incident.number)
            self._loads[person] += WEIGHT[incident.level]

    def _forget(self, old: Incident) -> None:
        for alert in old.alerts:
            if self._of_alert.get(alert) == old.number:
                del self._of_alert[alert]
        for key in old.alert_keys:
            held = self._closed_of_key.get(key)
            if held is not None:
                held.discard(old.number)
                if not held:
                    del self._closed_of_key[key]
        if not old.is_open:
            return
        for key in old.alert_keys:
            if self._of_key.get(key) == old.number:
                del self._of_key[key]
        if old.device is not None:
            self._of_device[old.device].discard(old.number)
        for person in self._busy(old):
            self._hands[person].discard(old.number)
            self._loads[person] -= WEIGHT[old.level]

    @staticmethod
    def _busy(incident: Incident) -> tuple[str, ...]:
        """Return whose hands this case fills: those who took it, before that those who were sent."""
        if incident.state in ("taken", "on_scene"):
            return incident.takers
        return incident.assignees if incident.state == "dispatched" else ()

    def _count(self, incident: Incident) -> None:
        head, _, count = incident.number.rpartition("-")
        day = head.rpartition("-")[2]
        if count.isdecimal():
            self._last_number[day] = max(self._last_number.get(day, 0), int(count))


def _spot(incident: Incident | None) -> tuple[tuple[str, str], tuple[datetime, str]] | None:
    """Return where an open case of a building stands among those near it."""
    if incident is None or incident.building is None or not incident.is_open:
        return None
    return (incident.building, incident.group), (incident.opened_at, incident.number)
