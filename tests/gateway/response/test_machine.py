"""A machine that does anything to cases in any order, and the laws that must hold whatever it does."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.errors import ActionRefused
from gateway.response.incident import STATE_NAMES, STATE_TIMERS, actions
from gateway.response.model import Action, Decision, Incident
from gateway.response.timers import main_timer
from tests.gateway.response.estate import PEOPLE, T0, Desk, change

ALERTS = [
    ("access.forced", "0205", "gate-n1"),
    ("fire.smoke", "0101", "smoke-3"),
    ("sos", "0402", "sos-9"),
    ("bin", "0602", "gate-n1"),
]
BY_ID = {person.id: person for person in PEOPLE}


class Cases(RuleBasedStateMachine):
    """Alarms, clears, people and time, in any order."""

    def __init__(self):
        super().__init__()
        self.desk = Desk()
        self.alerts: list[dict[str, object]] = []
        self.versions: dict[str, int] = {}
        self.known: dict[str, Incident] = {}

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
    )
    def act(self, pick, by, name, code, to, hand):  # drawn one by one
        numbers = sorted(self.desk.world.incidents)
        number = numbers[pick % len(numbers)]
        fields = {
            "code": code, "note": "好", "reason": "原因", "agency": "派出所", "person": "民警", "contact": "110", "number": "110", "level": "L2",
            "into": numbers[0], "until": self.desk.now + timedelta(hours=2), "photos": [photo(self.desk.now)],
            **({"assignee": to} if hand else {}),
        }  # fmt: skip
        before = self.desk.world.incidents[number]
        action = Action(name=name, by=by, roles=BY_ID[by].roles, incident=number, fields=fields)
        refusal = None
        try:
            self.watch(self.desk.give(action))
        except ActionRefused as caught:
            refusal = caught
        if refusal is not None:
            assert refusal.facts["state"] == before.state
            assert self.desk.world.incidents[number] == before, "a refusal changed something"

    @rule(length=st.sampled_from([5, 61, 200, 1000, 7300]))
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


ORDERS = ("case.sent", "case.all", "case.climbed")


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
    max_examples=80, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
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
