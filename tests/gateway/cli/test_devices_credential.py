"""What a person types into a device is printed as it is typed, the device's own name in it."""

from __future__ import annotations

import pytest

from gateway.cli.devices_credential import typed


@pytest.mark.parametrize(
    ("path", "name", "shown"),
    [
        ("/in/hikvision-access/{device}", "gate-n1", "/in/hikvision-access/gate-n1"),
        ("/in/hikvision-camera/{device...}", "cam-2", "/in/hikvision-camera/cam-2"),
        ("/iclock/{call}", "CJDE193560001", "/iclock/…"),
        ("/in/locker-platform/{device}", "", "/in/locker-platform/…"),
        ("/in/lpr-axis", "cam-2", "/in/lpr-axis"),
    ],
)
def test_the_address_of_a_device_is_whole(path: str, name: str, shown: str) -> None:
    assert typed(path, name) == shown
