"""Reread: which parts of a site are taken at the next start only. Pure.

Rules and channels are built at a start; what they know of calendars and addresses stays until the next one. Devices
and homes are taken at once by everybody: rules, decoder, cases and pages speak of the same ones.
"""

from __future__ import annotations

import msgspec

from devices.document import Document
from devices.registry import Registry
from gateway.site import SiteFile

LATER = ("site", "timezone", "demo", "calendars", "holidays", "channels")
"""Keys of a site file that are taken at the next start."""


def differing(before: Document, after: Document) -> tuple[str, ...]:
    """Return the keys of LATER in which two site files differ."""
    old = before.value if isinstance(before.value, dict) else {}
    new = after.value if isinstance(after.value, dict) else {}
    return tuple(key for key in LATER if old.get(key) != new.get(key))


def same_devices(one: Registry, other: Registry) -> bool:
    """Tell whether two lists have the same devices and homes."""
    return one is other or (list(one) == list(other) and one.households == other.households)


def carried(running: SiteFile, fresh: SiteFile) -> SiteFile:
    """Return a site that was read anew with what the running gateway keeps until its next start."""
    old, new = running.view, fresh.view
    view = msgspec.structs.replace(new, id=old.id, zone=old.zone, demo=old.demo, channels=old.channels)
    rules = msgspec.structs.replace(running.rules, registry=fresh.rules.registry)
    return msgspec.structs.replace(fresh, rules=rules, view=view, channel_settings=running.channel_settings)
