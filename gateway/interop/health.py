"""How receivers, panels and inbound sources stand, for the page of the gateway's health."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.health import HealthPart, HealthReason
from gateway.interop.inbound import Inbound
from gateway.interop.outgoing import Outgoing
from gateway.interop.panels import Panels
from gateway.part import Part

Standing = tuple[HealthPart, list[HealthReason]]


def standings(parts: Iterable[Part], inbound: Inbound) -> list[Standing]:
    """Return one standing for each receiver, for the panels, and for each source that may post."""
    found: list[Standing] = []
    for part in parts:
        if isinstance(part, Outgoing):
            found.append(_receiver(part))
        elif isinstance(part, Panels):
            found.append((_part("panels", dict(part.counts)), []))
    found += [(_part(f"inbound {name}", dict(counts)), []) for name, counts in inbound.counts.items()]
    return found


def _receiver(part: Outgoing) -> Standing:
    status = part.status()
    reasons = []
    if status.error:
        name = part.name.removeprefix("receiver ")
        reasons.append(
            HealthReason(
                code="receiver_behind",
                text=Bilingual(
                    zh=f"接收方 {name} 没有收下案件：{status.error}",
                    en=f"receiver {name} does not take cases: {status.error}",
                ),
                since=status.last_success,
            )
        )
    return _part(part.name, msgspec.to_builtins(status)), reasons


def _part(name: str, facts: dict[str, Any]) -> HealthPart:
    return HealthPart(name=name, status="ok", facts=facts)
