"""A small estate for the tests of response: two guards, two workers, a leader, a manager, one technician."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from devices.document import parse_document
from devices.registry import Device, Household, Registry
from gateway.response.categories import parse_categories
from gateway.response.grid import Grid
from gateway.response.model import Action, Channel, Decision, Incident, Person, Role
from gateway.response.plans import parse_plans
from gateway.response.respond import Cause, respond
from gateway.response.roster import Roster, Shift
from gateway.response.world import SiteView, World
from rules.change import Change

SHANGHAI = ZoneInfo("Asia/Shanghai")
T0 = datetime(2026, 3, 6, 22, 0, tzinfo=SHANGHAI).astimezone(UTC)  # a Friday, ten in the evening

PEOPLE = [
    Person(id="wang", name="王强", roles=("guard",), contacts={"sms": "1", "voice": "1", "webhook": "w"}),
    Person(id="li", name="李娜", roles=("guard",), contacts={"sms": "2"}),
    Person(id="zhao", name="赵敏", roles=("worker",), grids=("g1",), contacts={"sms": "3"}),
    Person(id="sun", name="孙磊", roles=("worker",), grids=("g2",), contacts={"sms": "4"}),
    Person(id="qian", name="钱芳", roles=("leader",), grids=("c1",), contacts={"sms": "5"}),
    Person(id="chen", name="陈刚", roles=("manager",), contacts={"sms": "6", "voice": "6"}),
    Person(id="wu", name="吴工", roles=("maintenance",), skills=("lift",)),
    Person(id="he", name="何核", roles=("checker",)),
]
ROSTER = Roster(
    shifts=(
        Shift(id="guards", role="guard", begin=time(0), end=time(0), people=("wang", "li")),
        Shift(id="workers", role="worker", begin=time(0), end=time(0), people=("zhao", "sun")),
        Shift(id="technician", role="maintenance", begin=time(8), end=time(18), people=("wu",)),
    )
)
CHANNELS = {
    "lan": Channel(name="lan", kind="lan"),
    "sms": Channel(name="sms", kind="sms", levels=("L1", "L2")),
    "voice": Channel(name="voice", kind="voice", levels=("L1",)),
    "webhook": Channel(name="webhook", kind="webhook"),
    "chat": Channel(name="chat", kind="wecom", group=True),
}


def site(**changes: Any) -> SiteView:
    """Return the estate as response sees it, with some parts changed."""
    categories, bad = parse_categories(_shipped("categories"))
    plans, worse = parse_plans(_shipped("plans"))
    assert (bad, worse) == ([], [])
    view = SiteView(
        id="demo",
        zone=SHANGHAI,
        registry=Registry(
            [
                Device(
                    id="gate-n1",
                    type="access_gate",
                    name={"zh": "北门", "en": "North gate"},
                    building="b1",
                    grid="g1",
                ),
                Device(id="smoke-3", type="smoke", building="b1", floor="3", grid="g1"),
                Device(id="sos-9", type="sos", building="b2", grid="g2"),
                Device(id="lift-1", type="lift", building="b2", grid="g2"),
            ],
            [Household(id="h1", building="b1", grid="g1", care=("alone",))],
        ),
        people={p.id: p for p in PEOPLE},
        grids={
            g.id: g
            for g in (
                Grid(id="c1", kind="community"),
                Grid(id="g1", parent="c1", buildings=("b1",)),
                Grid(id="g2", parent="c1", buildings=("b2",)),
            )
        },
        roster=ROSTER,
        categories=categories,
        plans=plans,
        channels=CHANNELS,
    )
    return msgspec.structs.replace(view, **changes)


def _shipped(name: str) -> object:
    from importlib import resources

    text = resources.files("gateway.response").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return parse_document(text, name).value


def change(**fields: Any) -> Change:
    """Return a change of an alert: by default a forced door at the north gate, alarm L2, just opened."""
    values: dict[str, Any] = {
        "t": T0,
        "change": "opened",
        "rule": "access.forced",
        "version": 1,
        "key": {"device": "gate-n1"},
        "stage": "alarm",
        "level": "L2",
        "count": 1,
        "notify": True,
        "respond": True,
        "late": False,
        "delayed": False,
        "why": {},
        "alert": "a1",
        "opened_at": T0,
        "last_at": T0,
        "device": "gate-n1",
        "category": "0205",
    }
    return Change(**{**values, **fields})


class Desk:
    """A world and its hands: gives causes, applies decisions, remembers what was sent."""

    def __init__(self, view: SiteView | None = None, start: datetime = T0) -> None:
        self.world = World(view or site())
        self.now = start
        self.seq = 0
        self.decisions: list[Decision] = []

    def give(self, cause: Cause) -> Decision:
        """Respond to one cause now."""
        self.seq += 1
        decision = respond(self.world, cause, now=self.now, seq=self.seq)
        self.world.apply(decision)
        self.decisions.append(decision)
        return decision

    def alarm(self, **fields: Any) -> Incident:
        """Open (or join) a case by an alarm; returns it."""
        decision = self.give(change(**{"t": self.now, **fields}))
        return decision.incidents[-1]

    def act(self, name: str, by: str, incident: Incident | str | None = None, **fields: Any) -> Incident:
        """Let a person act, with their own roles and the newest version."""
        number = incident.number if isinstance(incident, Incident) else incident
        number = number or next(iter(self.world.incidents))
        person = self.world.people.get(by)
        roles: tuple[Role, ...] = person.roles if person is not None else ("resident",)
        self.give(Action(name=name, by=by, roles=roles, incident=number, fields=fields))
        return self.case(number)

    def case(self, number: str | None = None) -> Incident:
        """Return a case as it is now (the only one, when no number is given); closed ones too."""
        number = number or next(iter(self.world.incidents))
        return next(i for d in reversed(self.decisions) for i in d.incidents if i.number == number)

    def wait(self, **length: float) -> list[Decision]:
        """Let time pass; every timer fires at its own due time."""
        end, found = self.now + timedelta(**length), []
        while (due := self.world.next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            for item in self.world.due(self.now):
                found.append(self.give(item))
        self.now = end
        return found

    def sent(self, template: str | None = None) -> list[tuple[str, str, str]]:
        """Return (template, channel, recipient) of all messages so far, or of one template."""
        found = [(m.template, m.channel, m.recipient) for d in self.decisions for m in d.messages]
        return [m for m in found if template in (None, m[0])]

    def lines(self, number: str | None = None) -> list[str]:
        """Return the actions of the timeline, in order."""
        return [row.action for d in self.decisions for row in d.timeline if number in (None, row.incident)]


MONDAY = date(2026, 3, 2)
