"""Five of the last ten cases of a device were nothing: it is to be looked at, once a day, and nothing is switched off."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from devices.gateway_voice import GATEWAY
from devices.registry import Device, Registry
from gateway.response.linking import subject_of
from gateway.response.model import Incident
from gateway.watch.false_alarms import CHECK_RULE, Tally, false_alarms
from gateway.watch.news import Memory, news
from gateway.watch.probe import DAY
from tests.gateway.response.estate import T0, Desk, change
from tests.gateway.response.office import Office
from tests.gateway.watch.test_probes import watched


class Told(msgspec.Struct):
    """The part of a commit that the tally looks at."""

    incidents: list[Incident]


def case(number: int, code: str, **fields) -> Incident:
    values = {
        "number": f"demo-20260306-{number:03d}", "site": "demo", "state": "closed", "version": 9, "category": "0206",
        "level": "L3", "title": {"zh": "门", "en": "door"}, "opened_at": T0, "closed_at": T0, "close_code": code,
        "device": "gate-n1", "alert_keys": ("access.held|{}",),
    }  # fmt: skip
    return Incident(**{**values, **fields})


def tally(*codes: str, **fields) -> Tally:
    found = Tally()
    for number, code in enumerate(codes):
        found.committed(Told([case(number, code, **fields)]))
    return found


def test_five_of_the_last_ten_are_too_many():
    assert tally(*["false_device"] * 4).found() == {}
    found = tally(*["true_handled"] * 5, *["false_device"] * 5).found()["gate-n1"]
    assert (found.count, found.of, found.rule) == (5, 10, "access.held")


def test_only_the_last_ten_count():
    assert tally(*["false_device"] * 5, *["true_handled"] * 6).found() == {}


def test_what_says_nothing_of_the_device_is_not_false():
    assert tally(*["duplicate", "nuisance", "test_drill", "unfounded", "no_access"] * 2).found() == {}
    assert tally(*["false_device"] * 5, drill=True).found() == {}
    assert tally(*["false_device"] * 5, device=None).found() == {}


def test_one_case_counts_once_however_often_it_changes_and_not_while_it_is_open_again():
    found = tally(*["false_device"] * 5)
    found.committed(Told([case(0, "false_device", version=10)]))
    assert found.found()["gate-n1"].count == 5
    found.committed(Told([case(0, "false_device", state="dispatched")]))
    assert found.found() == {}


def test_a_check_of_the_device_begins_the_count_anew():
    found = tally(*["false_device"] * 7)
    found.committed(Told([case(99, "true_handled", alert_keys=(f"{CHECK_RULE}|{{}}",))]))
    assert found.found() == {}


def test_it_is_said_once_a_day_for_each_device(tmp_path):
    looked = watched(tmp_path, false_alarms=tally(*["false_device"] * 5).found())
    memory, said = Memory(), []
    for hours in range(50):
        said += news(memory, list(false_alarms(looked)), now=T0 + timedelta(hours=hours))
    assert [reading.facts["device"] for reading in said] == ["gate-n1"] * 3
    assert said[0].again == DAY
    assert said[0].facts == {"device": "gate-n1", "count": 5, "rule": "access.held"}


def test_before_a_start_counts_too(tmp_path):
    office = Office(tmp_path)
    for _ in range(5):
        office.say("gate-n1", "contact.opened")
        office.wait(seconds=31)
        office.act("reject", "chen", office.cases()[-1].number, code="false_environment")
        office.say("gate-n1", "contact.closed")
        office.wait(minutes=10)
    found = Tally()
    with office.store.read() as connection:
        found.begin(connection)
    office.store.close()
    assert (found.found()["gate-n1"].count, found.found()["gate-n1"].rule) == (5, "held")


@pytest.mark.parametrize(
    ("key", "device"), [({"data.device": "cam-1"}, "cam-1"), ({}, None), ({"a": "b"}, None)]
)
def test_people_are_sent_to_the_device_not_to_the_gateway_that_speaks_of_it(key, device):
    registry = Registry([Device(id="cam-1", type="camera", building="b1")])
    found = subject_of(registry, change(device=GATEWAY.id, key=key))
    assert (found.id if found is not None else None) == device
    assert subject_of(registry, change(device="cam-1", key={"x": "gate"})).id == "cam-1"


def test_its_case_stands_where_the_device_hangs():
    desk = Desk()
    about = {
        "rule": CHECK_RULE,
        "category": "0800",
        "level": "L4",
        "device": GATEWAY.id,
        "key": {"data.device": "gate-n1"},
    }
    found = desk.alarm(**about)
    assert (found.device, found.building, found.grid) == ("gate-n1", "b1", "g1")
    assert found.place["device_zh"] == "北门"
