"""The kind tree says what the design says."""

from datetime import timedelta

import pytest

from devices.kinds import KINDS, Field, expand, kind, matches


def test_every_kind_has_two_names_and_a_group() -> None:
    for name, entry in KINDS.items():
        assert entry.zh
        assert entry.en
        assert "." in name
        assert entry.name == name


@pytest.mark.parametrize(
    ("name", "hours", "late"),
    [
        ("fire.smoke", 24, "evaluate"),
        ("sos.fall", 24, "evaluate"),
        ("lift.trapped", 24, "evaluate"),
        ("access.duress", 24, "evaluate"),
        ("access.forced", 24, "evaluate"),
        ("panel.fault", 24, "evaluate"),
        ("access.denied", 0.25, "record"),
        ("contact.opened", 0.25, "record"),
        ("parcel.forced", 0.25, "record"),
        ("lift.fault", 5 / 60, "record"),
        ("camera.object", 5 / 60, "record"),
        ("device.offline", 5 / 60, "record"),
    ],
)
def test_max_age_and_late_policy(name: str, hours: float, late: str) -> None:
    entry = kind(name)
    assert entry is not None
    assert (entry.max_age, entry.late) == (timedelta(hours=hours), late)


def test_fields_carry_type_unit_and_choices() -> None:
    access, plate, temperature = KINDS["access.denied"], KINDS["vehicle.plate"], KINDS["env.temperature"]
    assert access.fields["dir"] == Field(choices=("in", "out"))
    assert "remote" in access.fields["method"].choices
    assert plate.fields["confidence"] == Field(type="number", unit="0–1")
    assert temperature.fields["value"] == Field(type="number", unit="°C")
    assert KINDS["device.battery"].fields["low"].type == "bool"
    assert KINDS["fire.smoke"].fields["value"].unit == "dB/m"


def test_alert_capable_kinds_are_those_a_person_may_be_sent_for() -> None:
    assert all(KINDS[n].alert_capable for n in ("fire.smoke", "sos.button", "access.forced", "env.leak"))
    assert not any(KINDS[n].alert_capable for n in ("access.granted", "contact.opened", "camera.motion"))


def test_selectors() -> None:
    assert matches("access.*", "access.denied")
    assert matches("access.denied", "access.denied")
    assert not matches("access.*", "accessory.x")
    assert not matches("access", "access.denied")
    assert expand("parcel.*")[0] == "parcel.deposited"
    assert len(expand("parcel.*")) == 7
    assert expand("access.unknown") == ()
    assert expand("acces.*") == ()
