"""The table of a device's life: nothing is active by itself, everything ends, every step is known once."""

from __future__ import annotations

from typing import get_args

from devices.registry import Device, DeviceState
from gateway.api.permissions import TABLE as PERMISSIONS
from gateway.estate.life import TABLE, Refused, take, ways

READY = Device(
    id="d", type="smoke", profile="own", ident="d", name={"zh": "烟感", "en": "Smoke"}, building="b1"
)


def test_each_step_leads_from_a_state_to_one_state_and_its_permission_exists():
    assert len({(way.source, way.step) for way in TABLE}) == len(TABLE)
    assert {way.permission for way in TABLE} <= PERMISSIONS.keys()
    assert {way.target for way in TABLE} == set(get_args(DeviceState))


def test_a_device_is_never_active_in_one_step_from_being_heard():
    assert "active" not in {way.target for state in (None, "seen") for way in ways(state)}
    assert all(way.permission == "devices.edit" for way in TABLE if way.target == "active")


def test_every_state_can_end_and_a_retired_device_can_be_used_again():
    for state in set(get_args(DeviceState)) - {"retired"}:
        assert take(READY, state, "retire").target == "retired"
    assert take(READY, "retired", "return").target == "claimed"


def test_a_step_that_is_not_in_the_table_is_refused_with_what_may_be_done():
    refused = take(READY, "seen", "activate")
    assert isinstance(refused, Refused)
    assert refused.facts == {"step": "activate", "state": "seen", "may": "claim, retire"}
    assert take(READY, None, "resume").facts["state"] == "unknown"


def test_what_a_device_must_have_to_go_into_service_is_named_whole():
    refused = take(Device(id="d"), "claimed", "activate")
    assert refused.facts["missing"] == "profile, name, place"
    assert take(READY, "claimed", "activate").target == "active"
