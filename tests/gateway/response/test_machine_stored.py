"""The machine again, on a real store that is killed at will: what is on disk is what is held, and the chain holds."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.errors import ActionRefused
from gateway.response.incident import STATE_TIMERS, actions
from gateway.response.timers import main_timer
from gateway.store.tables import incident_alert_keys
from tests.gateway.response.estate import PEOPLE
from tests.gateway.response.office import Office

BY_ID = {person.id: person for person in PEOPLE}
DOORS = ("gate-n1", "sos-9", "lift-1")


class StoredCases(RuleBasedStateMachine):
    """Doors are forced, people act and tap twice, time passes, the process is killed."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="cases-"))
        self.office = Office(self.folder)
        self.answers: dict[
            str, tuple[tuple[object, ...], dict[str, object]]
        ] = {}  # key -> (action, its answer)
        self.seen: dict[str, int] = {}

    def teardown(self):
        bad = self.office.store.verify()
        self.office.store.close()
        shutil.rmtree(self.folder)
        assert bad is None, "the chain of the timeline is broken"

    @rule(door=st.sampled_from(DOORS))
    def forced(self, door):
        self.office.say(door, "access.forced")

    @rule(door=st.sampled_from(DOORS), opened=st.booleans())
    def held(self, door, opened):
        self.office.say(door, "contact.opened" if opened else "contact.closed")

    @precondition(lambda self: self.office.world.incidents)
    @rule(
        pick=st.integers(0, 10**6),
        by=st.sampled_from(sorted(BY_ID)),
        name=st.sampled_from(sorted(set(actions()) - {"open"})),
        twice=st.booleans(),
        unanswered=st.booleans(),
    )
    def act(self, pick, by, name, twice, unanswered):
        """Somebody does something; the phone may send it twice, and the process may die before it answers."""
        numbers = sorted(self.office.world.incidents)
        number, key = numbers[pick % len(numbers)], f"key-{len(self.answers)}"
        fields = {
            "code": "false_device", "note": "好", "reason": "原因", "agency": "派出所", "person": "民警", "contact": "110",
            "number": "110", "level": "L3", "step": 0, "into": numbers[0],
            "until": self.office.now + timedelta(hours=1),
        }  # fmt: skip
        before = self.office.case(number)
        lines = len(self.office.lines(number))
        try:
            if unanswered:
                self.office.act(name, by, number, key=key, commit=False, **fields)
                self.office.kill()
                assert self.office.case(number) == before, "what nobody was told of has happened"
            first = self.office.act(name, by, number, key=key, **fields)
        except ActionRefused:
            assert self.office.case(number) == before
            assert len(self.office.lines(number)) == lines
            return
        after = self.office.case(number)
        assert len(self.office.lines(number)) > lines
        self.answers[key] = ((name, by, number), first)
        if twice:
            assert self.office.act(name, by, number, key=key, **fields) == first
            assert self.office.case(number) == after, "a double tap did it twice"

    @precondition(lambda self: self.answers)
    @rule(pick=st.integers(0, 10**6))
    def late_repetition(self, pick):
        """A phone that was in a lift sends again what was done long ago."""
        key = sorted(self.answers)[pick % len(self.answers)]
        (name, by, number), first = self.answers[key]
        before = self.office.case(number)
        assert self.office.act(name, by, number, key=key, note="好") == first
        assert self.office.case(number) == before

    @rule(length=st.sampled_from([5, 61, 200, 1000, 7300]))
    def time_passes(self, length):
        self.office.wait(seconds=length)

    @rule()
    def killed(self):
        self.office.kill()

    @invariant()
    def what_is_held_is_what_is_on_disk(self):
        stored = {case.number: case for case in self.office.cases()}
        held = self.office.world.incidents
        assert held == {n: case for n, case in stored.items() if case.is_open or case.timers}
        for number, case in stored.items():
            assert case.version >= self.seen.get(number, 0)
            self.seen[number] = case.version
            assert {main_timer(timer) for timer in case.timers} <= STATE_TIMERS[case.state]
            assert not case.is_open or any(not timer.startswith("remind.") for timer in case.timers)

    @invariant()
    def one_open_case_for_each_alert_key(self):
        open_ = [case for case in self.office.cases() if case.is_open]
        assert max(Counter(key for case in open_ for key in case.alert_keys).values(), default=1) == 1
        with self.office.store.read() as connection:
            rows = connection.execute(sa.select(incident_alert_keys)).all()
        assert {(row.alert_key, row.incident) for row in rows} == {
            (key, case.number) for case in open_ for key in case.alert_keys
        }


StoredCases.TestCase.settings = settings(
    max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestStoredCases = StoredCases.TestCase
