"""What the rungs of a plan order of devices by themselves: what is harmless, at the place, once in the life of a case."""

from __future__ import annotations

import msgspec
import pytest

from devices.registry import Device, Registry
from gateway.response.model import Decision, LadderStep, Plan, PlanCommand
from gateway.response.ordering import devices_of
from gateway.response.plans import parse_plans
from gateway.response.respond import respond
from gateway.response.world import World
from tests.gateway.response.estate import T0, change, site

ON = {"zh": "拉响警笛", "en": "Sound the siren"}
SIREN = PlanCommand(kind="siren.on", name=ON, role="siren", confirm=False)
SIRENS = [
    Device(id="horn-1", type="siren", building="b1", zone="north"),
    Device(id="horn-2", type="siren", building="b1"),
    Device(id="horn-3", type="siren", building="b2"),
    Device(id="horn-4", type="siren", building="b1", state="suspended"),
]


def world(*commands: PlanCommand) -> World:
    plain = site()
    plan = Plan(
        id="gate_check",
        commands=commands,
        steps=(LadderStep(to=("guard",)), LadderStep(to=("leader",), off_duty=True)),
    )
    registry = Registry([*plain.registry, *SIRENS])
    return World(msgspec.structs.replace(plain, plans={**plain.plans, "gate_check": plan}, registry=registry))


def opened(here: World, level: str = "L1") -> Decision:
    decision = respond(here, change(level=level), now=T0, seq=1)
    here.apply(decision)
    return decision


def test_a_rung_orders_what_is_harmless_of_every_such_device_at_the_place() -> None:
    decision = opened(world(SIREN))
    assert [(each.device, each.name, each.by) for each in decision.commands] == [
        ("horn-1", "siren_on", "system"), ("horn-2", "siren_on", "system"),
    ]  # fmt: skip
    assert all(
        each.incident == decision.incidents[-1].number and each.line == 0 for each in decision.commands
    )
    lines = [row for row in decision.timeline if row.action == "command"]
    assert [row.facts["device"] for row in lines] == ["horn-1", "horn-2"]
    assert opened(world(SIREN)).commands == decision.commands  # the same cause, the same ids


@pytest.mark.parametrize(
    "wanted",
    [
        PlanCommand(kind="siren.on", name=ON, role="siren"),  # a person confirms it
        PlanCommand(kind="door.open", name=ON, device="gate-n1", confirm=False),
        PlanCommand(kind="unlock", name=ON, device="gate-n1", confirm=False),
        PlanCommand(kind="siren.on", name=ON, role="siren", confirm=False, step=1),
        PlanCommand(kind="dance", name=ON, role="siren", confirm=False),
    ],
)
def test_what_moves_or_opens_waits_for_a_person(wanted: PlanCommand) -> None:
    assert opened(world(wanted)).commands == ()


def test_a_later_rung_orders_its_own_and_nothing_twice() -> None:
    here = world(SIREN, msgspec.structs.replace(SIREN, kind="siren_off", step=1))
    first = opened(here)
    assert {each.name for each in first.commands} == {"siren_on"}
    (case,) = here.incidents.values()
    due = case.timers["take"]
    names: list[str] = []
    for each in here.due(due):
        decision = respond(here, each, now=due, seq=2)
        here.apply(decision)
        names += [command.name for command in decision.commands]
    assert set(names) == {"siren_off"}


def test_a_case_that_the_guard_has_to_verify_orders_nothing_yet() -> None:
    assert opened(world(SIREN), level="L3").commands == ()


def test_no_such_device_is_said() -> None:
    decision = opened(world(msgspec.structs.replace(SIREN, role="barrier")))
    assert decision.commands == ()
    assert any("没有这种设备" in (row.text or {}).get("zh", "") for row in decision.timeline)


def test_the_zone_goes_before_the_building() -> None:
    here = world(SIREN)
    opened(here)
    (case,) = here.incidents.values()
    in_zone = msgspec.structs.replace(case, place={**case.place, "zone": "north"})
    registry = here.site.registry
    assert [each.id for each in devices_of(registry, in_zone, SIREN)] == ["horn-1"]
    assert devices_of(registry, msgspec.structs.replace(case, place={}, building=None), SIREN) == ()


def test_a_plan_that_would_open_doors_by_itself_is_refused() -> None:
    entry = {
        "id": "p", "ladder": [{"to": ["guard"]}],
        "commands": [
            {"kind": "open", "device": "a", "name": ON, "confirm": False},
            {"kind": "sirn.on", "device": "a", "name": ON},
            {"kind": "siren.on", "device": "a", "name": ON, "step": -1},
        ],
    }  # fmt: skip
    found, problems = parse_plans([entry], {})
    assert found == {}
    assert [path for path, _ in problems] == [
        (0, "commands", 0, "confirm"), (0, "commands", 1, "kind"), (0, "commands", 2, "step"),
    ]  # fmt: skip
    assert "did you mean 'siren.on'" in problems[1][1]
