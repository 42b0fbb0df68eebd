"""What stands around a device: the neighbours whose words belong to the proof."""

from __future__ import annotations

from collections.abc import Collection

from devices.registry import Device, Registry


def neighbours(registry: Registry, devices: Collection[str], *, limit: int) -> list[str]:
    """Return these devices and those near them, nearest first: same unit or zone, what they hang on, same building."""
    here = [device for device in (registry.get(each) for each in devices) if device is not None]
    ranked = sorted(
        (min(_distance(registry, one, other) for one in here), other.id)
        for other in registry
        if here
        and other.id not in devices
        and other.state == "active"
    )  # fmt: skip
    near = [device for distance, device in ranked if distance < _FAR]
    return [*devices, *near][:limit]


_FAR = 9


def _distance(registry: Registry, one: Device, other: Device) -> int:
    if one.building and one.building == other.building:
        return 0 if one.unit == other.unit else 2
    if one.zone and one.zone == other.zone:
        return 0
    if other.id in registry.parents(one.id) or one.id in registry.parents(other.id):
        return 1
    return _FAR
