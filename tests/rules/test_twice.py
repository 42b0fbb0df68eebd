"""The same event id twice (20-rules §1) changes nothing the second time, however much later it comes."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.event import Event
from rules.engine import Engine
from rules.playback import play
from rules.timeline import Step
from tests.rules.generated import SITE, Chance, pack, timeline
from tests.rules.playing import loaded
from tests.rules.test_properties import IDS, acted, said

LAW = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


@LAW
@given(seed=st.integers(0, 2**32), after=st.integers(0, 12))
def test_an_event_that_comes_again_changes_nothing(seed: int, after: int) -> None:
    found, where = loaded(pack(Chance(seed)), SITE)
    steps = acted(found, where, timeline(Chance(seed), IDS))
    again = list(steps)
    for place in range(len(steps) - 1, 0, -1):
        event = steps[place].what
        later = min(place + after, len(steps) - 1)
        if isinstance(event, Event):
            again.insert(
                later + 1, Step(t=max(_end(step) for step in steps[: later + 1]), line=event.seq, what=event)
            )
    again.sort(key=lambda step: step.t)
    once = said(play(lambda: Engine(found.rules, found.inhibits, where), steps), where)
    assert said(play(lambda: Engine(found.rules, found.inhibits, where), again), where) == once


def _end(step: Step) -> datetime:
    """Return when a line is over: a restart only when the process is back."""
    return step.t + step.what if isinstance(step.what, timedelta) else step.t
