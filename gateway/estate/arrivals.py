"""Arrivals: devices that speak and that nobody has registered, and what a first look says of them. Pure but for the store.

Nobody gets in by speaking: an arrival is a group of quarantined messages until a person claims it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from devices.decode import Decoder
from devices.event import Event, Quarantine, RawMessage
from devices.registry import Device, Registry
from gateway.estate.code import bare
from gateway.store.quarantine_groups import Group

UNKNOWN = "unknown_device"


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A device that waits to be claimed; `proposed` is an id that is free."""

    profile: str
    ident: str
    group: Group
    proposed: str


def arrivals(groups: Iterable[Group], registry: Registry) -> list[Arrival]:
    """Return the devices that are heard and not registered, those heard last first."""
    found = []
    for group in groups:
        profile = (group.profile or "").partition("@")[0]
        if group.code != UNKNOWN or not profile or group.ident is None:
            continue
        if registry.resolve(profile, group.ident) is not None or registry.get(group.ident) is not None:
            continue  # registered and not in service: its own page says so
        found.append(
            Arrival(profile=profile, ident=group.ident, group=group, proposed=free_id(group.ident, registry))
        )
    return found


def free_id(ident: str, registry: Registry) -> str:
    """Return an id made of an identity that no device has yet."""
    name = re.sub(r"[^a-z0-9]+", "-", ident.lower()).strip("-")[:60] or "device"
    number, found = 2, name
    while registry.get(found) is not None:
        found, number = f"{name}-{number}", number + 1
    return found


def by_ident(found: Sequence[Arrival], code: str) -> list[Arrival]:
    """Return the arrivals whose own code, as its maker printed it, is this one."""
    wanted = bare(code)
    return [each for each in found if wanted and bare(each.ident) == wanted]


def said(decoder: Decoder, messages: Iterable[RawMessage], device: Device) -> list[Event | Quarantine]:
    """Return what messages would say if this device were registered; nothing is taken by it.

    `decoder` is one made for this question: clocks and memories of the running one are not touched.
    """
    decoder.registry = Registry([device])
    results = [item for message in messages for item in decoder.decode(message, mint=lambda: "trial")]
    return [item for item in results if isinstance(item, Event | Quarantine)]
