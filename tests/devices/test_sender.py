"""For whom a proven sender may speak: itself, what names it as user, what hangs on it, and nobody else."""

from __future__ import annotations

import pytest

from devices.event import Event, Quarantine
from devices.registry import Device
from tests.devices.estate import decode, decoder

PATH = "panel/{}"
DEVICES = (
    Device(id="nvr", profile="onvif"),
    Device(id="gate-1", profile="sia-dc09", ident="AAA"),
    Device(id="gate-2", profile="sia-dc09", ident="BBB", parent="nvr"),
    Device(id="gate-3", profile="sia-dc09", ident="CCC", user="bridge"),
    Device(id="gate-4", profile="sia-dc09", ident="DDD", user="bridge", parent="nvr"),
)


def said(ident: str, *speaks: str, user: str | None = None) -> Event | Quarantine:
    body = {"device": ident, "event": "130", "qualifier": "new", "code": "BA", "zone": "1", "key": "k1"}
    (found,) = decode(decoder(*DEVICES), PATH.format(ident), body, adapter="http", user=user, speaks=speaks)
    assert isinstance(found, Event | Quarantine)
    return found


@pytest.mark.parametrize(
    ("ident", "speaks"),
    [
        ("AAA", ()),
        ("AAA", ("gate-1",)),
        ("AAA", ("other", "gate-1")),
        ("BBB", ("gate-2",)),
        ("BBB", ("nvr",)),
        ("CCC", ("bridge",)),
        ("DDD", ("bridge",)),
    ],
)
def test_a_sender_speaks_for_itself_and_for_what_is_its_own(ident: str, speaks: tuple[str, ...]) -> None:
    assert isinstance(said(ident, *speaks), Event)


@pytest.mark.parametrize(
    ("ident", "speaks"),
    [("AAA", ("gate-2",)), ("AAA", ("nvr", "bridge")), ("CCC", ("gate-3",)), ("DDD", ("nvr",))],
)
def test_a_sender_speaks_for_nobody_else(ident: str, speaks: tuple[str, ...]) -> None:
    found = said(ident, *speaks)
    assert isinstance(found, Quarantine)
    assert found.code == "identity"
    assert "came from" in found.reason
