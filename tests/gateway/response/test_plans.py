"""Plans: commands as data, mistakes with their place, written and read back, and whether they are any good here."""

from __future__ import annotations

import msgspec
import pytest

from gateway.response.model import Channel, LadderStep, Person, Plan
from gateway.response.plan_check import weaknesses
from gateway.response.plans import parse_plans, plan_entry, plan_for
from tests.gateway.response.estate import CHANNELS, PEOPLE, site

SHIPPED = site().plans
SIREN = {"role": "siren", "kind": "siren.on", "name": {"zh": "拉响警笛", "en": "Sound the siren"}}


@pytest.mark.parametrize("plan", SHIPPED.values(), ids=lambda plan: plan.id)
def test_what_is_written_is_read_back(plan):
    assert parse_plans([plan_entry(plan)], {}) == ({plan.id: plan}, [])


def test_commands_are_data_and_ask_first_unless_they_say_otherwise():
    entry = {
        "id": "p",
        "ladder": [{"to": ["guard"]}],
        "commands": [SIREN, {**SIREN, "role": None, "device": "horn-1", "confirm": False}],
    }
    found, problems = parse_plans([entry], {})
    assert problems == []
    assert [(each.role, each.device, each.confirm) for each in found["p"].commands] == [
        ("siren", None, True), (None, "horn-1", False),
    ]  # fmt: skip
    assert parse_plans([plan_entry(found["p"])], {}) == (found, [])


def test_mistakes_in_commands_and_words_are_all_told():
    entry = {
        "id": "p", "name": "x", "need_acks": 0, "loops": -2, "checklist": [{"zh": "只有中文"}], "ladder": [{"to": ["guard"]}],
        "commands": [{"kind": "", "name": {"zh": "x", "en": "x"}, "device": "a", "role": "b", "at": 1}, "y"],
    }  # fmt: skip
    found, problems = parse_plans([entry], {})
    assert found == {}
    assert {path for path, _ in problems} == {
        (0, "name"), (0, "need_acks"), (0, "loops"), (0, "checklist", 0), (0, "commands", 0, "at"), (0, "commands", 0),
        (0, "commands", 0, "kind"), (0, "commands", 1),
    }  # fmt: skip


def test_a_line_says_what_it_asks_for_and_who_signs_it():
    words = {"zh": "打 119", "en": "Call 119"}
    entry = {
        "id": "p",
        "checklist": [{**words, "kind": "call", "sign": "manager"}],
        "ladder": [{"to": ["guard"]}],
    }
    found, problems = parse_plans([entry], {})
    assert problems == []
    assert found["p"].checklist == ({**words, "kind": "call", "sign": "manager"},)
    assert parse_plans([plan_entry(found["p"])], {}) == (found, [])
    wrong = {**entry, "checklist": [{**words, "kind": "shout", "sign": "king", "who": "x"}]}
    found, problems = parse_plans([wrong], {})
    assert found == {}
    assert [path for path, _ in problems] == [
        (0, "checklist", 0, "who"), (0, "checklist", 0, "kind"), (0, "checklist", 0, "sign"),
    ]  # fmt: skip


def test_a_plan_that_reaches_nobody_here_is_weak_by_category():
    people = {"he": Person(id="he", name="何", roles=("checker",))}
    categories = {code: each for code, each in site().categories.items() if code in ("0101", "0604")}
    found = weaknesses(SHIPPED, categories, people, {})
    assert [(weak.category, weak.plan) for weak in found] == [("0101", "fire"), ("0604", "level.L3")]
    assert "reach nobody" in found[0].message
    assert weaknesses(SHIPPED, site().categories, {p.id: p for p in PEOPLE}, CHANNELS) == ()
    retired = {code: msgspec.structs.replace(each, retired=True) for code, each in categories.items()}
    assert weaknesses(SHIPPED, retired, people, {}) == ()


def test_a_plan_of_the_gravest_level_needs_one_channel_without_the_internet():
    people = {p.id: p for p in PEOPLE}
    fire = {"0101": site().categories["0101"]}
    only_sms = {**SHIPPED, "fire": Plan(id="fire", steps=(LadderStep(to=("guard",), channels=("sms",)),))}
    (weak,) = weaknesses(only_sms, fire, people, CHANNELS)
    assert "need the internet" in weak.message
    with_box = {"horn": Channel(name="horn", kind="mqtt"), **CHANNELS}
    both = {**SHIPPED, "fire": Plan(id="fire", steps=(LadderStep(to=("guard",), channels=("sms", "horn")),))}
    assert weaknesses(both, fire, people, with_box) == ()


def test_which_plan_a_case_gets():
    door = site().categories["0205"]
    assert plan_for(SHIPPED, door, "L2")[0].id == "gate_check"
    assert plan_for(SHIPPED, door, "L2", "fire")[0].id == "fire"
    assert plan_for(SHIPPED, door, "L2", "nowhere") == (plan_for(SHIPPED, door, "L2")[0], "nowhere")
