"""What the gateway says about itself: `system.*` and `command.*` events of the device `gateway`, through the same door as all others.

A message with adapter `self` can be made by this process alone; its topic is the kind, its payload the facts
as JSON. So a full disk is journaled, judged by rules, and becomes a case exactly as a forced gate does.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from devices.event import Decoded, Event, Quarantine, RawMessage, Source
from devices.kinds import KINDS
from devices.registry import Device
from devices.resident_voice import KIND as REPORT
from devices.resident_voice import read_report

GATEWAY = Device(id="gateway", type="gateway", name={"zh": "网关", "en": "Gateway"})
PROFILE = "self"
ABOUT = frozenset({"device.clock"})
"""Kinds that the gateway says of a device, which the fact `device` names: what only who listens can tell."""
_facts = msgspec.json.Decoder(dict[str, str | int | float | bool | None]).decode


def read_self(message: RawMessage, *, site: str, mint: Callable[[], str]) -> Decoded:
    """Return the event that the gateway says about itself; a kind or fact that does not exist is quarantined."""
    if message.topic == REPORT:
        return read_report(message, site=site, mint=mint)
    kind = KINDS.get(message.topic)
    if kind is None or not message.topic.startswith(("system.", "command.", *ABOUT)):
        return _refused("no_kind", f"the gateway says nothing of kind '{message.topic[:80]}'")
    try:
        facts = _facts(message.payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _refused("malformed", f"not a mapping of facts: {error}")
    device = str(facts.pop("device", "") or GATEWAY.id) if message.topic in ABOUT else GATEWAY.id
    if unknown := sorted(facts.keys() - kind.fields.keys()):
        return _refused("malformed", f"{message.topic} has no fact '{unknown[0]}'")
    return Event(
        id=mint(),
        site=site,
        device=device,
        kind=message.topic,
        at=message.received_at,
        time_quality="synced",
        received_at=message.received_at,
        data=facts,
        source=Source(profile=PROFILE),
    )


def _refused(code: str, reason: str) -> Quarantine:
    return Quarantine(code=code, reason=reason, device=GATEWAY.id, profile=PROFILE)
