"""World: everything response looks at. Decisions are made from it (`respond`) and put into it (`apply`).

It holds the open cases and those whose reopen window still runs, and the look-ups that keep a decision cheap
with a hundred thousand open cases: by alert, by alert key, by building and group, by next due time.
Only `apply` changes cases; what the site edits is replaced as a whole (`replace_site`).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from devices.registry import Registry
from gateway.response.categories import UNKNOWN, Category
from gateway.response.grid import Grid
from gateway.response.model import Channel, Decision, Due, Incident, Person, Plan, Role, Span
from gateway.response.roster import Duty, Roster, duties, on_duty
from gateway.response.timers import UNDO, WorkCalendar, add_span

WEIGHT = {"L1": 8, "L2": 4, "L3": 2, "L4": 1}  # of one open case in a person's load


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a site may choose about response (`dispatch:` in the site file)."""

    auto_dispatch: tuple[str, ...] = ("L1", "L2")  # once accepted, the best one is sent without being chosen
    check_roles: tuple[Role, ...] = ("checker", "leader", "manager", "guard")
    max_open: int = 5  # cases of one person; L1 ignores it
    join_within: timedelta = timedelta(seconds=120)
    undo_within: timedelta = timedelta(seconds=UNDO.seconds)
    reopen_on_recurrence: bool = (
        False  # a condition that returns reopens the closed case instead of a new one
    )


class SiteView(msgspec.Struct, frozen=True, kw_only=True):
    """The site as response sees it; what `gateway/site.py` reads from the site file."""

    id: str
    zone: ZoneInfo
    name: dict[str, str] = {}
    demo: bool = False  # only channels that end on this machine may ever be chosen
    registry: Registry = msgspec.field(default_factory=Registry)
    people: dict[str, Person] = {}
    grids: dict[str, Grid] = {}
    roster: Roster = Roster()
    categories: dict[str, Category] = {}
    plans: dict[str, Plan] = {}
    channels: dict[str, Channel] = {}
    calendar: WorkCalendar | None = None
    settings: Settings = Settings()


class World:
    """The state of response between two causes. Not thread-safe: it belongs to the writer thread."""

    def __init__(
        self,
        site: SiteView,
        *,
        incidents: Iterable[Incident] = (),
        counters: Mapping[str, int] | None = None,
        modes: Mapping[str | None, Mapping[str, bool]] | None = None,
    ) -> None:
        """Take the site, the cases that are open or may reopen, and the last number used on each day.

        `counters` maps YYYYMMDD (site zone) to the last number of that day; days of loaded cases are counted
        anyway. `modes` are the site's flags per zone (None: the whole site).
        """
        self.site = site
        self.incidents: dict[str, Incident] = {}
        self._counters: dict[str, int] = dict(counters or {})
        self._modes = {zone: dict(flags) for zone, flags in (modes or {}).items()}
        self._offset = timedelta(0)
        self._heap: list[tuple[datetime, str, str]] = []
        self._of_alert: dict[str, str] = {}
        self._of_key: dict[str, str] = {}
        self._closed_of_key: dict[str, set[str]] = {}
        self._near: dict[tuple[str | None, str], dict[str, datetime]] = {}
        self._hands: dict[str, set[str]] = {}  # person -> numbers of the cases that fill them
        self._last_sent: dict[str, datetime] = {}
        self._duty: tuple[datetime, tuple[Duty, ...]] | None = None
        for incident in incidents:
            self._put(incident)

    # --- what the site is ---

    @property
    def settings(self) -> Settings:
        return self.site.settings

    @property
    def people(self) -> dict[str, Person]:
        return self.site.people

    def category(self, code: str) -> Category:
        """Return the category; an unknown code falls to item 00 of its group, then to a plain L3."""
        known = self.site.categories
        return (
            known.get(code)
            or known.get(f"{code[:2]}00")
            or msgspec.structs.replace(UNKNOWN, code=code or "0000")
        )

    def replace_site(self, site: SiteView) -> None:
        """Use an edited site from the next cause on; open cases keep the plan they opened with."""
        self.site = site
        self._duty = None

    def set_mode(self, flags: Mapping[str, bool], zone: str | None = None) -> None:
        """Take over site flags (drill, armed …) of a zone, or of the whole site."""
        self._modes.setdefault(zone, {}).update(flags)

    def drill(self, zone: str | None) -> bool:
        """Return whether what opens now in this zone is a drill."""
        own = self._modes.get(zone, {}).get("drill") if zone is not None else None
        return self._modes.get(None, {}).get("drill", False) if own is None else own

    def set_offset(self, offset: timedelta) -> None:
        """Take over wall clock − engine time; only the roster, working hours and case numbers look at it."""
        self._offset = offset
        self._duty = None

    def wall(self, at: datetime) -> datetime:
        """Return the wall-clock time of an engine time."""
        return at + self._offset

    def after(self, start: datetime, span: Span) -> datetime:
        """Return the engine time a natural or working length of time after `start`."""
        return add_span(start + self._offset, span, self.site.calendar) - self._offset

    def duties(self, at: datetime) -> tuple[Duty, ...]:
        """Return everybody on duty at an instant."""
        if self._duty is None or self._duty[0] != at:
            self._duty = (at, duties(self.site.roster, self.wall(at), self.site.zone))
        return self._duty[1]

    def on_duty(self, grid: str | None, role: Role, at: datetime) -> tuple[Person, ...]:
        """Return who serves this grid in this role at an instant."""
        return on_duty(self.duties(at), self.people, self.site.grids, grid, role)

    # --- the cases ---

    def case_of_alert(self, alert: str) -> Incident | None:
        """Return the case that this alert belongs to, while it is open or may reopen."""
        return self.incidents.get(self._of_alert.get(alert, ""))

    def case_of_key(self, key: str) -> Incident | None:
        """Return the open case that holds this alert key; there is at most one."""
        return self.incidents.get(self._of_key.get(key, ""))

    def closed_with_key(self, key: str) -> tuple[str, ...]:
        """Return the numbers of closed cases that held this alert key and may still reopen, newest first."""
        return tuple(sorted(self._closed_of_key.get(key, ()), reverse=True))

    def cases_near(self, building: str | None, group: str, since: datetime) -> list[Incident]:
        """Return open cases of one building and category group opened since then, oldest first."""
        near = self._near.get((building, group), {}) if building is not None else {}
        return [
            self.incidents[number]
            for number, opened in sorted(near.items(), key=lambda x: x[1])
            if opened >= since
        ]

    def load(self, person: str) -> int:
        """Return the weight of a person's open cases (L1 8, L2 4, L3 2, L4 1)."""
        return sum(WEIGHT[self.incidents[number].level] for number in self._hands.get(person, ()))

    def open_cases(self, person: str) -> int:
        """Return how many open cases are in a person's hands."""
        return len(self._hands.get(person, ()))

    def last_sent(self, person: str) -> datetime | None:
        """Return when this person was last sent anywhere, as far as the held cases know."""
        return self._last_sent.get(person)

    def number_for(self, now: datetime) -> str:
        """Return the number of the next case: site, day in the site's zone, count of that day."""
        day = self.wall(now).astimezone(self.site.zone).strftime("%Y%m%d")
        return f"{self.site.id}-{day}-{self._counters.get(day, 0) + 1:03d}"

    # --- time ---

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

    # --- change ---

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
        self._count(incident)
        for person in incident.assignees:
            last = self._last_sent.get(person)
            if incident.sent_at is not None and (last is None or incident.sent_at > last):
                self._last_sent[person] = incident.sent_at
        if not incident.is_open and not incident.timers:
            return  # nothing can happen to it any more: its place is the store
        self.incidents[incident.number] = incident
        self._index(incident)
        for timer, due in incident.timers.items():
            if old is None or old.timers.get(timer) != due:
                heapq.heappush(self._heap, (due, incident.number, timer))

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
        self._near.setdefault((incident.building, incident.group), {})[incident.number] = incident.opened_at
        for person in self._busy(incident):
            self._hands.setdefault(person, set()).add(incident.number)

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
        near = self._near[(old.building, old.group)]
        del near[old.number]
        if not near:
            del self._near[(old.building, old.group)]
        for person in self._busy(old):
            self._hands[person].discard(old.number)

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
            self._counters[day] = max(self._counters.get(day, 0), int(count))
