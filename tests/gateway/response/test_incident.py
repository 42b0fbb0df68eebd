"""The table itself: well formed, complete, and the page about it up to date."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from gateway.response.effect import EFFECTS, effect
from gateway.response.going import _take
from gateway.response.guards import CLOSE_CODES, Attempt
from gateway.response.incident import ANY_OPEN, COMPOUND, STATE_NAMES, STATE_TIMERS, TABLE, actions, allowed
from gateway.response.overdue import EXPIRIES
from gateway.response.timers import TIMES
from gateway.response.wording import REFUSALS, both, refusal_sentence
from tests.gateway.response.estate import Desk

ROOT = Path(__file__).resolve().parents[3]


def test_all_eleven_states_and_twenty_six_rows_are_there():
    assert len(STATE_NAMES) == 11
    assert {row.number for row in TABLE} == set(range(1, 27))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.number}-{row.action}")
def test_a_row_starts_only_timers_its_target_may_run(row):
    targets = [row.target] if row.target else list(row.source)
    for target in targets:
        assert set(row.starts) <= STATE_TIMERS[target] or row.action in ("escalate", "note")
    for source in row.source:
        if row.target is None or row.target == source or "*" in row.stops or row.action == "undo":
            continue
        left = STATE_TIMERS[source] - set(row.stops)
        assert left <= STATE_TIMERS[row.target], (
            f"{left - STATE_TIMERS[row.target]} would run on in {row.target}"
        )


def test_every_open_state_has_a_timer_a_way_on_and_every_timer_an_end():
    for state in ANY_OPEN:
        assert STATE_TIMERS[state]
        assert any(row.target not in (None, state) for row in TABLE if state in row.source)
    assert {timer for timers in STATE_TIMERS.values() for timer in timers} == set(EXPIRIES)
    assert set(TIMES) | {"dispatch", "suspend", "undo"} == set(EXPIRIES)


def test_compound_actions_name_rows_that_follow_each_other():
    for (action, state), steps in COMPOUND.items():
        at = state
        for step in steps:
            row = next(r for r in TABLE if r.action == step and at in r.source)
            at = row.target or at
        assert steps[-1] == action


def test_every_effect_belongs_to_an_action_and_a_second_one_is_refused():
    assert set(EFFECTS) <= set(actions())
    with pytest.raises(ValueError, match="two effects for 'take': _take and"):
        effect("take")(lambda draft, fields: None)
    assert EFFECTS["take"] is _take


def test_every_refusal_has_a_sentence_in_both_languages():
    for code in REFUSALS:
        sentence = refusal_sentence(code, {})
        assert sentence["zh"]
        assert sentence["en"]
    assert both(REFUSALS, "already_taken", {"owner": "王强"})["en"] == "王强 has taken it and is on it"


def test_administrators_and_auditors_decide_nothing():
    desk = Desk()
    case = desk.alarm()
    for role in ("administrator", "auditor"):
        attempt = Attempt(world=desk.world, incident=case, by="x", roles=(role,), now=desk.now)
        assert allowed(attempt) == ()


def test_close_codes_are_known():
    assert len(set(CLOSE_CODES)) == 12


def test_the_page_about_cases_is_up_to_date():
    spec = importlib.util.spec_from_file_location("incident_table", ROOT / "docs" / "incident_table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text(encoding="utf-8") == module.page(), "run python docs/incident_table.py"
