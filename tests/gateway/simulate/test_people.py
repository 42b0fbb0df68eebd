"""The simulated people against the real response: they follow the rules of the table, and they leave visitors theirs."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import msgspec

from devices.decode import Decoder
from devices.event import Event, RawMessage
from devices.profile import load_profiles
from gateway.builtin import builtin_packs, builtin_profiles
from gateway.errors import ActionRefused
from gateway.response.respond import respond
from gateway.response.world import World
from gateway.simulate.crew import people
from gateway.simulate.estate import draw_up, site_text
from gateway.simulate.history import HANDS_OFF, Turn, history
from gateway.simulate.people import ROLES, Case, Crew, action_of, case_of
from gateway.site import load_site_file
from rules.engine import Engine
from rules.load import load_rules

UNTIL = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
AVAILABILITY = ("device.", "gateway.")  # what is silent is not a matter of people


class Community:
    """Decoder, rules, response and people, joined by hand: a pump without a store."""

    def __init__(self, crew: Crew) -> None:
        self.estate = draw_up()
        site, problems = load_site_file(site_text(self.estate), "site.yaml", today=date(2026, 3, 6))
        assert problems == []
        loaded = load_rules(builtin_packs(), zone=site.rules.zone, calendars=site.rules.calendars)
        rules = [rule for rule in loaded.rules if not rule.id.startswith(AVAILABILITY)]
        self.engine = Engine(rules, loaded.inhibits, site.rules)
        profiles, _ = load_profiles(builtin_profiles())
        self.decoder = Decoder(
            profiles=profiles,
            registry=site.rules.registry,
            site="xingfuli",
            zone=site.rules.zone,
            site_key=b"k" * 32,
        )
        self.world = World(site.view)
        self.crew = crew
        self.seq = 0
        self.done: list[tuple[str, str]] = []
        self.refused: list[tuple[str, str, str]] = []

    def live(self, seed: str, *, trouble: float) -> None:
        for at, item in history(self.estate, until=UNTIL, days=1, seed=seed, trouble=trouble):
            self._deadlines(at)
            if isinstance(item, Turn):
                self._people(at, item)
                continue
            for one in self.decoder.decode(item, mint=lambda: "e"):
                if isinstance(one, Event):
                    event = msgspec.structs.replace(one, id=f"e{self._next()}", seq=self.seq)
                    self._changes(self.engine.step(event, now=at), at)

    def _next(self) -> int:
        self.seq += 1
        return self.seq

    def _changes(self, changes, at) -> None:
        for change in changes:
            self.world.apply(respond(self.world, change, now=at, seq=self._next()))

    def _deadlines(self, at) -> None:
        while (due := self.engine.next_due()) is not None and due < at:
            self._changes(self.engine.tick(due, seq=self._next()), due)
        for late in self.world.due(at):
            self.world.apply(respond(self.world, late, now=at, seq=self._next()))

    def _people(self, at, turn: Turn) -> None:
        cases = [
            case_of(one)
            for one in self.world.incidents.values()
            if one.closed_at is None and one.opened_at <= turn.hands_off
        ]
        for move in self.crew.turn(at, cases):
            try:
                self.world.apply(respond(self.world, action_of(move, at), now=at, seq=self._next()))
                self.done.append((move.by, move.action))
            except ActionRefused as error:
                self.refused.append((move.action, error.code, str(error)))


def test_a_day_of_cases_is_handled_by_the_rules_of_the_table() -> None:
    community = Community(Crew(seed="1"))
    community.live("1", trouble=4)
    cases = list(community.world.incidents.values())
    old = [case for case in cases if case.opened_at < UNTIL - timedelta(hours=4)]
    assert len(old) >= 8
    states = Counter(case.state for case in old)
    assert states["closed"] + states["rejected"] >= 0.8 * len(old), (states, community.refused)
    assert len(community.refused) <= 0.05 * len(community.done), Counter(r[:2] for r in community.refused)
    assert {"take", "arrive", "resolve", "close"} <= {action for _, action in community.done}
    assert all(case.checker != case.resolver for case in old if case.state == "closed" and case.level != "L4")
    young = [case for case in cases if case.opened_at > UNTIL - HANDS_OFF]
    assert not [case for case in young if case.takers]


def test_the_same_seed_makes_the_same_day() -> None:
    days = []
    for _ in range(2):
        community = Community(Crew(seed="1"))
        community.live("2", trouble=3)
        days.append(community.done)
    assert days[0] == days[1]
    assert days[0]


def case(**more: object) -> Case:
    base = {
        "number": "s-20260306-001", "state": "dispatched", "version": 3, "level": "L2", "category": "0205",
        "opened_at": UNTIL, "assignees": ("feng", "wang"),
    }  # fmt: skip
    return Case(**(base | more))  # type: ignore[arg-type]  # the fields are named by the test


def moves(crew: Crew, one: Case, *, hours: float = 3) -> list[str]:
    crew.turn(UNTIL, [one])
    return [move.by for move in crew.turn(UNTIL + timedelta(hours=hours), [one])]


def test_nobody_acts_for_a_visitor() -> None:
    assert moves(Crew(), case()) == ["wang"]  # the worker goes before the leader
    assert moves(Crew(spare=["wang"]), case()) == ["feng"]
    assert moves(Crew(spare=["wang", "feng"]), case()) == []


def test_what_a_visitor_touched_is_left_alone() -> None:
    crew = Crew(spare=["li"])
    for touched in ({"owner": "li"}, {"takers": ("li",)}, {"changed_by": "li"}, {"resolver": "li"}):
        assert moves(crew, case(**touched)) == []


def test_a_share_of_the_cases_is_left_to_visitors() -> None:
    crew = Crew(seed="4", share=0.6)
    ours = sum(crew.mine(case(number=f"s-20260306-{n:03d}")) for n in range(500))
    assert 250 <= ours <= 350


def test_people_take_their_time() -> None:
    crew = Crew()
    crew.turn(UNTIL, [case()])
    assert crew.turn(UNTIL + timedelta(seconds=10), [case()]) == []
    assert crew.turn(UNTIL + timedelta(seconds=80), [case()])
    slow = Crew(pace=10)
    slow.turn(UNTIL, [case()])
    assert slow.turn(UNTIL + timedelta(seconds=80), [case()]) == []


def test_every_person_has_a_role() -> None:
    assert set(ROLES) == {person["id"] for person in people(home="h1")}


def test_history_messages_are_raw() -> None:
    first = next(
        item
        for _, item in history(draw_up(), until=UNTIL, days=0.02, seed="1")
        if isinstance(item, RawMessage)
    )
    assert first.received_at.tzinfo is not None
