"""Availability: how often a device lets itself be heard, said once by its profile; what a device's tags say goes before.

The rules of the devices pack read it as `device.availability`.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from devices.form import Profile
from devices.registry import Device, Registry
from gateway.site import SiteFile

OWN_WORD = frozenset({"heartbeat", "battery", "unwatched"})
"""Tags by which a site says itself whether, and how, a device is missed."""


def classed(site: SiteFile, profiles: Iterable[Profile]) -> SiteFile:
    """Return a site whose devices have the class of their profiles."""
    classes = {profile.id: profile.availability for profile in profiles if profile.availability}
    if not classes:
        return site
    return replace(
        site,
        rules=replace(site.rules, registry=_registry(site.rules.registry, classes)),
        view=replace(site.view, registry=_registry(site.view.registry, classes)),
    )


def _registry(registry: Registry, classes: dict[str, str]) -> Registry:
    return Registry((_device(device, classes) for device in registry), registry.households.values())


def _device(device: Device, classes: dict[str, str]) -> Device:
    found = classes.get(device.profile.partition("@")[0])
    return (
        device if found is None or OWN_WORD.intersection(device.tags) else replace(device, availability=found)
    )
