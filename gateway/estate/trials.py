"""Trials: a device tried before it goes into service, by an event made up or by what it said and nobody took."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from devices.decode import Decoder
from devices.event import Event, Quarantine
from devices.registry import Device
from gateway.core import Core
from gateway.estate.arrivals import said
from gateway.estate.trial import Trial, event_of, try_event
from gateway.store.quarantine import again
from gateway.store.quarantine_groups import Group


class Trials:
    """Asked in worker threads; reads rules in force and the site, and changes nothing."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def made_up(self, device: Device, kind: str, data: Mapping[str, Any]) -> Trial:
        """Return what the rules would say if the device said this now."""
        return self._try(event_of(device, kind, data, site=self._core.view.id, now=self._core.clock.now()))

    def heard(self, device: Device, group: Group) -> tuple[list[Trial], list[Quarantine]]:
        """Return what the newest message of a group would say, were it this device's, and what the rules would."""
        core = self._core
        site = core.sites.site.rules
        decoder = Decoder(
            profiles=core.decoder.profiles, registry=core.decoder.registry, site=site.id, zone=site.zone, site_key=b"trial"
        )  # fmt: skip
        active = msgspec.structs.replace(device, state="active")
        with core.store.read() as connection:
            messages = again(connection, group.rows[-1:])
        results = said(decoder, messages, active)
        events = [msgspec.structs.replace(each, mode="test") for each in results if isinstance(each, Event)]
        return [self._try(each) for each in events], [
            each for each in results if isinstance(each, Quarantine)
        ]

    def _try(self, event: Event) -> Trial:
        core = self._core
        rules = [each.rule for each in core.standings.table.values() if not each.gone]
        return try_event(
            event, rules, core.standings.inhibits, core.sites.site.rules, offset=core.clock.offset
        )
