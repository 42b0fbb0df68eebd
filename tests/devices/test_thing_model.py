"""Values of thing models: names fold, times group, and the tables that several profiles share stay the same."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from devices.codec import CODECS, CodecRefused
from devices.thing_model import by_time, folded
from tests.devices.estate import profile_texts


def read(codec: str, value: Any) -> list[Any]:
    return list(CODECS[codec](msgspec.json.encode(value), "utf-8"))


def table(profile: str, anchor: str) -> str:
    text = profile_texts()[f"devices/profiles/{profile}.yaml"]
    found = re.search(rf"kinds: &{anchor}\n(.*?)\n(?:\n|  - )", text, re.DOTALL)
    assert found is not None, f"{profile} has no table &{anchor}"
    return found[1]


def test_names_are_compared_without_case_and_separators() -> None:
    assert folded({"SmokeSensorState": 1, "water_leak": 0, "Water-Leak": 9, "x": None}) == {
        "smokesensorstate": 1,
        "waterleak": 0,
    }


def test_values_of_one_time_are_one_moment() -> None:
    assert by_time([("a", 1, 5), ("b", 2, None), ("c", 3, 5)]) == [
        {"time": 5, "values": {"a": 1, "c": 3}},
        {"values": {"b": 2}},
    ]


@pytest.mark.parametrize("profile", ["alink", "iotda"])
def test_the_table_of_values_is_the_same_everywhere(profile: str) -> None:
    assert table(profile, "values").startswith(table("thingsboard", "values"))


def test_the_table_of_radio_sensors_is_the_same_everywhere() -> None:
    assert table("tts", "objects") == table("chirpstack", "objects")


@pytest.mark.parametrize(
    ("codec", "value"),
    [
        ("thingsboard", [1]),
        ("thingsboard", "x"),
        ("thingsboard", []),
        ("thingsboard-gateway", {"a": 1}),
        ("thingsboard-gateway", [{}]),
        ("alink", {"id": 1}),
        ("alink", {"params": 3}),
        ("iotda", {"services": 3}),
        ("iotda", {"services": [3]}),
        ("tts", {"uplink_message": {}}),
        ("tts", {"end_device_ids": {}}),
    ],
)
def test_what_is_not_of_the_family_is_refused(codec: str, value: Any) -> None:
    with pytest.raises(CodecRefused):
        read(codec, value)


def test_a_value_that_is_an_object_of_its_own_is_no_time() -> None:
    (document,) = read(
        "alink", {"params": {"Position": {"lat": 1, "lon": 2}}, "method": "thing.event.property.post"}
    )
    assert document["values"] == {"position": {"lat": 1, "lon": 2}}


def test_a_gateways_attributes_are_read_like_its_telemetry() -> None:
    assert read("thingsboard-gateway", {"A": {"fw": 1}, "B": [{"ts": 5, "values": {"x": 2}}]}) == [
        {"device": "A", "values": {"fw": 1}},
        {"device": "B", "time": 5, "values": {"x": 2}},
    ]


def test_the_strongest_gateway_tells_the_signal() -> None:
    uplink = {"rx_metadata": [{"rssi": -90}, {"rssi": -50.5}, {"rssi": "x"}, 3]}
    (document,) = read("tts", {"end_device_ids": {"device_id": "d"}, "uplink_message": uplink})
    assert (document["rssi"], document["count"]) == (-50.5, 0)
