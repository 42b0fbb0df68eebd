"""Views of commands: names instead of ids, wall times, the state in words."""

from __future__ import annotations

from devices.command import COMMANDS, Command, command_name
from devices.registry import Device
from gateway.api.schemas.commands import CommandView, OfferView
from gateway.api.schemas.common import Bilingual, PersonName
from gateway.api.views.lens import Lens, both
from gateway.command.orders import Orders
from gateway.command.wording import state_words
from gateway.response.model import Incident, PlanCommand
from gateway.response.ordering import devices_of


def command_view(command: Command, lens: Lens) -> CommandView:
    """Return one command as it is shown."""
    device = lens.community.device(command.device)
    return CommandView(
        id=command.id,
        device=command.device,
        device_name=both(device.name if device is not None else None, command.device),
        name=command.name,
        label=_label(command.name),
        state=command.state,
        said=Bilingual(**state_words(command)),
        over=command.is_over or command.state == "unknown",
        by=PersonName(id=command.by, name=lens.actor(command.by).zh),
        reason=command.reason,
        incident=command.incident,
        line=command.line,
        at=lens.shown(command.created_at),
        sent_at=lens.maybe(command.sent_at),
        ended_at=lens.maybe(command.ended_at),
        expires_at=lens.shown(command.expires_at),
    )


def offers_of(device: Device, orders: Orders | None) -> list[OfferView]:
    """Return what a device may be asked."""
    return [
        OfferView(
            device=device.id,
            device_name=both(device.name, device.id),
            name=name,
            label=_label(name),
            confirm=COMMANDS[name].door,
        )
        for name in (orders.offers(device.id) if orders is not None else ())
    ]


def planned(case: Incident, orders: Orders | None, lens: Lens) -> list[OfferView]:
    """Return the commands of a case's plan, one for each device that they mean here."""
    found: list[OfferView] = []
    for line, wanted in enumerate(case.plan.commands):
        meant = devices_of(lens.community.registry, case, wanted)
        found += [_planned(line, wanted, device, orders) for device in meant]
    return found


def _planned(line: int, wanted: PlanCommand, device: Device, orders: Orders | None) -> OfferView:
    name = command_name(wanted.kind) or wanted.kind
    return OfferView(
        device=device.id,
        device_name=both(device.name, device.id),
        name=name,
        label=both(wanted.name, wanted.kind),
        confirm=name in COMMANDS and COMMANDS[name].door,
        line=line,
        automatic=not wanted.confirm,
        ready=orders is not None and name in orders.offers(device.id),
    )


def _label(name: str) -> Bilingual:
    return Bilingual(zh=COMMANDS[name].zh, en=COMMANDS[name].en)
