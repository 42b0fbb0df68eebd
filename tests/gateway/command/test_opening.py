"""What the settings of commands may say: every mistake at once, each with its place; and the key that is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from devices.command_seal import device_key
from gateway.command.guards import Scene, refusal
from gateway.command.opening import command_problems, targets_of
from gateway.config import Settings
from tests.gateway.command.test_turn import command
from tests.gateway.response.estate import site


def settings(folder: Path, **devices: dict[str, Any]) -> Settings:
    named = {name.replace("_", "-"): each for name, each in devices.items()}
    return Settings(data=folder / "data", site=folder / "site.yaml", commands={"devices": named})


def test_every_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    found = command_problems(
        settings(
            tmp_path,
            gate_n2={"adapter": "own", "offers": ["open"]},
            gate_n1={"adapter": "shely2", "offers": ["open"]},
            smoke_3={"adapter": "shelly1", "offers": ["siren_on"], "contact": "door-9"},
            lift_1={"adapter": "hikvision", "offers": ["open"], "password_file": "nowhere"},
            sos_9={"adapter": "hikvision", "offers": ["unlock"], "channel": 1},
        ),
        site=site(),
    )
    assert [problem.split(": ")[0] for problem in found] == [
        "commands.devices.gate-n2", "commands.devices.gate-n1.adapter", "commands.devices.smoke-3.contact",
        "commands.devices.smoke-3.ends_itself", "commands.devices.lift-1.password_file", "commands.devices.sos-9.offers",
        "commands.devices.sos-9.url", "commands.devices.sos-9.user, password_file",
    ]  # fmt: skip
    assert "did you mean 'gate-n1'" in found[0]
    assert "did you mean 'shelly2'" in found[1]


def test_a_device_has_the_same_key_at_each_start(tmp_path: Path) -> None:
    wanted = settings(tmp_path, gate_n1={"adapter": "own", "offers": ["open"], "contact": "smoke-3"})
    first, again = targets_of(wanted, site()), targets_of(wanted, site())
    assert first == again
    master = (tmp_path / "data" / "secrets" / "commands.key").read_bytes()
    assert first["gate-n1"].key == device_key(master, site="demo", device="gate-n1")


def test_nothing_is_made_where_nothing_is_signed(tmp_path: Path) -> None:
    assert targets_of(settings(tmp_path, gate_n1={"adapter": "tasmota", "offers": ["lock"]}), site())
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("scene", "by", "expected"),
    [
        ({}, "wang", None),
        ({"device": None}, "wang", "inactive"),
        ({"drill": True}, "wang", "drill"),
        ({"silenced": True}, "wang", "silenced"),
        ({"demo": True, "leaves": True}, "wang", "demo"),
        ({"demo": True}, "wang", None),
        ({"late": True}, "system", "late"),
        ({"late": True}, "wang", None),
    ],
)
def test_why_nothing_leaves(scene: dict[str, Any], by: str, expected: str | None) -> None:
    device = site().registry.get("gate-n1")
    assert refusal(command("siren_on", by=by), Scene(**{"device": device, **scene})) == expected
