"""Reread: which parts of a site are taken at the next start only. Pure.

The rule engine, the decoder and the channels are built at a start; what they know of devices, calendars and addresses
stays until the next one, so that rules, cases and pages speak of the same devices.
"""

from __future__ import annotations

import msgspec

from devices.document import Document
from devices.registry import Registry
from gateway.site import SiteFile

LATER = ("site", "timezone", "demo", "devices", "calendars", "holidays", "channels")
"""Keys of a site file that are taken at the next start."""


def differing(before: Document, after: Document) -> tuple[str, ...]:
    """Return the keys of LATER in which two site files differ."""
    old = before.value if isinstance(before.value, dict) else {}
    new = after.value if isinstance(after.value, dict) else {}
    return tuple(key for key in LATER if old.get(key) != new.get(key))


def carried(running: SiteFile, fresh: SiteFile) -> SiteFile:
    """Return a site that was read anew with what the running gateway keeps until its next start."""
    old, new = running.view, fresh.view
    registry = Registry(old.registry, new.registry.households.values())
    view = msgspec.structs.replace(
        new, id=old.id, zone=old.zone, demo=old.demo, registry=registry, channels=old.channels
    )  # fmt: skip
    return msgspec.structs.replace(
        fresh, rules=running.rules, view=view, channel_settings=running.channel_settings
    )
