"""A machine that does anything to cases in any order, and the laws that must hold whatever it does."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.errors import ActionRefused
from gateway.response import incident as table
from gateway.response.docket import Docket
from gateway.response.incident import STATE_NAMES, STATE_TIMERS, actions
from gateway.response.model import Action, Decision, Incident
from gateway.response.timers import main_timer
from gateway.response.world import World
from tests.gateway.response.estate import PEOPLE, T0, Desk, change

ALERTS = [
    ("access.forced", "0205", "gate-n1"),
    ("fire.smoke", "0101", "smoke-3"),
    ("sos", "0402", "sos-9"),
    ("bin", "0602", "gate-n1"),
]
STAFF_AND_MORE = (*table.STAFF, "checker")
BY_ID = {person.id: person for person in PEOPLE}


class Cases(RuleBasedStateMachine):
    """Alarms, clears, people and time, in any order."""

    def __init__(self):
        super().__init__()
        self.desk = Desk()
        self.alerts: list[dict[str, object]] = []
        self.versions: dict[str, int] = {}
        self.known: dict[str, Incident] = {}
        self.first: dict[str, bool] = {}  # whether a case was a drill when it opened

    @initialize(drill=st.booleans())
    def begin(self, drill):
        self.desk.world.set_mode({"drill": drill})

    def watch(self, decision: Decision) -> None:
        for case in decision.incidents:
            assert case.version > self.versions.get(case.number, 0), "a change without a new version"
            self.versions[case.number] = case.version
            self.known[case.number] = case
        told_off_duty(self.desk, decision)
        for case in decision.incidents:
            if len(case.takers) >= case.plan.need_acks:
                assert "take" not in case.timers, "taken by enough and still climbing"

    @rule(
        alert=st.sampled_from(ALERTS), level=st.sampled_from(["L1", "L2", "L3", "L4"]), notify=st.booleans()
    )
    def alarm(self, alert, level, notify):
        name, category, device = alert
        known = {
            "alert": f"a{len(self.alerts)}",
            "rule": name,
            "category": category,
            "device": device,
            "key": {"device": device},
        }
        self.alerts.append(known)
        self.watch(self.desk.give(change(**known, level=level, notify=notify, t=self.desk.now)))

    @precondition(lambda self: self.alerts)
    @rule(
        pick=st.integers(0, 10**6),
        name=st.sampled_from(["cleared", "reopened", "repeated", "stepped_up", "flapping"]),
        level=st.sampled_from(["L1", "L2", "L3"]),
    )
    def news(self, pick, name, level):
        alert = self.alerts[pick % len(self.alerts)]
        self.watch(self.desk.give(change(**alert, change=name, level=level, respond=False)))

    @precondition(lambda self: self.desk.world.incidents)
    @rule(
        pick=st.integers(0, 10**6),
        by=st.sampled_from(sorted(BY_ID)),
        name=st.sampled_from(sorted(set(actions()) - {"open"})),
        code=st.sampled_from(["true_handled", "false_device"]),
        to=st.sampled_from(sorted(BY_ID)),
        hand=st.booleans(),
        level=st.sampled_from(["L1", "L2", "L3", "L4"]),
        others=st.sampled_from([None, None, "guard", "manager", "resident", "auditor"]),
        behind=st.sampled_from([0, 0, 0, 1, 5]),
    )
    def act(self, pick, by, name, code, to, hand, level, others, behind):  # drawn one by one
        """Anybody does anything, sometimes in somebody else's role, sometimes with an old page before them."""
        numbers = sorted(self.desk.world.incidents)
        number = numbers[pick % len(numbers)]
        fields = {
            "code": code, "note": "好", "reason": "原因", "agency": "派出所", "person": "民警", "contact": "110", "number": "110", "level": level, "step": pick % 4,
            "into": numbers[pick % 7 % len(numbers)], "until": self.desk.now + timedelta(hours=2), "photos": [photo(self.desk.now)],
            **({"assignee": to} if hand else {}),
        }  # fmt: skip
        before = self.desk.world.incidents[number]
        roles = BY_ID[by].roles if others is None else (others,)
        version = max(before.version - behind, 1)
        action = Action(name=name, by=by, roles=roles, incident=number, version=version, fields=fields)
        refusal = None
        try:
            self.watch(self.desk.give(action))
        except ActionRefused as caught:
            refusal = caught
        if refusal is not None:
            assert refusal.facts["state"] == before.state
            assert self.desk.world.incidents[number] == before, "a refusal changed something"
            return
        assert self.known[number].version > before.version or self.known[number] == before
        line = next(row for row in self.desk.decisions[-1].timeline if row.incident == number)
        assert (line.actor, line.from_state) == (by, before.state), "who did it stands in the first line"
        if name not in table.ORDER_FREE:
            assert before.decided <= version, "an old page decided"
        if not set(roles) & set(STAFF_AND_MORE):
            assert name == "undo", "somebody without a say decided"

    @rule(drill=st.booleans())
    def mode(self, drill):
        self.desk.world.set_mode({"drill": drill})

    @rule(back=st.booleans())
    def restart(self, back):
        """The process dies and is back: everything from the cases alone; sometimes the wall clock moved meanwhile."""
        world = World(self.desk.world.site, incidents=self.desk.world.incidents.values())
        world.set_offset(timedelta(hours=-1 if back else 1))
        world.set_mode({"drill": self.desk.world.drill(None)})
        self.desk.world = world

    @rule(length=st.sampled_from([5, 61, 200, 1000, 7300, 90_000]))
    def time_passes(self, length):
        for decision in self.desk.wait(seconds=length):
            self.watch(decision)

    @invariant()
    def no_case_is_lost(self):
        for case in self.known.values():
            if case.is_open:
                assert self.desk.world.incidents[case.number] == case
                assert [t for t in case.timers if not t.startswith("remind.")], (
                    f"{case.state} waits for nothing"
                )

    @invariant()
    def timers_run_only_where_allowed(self):
        for case in self.desk.world.incidents.values():
            assert {main_timer(t) for t in case.timers} <= STATE_TIMERS[case.state], (case.state, case.timers)

    @invariant()
    def nothing_waits_in_the_past(self):
        for case in self.desk.world.incidents.values():
            late = [name for name, due in case.timers.items() if due < self.desk.now]
            assert not late, f"{case.number}: {late} are over and nobody served them"

    @invariant()
    def the_docket_is_what_its_cases_say(self):
        """Look-ups built step by step are those built from the cases at once."""
        world, fresh = self.desk.world, Docket(self.desk.world.incidents.values())
        for name in ("_of_key", "_closed_of_key", "_near", "_of_device", "_hands", "_loads"):
            assert {k: v for k, v in getattr(world, name).items() if v} == {
                k: v for k, v in getattr(fresh, name).items() if v
            }, name
        assert world.next_due() == fresh.next_due()

    @invariant()
    def a_merged_case_ends_in_one_that_was_not(self):
        for case in self.desk.world.incidents.values():
            assert case.state != "merged" or self.desk.world.root_of(case).state != "merged"
            assert (case.primary is not None) == (case.state == "merged")

    @invariant()
    def a_drill_stays_a_drill(self):
        for case in self.known.values():
            first = self.first.setdefault(case.number, case.drill)
            assert case.drill == first
        for message in (m for d in self.desk.decisions[-3:] for m in d.messages if m.incident):
            assert message.drill == self.known[message.incident].drill

    @invariant()
    def one_open_case_for_each_alert_key(self):
        held = Counter(key for case in self.known.values() if case.is_open for key in case.alert_keys)
        assert all(count == 1 for count in held.values()), held

    @invariant()
    def a_case_is_the_same_after_the_store(self):
        for case in self.desk.world.incidents.values():
            assert msgspec.json.decode(msgspec.json.encode(case), type=Incident) == case


def photo(now):
    return {
        "sha256": "0" * 64,
        "mime": "image/jpeg",
        "size": 1,
        "captured_at": None,
        "received_at": now,
        "by": "x",
    }


ORDERS = ("case.sent", "case.all", "case.climbed", "case.one_short")


def told_off_duty(desk, decision):
    """Nobody off duty is sent by the machine, except those whose rung says so (leader and manager)."""
    chosen = {
        who
        for row in decision.timeline
        if row.action == "sent" and row.facts.get("table")
        for who in row.facts["people"]
    }
    present = {duty.person for duty in desk.world.duties(desk.now)}
    for message in decision.messages:
        if message.template in ORDERS and message.recipient in chosen and message.recipient not in present:
            assert {"leader", "manager"} & set(BY_ID[message.recipient].roles), message


Cases.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestCases = Cases.TestCase


def test_every_state_is_reached():
    desk, seen = Desk(), set()

    def note(case):
        seen.add(case.state)
        return case

    def opened(number):
        return note(
            desk.alarm(alert=f"s{number}", rule=f"r{number}", category="0203", key={"n": number}, device=None)
        )

    done = {"note": "好", "code": "true_handled"}
    rejected, suspended, transferred, merged, closed = (opened(n) for n in range(5))
    note(desk.act("reject", "chen", rejected, code="false_rule"))
    note(desk.act("take", "wang", suspended))
    note(desk.act("suspend", "chen", suspended, reason="x", until=T0 + timedelta(hours=1)))
    note(desk.act("transfer", "wang", transferred, agency="a", person="p", contact="b"))
    note(desk.act("merge", "chen", merged, into=closed.number))
    seen.add(next(row.to_state for row in desk.decisions[-1].timeline[:1]))
    desk.world.replace_site(
        msgspec.structs.replace(
            desk.world.site, settings=msgspec.structs.replace(desk.world.settings, auto_dispatch=())
        )
    )
    note(desk.act("accept", "wang", closed))
    note(desk.act("dispatch", "wang", closed, assignee="li"))
    note(desk.act("take", "li", closed))
    note(desk.act("arrive", "li", closed))
    note(desk.act("resolve", "li", closed, **done))
    note(desk.act("close", "wang", closed))
    assert seen == set(STATE_NAMES)
