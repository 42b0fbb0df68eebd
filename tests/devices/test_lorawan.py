"""One vocabulary for what makers of LoRaWAN devices call by many names (`devices.codecs.lorawan`)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codec import CODECS
from devices.codecs.lorawan import plain, split_history


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ({"FireAlarm": "No Alarm"}, {"smoke": False}),
        ({"smoke_status": "alarm"}, {"smoke": True}),
        ({"WaterLeak_1": "NoLeak", "WaterLeak_2": "Leak"}, {"water_leak": True}),
        ({"DOOR_OPEN_STATUS": 0}, {"door": "closed"}),
        ({"magnet_status": "open"}, {"door": "open"}),
        ({"button_event": {"status": "long press"}}, {"press": "long"}),
        ({"battery": 8}, {"battery": 8, "low": True}),
        ({"battery": 2.9}, {"volts": 2.9}),
        ({"vdd": 3650}, {"volts": 3.65}),
        ({"Volt": "2.4(low battery)"}, {"volts": 2.4, "low": True}),
        ({"BatV": 2.5, "Bat_status": 0}, {"volts": 2.5, "low": True}),
        ({"Battery Status": "Critical"}, {"low": True}),
        ({"Device": "R312A", "Alarm": 1}, {"sos": True}),
        ({"ALARM": 1}, {"undescribed": "ALARM"}),
        ({"tamper_status": "installed"}, {"tamper": False}),
        ({"pir_trigger": 1}, {"occupancy": True}),
        ({"battery": 90, "distance": 120}, {"battery": 90, "low": False, "undescribed": "distance"}),
        ({"battery": "full"}, {}),
        ({"battery": True}, {}),
    ],
)
def test_the_makers_words_become_ours(said: dict[str, Any], ours: dict[str, Any]) -> None:
    found = plain(said)
    assert {name: found.get(name) for name in ours} == ours
    if "volts" in ours:
        assert "battery" not in found


def test_two_readings_of_one_flag_are_true_where_one_is() -> None:
    assert plain({"WaterLeak_1": 1, "WaterLeak_2": 0})["water_leak"] is True


def test_stored_records_are_split_off() -> None:
    assert split_history({"battery": 9, "history": [{"timestamp": 5, "x": 1}, 3]}) == (
        {"battery": 9},
        [(5, {"timestamp": 5, "x": 1})],
    )
    assert split_history({"history": [{"timestamp": 5}]})[0] is None
    assert split_history(3) == (3, [])


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
_names = st.sampled_from(
    ["battery", "Volt", "smoke", "door", "press", "messages", "type", "event", "Bat_status"]
)


@given(st.dictionaries(_names | st.text(max_size=12), _values, max_size=6))
def test_nothing_a_codec_writes_breaks_it(decoded: dict[str, Any]) -> None:
    rest, stored = split_history(decoded)
    for each in [rest, *(said for _, said in stored)]:
        found = plain(each)
        assert each is None or decoded.keys() >= each.keys() or stored
        assert found is None or found.keys() >= each.keys() or "volts" in found


@pytest.mark.parametrize(
    ("written", "eui"), [("JOEkU1sAAAE=", "24e124535b000001"), ("24E124535B000001",) * 2, ("?",) * 2]
)
def test_version_three_takes_the_shape_of_version_four(written: str, eui: str) -> None:
    payload = (
        f'{{"devEUI": "{written}", "objectJSON": "{{\\"battery\\": 9}}", "rxInfo": [{{"uplinkID": "u"}}]}}'
    )
    (found,) = CODECS["chirpstack"](payload.encode(), "utf-8")
    assert found["deviceInfo"]["devEui"].lower() == eui.lower()
    assert found["object"] == {"battery": 9, "low": True}
    assert found["deduplicationId"] == "u"


def test_an_object_that_cannot_be_read_is_none() -> None:
    assert (
        "object" not in CODECS["chirpstack"](b'{"devEUI": "24e124535b000001", "objectJSON": "{"}', "utf-8")[0]
    )
